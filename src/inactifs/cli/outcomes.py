"""How a dossier ends, waits or opens again (``reprise``, ``pause``, ``reopen``, ``close``), and
what comes from the student (``reponse``, ``recontacter``, ``activite add``)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from inactifs.archives.storing import DOSSIERS_CLOS
from inactifs.classeur import journal
from inactifs.cli import questions
from inactifs.cli.archiving import announced, record_with_documents
from inactifs.cli.attempt import Dites, reply_with_next
from inactifs.cli.options import choice, today, typed_day
from inactifs.cli.screen import interactive, say, speaks_json
from inactifs.cli.session import Fait, Session, Undated, Writing
from inactifs.dates import Sens, french
from inactifs.erreurs import FichierInvalide, UsageIncorrect
from inactifs.mots import of
from inactifs.procedure import cloture, gestes
from inactifs.procedure.cloture import Demande, Suite
from inactifs.procedure.gestes import ACTIVITES, Propos
from inactifs.procedure.modele import ISSUES_OFFERTES, MOTIFS_DE_PAUSE, Issue, ReponseMoyen
from inactifs.procedure.suivi import Situation
from inactifs.recherche import Personne, all_persons, require_readable
from inactifs.registre import name_words
from inactifs.rendu.cases import student_json
from inactifs.rendu.sentences import grounds_to_close


def reprise(session: Writing, eleve: str | None = None) -> None:
    """End a case as reprise."""
    session.change(
        eleve,
        lambda personne: cloture.end_as_reprise(
            session.dossier_of(personne), personne.eleve, session.jour
        ),
        "Reprise notée",
    )


def pause(
    session: Writing,
    eleve: str | None = None,
    jusqu_au: str | None = None,
    motif: str | None = None,
) -> None:
    """Suspend a case."""
    eleve = questions.ask_eleve(eleve)
    jusqu_au = questions.ask(jusqu_au, "Jusqu'à quelle date comprise", "--jusqu-au JOUR")
    fin = typed_day(jusqu_au, "--jusqu-au", sens="futur", depuis=session.jour)
    if motif is None and interactive():
        choix = questions.pick("Pourquoi", [*MOTIFS_DE_PAUSE, "autre"])
        motif = None if choix == "autre" else choix
    raison = session.reason(motif)
    session.change(
        eleve,
        lambda personne: gestes.pause(
            session.dossier_of(personne), personne.eleve, fin, session.jour, raison
        ),
        f"Suspendu jusqu'au {french(fin)} : {raison}",
    )


def reopen(session: Writing, eleve: str | None = None, motif: str | None = None) -> None:
    """Open again a case that ended."""
    eleve = questions.ask_eleve(eleve)
    raison = session.reason(motif)

    def reopened(personne: Personne) -> Suite:
        require_readable(personne)
        # an open one is refused, as is that there is none
        dossier, regles = personne.dernier or session.dossier_of(personne), session.classeur.regles
        return cloture.reopen(dossier, personne.eleve, session.jour, regles, raison)

    session.change(eleve, reopened, f"Dossier rouvert : {raison}")


def close(
    session: Writing,
    eleves: list[str] | None = None,
    tous: bool = False,
    documents: Path | None = None,
    deplacer: bool = False,
    *,
    voulu: Demande,
    malgre_imports: bool = False,
    oui: bool = False,
) -> None:
    """Close cases as abandonniste, and archive the documents: all or nothing."""
    _require_coherent(voulu, eleves or [], tous, documents, deplacer)
    motif = voulu.motif
    if voulu.sans_derniere_relance:
        motif = questions.ask(motif, "Pourquoi renoncer à la dernière relance", '--motif "…"')
    voulu = replace(voulu, motif=session.without_private(motif))
    personnes = _chosen(session, voulu, eleves or [], tous)
    fermes = [_closed(session, p, voulu) for p in personnes]
    details = [grounds_to_close(f.personne, f.dossier, session.jour) for f in fermes]
    if personnes and not voulu.demande_eleve:
        session.require_fresh(malgre_imports)
    if personnes and documents is not None:
        details.append(announced(session, personnes[0], documents, deplacer))
    _agreed(session, personnes, details, oui)
    ranges: list[str] = []
    archives: dict[str, Any] = {}
    with session.writing():
        faits = [_closed(session, session.again(p), voulu) for p in personnes]
        if documents is None or not faits:
            session.record(*faits)
        else:
            (fait,) = faits
            faits[0], ranges, archives = record_with_documents(session, fait, documents, deplacer)
    cas = [session.case_document(fait) for fait in faits]
    dit = cas[0] if len(cas) == 1 and not tous else {"dossiers": cas}
    dit |= {"documents": archives} if archives else {}
    session.reply(lambda: dit, *_told(faits, ranges, session.jour))


def _agreed(session: Session, personnes: list[Personne], details: list[str], oui: bool) -> None:
    """Show on what the closing rests; asked for, unless ``oui`` says it or nothing is written."""
    if session.simulation and not speaks_json():
        say(*details)
    if session.simulation or oui or not personnes:
        return
    n, noms = len(personnes), ", ".join(p.libelle for p in personnes)
    questions.consent(
        f"Clôturer {'ce dossier' if n == 1 else f'ces {n} dossiers'}",
        f"Clôturer {noms} demande une confirmation.",
        "Ajoutez --oui.",
        *details,
    )


def _require_coherent(
    voulu: Demande, eleves: list[str], tous: bool, documents: Path | None, deplacer: bool
) -> None:
    """Raise ``UsageIncorrect`` for options that do not go together."""
    if eleves and tous:
        raise UsageIncorrect("--tous ne se combine pas avec des noms d'élèves.", "Choisissez.")
    if tous and (voulu.sans_derniere_relance or voulu.demande_eleve):
        raise UsageIncorrect(
            "--tous ne clôture que les dossiers dont toutes les relances sont faites.",
            "Pour les autres cas, donnez le nom des élèves.",
        )
    if documents is not None and (tous or len(eleves) > 1):
        raise UsageIncorrect(
            "--documents ne vaut que pour un élève à la fois.", "Clôturez-les un par un."
        )
    if deplacer and documents is None:
        raise UsageIncorrect(
            "--deplacer demande le dossier à déplacer.", "Ajoutez --documents DOSSIER."
        )


def _chosen(session: Session, voulu: Demande, eleves: list[str], tous: bool) -> list[Personne]:
    """Those to close, each once: as typed, all who may be, or chosen in a terminal."""
    if eleves:
        return session.persons(eleves)
    if tous:
        return [p for p, _ in closable(session)]
    questions.require_terminal("le nom ou le numéro de l'élève, ou --tous")
    session.require_closed()
    # Anybody may say that they give up: nobody is proposed then.
    proposes = [] if voulu.demande_eleve else [s for _, s in closable(session, voulu)]
    if not proposes and not voulu.demande_eleve:
        return []
    return [questions.ask_student(session.classeur, proposes, "Peuvent être clôturés :")]


def closable(
    session: Session, voulu: Demande | None = None
) -> Iterator[tuple[Personne, Situation]]:
    """Those who may be closed after their relances, and where they stand."""
    regles = session.classeur.regles
    for personne in all_persons(session.classeur):
        dossier, eleve = personne.ouvert, personne.eleve
        if dossier is None or any(ligne.ouverte for ligne in personne.illisibles):
            continue
        refus = cloture.refusal_to_close(dossier, eleve, regles, session.jour, voulu or Demande())
        if refus is None:
            yield personne, session.situation(dossier, eleve)


def _closed(session: Session, personne: Personne, voulu: Demande) -> Fait:
    """Somebody's dossier closed, nothing being written; ``Refus`` where it may not be yet."""
    dossier, regles = session.dossier_of(personne), session.classeur.regles
    fini, eleve = cloture.close(dossier, personne.eleve, regles, session.jour, voulu)
    return Fait(personne, fini, eleve, fini.commentaire.splitlines()[-1])


