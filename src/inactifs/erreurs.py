"""Every fault a user may meet: an exit status, a French sentence, and what to do next.

The exit statuses are those of the contract, section 6. Only ``cli`` prints these errors.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class ErreurInactifs(Exception):
    """Base of all expected faults.

    ``message`` says what is wrong and where, ``conseil`` what to do next; both are French
    sentences for the school's staff. ``statut`` is the process's exit status, ``code`` the
    stable name given under ``--json``.
    """

    statut, code = 1, "erreur"

    def __init__(self, message: str, conseil: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.conseil = conseil

    @property
    def dit(self) -> str:
        """What is wrong and what to do, on one line."""
        return f"{self.message} {self.conseil}".strip()

    @property
    def document(self) -> dict[str, str]:
        """The same under ``--json``."""
        return {"code": self.code, "message": self.message, "conseil": self.conseil}


class UsageIncorrect(ErreurInactifs):
    """The command line cannot be understood (exit 2)."""

    statut, code = 2, "usage"


class Refus(ErreurInactifs):
    """The procedure refuses: too few relances, already closed, future date… (exit 3)."""

    statut, code = 3, "refus"


class FichierInvalide(ErreurInactifs):
    """The workbook or the import file is unreadable or invalid (exit 4)."""

    statut, code = 4, "fichier"


class ClasseurOccupe(ErreurInactifs):
    """The workbook is open elsewhere, or changed since it was read (exit 5)."""

    statut, code = 5, "occupe"


class EleveIntrouvable(ErreurInactifs):
    """No student, or several, answer to what was typed (exit 6).

    ``candidats``: those who might be meant, as the search gives them.
    """

    statut, code = 6, "eleve"

    def __init__(self, message: str, conseil: str = "", candidats: Sequence[Any] = ()) -> None:
        super().__init__(message, conseil)
        self.candidats = candidats


class Interrompu(ErreurInactifs):
    """Stopped by Ctrl-C or Ctrl-D (exit 130, as shells have it)."""

    statut, code = 130, "interrompu"
