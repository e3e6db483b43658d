"""``relance add``, for one student, several, or a folder of prepared messages; ``corriger``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from inactifs.cli import attempt
from inactifs.cli.attempt import Dites, Essai, prepare, reply_with_next
from inactifs.cli.questions import confirm, pick, require_terminal
from inactifs.cli.screen import interactive, say
from inactifs.cli.session import Session, Writing, named
from inactifs.erreurs import ClasseurOccupe, ErreurInactifs, FichierInvalide, Refus, UsageIncorrect
from inactifs.mots import of
from inactifs.phones import format_phone
from inactifs.procedure.eleve import default_moyen
from inactifs.procedure.gestes import require_contactable
from inactifs.procedure.modele import ISSUES_OFFERTES, Issue, Moyen, ordinal
from inactifs.recherche import Personne, all_persons
from inactifs.rendu.outbox import PREPARE, file_name
from inactifs.rendu.wording import lowered, many, plural

A_PLUSIEURS = (None, Issue.SANS_REPONSE, Issue.MESSAGE_LAISSE)
"""The only outcomes that several students may share."""

Geste = tuple[dict[str, Any], Callable[[], Essai]]
"""A student in JSON, and how their relance is prepared."""


def add(
    session: Writing,
    eleves: list[str] | None = None,
    lot: Path | None = None,
    *,
    dites: Dites,
    sauf_refus: bool = False,
) -> None:
    """Record an attempt; in a terminal, ask for what is missing."""
    dites = dites.reviewed(session)
    if lot is not None and eleves:
        raise UsageIncorrect("--lot dit déjà quels élèves.", "Donnez l'un ou l'autre.")
    if lot is not None:
        _add_several(session, dites, sauf_refus, _prepared_in(session, lot, dites))
        return
    personnes = session.persons(eleves) if eleves and len(eleves) > 1 else []
    if len(personnes) > 1:
        several = (
            (named(p), partial(prepare, session, session.again(p), dites)) for p in personnes
        )
        _add_several(session, dites, sauf_refus, several)
        return
    seul = [p.numero or p.nom for p in personnes] or eleves
    eleve = seul[0] if seul else None
    if eleve is None or (dites.moyen is None and interactive() and not session.simulation):
        personne, dites, montre = _guided(session, eleve, dites)
    else:
        personne, montre = session.meant(eleve), None
    with session.writing_of(personne) as personne:
        essai = prepare(session, personne, dites)
        if montre not in (None, essai.apercu):
            raise ClasseurOccupe(
                f"Le dossier {of(personne.libelle)} a changé pendant vos réponses : rien n'a été "
                "écrit.",
                "Voyez-le avec « inactifs show », puis recommencez.",
            )
        session.record(essai.fait)
    reply_with_next(session, essai.fait, *essai.phrases)


def _guided(session: Session, eleve: str | None, dites: Dites) -> tuple[Personne, Dites, list[str]]:
    """Ask what is missing (who, unless ``eleve`` says it), show what will be written, and have it
    confirmed. Nothing is locked meanwhile: somebody may take a long time to answer. A workbook
    that is open elsewhere is to be closed first, so that no answer is lost."""
    if eleve is None:
        require_terminal("le nom ou le numéro de l'élève")
    session.require_closed()
    personne = session.person(eleve) if eleve else session.due_student()
    connu = personne.eleve
    situation = session.situation(session.dossier_of(personne), connu)
    require_contactable(situation.dossier, connu)
    ou = (format_phone(connu.telephone), connu.email) if connu else ()
    say(", ".join(filter(None, (personne.libelle, *ou))))
    if dites.moyen is None:
        propose = default_moyen(situation.dossier, situation.etape, connu)
        moyen = pick("Par quel moyen", list(Moyen), lambda m: m.libelle, propose)
        dites = dites._replace(moyen=moyen)
    dites = dites.asked(session, ISSUES_OFFERTES, ISSUES_OFFERTES[0])
    montre = prepare(session, personne, dites).apercu
    say("", *montre)
    confirm("Écrire dans le classeur")
    return personne, dites, montre


def _add_several(session: Session, dites: Dites, sauf_refus: bool, gestes: Iterator[Geste]) -> None:
    """One relance each, checked together and written together; one line each, then how many.
    ``gestes`` is gone through once the workbook is locked."""
    if dites.resultat not in A_PLUSIEURS or dites.jusqu_au or dites.le or dites.cause:
        raise UsageIncorrect(
            "À plusieurs élèves : --moyen, --date, --commentaire, et --resultat sans-reponse ou "
            "message-laisse seulement.",
            "Notez les autres un par un, ou avec « inactifs tournee ».",
        )
    faits: list[Essai] = []
    refuses: list[tuple[dict[str, Any], ErreurInactifs]] = []
    with session.writing():
        for qui, geste in gestes:
            try:
                faits.append(geste())
            except ErreurInactifs as refus:
                refuses.append((qui, refus))
        if refuses and not (sauf_refus and faits):
            premier = refuses[0][1]
            raise type(premier)(
                "Rien n'a été écrit. " + " ".join(r.message for _, r in refuses),
                "Ajoutez --sauf-refus pour noter les autres." if faits else premier.conseil,
            )
        session.record(*(essai.fait for essai in faits))
    n, refusees = len(faits), len(refuses)
    suite = f", {refusees} refusée{plural(refusees)}" if refuses else ""
    session.reply(
        lambda: {
            "dossiers": [session.case_document(essai.fait) for essai in faits],
            "refuses": [qui | refus.document for qui, refus in refuses],
        },
        *(essai.phrases[0] for essai in faits),
        *(f"Refusé : {refus.message}" for _, refus in refuses),
        f"{many(n, 'relance notée')}{suite}.",
    )


def _prepared_in(session: Session, lot: Path, dites: Dites) -> Iterator[Geste]:
    """The relances that the messages of a folder were, in order of name."""
    conseil = "Donnez celui qu'a préparé « inactifs relance message --tous »."
    try:
        trouves = [PREPARE.fullmatch(nom) for nom in sorted(f.name for f in lot.iterdir())]
    except OSError as faute:
        raise FichierInvalide(
            f"Le lot « {lot} » n'est pas un dossier qui peut être lu.", conseil
        ) from faute
    if not any(trouves):
        raise FichierInvalide(f"Le dossier « {lot} » ne contient aucun message préparé.", conseil)
    siens: dict[str, list[Personne]] = {}
    for personne in all_persons(session.classeur):
        if personne.ouvert is not None:
            siens.setdefault(file_name(personne.ouvert), []).append(personne)
    for lu in filter(None, trouves):
        personnes = siens.get(lu["qui"], [])
        document = named(personnes[0]) if len(personnes) == 1 else {"fichier": lu.string}
        dite = dites._replace(moyen=dites.moyen or Moyen(lu["moyen"]))
        yield document, partial(_sent, session, lu.string, int(lu["etape"]), dite, *personnes)


def _sent(session: Session, fichier: str, etape: int, dites: Dites, *personnes: Personne) -> Essai:
    """The relance that a message was, once sent; refused when it is no longer due, or nobody's."""
    if len(personnes) != 1:
        aucun = "n'est le message d'aucun élève du classeur"
        raise Refus(
            f"« {fichier} » {'peut être le message de plusieurs élèves' if personnes else aucun}.",
            "Notez cette relance à part, par le numéro de l'élève.",
        )
    (personne,) = personnes
    situation = session.situation(session.dossier_of(personne), personne.eleve)
    due = situation.etape.numero if situation.etape else None
    if situation.rappel is None and due != etape:
        raise Refus(
            f"{personne.libelle} : la {ordinal(etape)} relance de ce lot n'est plus à faire, elle "
            "est sans doute déjà notée.",
            "Voyez son dossier avec « inactifs show ».",
        )
    return prepare(session, personne, dites)


def correct(
    session: Writing,
    eleve: str | None = None,
    jour: date | None = None,
    *,
    dites: Dites,
    retirer: bool = False,
) -> None:
    """Change or remove the last relance of a student, whatever was written since."""
    dites = dites.reviewed(session)
    dit = jour or any(dites)
    if not (retirer or dit):
        raise UsageIncorrect(
            "Il manque ce qui est à corriger.",
            "Par exemple --jour 24/11, --moyen email, --resultat plan, ou --retirer.",
        )
    if retirer and dit:
        raise UsageIncorrect("--retirer ne va avec rien d'autre.", "Choisissez.")
    with session.writing_of(session.meant(eleve)) as personne:
        fait = attempt.correct(session, personne, None if retirer else dites, jour)
    reply_with_next(session, fait, f"{personne.libelle} : {lowered(fait.detail)}.")
