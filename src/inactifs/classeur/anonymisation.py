"""People whose time is over → their cells, and all that hangs on them, without their name. A case
keeps its dates, means, outcome and cause, so that the figures of past months stay right; the
person's number becomes a random one, the same in the tableau, the register and the journal. What is
not the tool's (columns, sheets, charts, pivot caches of the school's) is searched for names,
numbers and addresses, and pointed at."""

from __future__ import annotations

import re
import secrets
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from inactifs.classeur.adoption import complete
from inactifs.classeur.cells import read_text
from inactifs.classeur.locating import rows
from inactifs.classeur.reading import locate_tables, read_classeur
from inactifs.classeur.schema import ELEVES, JOURNAL, TABLEAU, Feuille
from inactifs.classeur.source import Source
from inactifs.classeur.values import Classeur, EntreeJournal, Table, all_or_nothing
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
_CHIFFRES = re.compile(r"\D+")
_NUMERO = re.compile(r"\+?\d[\d .-]{7,}\d")
_ADRESSE = re.compile(r"[\w.+'-]+@[\w.-]+\w")
_LIEUX = {
    "pivot": "tableau croisé dynamique",
    "slicer": "segment",
    "timeline": "chronologie",
    "chart": "graphique",
    "drawing": "dessin ou zone de texte",
    "comment": "note de cellule",
    "externallink": "liaison vers un autre classeur",
    "querytable": "requête",
    "connections": "connexion de données",
    "customxml": "données XML jointes",
    "docprops": "propriétés du document",
    "tables/": "tableau Excel (filtre ou en-tête)",
    "worksheets/": "feuille (filtre, validation, lien ou en-tête de page)",
    "workbook.xml": "nom défini",
}
"""What the school calls a part, by what its name contains; the first one counts."""

Mots = tuple[str, ...]
Rangees = dict[int, dict[str, CellValue]]


class Partant(NamedTuple):
    """Somebody to anonymise: the register's student, if it knows one, and their closed cases."""

    eleve: Eleve | None
    dossiers: tuple[Dossier, ...]

    @property
    def noms(self) -> set[str]:
        """The names under which the workbook knows them."""
        noms = {d.eleve for d in self.dossiers}
        return noms | ({self.eleve.nom_complet} if self.eleve else set())


class Reste(NamedTuple):
    """A place to be looked at, that names nobody: a sheet with some of its cells, or a part."""

    lieu: str
    cellules: tuple[str, ...] = ()


class Anonymisation(NamedTuple):
    """The workbook without them, and what was done. ``journal`` counts its lines changed,
    ``homonymes`` those left because somebody who stays bears the same name. For the school to
    empty: ``colonnes`` are its own columns that say something of them, ``restes`` the other places
    where a name is still to be seen, ``incorpores`` the embedded documents that were not looked
    into."""

    data: bytes
    journal: int
    homonymes: int
    notes: int
    liens: int
    colonnes: tuple[Reste, ...]
    restes: tuple[Reste, ...]
    incorpores: tuple[str, ...]


class Identites(NamedTuple):
    """What gives away those who leave, less what those who stay share with them: whole names by
    their longest word, family names (which say something where they stand alone), the digits of
    NEPHs and the last nine of phone numbers (06 01 02 03 04 and +33 6 01 02 03 04 are one),
    addresses; ``gardes`` are the whole names of those who stay."""

    complets: Mapping[str, list[Mots]]
    noms: set[Mots]
    numeros: set[str]
    emails: set[str]
    gardes: set[Mots]

    @classmethod
    def of(
        cls,
        partants: Collection[Eleve],
        noms: Collection[str],
        restants: Collection[Eleve],
        noms_restants: Iterable[str],
    ) -> Identites:
        """From the students who leave and stay, and the names that the tableau gives them."""
        gardes = {name_words(n) for n in (*noms_restants, *(e.nom_complet for e in restants))}
        complets: dict[str, list[Mots]] = defaultdict(list)
        for mots in {name_words(n) for n in (*noms, *(e.nom_complet for e in partants))} - gardes:
            if len(mots) > 1:
                complets[max(mots, key=len)].append(mots)
        seuls = {name_words(n) for n in (*noms, *(e.nom for e in partants))} - gardes
        seuls -= {name_words(n) for e in restants for n in (e.nom, e.prenom)}
        nephs = {n for e in partants if len(n := _digits(e.neph)) >= 10}
        emails = {e.email.casefold() for e in partants if "@" in e.email}
        return cls(
            complets,
            {mots for mots in seuls if len("".join(mots)) > 2},
            nephs | (_phones(partants) - _phones(restants)),
            emails - {e.email.casefold() for e in restants},
            gardes,
        )

    def in_text(self, texte: str) -> bool:
        """Whether a text gives somebody away."""
        mots = name_words(texte)
        if mots in self.noms:
            return True
        ici = set(mots)
        if any(ici.issuperset(c) for m in ici if m in self.complets for c in self.complets[m]):
            return True
        if "@" in texte and any(a.casefold() in self.emails for a in _ADRESSE.findall(texte)):
            return True
        nombres = map(_digits, (texte, *_NUMERO.findall(texte)))
        return any(n in self.numeros or n[-9:] in self.numeros for n in nombres)


