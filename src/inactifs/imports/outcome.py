"""What an import says, as values; and its rejected lines as a CSV that Excel in France opens, to be
corrected and imported again."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain

from inactifs.mots import data_file, no_formula
from inactifs.procedure.modele import Canal, Eleve


@dataclass(frozen=True)
class Kind:
    """A kind of export: its row of ``kinds.toml``."""

    titre: str  # what names it in a table
    export: str  # and in a sentence
    sujets: str  # a pattern of the titles of its tables
    de: str = ""  # of what its day is
    champ: str = ""  # the field of the student that it moves
    effets: Sequence[str] = ()  # those that say whether a line counts; all do without any
    titres: Sequence[Mapping[str, str]] = ()  # titles that give a STATUT to their lines
    inconnu: Sequence[str] = ()  # what is said of words that are not known
    recente: str = ""  # what is said of its latest day
    sans_effet: Sequence[str] = ()  # why a line does not count, one and several
    jamais: Sequence[str] = ()


_KINDS = data_file("imports/kinds.toml")
KINDS: Mapping[Canal, Kind] = {Canal(canal): Kind(**k) for canal, k in _KINDS["kinds"].items()}
AILLEURS: str = _KINDS["ailleurs"]
"""Titles of tables of no kind: invoices, prospects."""


@dataclass(frozen=True, slots=True)
class Rejet:
    """A line that was not taken, and why."""

    fichier: str
    ligne: int  # the row in the file as a spreadsheet numbers it, the header included
    raison: str
    contenu: str  # the line in short
    suggestions: tuple[str, ...] = ()  # the students who may be meant
    cellules: tuple[str, ...] = ()  # the whole row as text, for rejets_csv
    eleve: str = ""  # the name that it holds


@dataclass(frozen=True, slots=True)
class Suite:
    """What is known before an import of lessons, logins or contacts; nothing, for the first."""

    exporte_le: date | None = None  # the day of the export, where the user says it
    connu_jusqu_au: date | None = None  # the day until which the imports before this one tell
    retirees: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    """The reservations taken back by those before: number → day → the day of the import that did
    so, as ordinals."""


@dataclass(frozen=True, slots=True)
class Couverture:
    """What a file of lessons, logins or contacts tells of."""

    premier: date | None = None  # the first day of its lines, of whatever status
    dernier: date | None = None
    dit_jusqu_au: date | None = None  # the day until which it tells: today when it holds later ones
    vus: frozenset[str] = frozenset()  # the numbers of the students of whom it tells
    tenus: frozenset[str] = frozenset()  # of those, who have a line on the day of PROCHAIN COURS
    sans_prochain: Mapping[str, Eleve] = field(default_factory=dict)
    """The others, as they would be once it is taken back."""
    ancien: bool = False  # whether it is older than what the register knows already

    def spans(self, *jours: date | None) -> bool:
        """Whether one of these days is between its first and its last."""
        return any(j and self.premier and self.dernier and self.premier <= j <= self.dernier
                   for j in jours)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ResultatImport:
    """The outcome of one file.

    Every line read is in one count only:
    ``lignes`` = ``importees`` + ``inchangees`` + ``ignorees`` + ``len(rejets)``.
    """

    canal: Canal
    lignes: int  # data lines; blank lines, titles, totals and repeated headers are not
    importees: int
    """Lines that brought something the register did not know: a later date, a reservation taken
    back, a student new or changed."""
    inchangees: int  # lines that count, and that the register already knew
    ignorees: int
    """Lines understood that do not count by the procedure: a lesson cancelled or missed, the
    school's own call, a student who never logged in."""
    nouveaux: int  # new students (« eleves » only)
    rejets: tuple[Rejet, ...]  # lines that are not understood, or doubtful
    eleves: tuple[Eleve, ...]  # the students new or changed, with their full new value
    avant: Mapping[str, Eleve] = field(default_factory=dict)  # as they were, by number
    compris: tuple[str, ...] = ()  # what was understood of the file, in two French lines
    avertissements: tuple[str, ...] = ()  # what was taken but is to be looked at, in French
    entetes: tuple[str, ...] = ()  # the header, for the CSV of rejects
    jamais: int = 0  # of the lines ignored, the students who never logged in
    couverture: Couverture = Couverture()
    colonnes: Mapping[str, str] = field(default_factory=dict)
    """Field → header, for those once said that were heeded."""


AJOUTEES = ("Motif du rejet", "Suggestions")
"""The columns added at the right; no field is called so, so that an import ignores them."""


def rejets_csv(resultats: ResultatImport | Iterable[ResultatImport]) -> bytes:
    """The rejects of one or several files of one channel: UTF-8 with its mark, « ; », CRLF.

    The columns are those of the file (of all the files, in order), then why and who may be meant;
    two headers alike stay two columns, cells beyond the header are under empty ones.
    """
    liste = [resultats] if isinstance(resultats, ResultatImport) else list(resultats)
    cles: list[list[tuple[str, int]]] = []
    for resultat in liste:
        largeur = max((len(r.cellules) for r in resultat.rejets), default=0)
        entetes = [*resultat.entetes, *[""] * (largeur - len(resultat.entetes))]
        cles.append([(entete, entetes[:rang].count(entete)) for rang, entete in enumerate(entetes)])
    colonnes = dict.fromkeys(chain.from_iterable(cles))
    sortie = io.StringIO(newline="")
    ecrit = csv.writer(sortie, delimiter=";", lineterminator="\r\n")
    ecrit.writerow([*(no_formula(entete) for entete, _ in colonnes), *AJOUTEES])
    for siennes, resultat in zip(cles, liste, strict=True):
        for rejet in resultat.rejets:
            valeurs = dict(zip(siennes, rejet.cellules, strict=False))
            dits = [*map(valeurs.get, colonnes), rejet.raison, " | ".join(rejet.suggestions)]
            ecrit.writerow([no_formula(dit or "") for dit in dits])
    return sortie.getvalue().encode("utf-8-sig")
