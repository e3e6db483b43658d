"""Consoles as they are: an old code page, no colours, odd paths."""

from __future__ import annotations

import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from icalendar import Calendar
from terminal_essais import answer

import inactifs
from inactifs.cli.screen import fitted

EXEMPLE = Path(__file__).parents[2] / "examples" / "suivi_eleves.xlsx"


@pytest.fixture
def classeur(tmp_path: Path) -> Path:
    """The example, in a folder whose name has spaces, accents and an apostrophe."""
    dossier = tmp_path / "Élèves de l'été"
    dossier.mkdir()
    return Path(shutil.copy(EXEMPLE, dossier / "suivi élèves.xlsx"))


def type_in(classeur: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[bytes]:
    """A command in a process of its own, as ``py -m inactifs`` is."""
    return subprocess.run(
        [sys.executable, "-m", "inactifs", *arguments, "-c", str(classeur)],
        env=os.environ
        | {
            "PYTHONPATH": str(Path(inactifs.__file__).parents[1]),
            "INACTIFS_AUJOURDHUI": "2026-11-24",
        }
        | env,
        capture_output=True,
        stdin=subprocess.DEVNULL,
    )


def test_an_old_code_page_gets_what_it_asks_for(classeur: Path) -> None:
    """cp1252 has no box-drawing letters, and a C locale no accents at all: neither stops a
    command, and ``PYTHONIOENCODING`` is obeyed."""
    cp1252 = {"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"}
    for env, encodage in ((cp1252, "cp1252"), ({"LC_ALL": "C"}, "utf-8")):
        fait = type_in(classeur, "detect", "--simulation", **env)
        assert fait.returncode == 0, fait.stderr
        assert "CLÉMENT" in fait.stdout.decode(encodage)
    perdu = type_in(classeur, "show", "Zébulon", **cp1252)
    assert "« Zébulon »" in perdu.stderr.decode("cp1252")
    assert perdu.returncode == 6


@pytest.mark.parametrize(
    ("env", "interdit"),
    [({"TERM": "dumb"}, r"\x1b"), ({"TERM": "xterm", "NO_COLOR": "1"}, r"\x1b\[[0-9;]*[34][0-9]")],
)
def test_a_terminal_without_colours_gets_none(
    classeur: Path, env: dict[str, str], interdit: str
) -> None:
    """TERM=dumb: no escape sequence at all; NO_COLOR: no colour (no-color.org)."""
    statut, ecran = answer(
        "detect", "--simulation", "-c", str(classeur),
        env=env | {"INACTIFS_AUJOURDHUI": "2026-11-24"},
    )  # fmt: skip
    assert statut == 0, ecran
    assert "CLÉMENT" in ecran
    assert re.search(interdit, ecran) is None


@pytest.mark.parametrize("commande", ["show a", "show 1029", "list", "detect --simulation"])
def test_a_narrow_terminal_cuts_no_word(classeur: Path, commande: str) -> None:
    """Sentences, stories and names are broken at spaces; what follows stays under its text."""
    _, ecran = answer(
        *commande.split(), "-c", str(classeur),
        env={"TERM": "dumb", "COLUMNS": "80", "INACTIFS_AUJOURDHUI": "2026-11-24"},
    )  # fmt: skip
    lignes = ecran.splitlines()
    assert max(map(len, lignes)) <= 80
    assert "…" not in ecran
    mots = set(re.findall(r"\w+", ecran))
    if commande == "show a":
        assert {"ROUSSEAU", "ANDRÉ", "GUÉRIN", "CHEVALIER", "GAUTHIER", "MATHIEU"} <= mots
    elif commande == "show 1029":
        debut = next(rang for rang, ligne in enumerate(lignes) if "due le 22/10/2026" in ligne)
        assert all(ligne.startswith(" " * 14) for ligne in lignes[debut : debut + 3]), ecran
    else:
        assert {"FRANÇOIS", "MERCIER", "GARNIER", "relancer", "CHEVALIER"} <= mots
    if commande == "detect --simulation":
        assert {"06 39 98 11 88", "06 39 98 24 75", "eleve1027@exemple.fr"} <= {
            trouve for ligne in lignes for trouve in re.findall(r"\d\d(?: \d\d)+|\S+", ligne)
        }, ecran


def test_help_and_sentences_are_broken_where_a_reader_would(tmp_path: Path) -> None:
    """Never after « or before » and « : »; a column's text stays under itself."""
    etroit = {"COLUMNS": "80", "TERM": "dumb"}
    _, aide = answer("--help", env=etroit)
    assert max(map(len, aide.splitlines())) <= 80
    assert "« abandonniste »" in aide
    _, accueil = answer(env=etroit | {"INACTIFS_CLASSEUR": str(tmp_path / "s.xlsx"), "HOME": "/"})
    lignes = accueil.splitlines()
    suite = next(rang for rang, ligne in enumerate(lignes) if "adopte" in ligne) + 1
    assert lignes[suite].index("le vôtre") == lignes[suite - 1].index("crée le classeur")
    assert fitted("Ensuite : 2e relance", 13) == "Ensuite :\n2e relance"
    assert fitted("À rappeler le 01/12/2026 18:00.", 26).endswith("\n01/12/2026 18:00.")
    assert fitted("Ôtez ceci : « abc », n° 12 : 06 12 34 56 78", 12).split("\n") == [
        "Ôtez ceci :", "« abc »,", "n° 12 :", "06 12 34 56 78",
    ]  # fmt: skip


def test_the_calendar_lies_beside_the_workbook_and_says_no_more_than_a_name(classeur: Path) -> None:
    """Private, the same events the next day, and neither phone nor email unless asked for."""
    ics = classeur.with_name("à faire.ics")

    def events(*options: str, **env: str) -> dict[str, str]:
        fait = type_in(classeur, "next", "--ics", str(ics), *options, **env)
        assert fait.returncode == 0, fait.stderr
        return {
            str(e["uid"]): str(e["description"])
            for e in Calendar.from_ical(ics.read_bytes()).walk("VEVENT")
        }

    premiers = events()
    assert sys.platform == "win32" or stat.S_IMODE(ics.stat().st_mode) == 0o600
    assert premiers
    assert not re.search(r"@|\d\d \d\d \d\d", "".join(premiers.values()))
    assert premiers.keys() == events(INACTIFS_AUJOURDHUI="2026-11-25").keys()
    assert "@exemple.fr" in "".join(events("--details").values())


@pytest.mark.skipif(sys.platform == "win32", reason="a named pipe, and signals")
def test_ctrl_c_is_said_in_french_and_leaves_the_workbook_whole(
    classeur: Path, tmp_path: Path
) -> None:
    """Stopped while it waits for an export: one sentence, no traceback, nothing written."""
    tuyau = tmp_path / "planning.csv"
    os.mkfifo(tuyau)
    avant = classeur.read_bytes()
    commande = subprocess.Popen(
        [sys.executable, "-m", "inactifs", "import", "cours", str(tuyau), "-c", str(classeur)],
        env=os.environ | {"PYTHONPATH": str(Path(inactifs.__file__).parents[1])},
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    with tuyau.open("wb") as bout:  # opened once the command reads it
        fin = time.monotonic() + 60
        while commande.poll() is None and time.monotonic() < fin:
            # Between two reads, Python only takes note of it: somebody presses again.
            commande.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                commande.wait(0.5)
        dit = commande.communicate(timeout=30)[1]
        assert bout  # held open until then: the export never ended
    assert commande.returncode == 130
    assert dit.startswith("Interrompu")
    assert "Traceback" not in dit
    assert classeur.read_bytes() == avant
