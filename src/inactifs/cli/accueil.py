"""``inactifs`` typed alone: where one stands, and the commands that make sense now."""

from __future__ import annotations

from inactifs.cli.commun import read, say, today, workbook_path
from inactifs.procedure.modele import Etat


def welcome() -> None:
    """Say where the workbook stands today, and what to type next; nothing is written."""
    from inactifs.cli.matin import look

    chemin = workbook_path(None)
    if not chemin.exists():
        say(
            f"Pas encore de classeur ici ({chemin}). Pour commencer :",
            '  inactifs init --auto-ecole "Nom de l\'auto-école"',
            "  inactifs import eleves FICHIER   (puis cours, connexions, contacts)",
            "  inactifs detect",
        )
        return
    source, contenu = read(chemin)
    matin = look(contenu, source.chemin, today()).matin
    say(
        f"{chemin} : {matin.suivis} élèves suivis, "
        f"{len(matin.in_state(Etat.A_RELANCER))} à relancer, "
        f"{len(matin.in_state(Etat.A_CLOTURER))} à clôturer.",
        "Et maintenant :",
        "  inactifs detect        la tournée du matin",
        "  inactifs relance add   noter un appel, un SMS, un email",
        "  inactifs next          ce qui est dû et à venir",
        "Toutes les commandes : inactifs --help",
    )
