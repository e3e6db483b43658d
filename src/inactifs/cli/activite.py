"""``activite add``: one activity by hand."""

from __future__ import annotations

from typing import Annotated

import typer

from inactifs.classeur.valeurs import Changements
from inactifs.cli.options import (
    ArgEleve,
    OptClasseur,
    OptDate,
    OptJson,
    OptSimulation,
    one_of,
    today,
    typed_day,
)
from inactifs.cli.questions import ask, ask_eleve
from inactifs.cli.session import Session
from inactifs.dates import Sens, french
from inactifs.erreurs import FichierInvalide
from inactifs.procedure.gestes import ACTIVITES, note_activity
from inactifs.rendu.cases import student_json

ArgActivite = Annotated[
    str | None,
    typer.Argument(metavar="ACTIVITÉ", help=f"{', '.join(ACTIVITES)} (venant de l'élève)."),
]


def add(
    eleve: ArgEleve = None,
    genre: ArgActivite = None,
    date_: OptDate = None,
    classeur: OptClasseur = None,
    json_: OptJson = False,
    simulation: OptSimulation = False,
) -> None:
    """Note one activity by hand; a lesson may be reserved: its day is not the command's."""
    eleve = ask_eleve(eleve)
    genre = ask(genre, f"Quelle activité ({', '.join(ACTIVITES)})", "l'activité")
    activite = one_of(genre, ACTIVITES, "Activité")
    sens: Sens = "proche" if activite == "cours" else "passe"
    jour = typed_day(date_, "--date", sens=sens) if date_ else today()
    session = Session("activite add", classeur, simulation=simulation)
    session.jour = min(jour, today())
    personne = session.meant(eleve)
    with session.writing():
        personne = session.again(personne)
        if personne.eleve is None:
            raise FichierInvalide(
                f"{personne.libelle} n'est pas dans la feuille Élèves : l'activité n'a pas de "
                "ligne où aller.",
                "Importez les élèves (« inactifs import eleves »), ou ajoutez la ligne à la main.",
            )
        avant = personne.eleve
        apres = note_activity(avant, activite, jour, today())
        if apres != avant:
            detail = f"{activite} du {french(jour)}"
            journal = [session.entry(avant.nom_complet, detail)]
            session.save(Changements(eleves=[apres], journal=journal))
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
