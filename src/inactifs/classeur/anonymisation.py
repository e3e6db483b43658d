"""People whose time is over → their cells, and all that hangs on them, without their name.

The row of a case keeps its dates, means, outcome and cause, so that the figures of past months
stay right; the person's number becomes a random one, the same in the tableau, the register and
the journal. What is not the tool's (columns added by the school, other sheets) is only pointed
at: see :mod:`restes`.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from inactifs.classeur.ecriture import set_cells, write_journal
from inactifs.classeur.editing import sheet_to_write
from inactifs.classeur.lecture import locate_tables, read_classeur
from inactifs.classeur.locating import Table
from inactifs.classeur.remains import Identites, Reste, find_remains, school_columns
from inactifs.classeur.saisie import read_text
from inactifs.classeur.schema import ELEVES, JOURNAL, TABLEAU, Feuille, Purge
from inactifs.classeur.source import Source
from inactifs.classeur.valeurs import Classeur, EntreeJournal
from inactifs.erreurs import FichierInvalide
from inactifs.mots import simplify
from inactifs.ooxml import Refusal
from inactifs.ooxml.cell_xml import CellValue
from inactifs.ooxml.erasure import erase, unreadable_parts
from inactifs.ooxml.workbook import Workbook
from inactifs.procedure.modele import Dossier, Eleve
from inactifs.procedure.retention import neutral_comment, neutral_name, neutral_number
from inactifs.registre import name_words, number_key

NOTE_EFFACEE = "Note effacée : élève anonymisé."
_SANS_NOM = "—"
_SANS_TEXTE_LIBRE = ("detect", "relance add", "activite add")
"""The commands of which the journal's detail holds nothing that somebody typed."""
_QUI = ("numero", "nom", "prenom", "neph", "telephone", "email", "eleve")

Cellules = dict[tuple[str, int], dict[str, CellValue]]


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
    """The workbook's bytes without these people.

    Args:
        data: the workbook as read; ``nom`` is its name, for errors.
        classeur: what ``data`` says.
        partants: the people, none of whom has an open case.
        entrees: lines to add to the journal.

    Raises:
        FichierInvalide: a cell that must be written holds a formula or is merged, or its sheet
            is protected.
    """
    if classeur.manquants:
        from inactifs.classeur.adoption import complete

        data = complete(data, nom, "")
        classeur = read_classeur(data, nom)
    source = Source(data, nom)
    tables = locate_tables(source)
    codes = dict(zip(partants, _codes(classeur), strict=False))
    identites = _identities(classeur, partants)
    cellules = _rows(classeur, codes)
    lignes_journal, homonymes = _journal(tables.get(JOURNAL.nom), codes, identites)
    livre = Workbook(data)
    try:
        for (feuille, ligne), valeurs in (cellules | lignes_journal).items():
            place = classeur.places[feuille]
            set_cells(sheet_to_write(livre, place), place, ligne, valeurs)
        write_journal(livre, classeur, entrees)
        lignes: dict[str, set[int]] = {}
        for feuille, ligne in (*cellules, *lignes_journal):
            lignes.setdefault(classeur.places[feuille].nom, set()).add(ligne)
        efface = erase(livre.to_bytes(), lignes, NOTE_EFFACEE)
        incorpores = unreadable_parts(efface.data)
        restes = tuple(find_remains(efface.data, nom, identites, _known_cells(classeur)))
    except Refusal as refus:
        raise FichierInvalide(f"Rien n'a été écrit : {refus.message}.", refus.conseil) from refus
    return Anonymisation(
        efface.data,
        len(lignes_journal),
        homonymes,
        efface.notes,
        efface.links,
        (*school_columns(tables, cellules), *_free_causes(classeur, partants)),
        restes,
        tuple(incorpores),
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
    cellules: Cellules = {}
    for partant, code in codes.items():
        if partant.eleve is not None:
            ligne = classeur.lignes_eleves[number_key(partant.eleve.numero)]
            cellules[ELEVES.nom, ligne] = {
                "numero": neutral_number(code),
                "nom": neutral_name(code),
                **_emptied(ELEVES, classeur),
            }
        for dossier in partant.dossiers:
            cellules[TABLEAU.nom, dossier.ligne] = {
                "eleve": neutral_name(code),
                "numero": neutral_number(code),
                "commentaire": neutral_comment(dossier) or None,
                **_emptied(TABLEAU, classeur),
            }
    return cellules


def _emptied(feuille: Feuille, classeur: Classeur) -> dict[str, None]:
    """The cells that are emptied, of the columns that the sheet has."""
    ici = classeur.places[feuille.nom].colonnes
    return {c.champ: None for c in feuille.colonnes if c.purge is Purge.VIDER and c.champ in ici}


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
) -> tuple[Cellules, int]:
    """The cells of the journal, by sheet and row; how many lines are a kept homonym's too."""
    if table is None:
        return {}, 0
    qui: dict[tuple[str, ...], set[str]] = {}
    for partant, code in codes.items():
        for nom in partant.noms:
            qui.setdefault(name_words(nom), set()).add(code)
    cellules: Cellules = {}
    homonymes = 0
    commandes, eleves = table.columns(("commande", "eleve"))
    for ligne, (commande, eleve) in enumerate(
        zip(commandes, eleves, strict=True), table.place.entete + 1
    ):
        mots = name_words(read_text(eleve))
        if not mots or mots not in qui:
            continue
        if mots in identites.gardes:
            homonymes += 1
            continue
        noms = qui[mots]
        cellules[JOURNAL.nom, ligne] = {
            "eleve": neutral_name(next(iter(noms))) if len(noms) == 1 else _SANS_NOM
        }
        if read_text(commande) not in _SANS_TEXTE_LIBRE:
            cellules[JOURNAL.nom, ligne]["detail"] = None
    return cellules, homonymes
