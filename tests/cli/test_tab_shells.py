"""TAB pressed in a real bash, zsh and fish; the shell itself tells what its line has become."""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

import inactifs

if sys.platform != "win32":
    import pty

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="shells in a terminal of POSIX")

ELEVES = [
    ("1001", "ROYER", "Laurence"),
    ("1002", "ROUX", "Léa"),
    ("1003", "LE GALL", "Élodie"),
    ("1004", "N'GUYEN", "Anna"),
    ("1005", "MARTIN", "Lucas"),
    ("1006", "MARTIN", "Lucas"),
    ("1007", "Morin", "Rose"),
]

# Ctrl-G writes the line as it stands to a file.
ESPIONS = {
    "bash": """bind -x '"\\C-g": printf %s "$READLINE_LINE" > ligne.txt'""",
    "zsh": "espion() { print -rn -- $BUFFER > ligne.txt }; zle -N espion; bindkey '^G' espion; "
    "zstyle ':completion:*' insert-tab false",
    "fish": "bind \\cg 'commandline > ligne.txt'",
}
DEPARTS = {"bash": ["--noprofile", "-i"], "zsh": ["-i"], "fish": ["-i"]}


class Coquille:
    """A shell at work in a folder, in which keys are pressed."""

    def __init__(self, nom: str, dossier: Path, env: dict[str, str]) -> None:
        self.dossier, self.vu = dossier, b""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(dossier)
            os.execvpe(nom, [nom, *DEPARTS[nom]], env)
        self.press(f"{ESPIONS[nom]}; echo pr''et\r")
        self.read_until(b"pret\r\n")

    def press(self, touches: str) -> None:
        os.write(self.fd, touches.encode())

    def read_until(self, attendu: bytes) -> None:
        fin = time.monotonic() + 20
        while attendu not in self.vu:
            assert time.monotonic() < fin, self.vu.decode(errors="replace")
            self.look()

    def look(self) -> None:
        if select.select([self.fd], [], [], 0.05)[0]:
            self.vu += os.read(self.fd, 65536)

    def wait_for(self, fichier: str) -> str:
        chemin = self.dossier / fichier
        fin = time.monotonic() + 20
        while not chemin.exists() or not chemin.read_text("utf-8"):
            assert time.monotonic() < fin, self.vu.decode(errors="replace")
            self.look()
        texte = chemin.read_text("utf-8")
        chemin.unlink()
        return texte

    def tab(self, ligne: str) -> str:
        """The line once TAB has been pressed after ``ligne``; it is then wiped."""
        self.vu = b""
        self.press(f"{ligne}\t\x07")
        texte = self.wait_for("ligne.txt")
        self.press("\x15")
        return texte.rstrip("\n")

    def close(self) -> None:
        os.close(self.fd)
        os.waitpid(self.pid, 0)


@pytest.fixture(scope="module")
def maison(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose ``bin`` holds ``inactifs``, and a workbook with a few names."""
    dossier = tmp_path_factory.mktemp("tab")
    (dossier / "bin").mkdir()
    commande = dossier / "bin" / "inactifs"
    commande.write_text(f"#!{sys.executable}\nfrom inactifs.cli import main\nmain()\n", "utf-8")
    commande.chmod(0o755)
    subprocess.run([commande, "init"], cwd=dossier, env=_env(dossier), check=True)
    livre = openpyxl.load_workbook(dossier / "suivi_eleves.xlsx")
    for rang, eleve in enumerate(ELEVES, 2):
        for colonne, valeur in enumerate(eleve, 1):
            livre["Élèves"].cell(rang, colonne, valeur)
    livre.save(dossier / "suivi_eleves.xlsx")
    (dossier / "export du jour.csv").write_text("", "utf-8")
    return dossier


def _env(maison: Path) -> dict[str, str]:
    gardees = {c: v for c, v in os.environ.items() if not c.startswith(("INACTIFS", "XDG", "LC_"))}
    sources = str(Path(inactifs.__file__).parents[1])
    return gardees | {
        "PATH": f"{maison / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(maison),
        "PYTHONPATH": sources,
        "LC_ALL": "C.UTF-8",
        "TERM": "xterm",
        "INACTIFS_AUJOURDHUI": "2026-11-24",
    }


@pytest.fixture(scope="module", params=["bash", "zsh", "fish"])
def coquille(request: pytest.FixtureRequest, maison: Path) -> Iterator[Coquille]:
    """The shell once ``inactifs --install-completion`` was typed in it, then opened anew."""
    nom = str(request.param)
    if shutil.which(nom) is None:
        pytest.skip(f"{nom} n'est pas installé ici")
    (maison / f".{nom}rc").write_text("", "utf-8")
    options = ["-ic"] if nom != "fish" else ["-c"]
    subprocess.run(
        [nom, *options, "inactifs --install-completion; true"],
        cwd=maison,
        env=_env(maison),
        check=True,
        stdin=subprocess.DEVNULL,
    )
    ouverte = Coquille(nom, maison, _env(maison))
    yield ouverte
    ouverte.close()


@pytest.mark.parametrize(
    ("tape", "lignes"),
    [
        ("inactifs show roy", {r"inactifs show ROYER\ Laurence "}),
        (
            "inactifs show elo",  # fish keeps the letters that are typed
            {r"inactifs show Élodie\ LE\ GALL ", r"inactifs show elodie\ LE\ GALL "},
        ),
        ('inactifs show "LE G', {'inactifs show "LE GALL Élodie" '}),
        ("inactifs relance add --moyen=m", {"inactifs relance add --moyen=message-vocal "}),
        (
            "inactifs relance add 1 --cause emploi",
            {r"inactifs relance add 1 --cause emploi\ du\ temps "},
        ),
        ("inactifs list --et", {"inactifs list --etat "}),
        ("inactifs import eleves ex", {r"inactifs import eleves export\ du\ jour.csv "}),
        ("inactifs show ro", {"inactifs show ro"}),  # several: nothing typed is lost
    ],
)
def test_tab_completes_what_is_typed(coquille: Coquille, tape: str, lignes: set[str]) -> None:
    """Names in any case and without accents, options, values, files; quoted as the shell needs."""
    assert coquille.tab(tape) in lignes


def test_a_completed_name_with_an_apostrophe_is_one_argument(coquille: Coquille) -> None:
    """The line that TAB makes of « n » is run, and finds the student."""
    (coquille.dossier / "vu.json").unlink(missing_ok=True)
    coquille.press("inactifs show n\t")
    coquille.read_until(b"GUYEN")
    coquille.press("--json > vu.json\r")
    assert json.loads(coquille.wait_for("vu.json"))["numero"] == "1004"


def test_homonyms_are_completed_by_their_number(coquille: Coquille) -> None:
    """A name that two students have would find neither: their numbers are shown."""
    coquille.vu = b""
    coquille.press("inactifs show mart\t\t")
    coquille.read_until(b"1006")
    coquille.press("\x1b\x15" if b"fish" in coquille.vu else "\x15")
    assert b"1005" in coquille.vu
