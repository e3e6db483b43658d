"""The command line: parse → call → print. The only place that knows Typer and the clock."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command that was typed, and exit with its status."""
    from inactifs.cli.execution import run

    sys.exit(run(sys.argv[1:]))
