"""The rows of the Tableau de suivi → dossiers, unreadable rows, anomalies.

What stands in its columns and is no case (totals, signatures, notes, rules) is nobody's: it is
kept aside, and never written upon (contract, section 2).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from inactifs.classeur.cells import (
    Muette,
    pair,
    read_moyens,
    read_rappel,
    read_relance_days,
    read_resultat,
    read_text,
    reason_of_silence,
)
from inactifs.classeur.locating import Row, Table, rows
from inactifs.classeur.schema import TABLEAU, header_key
from inactifs.classeur.values import Anomalie, LigneIllisible
from inactifs.mots import fold
from inactifs.ooxml.references import cell_name
from inactifs.procedure.modele import Dossier, Relance
from inactifs.registre import Registre

_REMEDES = {
    "dates_relances": "Tapez une date par ligne dans la cellule, comme 24/11/2026, dans l'ordre.",
    "moyens": "Tapez un moyen par date, dans le même ordre, un par ligne : SMS, Téléphone, "
    "Message vocal, Email ou Courrier, suivi de (répondu) si l'élève a répondu.",
    "resultat": "Tapez REPRISE ou ABANDON, ou videz la cellule.",
    "eleve": "Tapez le nom de l'élève.",
    "numero": "Tapez le numéro de l'élève, ou videz la cellule.",
    "a_rappeler_le": "Tapez un jour, avec l'heure s'il y en a une, comme 26/11/2026 18:00.",
}
_CALCULES = ("echeance", "etape", "responsable")
_CHAMPS = (
    "eleve",
    "numero",
    *(c.champ for c in TABLEAU.colonnes if c.champ not in ("eleve", "numero", *_CALCULES)),
)
"""What tells whether a row is a student's: the computed columns do not."""


class TableauLu(NamedTuple):
    """What the tableau says, row by row. ``anomalies`` includes those of ``illisibles``;
    ``fin`` is the last row that is a student's (the header's if none is)."""

    dossiers: tuple[Dossier, ...]
    illisibles: tuple[LigneIllisible, ...]
    anomalies: tuple[Anomalie, ...]
    fin: int


def read_tableau(table: Table, registre: Registre) -> TableauLu:
    """Every row of the tableau; the register gives the name where only the number is typed."""
    dossiers: list[Dossier] = []
    illisibles: list[LigneIllisible] = []
    anomalies: list[Anomalie] = []
    margins = Margins(table, registre)
    for rangee in rows(table, TABLEAU, _REMEDES):
        valeurs = rangee.valeurs
        numero = read_text(valeurs["numero"])
        eleve = " ".join(read_text(valeurs["eleve"]).split())
        if margins.takes(rangee.ligne, eleve, numero, tuple(valeurs[c] for c in _CHAMPS)):
            continue
        if not eleve:
            connu = registre.get(numero)
            eleve = connu.nom_complet if connu and connu.nom_complet else numero
        dossier = _read(rangee, eleve, numero)
        anomalies += rangee.faults
        if (faute := rangee.unreadable) is None:
            dossiers.append(dossier)
        else:
            illisibles.append(LigneIllisible(rangee.ligne, eleve, numero, dossier.ouvert, faute))
    anomalies += margins.anomalies
    return TableauLu(tuple(dossiers), tuple(illisibles), tuple(anomalies), margins.fin)


def _read(rangee: Row, eleve: str, numero: str) -> Dossier:
    """The dossier; what cannot be read in it is empty, and noted."""
    valeurs = rangee.valeurs
    for champ in ("eleve", "numero"):
        if isinstance(valeur := valeurs[champ], Muette):
            rangee.note(champ, reason_of_silence(valeur))
    derniere_activite = rangee.day("derniere_activite")
    relances = _relances(rangee, derniere_activite)
    depuis = relances[-1].date if relances else derniere_activite
    rappel = valeurs["a_rappeler_le"]
    return Dossier(
        eleve=eleve,
        numero=numero,
        derniere_activite=derniere_activite,
        relances=relances,
        resultat=rangee.attempt("resultat", lambda: read_resultat(valeurs["resultat"])),
        commentaire=_as_typed(valeurs["commentaire"]),
        detecte_le=rangee.day("detecte_le"),
        suspendu_jusqu_au=rangee.day("suspendu_jusqu_au"),
        a_rappeler_le=rangee.attempt("a_rappeler_le", lambda: read_rappel(rappel, depuis)),
        cause=read_text(valeurs["cause"]),
        cloture_le=rangee.day("cloture_le"),
        ligne=rangee.ligne,
    )


def _as_typed(valeur: object) -> str:
    return valeur if type(valeur) is str else read_text(valeur)


def _relances(rangee: Row, derniere_activite: date | None) -> tuple[Relance, ...]:
    dates, moyens = rangee.valeurs["dates_relances"], rangee.valeurs["moyens"]
    if dates == "" and moyens == "":
        return ()
    if isinstance(moyens, Muette):
        rangee.note("moyens", reason_of_silence(moyens))
        return ()
    jours = rangee.attempt("dates_relances", lambda: read_relance_days(dates, derniere_activite))
    if jours is None:
        return ()
    texte = read_text(moyens)
    relances = rangee.attempt("moyens", lambda: pair(jours, read_moyens(texte)))
    if relances and not texte:
        raison = "les moyens de ces relances ne sont pas indiqués"
        rangee.note("moyens", raison, gravite="avertissement")
    return tuple(relances or ())


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
