"""Where a workbook still speaks of people whose cells were emptied.

The school's own sheets, columns, charts and pivot caches are not the tool's to change: they are
searched for names, phone numbers, NEPH and addresses, and pointed at.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from inactifs.classeur.locating import Table
from inactifs.classeur.saisie import read_text
from inactifs.classeur.schema import ELEVES, TABLEAU
from inactifs.classeur.source import Source
from inactifs.ooxml.erasure import texts_around
from inactifs.ooxml.references import cell_name, letters
from inactifs.procedure.modele import Eleve
from inactifs.registre import name_words

Mots = tuple[str, ...]

_CHIFFRES = re.compile(r"\D+")
_ADRESSE = re.compile(r"[\w.+'-]+@[\w.-]+\w")
_LIEUX = (
    ("pivot", "tableau croisé dynamique"),
    ("slicer", "segment"),
    ("timeline", "chronologie"),
    ("chart", "graphique"),
    ("drawing", "dessin ou zone de texte"),
    ("comment", "note de cellule"),
    ("externallink", "liaison vers un autre classeur"),
    ("querytable", "requête"),
    ("connections", "connexion de données"),
    ("customxml", "données XML jointes"),
    ("docprops", "propriétés du document"),
    ("tables/", "tableau Excel (filtre ou en-tête)"),
    ("worksheets/", "feuille (filtre, validation, lien ou en-tête de page)"),
    ("workbook.xml", "nom défini"),
)
"""What the school calls a part, by what its name contains."""


@dataclass(frozen=True, slots=True)
class Reste:
    """A place to be looked at, that names nobody: a sheet with some of its cells, or a part."""

    lieu: str
    cellules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Identites:
    """What gives away those who leave, less what those who stay share with them.

    ``complets`` gives the whole names by their longest word; ``noms`` are family names, which
    say something where they stand alone; ``gardes`` are the whole names of those who stay.
    """

    complets: Mapping[str, tuple[Mots, ...]]
    noms: frozenset[Mots]
    telephones: frozenset[str]
    nephs: frozenset[str]
    emails: frozenset[str]
    gardes: frozenset[Mots]

    @classmethod
    def of(
        cls,
        partants: Iterable[Eleve],
        noms: Iterable[str],
        restants: Iterable[Eleve],
        noms_restants: Iterable[str],
    ) -> Identites:
        """From the students who leave and stay, and the names that the tableau gives them."""
        partants, restants = list(partants), list(restants)
        gardes = {name_words(n) for n in (*noms_restants, *(e.nom_complet for e in restants))}
        complets: dict[str, tuple[Mots, ...]] = {}
        for nom in {*noms, *(e.nom_complet for e in partants)}:
            mots = name_words(nom)
            if len(mots) > 1 and mots not in gardes:
                cle = max(mots, key=len)
                complets[cle] = (*complets.get(cle, ()), mots)
        seuls = {name_words(e.nom) for e in partants} | {name_words(n) for n in noms}
        seuls -= {name_words(t) for e in restants for t in (e.nom, e.prenom)} | gardes
        return cls(
            complets,
            frozenset(m for m in seuls if len("".join(m)) > 2),
            frozenset(_phones(partants) - _phones(restants)),
            frozenset(_digits(e.neph) for e in partants if len(_digits(e.neph)) >= 10),
            frozenset(
                {e.email.casefold() for e in partants if "@" in e.email}
                - {e.email.casefold() for e in restants}
            ),
            frozenset(gardes),
        )

    def in_text(self, texte: str) -> bool:
        """Whether a text gives somebody away."""
        mots = name_words(texte)
        if mots in self.noms:
            return True
        ici = set(mots)
        if any(ici.issuperset(c) for m in ici for c in self.complets.get(m, ())):
            return True
        if "@" in texte and any(a.casefold() in self.emails for a in _ADRESSE.findall(texte)):
            return True
        chiffres = _digits(texte)
        return len(chiffres) >= 9 and (
            chiffres in self.nephs or chiffres[-9:] in self.telephones or self._one_of(texte)
        )

    def _one_of(self, texte: str) -> bool:
        """Whether one of several numbers in a text is a phone number or a NEPH of theirs."""
        return any(
            (n := _digits(m)) in self.nephs or n[-9:] in self.telephones
            for m in re.findall(r"\+?\d[\d .-]{7,}\d", texte)
        )


def find_remains(
    data: bytes, nom: str, identites: Identites, sues: Collection[tuple[str, int, int]] = ()
) -> Iterator[Reste]:
    """The places of a workbook where somebody is still to be recognised.

    Args:
        data: the workbook; ``nom`` is its name, for errors.
        identites: what gives those who leave away.
        sues: the cells (sheet, row, column) that are known to speak of somebody who stays.

    Raises:
        FichierInvalide: the workbook cannot be read.
    """
    connu = lru_cache(maxsize=50_000)(identites.in_text)
    source = Source(data, nom)
    for feuille in source.feuilles:
        cellules = tuple(
            cell_name(ligne, colonne)
            for ligne, valeurs in enumerate(source.rows(feuille), start=1)
            for colonne, valeur in enumerate(valeurs, start=1)
            if valeur != ""
            and isinstance(valeur, str | float)
            and connu(read_text(valeur))
            and (feuille, ligne, colonne) not in sues
        )
        if cellules:
            yield Reste(f"feuille « {feuille} »", cellules)
    parts = dict.fromkeys(part for part, texte in texts_around(data) if connu(texte))
    yield from (Reste(f"{_kind(part)} ({part})") for part in parts)


def school_columns(
    tables: Mapping[str, Table], lignes: Iterable[tuple[str, int]]
) -> Iterator[Reste]:
    """The columns that the school added to the register and the tableau, where these rows have
    something in them."""
    par_feuille: dict[str, list[int]] = {}
    for feuille, ligne in lignes:
        par_feuille.setdefault(feuille, []).append(ligne)
    for nom in (ELEVES.nom, TABLEAU.nom):
        if (table := tables.get(nom)) is None:
            continue
        connues = set(table.place.colonnes.values())
        for colonne, entete in enumerate(table.lignes[table.place.entete - 1], start=1):
            if colonne in connues:
                continue
            cellules = tuple(
                cell_name(ligne, colonne)
                for ligne in sorted(par_feuille.get(nom, ()))
                if table.lignes[ligne - 1][colonne - 1] != ""
            )
            if cellules:
                titre = read_text(entete) or letters(colonne)
                yield Reste(f"feuille « {table.place.nom} », colonne « {titre} »", cellules)


def _kind(part: str) -> str:
    return next((nom for mot, nom in _LIEUX if mot in part.casefold()), "partie du classeur")


def _phones(eleves: Iterable[Eleve]) -> set[str]:
    """The last nine digits: 06 01 02 03 04 and +33 6 01 02 03 04 are one."""
    return {_digits(e.telephone)[-9:] for e in eleves if len(_digits(e.telephone)) >= 9}


def _digits(texte: str) -> str:
    return _CHIFFRES.sub("", texte)
