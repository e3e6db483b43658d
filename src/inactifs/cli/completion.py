"""TAB on a student's name: only the register's names are read."""

from __future__ import annotations

import os
from pathlib import Path

CLASSEUR_PAR_DEFAUT = "suivi_eleves.xlsx"


def names_like(incomplete: str) -> list[tuple[str, str]]:
    """The (name, number) of the students of whom each typed word begins a word of the name.

    Nothing at all on any fault: a completion must never print an error in the command line.
    """
    from inactifs.erreurs import ErreurInactifs
    from inactifs.registre import name_words

    chemin = Path(os.environ.get("INACTIFS_CLASSEUR") or CLASSEUR_PAR_DEFAUT)
    try:
        from inactifs.classeur.lecture import read_eleves_only

        eleves = read_eleves_only(chemin.read_bytes())
    except (OSError, ErreurInactifs):
        return []
    tapes = name_words(incomplete)
    trouves = []
    for numero, nom, prenom in eleves:
        complet = f"{nom} {prenom}".strip()
        mots = name_words(complet)
        if numero.startswith(incomplete) or all(any(m.startswith(t) for m in mots) for t in tapes):
            trouves.append((complet, numero))
    return trouves[:100]
