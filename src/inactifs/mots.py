"""Words as people type them, brought to a form in which they can be compared."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

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
