"""``inactifs`` typed alone: where one stands, and the commands that make sense now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from inactifs.cli.detect import look
from inactifs.cli.screen import say
from inactifs.cli.session import Session
from inactifs.depot.disk import kept_beside
from inactifs.procedure.modele import Etat
from inactifs.registre import as_typed

if TYPE_CHECKING:
    from inactifs.cli.detect import Constat

Conseil = tuple[str, str]
"""A command, and what it is for."""

PREMIERS_PAS: tuple[Conseil, ...] = (
    ('inactifs init --auto-ecole "Auto-école du Port"', "crée le classeur, ou adopte le vôtre"),
    ("inactifs import eleves FICHIER", "vos élèves, puis cours, connexions, contacts"),
    ("inactifs detect", "trouve les élèves inactifs"),
)


def welcome() -> None:
    """Say where the workbook stands today, and what to type next; nothing is written."""
    session = Session("")
    chemin = session.chemin
    if not (chemin.exists() or kept_beside(chemin).exists()):  # else reading it says the way back
        say(f"Pas encore de classeur ici ({chemin}). Pour commencer :")
        _show(PREMIERS_PAS)
        return
    constat = look(session.classeur, chemin, session.jour)
    matin = constat.matin
    say(
        f"{chemin} : {matin.suivis} {'élèves suivis' if matin.suivis > 1 else 'élève suivi'}, "
        f"{len(matin.in_state(Etat.A_RELANCER))} à relancer, "
        f"{len(matin.in_state(Etat.A_CLOTURER))} à clôturer.",
        "Et maintenant :",
    )
    _show(advice(constat)[:3])


def advice(constat: Constat) -> list[Conseil]:
    """The commands that make sense now, the most useful first (three at least)."""
    matin, classeur = constat.matin, constat.classeur
    conseils: list[Conseil] = []
    if classeur.manquants:
        conseils.append(("inactifs init", f"ajoute ce qui manque : {classeur.manquants[0]}"))
    if not matin.suivis:
        return [*conseils, *PREMIERS_PAS[1:], PREMIERS_PAS[0]]
    if constat.perimes:
        canal = constat.perimes[0]
        etat = "est ancien" if classeur.imports.get(canal) else "n'a jamais été fait"
        conseils.append((f"inactifs import {canal} FICHIER", f"l'import « {canal} » {etat}"))
    if matin.nouveaux or matin.modifies:
        conseils.append(("inactifs detect", "la tournée du matin : le tableau n'est pas à jour"))
    if a_relancer := matin.in_state(Etat.A_RELANCER):
        premier = a_relancer[0].dossier
        qui = as_typed(premier.numero, premier.eleve)
        conseils.append((f"inactifs relance message {qui}", f"que dire à {premier.eleve}"))
        conseils.append(("inactifs relance add", "noter un appel, un SMS, un email"))
    if matin.in_state(Etat.A_CLOTURER):
        conseils.append(("inactifs close --tous", "clôturer ceux qui n'ont pas répondu"))
    return [
        *conseils,
        ("inactifs next", "ce qui est à venir"),
        ("inactifs report", "le rapport du mois"),
        ("inactifs check", "ce qui est douteux dans le classeur"),
    ]


def _show(conseils: Sequence[Conseil]) -> None:
    largeur = max(len(commande) for commande, _ in conseils)
    say(
        *(f"  {commande:<{largeur}}  {pourquoi}" for commande, pourquoi in conseils),
        "Toutes les commandes : inactifs --help",
    )
