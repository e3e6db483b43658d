"""How the tool speaks: sentences, tables, one JSON document, a progress bar.

What people read on a screen holds nothing that a terminal obeys: a cell may hold an escape
sequence (``_x001B_`` in its XML), which would recolour the terminal, rename its window, or type
in it; and marks of direction, which show a text backwards.
"""

from __future__ import annotations

import json
import os
import re
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from shutil import get_terminal_size
from time import monotonic
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType
    from rich.progress import Progress
    from rich.segment import Segment


_OBEIS = dict.fromkeys(
    {*range(32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A)} - {9, 10}
)
"""All but tabs and line breaks."""


def legible(texte: str) -> str:
    """``texte`` without the bytes that Python keeps aside when they are no UTF-8: read as those
    of an old Windows console, which are « Renée » most often."""
    try:
        texte.encode()
    except UnicodeEncodeError:
        return os.fsencode(texte).decode("cp1252", "replace")
    return texte


_PROPOSEE = re.compile(r"(^ *|« )inactifs(?= [a-z-])", re.MULTILINE)

appel = "inactifs"
"""What the commands proposed begin with: how this program was started."""


def printable(texte: str) -> str:
    """``texte`` without control characters (Unicode, Cc) nor directional overrides."""
    propre = texte.translate(_OBEIS)
    return propre if appel == "inactifs" else _PROPOSEE.sub(rf"\g<1>{appel}", propre)


_MARGE = re.compile(r" +(?:\S+ : |\S.*? {2,})| *")
_LIES = re.compile(
    r"(?<=[«°]) | (?=[»:;?!](?:\W|$))|(?<=\b\d\d) (?=\d\d\b)|(?<=/\d{4}) (?=\d\d:)"
    r"|(?<=\b\de) |(?<=\b1re) "
)
_LIEN = "\0"
"""Stands for a space at which no line is broken; ``printable`` leaves none in a text."""


def fitted(texte: str, largeur: int) -> str:
    """``texte`` broken at its spaces so that each line fits; a longer word (a path) stays whole,
    and so do « quotes », « n° 12 », « 2e relance », telephone numbers, a day with its hour.

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
    return fitted(propre, get_terminal_size().columns)


class Imprimable:
    """A table, or whatever rich draws, without what a terminal obeys in its texts; the
    colours, which rich adds afterwards, stay."""

    def __init__(self, contenu: RenderableType) -> None:
        self.contenu = contenu

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        for segment in console.render(self.contenu, options):
            yield segment if segment.control else segment._replace(text=printable(segment.text))


en_json = False
"""Whether one JSON document is all that goes to stdout, errors included: ``--json``, wherever it
stands on the line, says so."""


def speaks_json() -> bool:
    return en_json


def interactive() -> bool:
    """Whether somebody is there to answer a question."""
    return sys.stdin.isatty() and sys.stdout.isatty() and not en_json


def say(*phrases: str) -> None:
    """A message for the person: on stderr when stdout is not a terminal, or is for JSON."""
    sortie = sys.stdout if sys.stdout.isatty() and not en_json else sys.stderr
    for phrase in phrases:
        print(readable(phrase, sortie), file=sortie)


def show(*contenus: RenderableType) -> None:
    """Lines and tables in the terminal's width; elsewhere, tables and theirs in 100 columns."""
    if all(isinstance(contenu, str) for contenu in contenus):
        print(*(readable(str(contenu), sys.stdout) for contenu in contenus), sep="\n")
        return
    from rich.console import Console

    largeur = None if sys.stdout.isatty() else 100
    console = Console(width=largeur, highlight=False, markup=False, emoji=False)
    for contenu in contenus:
        texte = fitted(contenu, console.width) if isinstance(contenu, str) else contenu
        console.print(Imprimable(texte))


def json_text(document: dict[str, Any], flux: TextIO | None = None, indent: int | None = 2) -> str:
    """A JSON document, as written to a file, or printed on ``flux``: where that is not UTF-8,
    letters are escaped, so that none is lost."""
    lettres = (getattr(flux, "encoding", None) or "utf-8").casefold() in ("utf-8", "utf8")
    return json.dumps(document, ensure_ascii=not lettres, indent=indent)


def print_json(document: dict[str, Any]) -> None:
    """One JSON document on stdout."""
    print(json_text(document, sys.stdout))


ATTENTE = 1.0
"""Seconds before a progress bar is shown: most commands have ended by then."""


@contextmanager
def progression(unite: str, attente: float = ATTENTE) -> Iterator[Callable[[str, int, int], None]]:
    """What lasts, on stderr, in a terminal only, taken away at the end: what is given is to be
    called with the name of what is read, how many are read, of how many."""
    barre: Progress | None = None
    a_montrer = monotonic() + attente

    def advance(nom: str, lues: int, total: int) -> None:
        nonlocal barre
        if not sys.stderr.isatty() or monotonic() < a_montrer:
            return
        if barre is None:
            from rich import progress
            from rich.console import Console

            barre = progress.Progress(
                progress.TextColumn("Lecture de {task.description}", markup=False),
                progress.BarColumn(),
                progress.TaskProgressColumn(),
                progress.TextColumn(f"{{task.completed:.0f}} {unite}"),
                progress.TimeRemainingColumn(),
                console=Console(stderr=True),
                transient=True,
            )
            barre.start()
            barre.add_task("")
        (tache,) = barre.task_ids
        barre.update(tache, description=nom, completed=lues, total=max(total, 1))

    try:
        yield advance
    finally:
        if barre is not None:
            barre.stop()