def _told(faits: Sequence[Fait], ranges: Sequence[str], jour: date) -> Iterator[str]:
    """What was done, and what remains to be done by hand."""
    if not faits:
        yield "Aucun dossier n'est à clôturer aujourd'hui."
        return
    for fait in faits:
        yield f"{fait.personne.libelle} : abandonniste, dossier clôturé le {french(jour)}."
    yield from ranges
    if not ranges:
        quoi = f"{'leurs' if len(faits) > 1 else 'ses'} documents, dans archives/{DOSSIERS_CLOS}/"
        yield f"Reste à archiver : {quoi} (« close --documents DOSSIER » le fait en clôturant)."
    for fait in faits:
        if fait.eleve is not None and "cpf" in name_words(fait.eleve.financement):
            raison = (fait.dossier and fait.dossier.cause) or "non connue"
            yield (
                f"CPF : déclarez la sortie {of(fait.personne.nom)} sur EDOF (abandon, sauf "
                f"force majeure ou arrêt du fait de l'école ; raison : {raison})."
            )


def reponse(
    session: Writing, eleve: str | None = None, par: ReponseMoyen | None = None, *, dites: Dites
) -> None:
    """The student answered the last relance, on a later day or by another means."""
    dites = dites.reviewed(session)
    personne = session.meant(eleve)
    if dites.resultat is None and interactive() and not session.simulation:
        session.require_closed()
        session.dossier_of(personne)  # there is one, and it may be written
        if par is None:
            moyens, dit = list(ReponseMoyen), "Par quel moyen a-t-il répondu"
            par = questions.pick(dit, moyens, lambda m: m.nom, moyens[1])
        dites = dites.asked(session, [i for i in ISSUES_OFFERTES if i.repondu])
        dit = dites.resultat.dit if dites.resultat else ""
        say(f"{personne.libelle} : {dit}, {par.libelle}, le {french(session.jour)}")
        questions.confirm("Écrire dans le classeur")
    with session.writing_of(personne) as personne:
        propos = dites.propos(Propos(session.jour, Issue.REPONDU, par=par))
        dossier, regles = session.dossier_of(personne), session.classeur.regles
        suite = gestes.answer(dossier, personne.eleve, propos, regles, today())
        relance = next(r for r in reversed(suite.dossier.relances) if r.repondu)
        moyen = par.libelle if par else ""
        fait = Fait(personne, *suite, journal.answered(session.jour, relance, moyen))
        session.record(fait)
    dit = "a répondu" if relance.issue is Issue.REPONDU else relance.issue.dit
    reply_with_next(
        session,
        fait,
        f"Réponse de {suite.dossier.eleve} notée : {dit}{moyen and f', {moyen}'}, le "
        f"{french(session.jour)}, à la relance du {french(relance.date)}.",
    )