def _phones(eleves: Iterable[Eleve]) -> set[str]:
    return {n[-9:] for e in eleves if len(n := _digits(e.telephone)) >= 9}


def _digits(texte: str) -> str:
    return _CHIFFRES.sub("", texte)


def anonymise(
    data: bytes,
    nom: str,
    classeur: Classeur,
    partants: Sequence[Partant],
    entrees: Iterable[EntreeJournal],
) -> Anonymisation:
    """The workbook ``data``, which ``classeur`` says, without these people, none of whom has an
    open case; ``entrees`` are added to its journal. ``nom`` is its name, for errors:
    ``FichierInvalide`` where a cell to be written holds a formula, is merged or protected."""
    if classeur.manquants:
        data = complete(data, nom)
        classeur = read_classeur(data, nom)
    tables = locate_tables(Source(data, nom))
    codes = dict(zip(partants, _codes(classeur), strict=False))
    partis = {number_key(p.eleve.numero) for p in partants if p.eleve}
    lignes = {d.ligne for p in partants for d in p.dossiers}
    restants = [d.eleve for d in classeur.dossiers if d.ligne not in lignes]
    identites = Identites.of(
        [p.eleve for p in partants if p.eleve],
        [nom for p in partants for nom in p.noms],
        [e for e in classeur.registre if number_key(e.numero) not in partis],
        (*restants, *(ligne.eleve for ligne in classeur.illisibles)),
    )
    journal, homonymes = _journal(tables.get(JOURNAL.nom), codes, identites)
    cellules = {**_rows(classeur, codes), JOURNAL.nom: journal}
    livre = Workbook(data)
    with all_or_nothing():
        for feuille in (ELEVES, TABLEAU, JOURNAL):
            write_rows(livre, classeur, feuille, cellules[feuille.nom].items())
        write_journal(livre, classeur, entrees)
        touchees = {classeur.places[f].nom: siennes for f, siennes in cellules.items()}
        efface = erase(livre.to_bytes(), touchees, NOTE_EFFACEE)
        restes = tuple(find_remains(efface.data, nom, identites, _known_cells(classeur)))
        incorpores = tuple(unreadable_parts(efface.data))
    colonnes = (*_school_columns(tables, cellules), *_free_causes(classeur, partants))
    faits = (len(journal), homonymes, efface.notes, efface.links)
    return Anonymisation(efface.data, *faits, colonnes, restes, incorpores)


def _codes(classeur: Classeur) -> Iterator[str]:
    """Random codes that no number of the workbook has: nothing leads back from them."""
    pris = {e.numero for e in classeur.registre} | {d.numero for d in classeur.dossiers}
    while True:
        code = secrets.token_hex(2).upper()
        if neutral_number(code) not in pris:
            pris.add(neutral_number(code))
            yield code


