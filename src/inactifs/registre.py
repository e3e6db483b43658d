"""The register of students: who is who. Pure: no file, no spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from inactifs.mots import fold

if TYPE_CHECKING:
    from inactifs.procedure.modele import Eleve

_CIVILITE = re.compile(r"^(?:m|mr|mme|mlle|mlles|monsieur|madame|mademoiselle)(?:\.\s*|\s+)", re.I)
_MOT = re.compile(r"[^\W_]+")


_EMAIL = re.compile(r"(?:mailto:)?[^@\s;,]+@[^@\s;,]+\.[^@\s.;,]{2,}")
_PAS_UN_NOM = re.compile(r"[\d√\ufffd#@=<>{}\\|~^]|Ã.")


def is_email(texte: str) -> bool:
    """Whether a text is an email, and nothing else."""
    return _EMAIL.fullmatch(texte) is not None


def is_odd_name(nom: str) -> bool:
    """Whether a text is hardly a name: figures, signs, letters that an encoding spoilt."""
    return _PAS_UN_NOM.search(nom) is not None


def without_civility(nom: str) -> str:
    """A name without the « Mme » or « M. » that comes before it; the M of « M'BAREK » stays."""
    return _CIVILITE.sub("", nom.strip())


def name_words(nom: str) -> tuple[str, ...]:
    """The words of a name, without civility, case, accents nor order.

    « Mme Élodie LE GALL » and « le gall elodie » give the same words; hyphens and apostrophes
    separate words.
    """
    return tuple(sorted(_MOT.findall(fold(without_civility(nom)))))


class Registre:
    """The students, found by number or by name.

    A number is unique; a name is not (homonyms).
    """

    def __init__(self, eleves: Iterable[Eleve] = ()) -> None:
        self._par_numero: dict[str, Eleve] = {}
        for eleve in eleves:
            self._par_numero.setdefault(number_key(eleve.numero), eleve)

    def __iter__(self) -> Iterator[Eleve]:
        return iter(self._par_numero.values())

    def __len__(self) -> int:
        return len(self._par_numero)

    def get(self, numero: str) -> Eleve | None:
        """The student of this number, or None."""
        return self._par_numero.get(number_key(numero)) if numero else None

    def named(self, nom: str) -> list[Eleve]:
        """Every student of this full name, in either order, whatever the case and accents."""
        mots = name_words(nom)
        return self._par_nom.get(mots, []) if mots else []

    @cached_property
    def _par_nom(self) -> dict[tuple[str, ...], list[Eleve]]:
        par_nom: dict[tuple[str, ...], list[Eleve]] = {}
        for eleve in self:
            par_nom.setdefault(name_words(eleve.nom_complet), []).append(eleve)
        return par_nom

    def meant(self, numero: str, nom: str) -> list[Eleve]:
        """The students that a row may be about: the one of its number, else those of its name."""
        if not numero:
            return self.named(nom)
        return [eleve] if (eleve := self.get(numero)) else []

    def only(self, numero: str, nom: str) -> Eleve | None:
        """The student of this number, else the only one of this name."""
        possibles = self.meant(numero, nom)
        return possibles[0] if len(possibles) == 1 else None


def as_typed(numero: str, nom: str) -> str:
    """A student as a command takes one: the number, else the name in quotes."""
    return numero or f'"{nom}"'


def number_key(numero: str) -> str:
    """A student's number as compared: without spaces nor case."""
    return numero if numero.isdecimal() else "".join(numero.split()).casefold()


_HEURES = re.compile(r"(\d+)(?:\s*(?:h|:|heures?)\s*(\d{1,2})\b|[.,](\d+))?")


def hours_left(eleve: Eleve | None) -> float | None:
    """The paid hours that remain to a student, as the register says: « 6 », « 6h30 », « 6,5 h »;
    None when it does not, or in no readable way."""
    trouve = _HEURES.search(fold(eleve.heures_restantes)) if eleve else None
    if trouve is None:
        return None
    entieres, minutes, dixiemes = trouve.groups()
    return int(entieres) + (int(minutes) / 60 if minutes else float(f"0.{dixiemes or 0}"))
