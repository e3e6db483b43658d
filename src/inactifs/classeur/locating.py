"""Where the tables lie (sheets by name, columns by header, whatever surrounds them), and their
rows as fields, read as the schema says of each column.

Contract, section 2, for how names are compared. What a cell does not let be read is empty, and
noted with its cell; nothing raises.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from itertools import islice
from typing import NamedTuple, TypeVar

from inactifs.classeur.cells import (
    Muette,
    read_day,
    read_neph,
    read_phone,
    read_text,
    reason_of_silence,
)
from inactifs.classeur.schema import ELEVES, Feuille, Nature, header_key
from inactifs.classeur.values import Anomalie, Place
from inactifs.dates import ANNEES
from inactifs.ooxml.references import cell_name

Lignes = Sequence[Sequence[object]]

LIGNES_DE_TITRE = 30
"""How many rows are searched for the headers."""

_PARENTHESES = re.compile(r"\([^)]*\)")
_VARIANTES = {
    "eleve": ("eleves", "nomdeleleve", "nometprenom", "nomprenom", "nomprenomdeleleve", "nom"),
    "numero": ("numeroeleve", "noeleve", "numeleve", "ndeleleve", "numerodeleleve"),
    "derniere_activite": ("derniereactivite", "datederniereactivite"),
    "dates_relances": ("datesrelances", "datederelance", "datesdesrelances",
                       "relances"),
    "moyens": ("moyen", "moyens", "moyenutilise"),
    "commentaire": ("commentaires",),
    "nom": ("nomdefamille", "nomdeleleve"),
    "prenom": ("prenoms", "prenomdeleleve"),
    "neph": ("numeroneph", "nneph", "noneph"),
    "telephone": ("tel", "portable", "mobile", "telephoneportable", "telportable"),
    "email": ("mail", "courriel", "adresseemail", "adressemail", "mel"),
    "inscrit_le": ("dateinscription", "datedinscription", "inscription"),
    "cloture_le": ("datedecloture",),
    "detecte_le": ("datededetection",),
}  # fmt: skip
"""Other headers by which a column is known, when none bears its own."""
_NUMERO_SEUL = ("n", "no", "num", "numero")
"""The register's only: in a tableau, a column « N° » often just counts the rows."""


def header_row(
    lignes: Iterable[Sequence[object]], feuille: Feuille, profondeur: int = LIGNES_DE_TITRE
) -> tuple[int, dict[str, int]]:
    """The row, among the first ``profondeur``, with the most known headers, the first of them if
    several; and the column of each field in it. (0, {}) when no header is known."""
    meilleure: dict[str, int] = {}
    entete = 0
    for numero, ligne in enumerate(islice(lignes, profondeur), start=1):
        colonnes = match_headers(ligne, feuille)
        if len(colonnes) > len(meilleure):
            meilleure, entete = colonnes, numero
    return entete, meilleure


@cache
def header_keys(entete: str) -> frozenset[str]:
    """The keys under which a header is known: whole, and without what is in parentheses."""
    cles = {header_key(entete), header_key(_PARENTHESES.sub("", entete))}
    return frozenset(cles - {""})


def match_headers(ligne: Sequence[object], feuille: Feuille) -> dict[str, int]:
    """The column (1 for the first) of each field of ``feuille`` that has its header in a row."""
    connus = known_headers(feuille)
    variantes = _known_variants(feuille)
    colonnes: dict[str, int] = {}
    autres: dict[str, int] = {}
    for colonne, valeur in enumerate(ligne, start=1):
        if not isinstance(valeur, str) or not valeur or len(valeur) > 100:
            continue
        for cle in header_keys(valeur):
            if cle in connus:
                colonnes.setdefault(connus[cle], colonne)
            elif cle in variantes:
                autres.setdefault(variantes[cle], colonne)
    prises = set(colonnes.values())
    for champ, colonne in autres.items():
        if colonne not in prises:
            colonnes.setdefault(champ, colonne)
    return colonnes


@cache
def known_headers(feuille: Feuille) -> dict[str, str]:
    """The field of each key that the sheet's own headers give."""
    return {cle: c.champ for c in feuille.colonnes for cle in header_keys(c.entete)}


@cache
def _known_variants(feuille: Feuille) -> dict[str, str]:
    connus = known_headers(feuille)
    variantes = {
        variante: c.champ
        for c in feuille.colonnes
        for variante in _VARIANTES.get(c.champ, ())
        if variante not in connus
    }
    if feuille is ELEVES:
        variantes |= dict.fromkeys(_NUMERO_SEUL, "numero")
    return variantes


_TRANCHE = 2048
"""Rows whose cells a processor keeps at hand, while one column after the other is taken."""


class Table(NamedTuple):
    """A table found in a sheet: its place, and every row of that sheet, the first one first.

    All rows have the same width. ``doubles`` are the cells (row, column) of headers that
    repeat another one.
    """

    place: Place
    lignes: Lignes
    doubles: tuple[tuple[int, int], ...] = ()

    @property
    def corps(self) -> Lignes:
        """The rows below the header, the first of which is ``place.entete + 1``."""
        return self.lignes[self.place.entete : self.place.derniere]

    def columns(self, champs: Iterable[str]) -> list[list[object]]:
        """The cells of each field below the header; empty ones where the column is missing."""
        corps = self.corps
        positions = [self.place.colonnes.get(champ) for champ in champs]
        colonnes: list[list[object]] = [[] for _ in positions]
        for debut in range(0, len(corps), _TRANCHE):
            lignes = corps[debut : debut + _TRANCHE]
            for colonne, p in zip(colonnes, positions, strict=True):
                colonne += [ligne[p - 1] for ligne in lignes] if p else [""] * len(lignes)
        return colonnes

    def anomalie(
        self,
        champ: str,
        ligne: int,
        contenu: object,
        raison: str,
        remede: str = "",
        *,
        gravite: str = "erreur",
    ) -> Anomalie:
        """An anomaly of the cell of ``champ`` in a row (of the row when the column is missing).

        ``raison`` may be a fragment: it is made a sentence.
        """
        colonne = self.place.colonnes.get(champ) or min(self.place.colonnes.values())
        cellule = cell_name(ligne, colonne)
        contenu = read_text(contenu)
        return Anomalie(gravite, self.place.nom, cellule, contenu, sentence(raison), remede)


