"""``detect``, ``next``, and ``inactifs`` typed alone: where one stands, whom to contact, how."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from inactifs.classeur import journal
from inactifs.classeur.findings import morning_of, to_look_at
from inactifs.classeur.values import Changements
from inactifs.cli.screen import say
from inactifs.cli.session import Reading, Session, Writing, written
from inactifs.depot.disk import kept_beside
from inactifs.erreurs import UsageIncorrect
from inactifs.procedure.matin import Tri, coming
from inactifs.procedure.modele import Etat
from inactifs.rendu.cases import callback_json, step_json
from inactifs.rendu.morning import PREMIERS_PAS, advice, morning_json, render_morning, render_steps
from inactifs.rendu.wording import many


def detect(session: Writing, tri: Tri = Tri.ANCIENNETE, fiche: Path | None = None) -> None:
    """The morning: open cases, note reprises, show what is due (contract, section 3)."""
    suffixe = fiche.suffix.lower() if fiche else ".html"
    if suffixe not in (".html", ".htm", ".pdf"):
        raise UsageIncorrect(
            f"--fiche : « {fiche} » n'est ni une page ni un PDF.",
            "Donnez un nom qui finit par .html ou .pdf.",
        )
    with session.writing():
        classeur = session.classeur
        matin = morning_of(classeur, session.jour, tri)
        dossiers = (*matin.modifies, *matin.nouveaux)
        lignes = [(r.dossier, journal.reprise_seen(r.critere, r.date)) for r in matin.reprises]
        lignes += [(d, journal.sign_seen(d.derniere_activite)) for d in matin.signes_de_vie]
        lignes += [(d, journal.dossier_opened(d.derniere_activite)) for d in matin.nouveaux]
        notes = [session.entry(dossier.eleve, detail) for dossier, detail in lignes]
        notes = notes or [session.entry("", "Échéances mises à jour")]
        session.save(Changements(dossiers=dossiers, journal=notes, situations=matin.situations))
    perimes = session.stale()

    def call_sheet() -> bytes:
        from inactifs.rendu.calls import call_sheet
        from inactifs.rendu.page import html_to_pdf

        dues = [*matin.rappels, *matin.in_state(Etat.A_RELANCER)]
        page = call_sheet(dues, classeur, matin.date)
        return html_to_pdf(page) if suffixe == ".pdf" else page.encode()

    session.reply(
        lambda: (
            morning_json(matin, classeur, perimes)
            | {"classeur": str(session.source.chemin), "ecrit": session.ecrit}
        ),
        *written(fiche, call_sheet, "Fiche d'appels écrite"),
        tables=lambda: render_morning(matin, classeur, to_look_at(classeur, matin), perimes),
    )


def next_steps(
    session: Reading,
    jours: int | None = None,
    responsable: str | None = None,
    ics: Path | None = None,
    details: bool = False,
) -> None:
    """Show the steps due, and those to come."""
    jour, contenu = session.jour, session.classeur
    situations = session.open_situations()
    a_cloturer = [s for s in situations if s.etat is Etat.A_CLOTURER]
    dues = session.steps_of(responsable, coming(situations, jour, jours))
    rappels, etapes = [s for s in dues if s.rappel], [s for s in dues if not s.rappel]

    def agenda() -> bytes:
        from inactifs.rendu.calls import calendar

        return calendar(
            [*rappels, *etapes], contenu.eleve_of, contenu.ecole, datetime.now(), details=details
        )

    session.reply(
        lambda: {
            "date": jour.isoformat(),
            "classeur": str(session.source.chemin),
            "etapes": [session.student(s.dossier) | step_json(s) for s in etapes],
            "a_cloturer": [session.case(s) for s in a_cloturer],
            "rappels": [callback_json(s, contenu.eleve_of(s.dossier)) for s in rappels],
        },
        *session.age_of_imports(),
        *written(ics, agenda, "Calendrier écrit"),
        tables=lambda: render_steps([*rappels, *etapes], contenu, jour, len(a_cloturer)),
    )


def welcome() -> None:
    """Say where the workbook stands today, and what to type next; nothing is written."""
    session = Session("")
    chemin = session.chemin
    phrases = [f"Pas encore de classeur ici ({chemin}). Pour commencer :"]
    conseils = PREMIERS_PAS
    if chemin.exists() or kept_beside(chemin).exists():  # gone: reading it says the way back
        matin = morning_of(session.classeur, session.jour)
        phrases = [
            f"{chemin} : {many(matin.suivis, 'élève suivi')}, "
            f"{len(matin.in_state(Etat.A_RELANCER))} à relancer, "
            f"{len(matin.in_state(Etat.A_CLOTURER))} à clôturer.",
            "Et maintenant :",
        ]
        conseils = (*advice(matin, session.classeur, session.stale()),)[:3]
    largeur = max(len(commande) for commande, _ in conseils)
    say(
        *phrases,
        *(f"  {commande:<{largeur}}  {pourquoi}" for commande, pourquoi in conseils),
        "Toutes les commandes : inactifs --help",
    )