def recontact(session: Writing, eleve: str | None = None, motif: str | None = None) -> None:
    """Lift « ne plus contacter »: the student agrees again."""
    eleve = questions.ask_eleve(eleve)
    raison = session.reason(motif)
    session.change(
        eleve,
        lambda personne: gestes.recontact(personne.dernier, personne.eleve, session.jour, raison),
        f"Contact de nouveau accepté : {raison}",
    )


def activity(
    session: Undated, eleve: str | None = None, genre: str | None = None, date_: str | None = None
) -> None:
    """Note one activity by hand; a lesson may be reserved: its day is not the command's."""
    eleve = questions.ask_eleve(eleve)
    genre = questions.ask(genre, f"Quelle activité ({', '.join(ACTIVITES)})", "l'activité")
    activite = choice(ACTIVITES, genre, "Activité")
    sens: Sens = "proche" if activite == "cours" else "passe"
    jour = typed_day(date_, "--date", sens=sens) if date_ else today()
    session.jour = min(jour, today())
    fait = f"{activite} du {french(jour)}"
    with session.writing_of(session.meant(eleve)) as personne:
        if personne.eleve is None:
            raise FichierInvalide(
                f"{personne.libelle} n'est pas dans la feuille Élèves : l'activité n'a pas de "
                "ligne où aller.",
                "Importez les élèves (« inactifs import eleves »), ou ajoutez la ligne à la main.",
            )
        apres = gestes.note_activity(personne.eleve, activite, jour, today())
        phrases = [f"{fait} noté{'e' if activite in ('connexion', 'visite') else ''}."]
        if personne.ouvert is not None:
            phrases.append("Son dossier est ouvert : « inactifs detect » en tiendra compte.")
        if apres == personne.eleve:
            phrases = ["cette date, ou une plus récente, est déjà notée."]
        else:
            session.record(Fait(personne, None, apres, fait))
    dit = {"activite": activite, "date": jour.isoformat(), "ecrit": session.ecrit}
    session.reply(
        lambda: student_json(apres) | dit, f"{personne.libelle} : {phrases[0]}", *phrases[1:]
    )
