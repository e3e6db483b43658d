"""The command line: parse → call → print. The only place that knows Typer and the clock."""

from __future__ import annotations

import codecs
import gc
import io
import os
import signal
import sys
import threading
from contextlib import suppress

ARRETE = "Interrompu avant de commencer : rien n'a été lu ni écrit."


def main() -> None:
    """Run the command that was typed, and exit with its status; or answer the shell on TAB."""
    signal.signal(signal.SIGINT, _stop)
    gc.set_threshold(500_000)  # a command is short: looking for cycles would cost it a tenth
    sys.stdin = sys.stdin or io.StringIO()  # closed: nobody answers
    sys.stdout = sys.stdout or io.StringIO()  # closed: nobody listens
    sys.stderr = sys.stderr or io.StringIO()
    while os.open(os.devnull, os.O_RDWR) <= 2:  # what is closed is not given to a workbook
        pass
    for flux in (sys.stdout, sys.stderr):  # accents, also in a Windows console or a pipe
        if isinstance(flux, io.TextIOWrapper):
            flux.reconfigure(encoding=output_encoding(flux), errors="replace")
    statut = 0
    if "_INACTIFS_COMPLETE" in os.environ:
        from inactifs.cli.tab import complete

        if isinstance(sys.stdout, io.TextIOWrapper):  # the shells' scripts read UTF-8
            sys.stdout.reconfigure(encoding="utf-8")
        sys.stdout.write(complete(os.environ))
    else:
        from inactifs.cli import screen
        from inactifs.cli.execution import run

        screen.appel = started_as(sys.argv[0], sys.platform)
        statut = run(sys.argv[1:])
    for flux in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            flux.flush()
    if threading.active_count() > 1:  # the processes that read schools are still to be ended
        sys.exit(statut)
    os._exit(statut)  # Python would undo its modules one by one: a fifth of the time of --help


def _stop(numero: int, cadre: object) -> None:
    """Ctrl-C while the program starts ends it at once, without the traceback of an import."""
    with suppress(OSError):
        os.write(2, f"\n{ARRETE}\n".encode())
    os._exit(130)


def started_as(argv0: str, systeme: str) -> str:
    """What somebody types to start this program: « py -m inactifs » on a Windows where the
    command was not put on the PATH."""
    return "py -m inactifs" if systeme == "win32" and argv0.endswith("__main__.py") else "inactifs"


def output_encoding(flux: io.TextIOWrapper) -> str:
    """UTF-8; but what is redirected on Windows is read in the console's code page by cmd and
    PowerShell 5, and ``PYTHONIOENCODING`` is obeyed everywhere."""
    if os.environ.get("PYTHONIOENCODING"):
        return flux.encoding
    if sys.platform == "win32" and not flux.isatty() and not sys.flags.utf8_mode:
        import ctypes

        page = ctypes.windll.kernel32.GetConsoleOutputCP()  # 0: no console
        with suppress(LookupError):
            return codecs.lookup(f"cp{page}").name if page else "utf-8"
    return "utf-8"
