"""What a workbook says, as values: read by ``reading``, changed by ``writing``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, NamedTuple

from inactifs.classeur.cells import read_text
from inactifs.classeur.schema import ELEVES, PARAMETRES, TABLEAU
from inactifs.erreurs import FichierInvalide
from inactifs.mots import data_file
from inactifs.ooxml import Refusal
from inactifs.ooxml.references import cell_name
from inactifs.procedure.modele import Dossier, Eleve, Moyen, Regles
from inactifs.registre import Registre, name_words, number_key

if TYPE_CHECKING:
    from inactifs.ooxml.sheet import Sheet
    from inactifs.ooxml.workbook import Workbook
    from inactifs.procedure.suivi import Situation


class Anomalie(NamedTuple):
    """Something doubtful in the file, with its cell: « erreur » when it cannot be used, «
    avertissement » when it is to be looked at. ``cellule`` is « C12 », empty when the whole sheet
    is meant; ``raison`` and ``remede`` say in French what is wrong, and how to mend it."""

    gravite: str
    feuille: str
    cellule: str
    contenu: str
    raison: str
    remede: str = ""


Signaler = Callable[..., Anomalie]


def doubts() -> Mapping[str, Any]:
    """What ``doutes.toml`` says."""
    return data_file("classeur/doutes.toml")


def doubtful(
    quoi: str, feuille: str = "", cellule: str = "", contenu: object = "", /, **dits: object
) -> Anomalie:
    """The anomaly ``quoi`` of ``doutes.toml``, whose sentences say ``dits``; a fragment is given
    its capital and its full stop."""
    doute = doubts()["doutes"][quoi]
    raison = doute["raison"].format_map(dits)
    raison = f"{raison[:1].upper()}{raison[1:].rstrip('.')}{'' if raison[-1:] == '?' else '.'}"
    remede, gravite = doute["remede"].format_map(dits), doute.get("gravite", "avertissement")
    return Anomalie(gravite, feuille, cellule, read_text(contenu), raison, remede)


class Place(NamedTuple):
    """Where a table lies in a sheet: rows and columns are counted from 1. ``nom`` is the sheet's
    name as the school typed it; ``colonnes`` gives the column of each field found; ``entete`` is
    the header's row; ``derniere`` the last row with content in any of those columns (``entete``
    when the table is empty), ``fin`` the last one that is the table's own (a student's), ``bas``
    the last row of the sheet that holds anything."""

    nom: str
    entete: int
    colonnes: Mapping[str, int]
    derniere: int
    fin: int
    bas: int

    @property
    def last_row(self) -> int:
        """The last row that is the table's own, 0 when it has only its header."""
        return self.fin if self.fin > self.entete else 0

    def cell(self, champ: str, ligne: int) -> str:
        """« C12 », or the row alone where the column of ``champ`` is missing."""
        colonne = self.colonnes.get(champ)
        return cell_name(ligne, colonne) if colonne else str(ligne)

    def doubt(
        self, ligne: int, champ: str, contenu: object, quoi: str, /, **dits: object
    ) -> Anomalie:
        """The anomaly ``quoi`` of one cell, as :func:`doubtful` makes it."""
        colonne = self.colonnes.get(champ) or min(self.colonnes.values())
        return doubtful(quoi, self.nom, cell_name(ligne, colonne), contenu, **dits)


Lignes = Sequence[Sequence[object]]


class Table(NamedTuple):
    """A table found in a sheet: its place, and every row of that sheet, the first one first, all of
    the same width. ``doubles`` are the cells (row, column) of headers that repeat another one."""

    place: Place
    lignes: Lignes
    doubles: tuple[tuple[int, int], ...] = ()

    def row(self, ligne: int) -> dict[str, object]:
        """The raw values of a row below the header, by field; ``""`` for an empty cell."""
        if not self.place.entete < ligne <= self.place.derniere:
            raise KeyError(ligne)
        return {c: self.lignes[ligne - 1][rang - 1] for c, rang in self.place.colonnes.items()}


class LigneIllisible(NamedTuple):
    """A row of the tableau of which a cell cannot be understood: reported, never written.
    ``ouverte`` when it may be an open case: RÉSULTAT is empty or unreadable, or nobody can say
    whose it is. ``autres`` are the numbers of the students that it may be about, where its name and
    its number are not of the same one."""

    ligne: int
    eleve: str
    numero: str
    ouverte: bool
    anomalie: Anomalie
    autres: tuple[str, ...] = ()

    def concerns(self, numero: str, nom: str) -> bool:
        """Whether the row may be about this student: by its number, else by its name."""
        if self.numero or self.autres:
            return number_key(numero) in map(number_key, (self.numero, *self.autres))
        return name_words(self.eleve) == name_words(nom)


class Ecole(NamedTuple):
    """The school, as named in Paramètres."""

    nom: str = ""
    telephone: str = ""
    email: str = ""


SUITE = 0
"""The step of the templates that follow an answer: they speak of what was agreed."""


class Modele(NamedTuple):
    """A message's template: ``cellule`` names where its text lies, for errors."""

    etape: int
    moyen: Moyen
    objet: str
    texte: str
    cellule: str = ""


