"""``relance add``, for one student, several, or a folder of prepared messages; ``corriger``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from inactifs.cli.attempt import Dites, Essai, corrected, prepare, what_follows
from inactifs.cli.message import PREPARE, file_name
from inactifs.cli.options import (
    choice,
)
from inactifs.cli.questions import (
    ask_cause,
    ask_comment,
    ask_moment,
    confirm,
    pick,
    require_terminal,
)
from inactifs.cli.screen import interactive, say
from inactifs.cli.session import Session, Writing, named
from inactifs.erreurs import ClasseurOccupe, ErreurInactifs, FichierInvalide, Refus, UsageIncorrect
from inactifs.mots import of
from inactifs.phones import format_phone
from inactifs.procedure import gestes
from inactifs.procedure.eleve import default_moyen
from inactifs.procedure.modele import ISSUES_OFFERTES, Dossier, Eleve, Issue, Moyen, ordinal
from inactifs.recherche import Personne, all_persons

if TYPE_CHECKING:
    from inactifs.cli.session import Session
    from inactifs.procedure.suivi import Situation


PROMESSES = (Issue.RAPPELER, Issue.ENTRETIEN, Issue.PLAN)
"""The outcomes that may have their day."""

A_PLUSIEURS = (Issue.SANS_REPONSE, Issue.MESSAGE_LAISSE)
"""The only outcomes that several students may share."""


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
    personnes = session.persons(eleves) if eleves and len(eleves) > 1 else []
    if lot is not None or len(personnes) > 1:
        _add_several(session, personnes, lot, dites, sauf_refus)
        return
    eleve = personnes[0].numero or personnes[0].nom if personnes else None
    eleve = eleves[0] if eleves and not personnes else eleve
    montre: list[str] | None = None
    if eleve is None or (dites.moyen is None and interactive() and not session.simulation):
        personne, dites, montre = _guided(session, eleve, dites)
    else:
        personne = session.meant(eleve)
    with session.writing_of(personne) as personne:
        essai = prepare(session, personne, dites)
        if montre is not None and montre != essai.preview:
            raise ClasseurOccupe(
                f"Le dossier {of(personne.libelle)} a changé pendant vos réponses : rien n'a été "
                "écrit.",
                "Voyez-le avec « inactifs show », puis recommencez.",
            )
        session.record(essai.fait)
    session.reply(
        lambda: session.case_document(personne, essai.suite.dossier, essai.eleve), *essai.sentences
    )


def _add_several(
    session: Session, personnes: list[Personne], lot: Path | None, dites: Dites, sauf_refus: bool
) -> None:
    """One relance each, checked together and written together."""
    issue = choice(ISSUES_OFFERTES, dites.resultat or Issue.SANS_REPONSE, "--resultat")
    if issue not in A_PLUSIEURS or dites.jusqu_au or dites.le or dites.cause:
        raise UsageIncorrect(
            "À plusieurs élèves : --moyen, --date, --commentaire, et --resultat sans-reponse ou "
            "message-laisse seulement.",
            "Notez les autres un par un, ou avec « inactifs tournee ».",
        )
    with session.writing():
        if lot is not None:
            essais = try_all(
                (m.document, partial(m.attempt, session, dites)) for m in prepared_in(session, lot)
            )
        else:
            essais = try_all(
                (named(p), partial(prepare, session, session.again(p), dites)) for p in personnes
            )
        essais.require(sauf_refus)
        session.record(*(e.fait for e in essais.faits))
    session.reply(
        lambda: {
            "dossiers": [
                session.case_document(e.personne, e.suite.dossier, e.eleve) for e in essais.faits
            ],
            "refuses": essais.refusals,
        },
        *essais.sentences,
    )


def _guided(session: Session, eleve: str | None, dites: Dites) -> tuple[Personne, Dites, list[str]]:
    """Ask what is missing (who, unless ``eleve`` says it), show what will be written, and have
    it confirmed.

    Nothing is locked meanwhile: somebody may take a long time to answer. A workbook that is
    open elsewhere is to be closed first, so that no answer is lost.
    """
    if eleve is None:
        require_terminal("le nom ou le numéro de l'élève")
    session.require_closed()
    personne = session.person(eleve) if eleve else session.due_student()
    situation = session.situation(session.dossier_of(personne), personne.eleve)
    if (refus := gestes.refused_contact(situation.dossier, personne.eleve)) is not None:
        raise refus
    say(", ".join((personne.libelle, *_how_to_reach(personne.eleve))))
    dites = _ask_relance(session, situation, personne.eleve, dites)
    montre = prepare(session, personne, dites).preview
    say("", *montre)
    confirm("Écrire dans le classeur")
    return personne, dites, montre


def _ask_relance(
    session: Session, situation: Situation, eleve: Eleve | None, dites: Dites
) -> Dites:
    """Means, outcome, day, cause and comment: what ``dites`` lacks, with what is most likely
    proposed."""
    moyen = dites.moyen or _ask_moyen(situation, eleve)
    resultat = dites.resultat
    if resultat is None:
        resultat = ISSUES_OFFERTES[pick("Qu'en est-il sorti", [i.dit for i in ISSUES_OFFERTES], 0)]
    return ask_rest(session, dites._replace(moyen=moyen, resultat=resultat))


def ask_rest(session: Session, dites: Dites) -> Dites:
    """The day, the cause and the comment that go with an outcome, where they are not said."""
    issue = choice(ISSUES_OFFERTES, dites.resultat or "", "--resultat")
    le, cause, commentaire = dites.le, dites.cause, dites.commentaire
    if issue in PROMESSES and le is None and dites.jusqu_au is None:
        le = ask_moment(
            "Quel jour (mardi 18h, 21/12, +7)", session.jour, needed=issue is Issue.RAPPELER
        )
    if issue.repondu and cause is None:
        cause = ask_cause(session.classeur.regles)
    if commentaire is None:
        commentaire = ask_comment()
    return dites._replace(le=le, cause=cause, commentaire=commentaire)


def _ask_moyen(situation: Situation, eleve: Eleve | None) -> str:
    moyens = list(Moyen)
    propose = default_moyen(situation.dossier, situation.etape, eleve)
    return moyens[pick("Par quel moyen", [m.libelle for m in moyens], moyens.index(propose))].value


def _how_to_reach(eleve: Eleve | None) -> list[str]:
    return [t for t in (format_phone(eleve.telephone), eleve.email) if t] if eleve else []


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
    if not (retirer or jour or any(dites)):
        raise UsageIncorrect(
            "Il manque ce qui est à corriger.",
            "Par exemple --jour 24/11, --moyen email, --resultat plan, ou --retirer.",
        )
    if retirer and (jour or any(dites)):
        raise UsageIncorrect("--retirer ne va avec rien d'autre.", "Choisissez.")
    personne = session.meant(eleve)
    with session.writing_of(personne) as personne:
        dossier = _last_dossier(session, personne)
        suite, phrase = corrected(session, personne, dossier, None if retirer else dites, jour)
        session.record((*suite, phrase))
    situation = session.situation(*suite)
    session.reply(
        lambda: session.case_document(personne, *suite),
        f"{personne.libelle} : {phrase[0].lower()}{phrase[1:]}.",
        *filter(
            None, [what_follows(situation, suite.eleve, session.classeur.regles, session.jour)]
        ),
    )


def _last_dossier(session: Session, personne: Personne) -> Dossier:
    """The open dossier, else the last one: a relance may have ended it."""
    if personne.ouvert is not None or not personne.dossiers:
        return session.dossier_of(personne)
    dernier = personne.dossiers[-1]
    if not dernier.relances:
        raise Refus(f"{personne.libelle} n'a aucune relance à corriger.")
    return dernier


@dataclass
class Essais:
    """What several relances gave: those that may be written, those that are refused."""

    faits: list[Essai] = field(default_factory=list)
    refuses: list[tuple[dict[str, Any], ErreurInactifs]] = field(default_factory=list)

    def require(self, sauf_refus: bool) -> None:
        """Raise the refusals as one, unless the others are to be written all the same."""
        if not self.refuses or (sauf_refus and self.faits):
            return
        premier = self.refuses[0][1]
        raise type(premier)(
            "Rien n'a été écrit. " + " ".join(r.message for _, r in self.refuses),
            "Ajoutez --sauf-refus pour noter les autres." if self.faits else premier.conseil,
        )

    @property
    def refusals(self) -> list[dict[str, Any]]:
        """The refusals in JSON."""
        return [qui | refus.document for qui, refus in self.refuses]

    @property
    def sentences(self) -> list[str]:
        """One line each, then how many."""
        n, refus = len(self.faits), len(self.refuses)
        s = "s" if n > 1 else ""
        return [
            *(e.sentences[0] for e in self.faits),
            *(f"Refusé : {r.message}" for _, r in self.refuses),
            f"{n} relance{s} notée{s}"
            + (f", {refus} refusée{'s' if refus > 1 else ''}." if refus else "."),
        ]


def try_all(gestes: Iterable[tuple[dict[str, Any], Callable[[], Essai]]]) -> Essais:
    """Every relance tried, none written; each comes with its student, in JSON."""
    essais = Essais()
    for qui, geste in gestes:
        try:
            essais.faits.append(geste())
        except ErreurInactifs as refus:
            essais.refuses.append((qui, refus))
    return essais


class Prepared(NamedTuple):
    """A message that was prepared: whose it is, for which step, by what means."""

    fichier: str
    personnes: list[Personne]
    etape: int
    moyen: str

    @property
    def document(self) -> dict[str, Any]:
        """The student, in JSON; the file's name where it tells of nobody, or of several."""
        if len(self.personnes) != 1:
            return {"fichier": self.fichier}
        return named(self.personnes[0])

    def attempt(self, session: Session, dites: Dites) -> Essai:
        """The relance that this message was, once sent.

        Raises:
            Refus: it was noted already, or its student is not known any more.
        """
        if len(self.personnes) != 1:
            raise Refus(
                f"« {self.fichier} » n'est le message d'aucun élève du classeur."
                if not self.personnes
                else f"« {self.fichier} » peut être le message de plusieurs élèves.",
                "Notez cette relance à part, par le numéro de l'élève.",
            )
        (personne,) = self.personnes
        situation = session.situation(session.dossier_of(personne), personne.eleve)
        if situation.rappel is None and (
            situation.etape is None or situation.etape.numero != self.etape
        ):
            raise Refus(
                f"{personne.libelle} : la {ordinal(self.etape)} relance de ce lot n'est plus à "
                "faire, elle est sans doute déjà notée.",
                "Voyez son dossier avec « inactifs show ».",
            )
        return prepare(session, personne, dites._replace(moyen=dites.moyen or self.moyen))


def prepared_in(session: Session, lot: Path) -> list[Prepared]:
    """The messages of a folder, in order of name.

    Raises:
        FichierInvalide: there is no such folder, or it holds none.
    """
    try:
        noms = sorted(f.name for f in lot.iterdir())
    except OSError as faute:
        raise FichierInvalide(
            f"Le lot « {lot} » n'est pas un dossier qui peut être lu.",
            "Donnez celui qu'a préparé « inactifs relance message --tous ».",
        ) from faute
    siens: dict[str, list[Personne]] = {}
    for personne in all_persons(session.classeur):
        if personne.ouvert is not None:
            siens.setdefault(file_name(personne.ouvert), []).append(personne)
    trouves = [
        Prepared(nom, siens.get(lu["qui"], []), int(lu["etape"]), lu["moyen"])
        for nom in noms
        if (lu := re.fullmatch(PREPARE, nom))
    ]
    if not trouves:
        raise FichierInvalide(
            f"Le dossier « {lot} » ne contient aucun message préparé.",
            "Donnez celui qu'a préparé « inactifs relance message --tous ».",
        )
    return trouves
