"""What stands in the tableau's columns and is no case: totals, signatures, notes, rules.

Contract, section 2: such lines are nobody's; they are never written upon.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from inactifs.classeur.locating import Table
from inactifs.classeur.saisie import Muette, read_text, reason_of_silence
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
_NOMMER = "Tapez le nom de l'élève."


class Margins:
    """Follows the rows of a tableau downwards, and keeps aside those that are no case.

    ``fin`` is the last row that is a student's; ``anomalies`` reports the rows kept aside.
    """

    def __init__(self, table: Table, registre: Registre) -> None:
        self.fin = table.place.entete
        self.anomalies: list[Anomalie] = []
        self._table = table
        self._registre = registre
        self._detached = False  # a blank row parts what follows from the last student
        self._elsewhere: list[int] = []  # rows since then with something in other columns only
        self._used = [i for i, e in enumerate(table.lignes[self.fin - 1]) if e != ""]

    def takes(self, ligne: int, eleve: str, numero: str, valeurs: Sequence[object]) -> bool:
        """Whether this row is none of the tableau's: blank, a note, a total, or unknown.

        ``valeurs`` are its known cells: name, number, last activity, dates of relances, then the
        rest. A name or a number that the register knows is a student's in any case.
        """
        if numero or (eleve and not self._is_note(eleve, valeurs, ligne)):
            self.anomalies += map(self._note, self._elsewhere)
            self._elsewhere.clear()
            self.fin, self._detached = ligne, False
            return False
        if not any(read_text(v) for v in valeurs):
            self._detached = self.fin > self._table.place.entete
            rangee = self._table.lignes[ligne - 1]
            if any(read_text(rangee[i]) for i in self._used):
                self._elsewhere.append(ligne)
        elif isinstance(nom := valeurs[0], Muette):
            raison = reason_of_silence(nom)
            self.anomalies.append(self._table.anomalie("eleve", ligne, nom, raison, _NOMMER))
        elif eleve or all(isinstance(v, int | float) for v in valeurs if v != ""):
            self.anomalies.append(self._note(ligne))
        else:
            contenu = next(t for v in valeurs if (t := read_text(v)))
            raison = "la ligne est remplie mais ne dit pas de quel élève il s'agit"
            remede = "Tapez le nom de l'élève ou son numéro, ou effacez la ligne."
            self.anomalies.append(self._table.anomalie("eleve", ligne, contenu, raison, remede))
        return True

    def _is_note(self, eleve: str, valeurs: Sequence[object], ligne: int) -> bool:
        nom = valeurs[0]
        if isinstance(nom, Muette) or header_key(eleve) == "eleve":
            return True
        if any(isinstance(v, str | date) and v != "" for v in valeurs[2:4]):
            return False  # a date was typed on it
        if not isinstance(nom, str) or _SIGNE.search(eleve) or _DEBUT.match(fold(eleve)):
            note = True
        else:
            rangee = self._table.lignes[ligne - 1]
            note = self._detached and sum(v not in ("", None) for v in rangee) == 1
        registre = self._registre
        return note and not (registre.named(eleve) or registre.get(eleve))

    def _note(self, ligne: int) -> Anomalie:
        rangee = self._table.lignes[ligne - 1]
        colonne = next(col for col, v in enumerate(rangee, 1) if read_text(v))
        return Anomalie(
            "avertissement",
            self._table.place.nom,
            cell_name(ligne, colonne),
            read_text(rangee[colonne - 1]),
            "Cette ligne n'est pas celle d'un élève : elle n'est pas lue.",
            "C'est bien si c'est une note ou un total (laissez au-dessus quelques lignes vides : "
            "les nouveaux dossiers s'y mettent) ; sinon, tapez sur la ligne un nom et une date.",
        )