@dataclass(frozen=True, slots=True)
class EntreeJournal:
    """A line of the sheet Journal; ``ligne`` is its row, 0 while it is not written."""

    horodatage: datetime
    operateur: str
    commande: str
    eleve: str
    detail: str
    ligne: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Classeur:
    """All that a workbook says.

    ``tables`` gives, by the name of its sheet in the schema, the raw values of each row: what
    ``writing`` compares with before it sets a cell. ``eleves_douteux`` are the numbers of the
    students of whom a date cannot be read; ``doublons`` the open rows of those who have a later one
    open. ``manquants`` says what adoption would add (sheets or columns), in French.
    """

    regles: Regles
    ecole: Ecole
    registre: Registre
    lignes_eleves: Mapping[str, int]
    dossiers: tuple[Dossier, ...]
    illisibles: tuple[LigneIllisible, ...]
    anomalies: tuple[Anomalie, ...]
    imports: Mapping[str, date | None]
    modeles: tuple[Modele, ...]
    places: Mapping[str, Place]
    tables: Mapping[str, Table]
    eleves_douteux: frozenset[str] = frozenset()
    doublons: frozenset[int] = frozenset()
    manquants: tuple[str, ...] = ()
    entetes: Mapping[str, str] = field(default_factory=dict)
    """The headers of the school's exports, by field, once said (``import --colonne``)."""
    parametres: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """The cell (row, column) of the value of each line of Paramètres."""

    def eleve_of(self, dossier: Dossier) -> Eleve | None:
        """The register's student of this dossier: by number, else by a name that is one
        student's only."""
        return self.registre.only(dossier.numero, dossier.eleve)

    def dossiers_of(self, eleve: Eleve) -> list[Dossier]:
        """The dossiers of a student, oldest first, the open one last."""
        siens = [d for d in self.dossiers if self.eleve_of(d) == eleve]
        return sorted(siens, key=in_time)

    def at(self, ou: Eleve | Dossier | str) -> Signaler:
        """Makes anomalies of a student's row, a dossier's, or the line of a field of Paramètres,
        as :meth:`Place.doubt` does."""
        if isinstance(ou, Eleve):
            feuille, ligne = ELEVES, self.lignes_eleves[number_key(ou.numero)]
        elif isinstance(ou, Dossier):
            feuille, ligne = TABLEAU, ou.ligne
        else:
            feuille, ligne = PARAMETRES, self.parametres[ou][0]
        return partial(self.places[feuille.nom].doubt, ligne)

    @cached_property
    def _unreadable_cells(self) -> dict[str, Anomalie]:
        """What cannot be read in the register, by cell: it must not be written over."""
        place = self.places.get(ELEVES.nom)
        nom = place.nom if place else ""
        return {a.cellule: a for a in self.anomalies if a.feuille == nom and a.gravite == "erreur"}

    def blocked_by(self, eleve: Eleve) -> Anomalie | None:
        """The unreadable cell, if any, that writing this student would overwrite."""
        avant = self.registre.get(eleve.numero)
        if avant is None or not self._unreadable_cells:
            return None
        place, ligne = self.places[ELEVES.nom], self.lignes_eleves[number_key(eleve.numero)]
        differents = (
            c.champ for c in ELEVES.colonnes if getattr(avant, c.champ) != getattr(eleve, c.champ)
        )
        trouvees = (self._unreadable_cells.get(place.cell(c, ligne)) for c in differents)
        return next((a for a in trouvees if a), None)


def in_time(dossier: Dossier) -> tuple[bool, date, int]:
    """The order of a student's dossiers: oldest first, the open one last."""
    return dossier.ouvert, dossier.detecte_le or date.min, dossier.ligne


@dataclass
class Changements:
    """What a command writes: values, not cells.

    A dossier whose ``ligne`` is 0 is added below the tableau; a student whose number the register
    does not know is added below it. ``imports`` notes the day of an import, ``entetes`` the headers
    of its export that were said. ``situations``, those of the day: PROCHAINE ÉCHÉANCE, ÉTAPE and
    RESPONSABLE are brought up to date on every open row too. ``noter``: the journal is written even
    when no other cell differs."""

    eleves: Sequence[Eleve] = ()
    dossiers: Sequence[Dossier] = ()
    imports: Mapping[str, date] = field(default_factory=dict)
    entetes: Mapping[str, str] = field(default_factory=dict)
    journal: Sequence[EntreeJournal] = ()
    situations: Sequence[Situation] | None = None
    noter: bool = False


@contextmanager
def all_or_nothing() -> Iterator[None]:
    """What the engine refuses to edit, as the error that says that nothing was written."""
    try:
        yield
    except Refusal as refus:
        raise FichierInvalide(f"Rien n'a été écrit : {refus.message}.", refus.conseil) from refus


def sheet_to_write(livre: Workbook, place: Place) -> Sheet:
    """The sheet of a table, to be edited; ``FichierInvalide`` when it is protected."""
    feuille = livre.sheet(place.nom)
    if feuille.protected:
        raise FichierInvalide(
            f"La feuille « {place.nom} » est protégée : rien n'a été écrit.",
            "Dans Excel : Révision, Ôter la protection de la feuille ; puis relancez.",
        )
    return feuille


def unreadable(anomalie: Anomalie) -> FichierInvalide:
    """The error for a cell that cannot be read, and so is not written over."""
    a = anomalie
    return FichierInvalide(
        f"{a.feuille}, cellule {a.cellule} : « {a.contenu} ». {a.raison}",
        a.remede or "Corrigez cette cellule dans Excel, puis relancez.",
    )
