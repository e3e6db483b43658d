"""The progress bar of an import: on stderr, in a terminal only, and only when it lasts."""

from __future__ import annotations

import sys
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

ATTENTE = 1.0
"""Seconds before the bar is shown: most imports have ended by then."""


class Progression:
    """A bar for several files one after the other, taken away when all are read."""

    def __init__(self, attente: float = ATTENTE) -> None:
        self._a_montrer = monotonic() + attente
        self._visible = sys.stderr.isatty()
        self._barre: Progress | None = None
        self._tache: TaskID | None = None
        self._fichier = ""

    def __enter__(self) -> Progression:
        return self

    def __exit__(
        self,
        genre: type[BaseException] | None,
        faute: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._barre is not None:
            self._barre.stop()

    def begin(self, fichier: str) -> None:
        """The file that is now read."""
        self._fichier = fichier

    def advance(self, lues: int, total: int) -> None:
        """So many rows are read, of so many."""
        if not self._visible or monotonic() < self._a_montrer:
            return
        if self._barre is None:
            self._barre = _bar()
            self._barre.start()
            self._tache = self._barre.add_task("")
        if self._tache is not None:
            self._barre.update(
                self._tache, description=self._fichier, completed=lues, total=max(total, 1)
            )


def _bar() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    return Progress(
        TextColumn("Lecture de {task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.completed:.0f} lignes"),
        console=Console(stderr=True),
        transient=True,
    )
