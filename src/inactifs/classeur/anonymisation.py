"""People whose time is over → their cells, and all that hangs on them, without their name.

The row of a case keeps its dates, means, outcome and cause, so that the figures of past months
stay right; the person's number becomes a random one, the same in the tableau, the register and
the journal. What is not the tool's (columns, sheets, charts, pivot caches of the school's) is
searched for names, numbers and addresses, and pointed at.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from inactifs.classeur.adoption import complete
from inactifs.classeur.cells import read_text
from inactifs.classeur.locating import Table, rows
from inactifs.classeur.reading import locate_tables, read_classeur
from inactifs.classeur.schema import ELEVES, JOURNAL, TABLEAU, Feuille, Purge
from inactifs.classeur.source import Source
from inactifs.classeur.values import Classeur, EntreeJournal, all_or_nothing
from inactifs.classeur.writing import write_journal, write_rows
from inactifs.mots import simplify
from inactifs.ooxml.cell_xml import CellValue
from inactifs.ooxml.erasure import erase, texts_around, unreadable_parts
from inactifs.ooxml.references import cell_name, letters
from inactifs.ooxml.workbook import Workbook
from inactifs.procedure.modele import Dossier, Eleve
from inactifs.procedure.retention import neutral_comment, neutral_name, neutral_number
from inactifs.registre import name_words, number_key

NOTE_EFFACEE = "Note effacée : élève anonymisé."
_SANS_NOM = "—"
_SANS_TEXTE_LIBRE = ("detect", "relance add", "activite add")
"""The commands of which the journal's detail holds nothing that somebody typed."""
_QUI = ("numero", "nom", "prenom", "neph", "telephone", "email", "eleve")

Rangees = dict[int, dict[str, CellValue]]
Cellules = dict[str, Rangees]


@dataclass(frozen=True, slots=True)
class Partant:
    """Somebody to anonymise: the register's student, if it knows one, and their closed cases."""

    eleve: Eleve | None
    dossiers: tuple[Dossier, ...]

    @property
    def noms(self) -> set[str]:
        """The names under which the workbook knows them."""
        noms = {d.eleve for d in self.dossiers}
        return noms | ({self.eleve.nom_complet} if self.eleve else set())


@dataclass(frozen=True, slots=True)
class Anonymisation:
    """The workbook without them, and what was done.

    ``journal`` counts its lines changed, ``homonymes`` those left because somebody who stays
    bears the same name. ``colonnes`` are the school's own columns that say something of them,
    ``restes`` the other places where a name is still to be seen, ``incorpores`` the embedded
    documents that were not looked into; all three are for the school to empty.
    """

    data: bytes
    journal: int
    homonymes: int
    notes: int
    liens: int
    colonnes: tuple[Reste, ...]
    restes: tuple[Reste, ...]
    incorpores: tuple[str, ...]


def anonymise(
    data: bytes,
    nom: str,
    classeur: Classeur,
    partants: Sequence[Partant],
    entrees: Iterable[EntreeJournal],
) -> Anonymisation:
    """The workbook ``data``, which ``classeur`` says, without these people, none of whom has an
    open case; ``entrees`` are added to its journal. ``nom`` is its name, for errors.

    Raises:
        FichierInvalide: a cell that must be written holds a formula or is merged, or its sheet
            is protected.
    """
    if classeur.manquants:
        data = complete(data, nom)
        classeur = read_classeur(data, nom)
    tables = locate_tables(Source(data, nom))
    codes = dict(zip(partants, _codes(classeur), strict=False))
    identites = _identities(classeur, partants)
    cellules = _rows(classeur, codes)
    cellules[JOURNAL.nom], homonymes = _journal(tables.get(JOURNAL.nom), codes, identites)
    livre = Workbook(data)
    with all_or_nothing():
        for feuille in (ELEVES, TABLEAU, JOURNAL):
            write_rows(livre, classeur, feuille, cellules[feuille.nom].items())
        write_journal(livre, classeur, entrees)
        lignes = {classeur.places[f].nom: siennes.keys() for f, siennes in cellules.items()}
        efface = erase(livre.to_bytes(), lignes, NOTE_EFFACEE)
        restes = tuple(find_remains(efface.data, nom, identites, _known_cells(classeur)))
        incorpores = tuple(unreadable_parts(efface.data))
    colonnes = (*school_columns(tables, cellules), *_free_causes(classeur, partants))
    touchees = len(cellules[JOURNAL.nom])
    return Anonymisation(
        efface.data, touchees, homonymes, efface.notes, efface.links, colonnes, restes, incorpores
    )


def _codes(classeur: Classeur) -> Iterator[str]:
    """Random codes that no number of the workbook has: nothing leads back from them."""
    pris = {e.numero for e in classeur.registre} | {d.numero for d in classeur.dossiers}
    while True:
        code = secrets.token_hex(2).upper()
        if neutral_number(code) not in pris:
            pris.add(neutral_number(code))
            yield code


