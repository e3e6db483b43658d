"""The outcomes of a dossier that is not given up: ``reprise``, ``pause``, ``reopen``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inactifs.cli.options import ArgEleve, OptJusquAu, OptMotif, typed_day
from inactifs.cli.questions import ask, ask_eleve
from inactifs.cli.session import Session, Writing
from inactifs.dates import french
from inactifs.procedure import cloture, gestes
from inactifs.procedure.modele import Dossier, Eleve
from inactifs.recherche import require_readable

if TYPE_CHECKING:
    from inactifs.recherche import Personne


def reprise(session: Writing, eleve: ArgEleve = None) -> None:
    """End a case as reprise."""
    session.change(
        eleve,
        lambda travail, personne: cloture.end_as_reprise(
            travail.dossier_of(personne), personne.eleve, travail.jour
        ),
        "Reprise notée",
    )


def pause(
    session: Writing, eleve: ArgEleve = None, jusqu_au: OptJusquAu = None, motif: OptMotif = None
) -> None:
    """Suspend a case."""
    eleve = ask_eleve(eleve)
    jusqu_au = ask(jusqu_au, "Jusqu'à quelle date comprise", "--jusqu-au JOUR")
    fin = typed_day(jusqu_au, "--jusqu-au", sens="futur", depuis=session.jour)
    raison = session.without_private(ask(motif, "Pourquoi", '--motif "…"'))
    session.change(
        eleve,
        lambda travail, personne: gestes.pause(
            travail.dossier_of(personne), personne.eleve, fin, travail.jour, raison
        ),
        f"Suspendu jusqu'au {french(fin)} : {raison}",
    )


def reopen(session: Writing, eleve: ArgEleve = None, motif: OptMotif = None) -> None:
    """Open again a case that ended."""
    eleve = ask_eleve(eleve)
    raison = session.without_private(ask(motif, "Pourquoi", '--motif "…"'))
    session.change(
        eleve,
        lambda travail, personne: _reopened(travail, personne, raison),
        f"Dossier rouvert : {raison}",
    )


def _reopened(session: Session, personne: Personne, motif: str) -> tuple[Dossier, Eleve | None]:
    require_readable(personne)
    if not personne.dossiers:
        session.dossier_of(personne)  # says that there is none
    dossier = personne.dossiers[-1]  # the open one, if there is one: it is refused
    return cloture.reopen(dossier, personne.eleve, session.jour, session.classeur.regles, motif)
