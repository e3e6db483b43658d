"""The terminal's tables: their columns narrow without cutting a word nor a telephone number."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table

_INTERVALLE = 2
"""Between two columns: the padding, and the box's own blank."""

_PIECES = re.compile(r"\d\d(?: \d\d)+|\S+")
"""What must stay on one line: a telephone number, a word."""


class TableLisible(Table):
    """A table whose title and columns begin at the left, in the width of the terminal."""

    def __init__(self, titre: str) -> None:
        super().__init__(
            title=titre,
            title_justify="left",
            title_style="bold",
            header_style="bold",
            caption_justify="left",
            box=SIMPLE_HEAD,
            padding=(0, 1, 0, 0),
            show_edge=False,
            pad_edge=False,
        )

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        textes = [[str(t) for t in (c.header, *c.cells)] for c in self.columns]
        place = options.max_width - _INTERVALLE * (len(textes) - 1)
        besoins = [
            _widest(ts if c.no_wrap else [p for t in ts for p in _PIECES.findall(t)])
            for c, ts in zip(self.columns, textes, strict=True)
        ]
        if sum(besoins) <= place:  # else rich cuts where it must
            largeurs = _narrowed([_widest(ts) for ts in textes], besoins, place)
            for colonne, largeur in zip(self.columns, largeurs, strict=True):
                colonne.width = largeur
        yield from super().__rich_console__(console, options)
        yield ""


def _widest(textes: Sequence[str]) -> int:
    return max((cell_len(ligne) for t in textes for ligne in t.split("\n")), default=0)


def _narrowed(largeurs: list[int], besoins: list[int], place: int) -> list[int]:
    """``largeurs``, the widest taken from first until they fit; none goes below its need."""
    for _ in range(sum(largeurs) - place):
        rangs = [i for i, largeur in enumerate(largeurs) if largeur > besoins[i]]
        largeurs[max(rangs, key=lambda i: largeurs[i])] -= 1
    return largeurs
