"""Words as people type them, brought to a form in which they can be compared."""

from __future__ import annotations

import re
import shlex
import sys
import tomllib
import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

_ACCENTS = re.compile("[\u0300-\u036f]")
_LETTRES = {
    "œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h",
    "ə": "e",
}  # fmt: skip
"""The Latin letters that Unicode does not take apart into a letter and its accent."""
_LETTRE = re.compile(f"[{''.join(_LETTRES)}]")  # quicker than str.translate on long texts


def fold(texte: str) -> str:
    """``texte`` without case nor accents: « Élodie ŁUKASIK » gives « elodie lukasik »."""
    sans_accents = _ACCENTS.sub("", unicodedata.normalize("NFKD", texte.casefold()))
    return _LETTRE.sub(lambda lettre: _LETTRES[lettre[0]], sans_accents)


@lru_cache(maxsize=4096)  # the same few words (statuts, means, outcomes) come thousands of times
def simplify(texte: str) -> str:
    """``texte`` without case, accents, spaces nor punctuation: « Transférée » → « transferee »."""
    decompose = unicodedata.normalize("NFKD", texte.casefold())
    return "".join(c for c in decompose if c.isalnum())


@lru_cache(maxsize=4096)
def directory_key(nom: str) -> tuple[str, str]:
    """What sorts names as in a French directory, surname first.

    Accents and case do not count, unless all the rest is the same; apostrophes are ignored
    (« D'Almeida » stands as « Dalmeida »); hyphens are spaces; word by word, so that « LE GALL »
    comes before « LEBLANC ». A particle counts as it is written: « de Leroy » under D.
    """
    mots = re.sub(r"[^\w\s]", " ", re.sub("['’ʼ`´]", "", fold(nom)))
    return " ".join(mots.split()), nom


def of(nom: str) -> str:
    """« de Laurence », « d'Élodie »; no elision before an h, nor the y of « Yasmine »."""
    debut = fold(nom).lstrip()[:2]
    muette = debut[:1] in tuple("aeiou") or (debut[:1] == "y" and debut[1:] not in tuple("aeiou"))
    return f"d'{nom}" if debut and muette else f"de {nom}"


def and_others(nombre: int) -> str:
    """« … et 1 autre », « … et 3 autres »."""
    return f"… et {nombre} autre{'s' if nombre > 1 else ''}"


def typed(argument: str) -> str:
    """A path or a name as it is typed in a command: between quotes where it has to be."""
    if re.fullmatch(r"[\w./\\:~+,@%-]+", argument):
        return argument
    if sys.platform == "win32" or not re.search(r'["$`\\!]', argument):
        return f'"{argument}"'  # cmd knows no other quotes, and no name of Windows holds one
    return shlex.quote(argument)


def no_formula(texte: str) -> str:
    """A cell of a CSV that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    return f"'{texte}" if texte.startswith(("=", "+", "-", "@", "\t", "\r")) else texte


@cache
def data_file(nom: str) -> dict[str, Any]:
    """The tables of a data file shipped in the package, by its path there; not to be changed."""
    return tomllib.loads(Path(__file__).parent.joinpath(nom).read_text("utf-8"))
