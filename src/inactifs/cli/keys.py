"""One key pressed, in a terminal; a line typed where there is no real one.

Typer's own library reads single keys, in the Windows console as elsewhere.
"""

from __future__ import annotations

import os
import sys

import typer

from inactifs.cli.questions import free_answer
from inactifs.erreurs import Interrompu

ENTREE = "\n"


def real_terminal() -> bool:
    """Whether single keys can be read and the screen cleared."""
    return sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def pressed(demande: str) -> str:
    """The key pressed, in lower case, :data:`ENTREE` for Enter; where there is no real terminal,
    the first letter of the line typed after ``demande``. What was pressed before the question
    is not taken: it was meant for the screen before.

    Raises:
        Interrompu: Ctrl-C or Ctrl-D.
    """
    if not real_terminal():
        return free_answer(demande, "")[:1].casefold() or ENTREE
    print(f"{demande}\u00a0: ", end="", flush=True)
    try:
        touche = typer.getchar()
    except (KeyboardInterrupt, EOFError):
        touche = "\x03"
    if touche in ("\x03", "\x04"):
        print()
        raise Interrompu("Tournée interrompue : ce qui est noté est écrit.")
    print(touche if touche.isprintable() else "")
    return ENTREE if touche in ("\r", "\n") else touche[:1].casefold()


def clear() -> None:
    """A blank screen, where there is a real one."""
    if real_terminal():
        from rich.console import Console

        Console().clear()
    else:
        print()
