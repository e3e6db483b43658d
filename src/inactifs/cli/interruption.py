"""Ctrl-C: a sentence while the program starts, an exception once the command is at work."""

from __future__ import annotations

import os
import signal
from contextlib import suppress

ARRETE = "Interrompu avant de commencer : rien n'a été lu ni écrit."


def starting() -> None:
    """The program starts: Ctrl-C ends it at once, without the traceback of an import."""
    signal.signal(signal.SIGINT, _stop)


def interruptible() -> None:
    """The command begins: from now on Ctrl-C unwinds it, so that nothing is left half done."""
    if signal.getsignal(signal.SIGINT) is _stop:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _stop(numero: int, cadre: object) -> None:
    with suppress(OSError):
        os.write(2, f"\n{ARRETE}\n".encode())
    os._exit(130)