def find_table(
    nom: str,
    lignes: Lignes,
    feuille: Feuille,
    requis: Collection[str],
    *,
    profondeur: int = LIGNES_DE_TITRE,
) -> Table | None:
    """The table of ``feuille`` in the rows of a sheet called ``nom``.

    Its header is the row, among the first ``profondeur``, with the most known headers, the
    first of them if several; None when the best one lacks a field of ``requis``.
    """
    entete, meilleure = header_row(lignes, feuille, profondeur)
    if not meilleure or any(champ not in meilleure for champ in requis):
        return None
    derniere = _last_row(lignes, entete, meilleure.values())
    fin = _last_row(lignes[:derniere], entete, [meilleure[champ] for champ in requis])
    bas = _last_row(lignes, max(derniere, entete), range(1, len(lignes[0]) + 1))
    place = Place(nom, entete, meilleure, derniere, fin, bas)
    return Table(place, lignes, _repeated(lignes[entete - 1], entete, feuille, meilleure))


def sentence(fragment: str) -> str:
    """A fragment with its capital and its full stop."""
    return f"{fragment[:1].upper()}{fragment[1:].rstrip('.')}{'' if fragment[-1:] == '?' else '.'}"


def _last_row(lignes: Lignes, entete: int, colonnes: Iterable[int]) -> int:
    positions = [c - 1 for c in colonnes]
    for numero in range(len(lignes), entete, -1):
        ligne = lignes[numero - 1]
        if any(ligne[p] != "" for p in positions):
            return numero
    return entete


def _repeated(
    ligne: Sequence[object], entete: int, feuille: Feuille, colonnes: dict[str, int]
) -> tuple[tuple[int, int], ...]:
    connus = known_headers(feuille)
    return tuple(
        (entete, colonne)
        for colonne, valeur in enumerate(ligne, start=1)
        if isinstance(valeur, str)
        and (champs := {connus[c] for c in header_keys(valeur) if c in connus})
        and not any(colonnes[champ] == colonne for champ in champs)
    )


T = TypeVar("T")

REMEDE_DATE = "Tapez une date comme 24/11/2026."
_PREMIERE, _DERNIERE = ANNEES
_LECTEURS: dict[str, Callable[[object], str]] = {"telephone": read_phone, "neph": read_neph}


class Row:
    """A row; ``faults`` gathers what cannot be read of it.

    ``valeurs`` are its cells by field, ``remedes`` the mends that are not that of a date.
    """

    __slots__ = ("faults", "ligne", "remedes", "table", "valeurs")

    def __init__(
        self, table: Table, ligne: int, valeurs: dict[str, object], remedes: Mapping[str, str]
    ) -> None:
        self.table = table
        self.ligne = ligne
        self.valeurs = valeurs
        self.remedes = remedes
        self.faults: list[Anomalie] = []

    def fields(self, feuille: Feuille) -> dict[str, object]:
        """The texts and the days of every column of the sheet, by field."""
        return {
            c.champ: self.day(c.champ) if c.nature is Nature.DATE else self.text(c.champ)
            for c in feuille.colonnes
        }

    def text(self, champ: str) -> str:
        """A text; empty, and said, where the cell shows no value."""
        valeur = self.valeurs[champ]
        if valeur.__class__ is str:
            return valeur.strip()
        if isinstance(valeur, Muette):
            remede = "Tapez la valeur à la place de la formule."
            self.note(champ, reason_of_silence(valeur), remede, gravite="avertissement")
            return ""
        return _LECTEURS.get(champ, read_text)(valeur)

    def day(self, champ: str) -> date | None:
        """A day, None when the cell is empty."""
        valeur = self.valeurs[champ]
        if valeur == "":
            return None
        if valeur.__class__ is date and _PREMIERE <= valeur.year <= _DERNIERE:
            return valeur
        return self.attempt(champ, lambda: read_day(valeur))

    def attempt(self, champ: str, lire: Callable[[], T]) -> T | None:
        """What ``lire`` makes of a cell, None when it cannot be read."""
        try:
            return lire()
        except ValueError as faute:
            self.note(champ, str(faute))
            return None

    def note(self, champ: str, raison: str, remede: str = "", *, gravite: str = "erreur") -> None:
        """Something wrong with a cell of the row."""
        remede = remede or self.remedes.get(champ, REMEDE_DATE)
        contenu = self.valeurs[champ]
        self.faults.append(
            self.table.anomalie(champ, self.ligne, contenu, raison, remede, gravite=gravite)
        )

    @property
    def unreadable(self) -> Anomalie | None:
        """The first cell that cannot be used, if any."""
        return next((a for a in self.faults if a.gravite == "erreur"), None)


def rows(table: Table, feuille: Feuille, remedes: Mapping[str, str] | None = None) -> Iterator[Row]:
    """The rows below the header of a table, blank ones included."""
    champs = [c.champ for c in feuille.colonnes]
    colonnes = table.columns(champs)
    for ligne, valeurs in enumerate(zip(*colonnes, strict=True), table.place.entete + 1):
        yield Row(table, ligne, dict(zip(champs, valeurs, strict=True)), remedes or {})