def _identities(classeur: Classeur, partants: Sequence[Partant]) -> Identites:
    partis = {number_key(p.eleve.numero) for p in partants if p.eleve}
    lignes = {d.ligne for p in partants for d in p.dossiers}
    return Identites.of(
        (p.eleve for p in partants if p.eleve),
        (nom for p in partants for nom in p.noms),
        (e for e in classeur.registre if number_key(e.numero) not in partis),
        (
            *(d.eleve for d in classeur.dossiers if d.ligne not in lignes),
            *(ligne.eleve for ligne in classeur.illisibles),
        ),
    )


def _rows(classeur: Classeur, codes: Mapping[Partant, str]) -> Cellules:
    """The cells of the register and of the tableau, by sheet and row."""
    cellules: Cellules = {ELEVES.nom: {}, TABLEAU.nom: {}}
    for partant, code in codes.items():
        neutres = dict.fromkeys(("nom", "eleve"), neutral_name(code))
        neutres["numero"] = neutral_number(code)
        if partant.eleve is not None:
            ligne = classeur.lignes_eleves[number_key(partant.eleve.numero)]
            cellules[ELEVES.nom][ligne] = _without_name(ELEVES, classeur, neutres)
        for dossier in partant.dossiers:
            neutres["commentaire"] = neutral_comment(dossier)
            cellules[TABLEAU.nom][dossier.ligne] = _without_name(TABLEAU, classeur, neutres)
    return cellules


def _without_name(
    feuille: Feuille, classeur: Classeur, neutres: Mapping[str, str]
) -> dict[str, CellValue]:
    """The cells that are replaced or emptied, of the columns that the sheet has."""
    ici = classeur.places[feuille.nom].colonnes
    touchees = (c.champ for c in feuille.colonnes if c.purge is not Purge.GARDER)
    return {champ: neutres.get(champ) or None for champ in touchees if champ in ici}


def _known_cells(classeur: Classeur) -> set[tuple[str, int, int]]:
    """The cells that name who each row read is about: by now those who stay, or nobody."""
    lues = {
        ELEVES.nom: classeur.lignes_eleves.values(),
        TABLEAU.nom: [d.ligne for d in classeur.dossiers],
    }
    return {
        (place.nom, ligne, place.colonnes[champ])
        for feuille, lignes in lues.items()
        if (place := classeur.places.get(feuille)) is not None
        for ligne in lignes
        for champ in _QUI
        if champ in place.colonnes
    }


def _free_causes(classeur: Classeur, partants: Iterable[Partant]) -> Iterator[Reste]:
    """The causes that are not one of Paramètres: kept for the figures, to be read again."""
    connues = {simplify(c) for c in classeur.regles.causes} | {""}
    place = classeur.places[TABLEAU.nom]
    cellules = tuple(
        place.cell("cause", d.ligne)
        for p in partants
        for d in p.dossiers
        if simplify(d.cause) not in connues
    )
    if cellules:
        yield Reste(f"feuille « {place.nom} », causes écrites librement", cellules)


def _journal(
    table: Table | None, codes: Mapping[Partant, str], identites: Identites
) -> tuple[Rangees, int]:
    """The cells of the journal, by row; how many lines are a kept homonym's too."""
    qui: dict[tuple[str, ...], set[str]] = {}
    for partant, code in codes.items():
        for nom in partant.noms:
            qui.setdefault(name_words(nom), set()).add(code)
    cellules: Rangees = {}
    homonymes = 0
    for rangee in rows(table, JOURNAL):
        mots = name_words(read_text(rangee.valeurs["eleve"]))
        if not mots or mots not in qui:
            continue
        if mots in identites.gardes:
            homonymes += 1
            continue
        noms = qui[mots]
        cellules[rangee.ligne] = {
            "eleve": neutral_name(next(iter(noms))) if len(noms) == 1 else _SANS_NOM
        }
        if read_text(rangee.valeurs["commande"]) not in _SANS_TEXTE_LIBRE:
            cellules[rangee.ligne]["detail"] = None
    return cellules, homonymes


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
    tables: Mapping[str, Table], lignes: Mapping[str, Collection[int]]
) -> Iterator[Reste]:
    """The columns that the school added to the register and the tableau, where these rows have
    something in them."""
    for nom in (ELEVES.nom, TABLEAU.nom):
        if (table := tables.get(nom)) is None:
            continue
        connues = set(table.place.colonnes.values())
        for colonne, entete in enumerate(table.lignes[table.place.entete - 1], start=1):
            cellules = tuple(
                cell_name(ligne, colonne)
                for ligne in sorted(lignes[nom])
                if table.lignes[ligne - 1][colonne - 1] != ""
            )
            if cellules and colonne not in connues:
                titre = read_text(entete) or letters(colonne)
                yield Reste(f"feuille « {table.place.nom} », colonne « {titre} »", cellules)


def _kind(part: str) -> str:
    return next((nom for mot, nom in _LIEUX if mot in part.casefold()), "partie du classeur")


def _phones(eleves: Iterable[Eleve]) -> set[str]:
    """The last nine digits: 06 01 02 03 04 and +33 6 01 02 03 04 are one."""
    return {_digits(e.telephone)[-9:] for e in eleves if len(_digits(e.telephone)) >= 9}


def _digits(texte: str) -> str:
    return _CHIFFRES.sub("", texte)
