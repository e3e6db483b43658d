"""What surrounds a command: closed inputs, odd bytes, files that cannot be read. None exits 1."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import inactifs

EXEMPLE = Path(__file__).parents[2] / "examples" / "suivi_eleves.xlsx"
SOURCES = str(Path(inactifs.__file__).parents[1])


@pytest.fixture
def classeur(tmp_path: Path) -> Path:
    return Path(shutil.copy(EXEMPLE, tmp_path / "suivi_eleves.xlsx"))


def in_bash(classeur: Path, ligne: str) -> subprocess.CompletedProcess[str]:
    """A line typed in bash, in the workbook's folder; ``I`` stands for inactifs."""
    if sys.platform == "win32":
        pytest.skip("typed in bash")
    voulu = {"PYTHONPATH": SOURCES, "INACTIFS_AUJOURDHUI": "2026-11-24", "PY": sys.executable}
    return subprocess.run(
        ["bash", "-c", f'I() {{ "$PY" -m inactifs "$@"; }}; {ligne}'],
        cwd=classeur.parent,
        env=os.environ | voulu,
        capture_output=True,
        text=True,
        errors="replace",
    )


@pytest.mark.parametrize(
    ("ligne", "statut"),
    [
        ("I detect <&-", 0),
        ("I reprise <&-", 2),
        ("I show 1029 >&-", 0),
        ("I close --tous <&- 2>&-", 3),
        (r"INACTIFS_PAR=$'Ren\xe9e' I activite add 1029 appel --date hier", 0),
        (r"I pause 1029 --jusqu-au 24/12/2026 --motif $'cong\xe9'", 0),
        ("I detect -c /nexiste/pas.xlsx", 4),
        ("I detect -c .", 4),
        ("I import cours .rien.csv", 4),
    ],
)
def test_none_of_these_is_a_fault_of_the_program(classeur: Path, ligne: str, statut: int) -> None:
    fait = in_bash(classeur, ligne)
    assert fait.returncode == statut, fait.stderr
    assert "Traceback" not in fait.stderr


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root reads everything")
@pytest.mark.parametrize("ligne", ["I detect -c ferme.xlsx", "I import cours ferme.csv"])
def test_a_file_that_the_account_may_not_read_is_no_bad_option(classeur: Path, ligne: str) -> None:
    for nom in ("ferme.xlsx", "ferme.csv"):
        shutil.copy(EXEMPLE, classeur.with_name(nom)).chmod(0)
    assert in_bash(classeur, ligne).returncode == 4


def test_the_name_typed_in_an_old_console_is_read(classeur: Path) -> None:
    """« Renée », in the bytes of Windows, in the journal that ``undo --liste`` goes by."""
    in_bash(classeur, r"INACTIFS_PAR=$'Ren\xe9e' I activite add 1029 appel --date hier")
    assert "Renée" in in_bash(classeur, "I undo --liste").stdout


@pytest.mark.skipif(sys.platform == "win32", reason="a signal, as POSIX sends it")
def test_ctrl_c_at_start_up_is_said_in_french(classeur: Path) -> None:
    """At any moment once the program is there, in one line: never the traceback of an import."""
    for attente in (0.04, 0.08, 0.12, 0.16, 0.2, 0.3):
        commande = subprocess.Popen(
            [sys.executable, "-c", "from inactifs.cli import main; print(flush=True); main()",
             "detect", "-c", str(classeur)],
            env=os.environ | {"PYTHONPATH": SOURCES, "INACTIFS_AUJOURDHUI": "2026-11-24"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )  # fmt: skip
        assert commande.stdout is not None
        commande.stdout.readline()
        time.sleep(attente)
        commande.send_signal(signal.SIGINT)
        dit = commande.communicate(timeout=60)[1]
        assert commande.returncode in (0, 130)
        assert "Traceback" not in dit
        assert commande.returncode == 0 or "Interrompu" in dit
