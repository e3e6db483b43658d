"""What a command has to say cannot be said: the screen is closed, the disk of its output full."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from commandes_essais import JOUR, on_day, school

full = pytest.mark.skipif(
    sys.platform == "win32" or not Path("/dev/full").exists(), reason="a shell, and /dev/full"
)

PAUSE = ("pause", "7", "--jusqu-au", "24/12/2026", "--motif", "stage")


@pytest.fixture
def classeur(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The school's workbook."""
    on_day(monkeypatch)
    return school(tmp_path)


def shell(classeur: Path, redirection: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command typed in a shell, with its outputs redirected."""
    return subprocess.run(
        ["/bin/sh", "-c", f'exec "$@" {redirection}', "sh", sys.executable, "-m", "inactifs",
         *arguments, "-c", str(classeur)],
        env=os.environ | {"INACTIFS_AUJOURDHUI": JOUR},
        capture_output=True,
        encoding="utf-8",
    )  # fmt: skip


@full
@pytest.mark.parametrize("options", [(), ("--json",)])
def test_an_answer_that_cannot_be_written(classeur: Path, options: tuple[str, ...]) -> None:
    """A sentence and the status of a fault, never a traceback; and no false comfort."""
    avant = classeur.read_bytes()
    fait = shell(classeur, ">/dev/full", *PAUSE, *options)
    assert classeur.read_bytes() != avant
    if not options:  # the answer went to stderr
        assert (fait.returncode, "suspendu jusqu'au" in fait.stderr) == (0, True)
        return
    assert fait.returncode == 1
    assert "Traceback" not in fait.stderr and "Exception" not in fait.stderr
    assert "Une erreur imprévue" in fait.stderr
    assert "rien n'a été écrit" not in fait.stderr


@full
def test_messages_that_cannot_be_written(classeur: Path) -> None:
    """Stderr on a full disk: the status says it, alone."""
    fait = shell(classeur, "2>/dev/full", *PAUSE)
    assert (fait.returncode, fait.stdout, fait.stderr) == (1, "", "")


@full
@pytest.mark.parametrize("options", [(), ("--json",)])
@pytest.mark.parametrize("commande", [PAUSE, ("list",), ("show", "7")])
def test_outputs_that_are_closed(
    classeur: Path, commande: tuple[str, ...], options: tuple[str, ...]
) -> None:
    """Nobody listens: the command is done all the same."""
    fait = shell(classeur, ">&- 2>&-", *commande, *options)
    assert fait.returncode == 0


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_a_pipe_that_is_closed(classeur: Path, options: tuple[str, ...]) -> None:
    """« inactifs list | head » has read enough: that is no failure."""
    lecture, ecriture = os.pipe()
    os.close(lecture)
    fait = subprocess.run(
        [sys.executable, "-m", "inactifs", "list", *options, "-c", str(classeur)],
        env=os.environ | {"INACTIFS_AUJOURDHUI": JOUR},
        stdout=ecriture,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    os.close(ecriture)
    assert (fait.returncode, fait.stderr) == (0, "")
