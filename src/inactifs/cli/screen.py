"""What people read on a screen holds nothing that a terminal obeys.

A cell may hold an escape sequence (``_x001B_`` in its XML), which would recolour the terminal,
rename its window, or type in it; and marks of direction, which show a text backwards.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType
    from rich.segment import Segment

_GARDES = "\t\n"
_OBEIS = dict.fromkeys(
    c
    for c in (*range(32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A))
    if chr(c) not in _GARDES
)


def printable(texte: str) -> str:
    """``texte`` without control characters (Unicode, Cc) nor directional overrides."""
    return texte.translate(_OBEIS)


_MARGE = re.compile(r" +(?:\S+ : |\S.*? {2,})| *")
_LIES = re.compile(r"(?<=[«°]) | (?=[»:;?!](?:\W|$))|(?<=\b\d\d) (?=\d\d\b)")
_LIEN = "\0"
"""Stands for a space at which no line is broken; ``printable`` leaves none in a text."""


def fitted(texte: str, largeur: int) -> str:
    """``texte`` broken at its spaces so that each line fits; a longer word (a path) stays whole,
    and so do « quotes », « n° 12 » and telephone numbers.

    What follows a line begins under its text: « ␣␣24/11/2026␣␣Dossier ouvert ».
    """
    lignes: list[str] = []
    for ligne in texte.split("\n"):
        if len(ligne) <= largeur:
            lignes.append(ligne)
            continue
        marge = _MARGE.match(ligne)
        retrait = marge.end() if marge else 0
        lignes += textwrap.wrap(
            _LIES.sub(_LIEN, ligne),
            largeur,
            subsequent_indent=" " * (retrait if retrait <= largeur * 2 // 3 else 4),
            break_long_words=False,
            break_on_hyphens=False,
        )
    return "\n".join(lignes).replace(_LIEN, " ")


def readable(texte: str, flux: TextIO) -> str:
    """``texte`` as it is printed on ``flux``: in the width of a terminal, on one line elsewhere."""
    propre = printable(texte)
    if not flux.isatty():
        return propre
    from shutil import get_terminal_size

    return fitted(propre, get_terminal_size().columns)


class Imprimable:
    """A table, or whatever rich draws, without what a terminal obeys in its texts; the
    colours, which rich adds afterwards, stay."""

    def __init__(self, contenu: RenderableType) -> None:
        self.contenu = contenu

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        for segment in console.render(self.contenu, options):
            yield segment if segment.control else segment._replace(text=printable(segment.text))
