"""What comes from the student: ``reponse``, ``recontacter``, ``activite add``."""

from __future__ import annotations

from inactifs.classeur import journal
from inactifs.cli.attempt import Dites, reply_with_next
from inactifs.cli.options import (
    choice,
    today,
    typed_day,
)
from inactifs.cli.questions import ask, ask_eleve, confirm, pick
from inactifs.cli.screen import interactive, say
from inactifs.cli.session import Fait, Session, Undated, Writing
from inactifs.dates import Sens, french
from inactifs.erreurs import FichierInvalide
from inactifs.procedure import cloture, gestes
from inactifs.procedure.gestes import ACTIVITES, Propos, note_activity
from inactifs.procedure.modele import ISSUES_OFFERTES, Dossier, Eleve, Issue, ReponseMoyen
from inactifs.recherche import Personne
from inactifs.rendu.cases import student_json

REPONSES = tuple(i for i in ISSUES_OFFERTES if i.repondu)


def reponse(
    session: Writing,
    eleve: str | None = None,
    par: ReponseMoyen | None = None,
    *,
    dites: Dites,
) -> None:
    """The student answered the last relance, on a later day or by another means."""
    dites = dites.reviewed(session)
    personne = session.meant(eleve)
    if dites.resultat is None and interactive() and not session.simulation:
        dites, par = _asked(session, personne, dites, par)
    with session.writing_of(personne) as personne:
        propos = dites.propos(Propos(session.jour, Issue.REPONDU, par=par))
        dossier, regles = session.dossier_of(personne), session.classeur.regles
        suite = gestes.answer(dossier, personne.eleve, propos, regles, today())
        relance = next(r for r in reversed(suite.dossier.relances) if r.repondu)
        moyen = par.libelle if par else ""
        phrase = journal.answered(session.jour, relance, moyen)
        session.record(fait := Fait(personne, *suite, phrase))
    dit = "a répondu" if relance.issue is Issue.REPONDU else relance.issue.dit
    reply_with_next(
        session,
        fait,
        f"Réponse de {suite.dossier.eleve} notée : {dit}{moyen and f', {moyen}'}, le "
        f"{french(session.jour)}, à la relance du {french(relance.date)}.",
    )


def _asked(
    session: Session, personne: Personne, dites: Dites, moyen: ReponseMoyen | None
) -> tuple[Dites, ReponseMoyen]:
    """What is missing, asked; then shown and confirmed."""
    session.require_closed()
    cloture.require_open(session.dossier_of(personne))
    if moyen is None:
        moyens = list(ReponseMoyen)
        moyen = moyens[pick("Par quel moyen a-t-il répondu", [m.nom for m in moyens], 1)]
    issue = REPONSES[pick("Qu'en est-il sorti", [i.dit for i in REPONSES])]
    dites = dites.asked(session, issue)
    say(f"{personne.libelle} : {issue.dit}, {moyen.libelle}, le {french(session.jour)}")
    confirm("Écrire dans le classeur")
    return dites, moyen


def recontact(session: Writing, eleve: str | None = None, motif: str | None = None) -> None:
    """Lift « ne plus contacter »: the student agrees again."""
    eleve = ask_eleve(eleve)
    raison = session.reason(motif)

    def lifted(personne: Personne) -> tuple[Dossier | None, Eleve | None]:
        dossier = personne.ouvert or (personne.dossiers[-1] if personne.dossiers else None)
        return gestes.recontact(dossier, personne.eleve, session.jour, raison)

    session.change(eleve, lifted, f"Contact de nouveau accepté : {raison}")


def activity(
    session: Undated, eleve: str | None = None, genre: str | None = None, date_: str | None = None
) -> None:
    """Note one activity by hand; a lesson may be reserved: its day is not the command's."""
    eleve = ask_eleve(eleve)
    genre = ask(genre, f"Quelle activité ({', '.join(ACTIVITES)})", "l'activité")
    activite = choice(ACTIVITES, genre, "Activité")
    sens: Sens = "proche" if activite == "cours" else "passe"
    jour = typed_day(date_, "--date", sens=sens) if date_ else today()
    session.jour = min(jour, today())
    with session.writing_of(session.meant(eleve)) as personne:
        if personne.eleve is None:
            raise FichierInvalide(
                f"{personne.libelle} n'est pas dans la feuille Élèves : l'activité n'a pas de "
                "ligne où aller.",
                "Importez les élèves (« inactifs import eleves »), ou ajoutez la ligne à la main.",
            )
        avant = personne.eleve
        apres = note_activity(avant, activite, jour, today())
        if apres != avant:
            session.record(Fait(personne, None, apres, f"{activite} du {french(jour)}"))
    if apres != avant:
        feminin = "e" if activite in ("connexion", "visite") else ""
        phrases = [f"{personne.libelle} : {activite} du {french(jour)} noté{feminin}."]
        if personne.ouvert is not None:
            phrases.append("Son dossier est ouvert : « inactifs detect » en tiendra compte.")
    else:
        phrases = [f"{personne.libelle} : cette date, ou une plus récente, est déjà notée."]
    session.reply(
        lambda: (
            student_json(apres)
            | {"activite": activite, "date": jour.isoformat(), "ecrit": session.ecrit}
        ),
        *phrases,
    )
