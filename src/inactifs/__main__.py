"""``python -m inactifs``, and ``py -m inactifs`` on Windows."""

from inactifs.cli import main

main()
