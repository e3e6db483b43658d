"""The command line: parse → call → print. The only place that knows Typer and the clock."""

from __future__ import annotations

import gc
import io
import os
import sys
import threading
from contextlib import suppress

from inactifs.cli.interruption import starting


def main() -> None:
    """Run the command that was typed, and exit with its status; or answer the shell on TAB."""
    starting()
    gc.set_threshold(500_000)  # a command is short: looking for cycles would cost it a tenth
    sys.stdin = sys.stdin or io.StringIO()  # closed: nobody answers
    sys.stdout = sys.stdout or io.StringIO()  # closed: nobody listens
    sys.stderr = sys.stderr or io.StringIO()
    while os.open(os.devnull, os.O_RDWR) <= 2:  # what is closed is not given to a workbook
        pass
    for flux in (sys.stdout, sys.stderr):  # accents, also in a Windows console or a pipe
        if isinstance(flux, io.TextIOWrapper):
            flux.reconfigure(encoding="utf-8", errors="replace")
    statut = 0
    if "_INACTIFS_COMPLETE" in os.environ:
        from inactifs.cli.tab import complete

        sys.stdout.write(complete(os.environ))
    else:
        from inactifs.cli.execution import run

        statut = run(sys.argv[1:])
    for flux in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            flux.flush()
    if threading.active_count() > 1:  # the processes that read schools are still to be ended
        sys.exit(statut)
    os._exit(statut)  # Python would undo its modules one by one: a fifth of the time of --help
