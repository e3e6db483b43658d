"""What an import says, as values; and its rejected lines as a CSV that Excel in France opens, to be
corrected and imported again."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from inactifs.mots import no_formula
from inactifs.procedure.modele import Canal, Eleve


@dataclass(frozen=True)
class Kind:
    """A kind of export: its row of ``kinds.toml``.

    ``titre`` names it in a table, ``export`` in a sentence; ``de`` is of what its day is, ``champ``
    the field of the student that it moves, ``effets`` the fields that say whether a line counts
    (all do without any), ``inconnu`` what is said of words that are not known; ``sujets`` are
    patterns of the titles of its tables, ``titres`` of those that give a STATUT to their lines;
    ``recente``, ``sans_effet`` and ``jamais`` (why a line does not count, one and several) are for
    those who show an import.
    """

    titre: str
    export: str
    sujets: str
    de: str = ""
    champ: str = ""
    effets: Sequence[str] = ()
    titres: Sequence[Mapping[str, str]] = ()
    inconnu: Sequence[str] = ()
    recente: str = ""
    sans_effet: Sequence[str] = ()
    jamais: Sequence[str] = ()


@cache
def data_file(nom: str) -> dict[str, Any]:
    """The tables of a data file of this room."""
    return tomllib.loads(Path(__file__).with_name(nom).read_text(encoding="utf-8"))


_KINDS = data_file("kinds.toml")
KINDS: Mapping[Canal, Kind] = {Canal(canal): Kind(**k) for canal, k in _KINDS["kinds"].items()}
AILLEURS: str = _KINDS["ailleurs"]
"""Titles of tables of no kind: invoices, prospects."""


@dataclass(frozen=True, slots=True)
class Rejet:
    """A line that was not taken, and why.

    ``ligne`` is the row in the file as a spreadsheet numbers it, the header included;
    ``contenu`` is the line in short, ``suggestions`` are the students who may be meant,
    ``cellules`` is the whole row as text, for :func:`rejets_csv`;
    ``eleve`` is the name that it holds.
    """

    fichier: str
    ligne: int
    raison: str
    contenu: str
    suggestions: tuple[str, ...] = ()
    cellules: tuple[str, ...] = ()
    eleve: str = ""


@dataclass(frozen=True, slots=True)
class Suite:
    """What is known before an import of lessons, logins or contacts.

    Attributes:
        exporte_le: the day of the export, where the user says it.
        connu_jusqu_au: the day until which the imports before this one tell.
        retirees: the reservations taken back by those before: number → day → the day of the import
            that did so, as ordinals.
    """

    exporte_le: date | None = None
    connu_jusqu_au: date | None = None
    retirees: Mapping[str, Mapping[int, int]] = field(default_factory=dict)


SANS_SUITE = Suite()
"""The first import."""


@dataclass(frozen=True, slots=True)
class Couverture:
    """What a file of lessons, logins or contacts tells of.

    Attributes:
        premier: the first day of its lines, of whatever status; ``dernier`` is the last one.
        dit_jusqu_au: the day until which it tells: today when it holds later ones.
        vus: the numbers of the students of whom it tells.
        tenus: of those, who have a line on the day of their PROCHAIN COURS.
        sans_prochain: the others, as they would be once it is taken back.
        ancien: whether it is older than what the register knows already.
    """

    premier: date | None = None
    dernier: date | None = None
    dit_jusqu_au: date | None = None
    vus: frozenset[str] = frozenset()
    tenus: frozenset[str] = frozenset()
    sans_prochain: Mapping[str, Eleve] = field(default_factory=dict)
    ancien: bool = False

    def spans(self, *jours: date | None) -> bool:
        """Whether one of these days is between its first and its last."""
        return any(j and self.premier and self.dernier and self.premier <= j <= self.dernier
                   for j in jours)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ResultatImport:
    """The outcome of one file.

    Every line read is in one count only:
    ``lignes`` = ``importees`` + ``inchangees`` + ``ignorees`` + ``len(rejets)``.

    Attributes:
        canal: what the file is about.
        lignes: data lines; blank lines, titles, totals and repeated headers are not.
        importees: lines that brought something the register did not know (a later date, a
            reservation taken back, a student new or changed).
        inchangees: lines that count, and that the register already knew.
        ignorees: lines understood that do not count by the procedure: a lesson cancelled or
            missed, the school's own call, a student who never logged in.
        jamais: of these, the students who never logged in.
        nouveaux: new students (``eleves`` only).
        rejets: lines that are not understood, or doubtful.
        eleves: the students new or changed, with their full new value.
        avant: the value before of those who were known, by number.
        compris: what was understood of the file, in two French lines.
        avertissements: what was taken but is to be looked at, in French.
        entetes: the header, for the CSV of rejects.
        couverture: what a file of lessons, logins or contacts tells of.
        colonnes: field → header, for those once said that were heeded.
    """

    canal: Canal
    lignes: int
    importees: int
    inchangees: int
    ignorees: int
    nouveaux: int
    rejets: tuple[Rejet, ...]
    eleves: tuple[Eleve, ...]
    avant: Mapping[str, Eleve] = field(default_factory=dict)
    compris: tuple[str, ...] = ()
    avertissements: tuple[str, ...] = ()
    entetes: tuple[str, ...] = ()
    jamais: int = 0
    couverture: Couverture = Couverture()
    colonnes: Mapping[str, str] = field(default_factory=dict)


AJOUTEES = ("Motif du rejet", "Suggestions")
"""The columns added at the right; no field is called so, so that an import ignores them."""


def rejets_csv(resultats: ResultatImport | Iterable[ResultatImport]) -> bytes:
    """The rejects of one or several files of one channel: UTF-8 with its mark, « ; », CRLF.

    The columns are those of the file (of all the files, in order), then why and who may be meant.
    """
    liste = [resultats] if isinstance(resultats, ResultatImport) else list(resultats)
    colonnes = dict.fromkeys(cle for resultat in liste for cle in _keys(resultat))
    sortie = io.StringIO(newline="")
    ecrit = csv.writer(sortie, delimiter=";", lineterminator="\r\n")
    ecrit.writerow([*(no_formula(entete) for entete, _ in colonnes), *AJOUTEES])
    for resultat in liste:
        cles = _keys(resultat)
        for rejet in resultat.rejets:
            valeurs = dict(zip(cles, rejet.cellules, strict=False))
            dits = [*map(valeurs.get, colonnes), rejet.raison, " | ".join(rejet.suggestions)]
            ecrit.writerow([no_formula(dit or "") for dit in dits])
    return sortie.getvalue().encode("utf-8-sig")


def _keys(resultat: ResultatImport) -> list[tuple[str, int]]:
    """Each header with how many times it came before, so that two alike stay two columns; cells
    beyond the header are under empty ones."""
    largeur = max((len(r.cellules) for r in resultat.rejets), default=0)
    entetes = [*resultat.entetes, *[""] * (largeur - len(resultat.entetes))]
    return [(entete, entetes[:rang].count(entete)) for rang, entete in enumerate(entetes)]
