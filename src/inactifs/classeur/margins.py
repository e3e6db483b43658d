"""What stands in the tableau's columns and is no case: totals, signatures, notes, rules.

Contract, section 2: such lines are nobody's; they are never written upon.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from inactifs.classeur.locating import Table
from inactifs.classeur.saisie import Muette, read_text
from inactifs.classeur.schema import header_key
from inactifs.classeur.valeurs import Anomalie
from inactifs.mots import fold
from inactifs.ooxml.references import cell_name
from inactifs.registre import Registre

_SIGNE = re.compile(r"[:=|]|^[^\w(]|^\d")
"""What no name holds, or begins with."""
_DEBUT = re.compile(
    r"(?:total|totaux|sous-total|moyenne|nombre|nb|effectif|signatures?|visa|legende|notes?|"
    r"mise? a jour|vu par|vu le|lu et approuve|edite le|imprime le|fait a|fait le|page \d|"
    r"remarques?|nota)\b"
)
"""How such lines begin, once case and accents are put aside."""


def is_nobody(
    eleve: str,
    valeurs: Sequence[object],
    rangee: Sequence[object],
    detached: bool,
    registre: Registre,
) -> bool:
    """Whether a row without a number is none of the tableau's.

    Args:
        eleve: the text of the column ÉLÈVE, not empty.
        valeurs: the known cells: name, number, last activity, dates of relances, then the rest.
        rangee: all the cells of the row.
        detached: a blank row parts it from the last student above.
        registre: a name or a number that it knows is a student's in any case.
    """
    nom = valeurs[0]
    if isinstance(nom, Muette) or header_key(eleve) == "eleve":
        return True
    if registre.named(eleve) or registre.get(eleve) is not None:
        return False
    if any(isinstance(v, str | date) and v != "" for v in valeurs[2:4]):
        return False  # a date was typed on it
    if _SIGNE.search(eleve) or _DEBUT.match(fold(eleve)) or not isinstance(nom, str):
        return True
    return detached and sum(v not in ("", None) for v in rangee) == 1


def is_total(valeurs: Sequence[object]) -> bool:
    """Whether a row without name nor number holds numbers only."""
    return all(isinstance(v, int | float) for v in valeurs if v != "")


def note_found(table: Table, ligne: int) -> Anomalie:
    """A row that is nobody's, at its first cell."""
    rangee = table.lignes[ligne - 1]
    colonne = next(col for col, v in enumerate(rangee, 1) if v not in ("", None))
    return Anomalie(
        "avertissement",
        table.place.nom,
        cell_name(ligne, colonne),
        read_text(rangee[colonne - 1]),
        "Cette ligne n'est pas celle d'un élève : elle n'est pas lue.",
        "C'est bien si c'est une note ou un total (laissez au-dessus quelques lignes vides : les "
        "nouveaux dossiers s'y mettent) ; sinon, tapez sur la ligne un nom et une date.",
    )