def _rows(classeur: Classeur, codes: Mapping[Partant, str]) -> dict[str, Rangees]:
    """The cells of the register and of the tableau to replace or empty, by sheet and row."""
    cellules: dict[str, Rangees] = {ELEVES.nom: {}, TABLEAU.nom: {}}

    def neutralise(feuille: Feuille, ligne: int, neutres: Mapping[str, str]) -> None:
        ici = classeur.places[feuille.nom].colonnes
        touchees = (c.champ for c in feuille.colonnes if c.purge)
        cellules[feuille.nom][ligne] = {c: neutres.get(c) or None for c in touchees if c in ici}

    for (eleve, dossiers), code in codes.items():
        neutres = dict.fromkeys(("nom", "eleve"), neutral_name(code))
        neutres["numero"] = neutral_number(code)
        if eleve is not None:
            neutralise(ELEVES, classeur.lignes_eleves[number_key(eleve.numero)], neutres)
        for d in dossiers:
            neutralise(TABLEAU, d.ligne, neutres | {"commentaire": neutral_comment(d)})
    return cellules


def _journal(
    table: Table | None, codes: Mapping[Partant, str], identites: Identites
) -> tuple[Rangees, int]:
    """The cells of the journal, by row; how many lines are a kept homonym's too."""
    qui: dict[Mots, set[str]] = defaultdict(set)
    for partant, code in codes.items():
        for nom in partant.noms:
            qui[name_words(nom)].add(code)
    cellules: Rangees = {}
    homonymes = 0
    for rangee in rows(table, JOURNAL):
        mots = name_words(read_text(rangee["eleve"]))
        if not mots or mots not in qui:
            continue
        if mots in identites.gardes:
            homonymes += 1
            continue
        code, *autres = qui[mots]
        cellules[rangee.ligne] = {"eleve": _SANS_NOM if autres else neutral_name(code)}
        if read_text(rangee["commande"]) not in _SANS_TEXTE_LIBRE:
            cellules[rangee.ligne]["detail"] = None
    return cellules, homonymes


def _known_cells(classeur: Classeur) -> set[tuple[str, int, int]]:
    """The cells that name who each row read is about: by now those who stay, or nobody."""
    lues: tuple[tuple[str, Iterable[int]], ...] = (
        (ELEVES.nom, classeur.lignes_eleves.values()),
        (TABLEAU.nom, [d.ligne for d in classeur.dossiers]),
    )
    return {
        (place.nom, ligne, place.colonnes[champ])
        for feuille, lignes in lues
        if (place := classeur.places.get(feuille)) is not None
        for champ in place.colonnes.keys() & set(_QUI)
        for ligne in lignes
    }


def find_remains(
    data: bytes, nom: str, identites: Identites, sues: Collection[tuple[str, int, int]] = ()
) -> Iterator[Reste]:
    """The places of the workbook called ``nom`` where somebody is still to be recognised; ``sues``
    are the cells (sheet, row, column) that are known to speak of somebody who stays.
    ``FichierInvalide`` when it cannot be read."""
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
    for part in dict.fromkeys(part for part, texte in texts_around(data) if connu(texte)):
        noms = (lieu for mot, lieu in _LIEUX.items() if mot in part.casefold())
        yield Reste(f"{next(noms, 'partie du classeur')} ({part})")


def _school_columns(
    tables: Mapping[str, Table], lignes: Mapping[str, Collection[int]]
) -> Iterator[Reste]:
    """The columns that the school added to the register and the tableau, where these rows have
    something in them."""
    for nom in (f.nom for f in (ELEVES, TABLEAU) if f.nom in tables):
        place, rangees, _ = tables[nom]
        for colonne, entete in enumerate(rangees[place.entete - 1], start=1):
            pleines = [n for n in sorted(lignes[nom]) if rangees[n - 1][colonne - 1] != ""]
            if pleines and colonne not in place.colonnes.values():
                titre = read_text(entete) or letters(colonne)
                cellules = tuple(cell_name(ligne, colonne) for ligne in pleines)
                yield Reste(f"feuille « {place.nom} », colonne « {titre} »", cellules)


def _free_causes(classeur: Classeur, partants: Iterable[Partant]) -> Iterator[Reste]:
    """The causes that are not one of Paramètres: kept for the figures, to be read again."""
    connues = {simplify(c) for c in classeur.regles.causes} | {""}
    place = classeur.places[TABLEAU.nom]
    dossiers = (d for p in partants for d in p.dossiers if simplify(d.cause) not in connues)
    if cellules := tuple(place.cell("cause", d.ligne) for d in dossiers):
        yield Reste(f"feuille « {place.nom} », causes écrites librement", cellules)
