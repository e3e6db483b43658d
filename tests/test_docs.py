"""What is written beside the code is true: examples run, captures are what is shown, what is
declared is what is imported."""

from __future__ import annotations

import ast
import re
import shlex
import shutil
import sys
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from cli.ecole_fabrique import TABLEAU, Ecole, le, student
from cli.terminal_essais import answer
from inactifs.cli.commands import COMMANDES, below

RACINE = Path(__file__).parents[1]
README = (RACINE / "README.md").read_text("utf-8")
GUIDE = (RACINE / "docs" / "guide.md").read_text("utf-8")
PROJET = tomllib.loads((RACINE / "pyproject.toml").read_text("utf-8"))
EXPORTS = RACINE / "tests" / "imports" / "exports"

EN_TERMINAL = ("tournee",)
"""Those that only somebody at a keyboard can run; their own tests do."""

SEULES = [nom for nom in COMMANDES if not below(nom)]
"""Each command, by the words that call it."""


def _refused(ecole: Ecole) -> None:
    ecole.json("relance", "add", "1", "--moyen", "telephone", "--resultat", "refus-contact")


def _ended(ecole: Ecole) -> None:
    ecole.json("close", "1", "--demande-eleve", "--oui")


def _prepared(ecole: Ecole) -> None:
    ecole.json("relance", "message", "--tous")


AVANT: Mapping[str, Callable[[Ecole], None]] = {"recontacter": _refused, "reopen": _ended}
"""What has to have happened for an example to make sense."""


@pytest.fixture
def ecole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ecole:
    """A school where ROYER was written to three times, and its exports."""
    for export in EXPORTS.iterdir():
        shutil.copy(export, tmp_path)
    (tmp_path / "documents").mkdir()
    ecole = Ecole(tmp_path, monkeypatch)
    ecole.start(
        [student("1", "ROYER Laurence", "10/04/2026", TÉLÉPHONE="0612345678")],
        [
            {
                "ÉLÈVE": "ROYER Laurence",
                "N° ÉLÈVE": "1",
                "DATE DE DERNIÈRE ACTIVITÉ": le("10/04/2026"),
                "DATES DE RELANCES": "01/10/2026\n08/10/2026\n22/10/2026",
                "MOYENS UTILISÉS": "SMS\nEmail\nTéléphone",
            }
        ],
    )
    ecole.set("Téléphone de l'auto-école", "0240000000")
    return ecole


@pytest.mark.parametrize("nom", [nom for nom in SEULES if nom not in EN_TERMINAL])
def test_the_example_of_each_command_runs(ecole: Ecole, nom: str) -> None:
    """As ``--help`` shows it, on a school where it makes sense."""
    if nom.startswith("relance "):
        # Steps remain to be done.
        ecole.json("reprise", "1")
        ecole.fill(
            TABLEAU,
            [
                {
                    "ÉLÈVE": "ROYER Laurence",
                    "N° ÉLÈVE": "1",
                    "DATE DE DERNIÈRE ACTIVITÉ": le("10/04/2026"),
                    "DATES DE RELANCES": "15/11/2026",
                    "MOYENS UTILISÉS": "SMS",
                }
            ],
        )
    AVANT.get(nom, lambda _: None)(ecole)
    programme, *arguments = shlex.split(COMMANDES[nom]["exemple"])
    assert programme == "inactifs"
    if nom == "close":
        arguments.append("--oui")
    if nom == "init":
        ecole.classeur.unlink()
    fait = ecole.type(*arguments)
    assert fait.statut == 0, f"{arguments}\n{fait.sortie}{fait.erreurs}"


@pytest.mark.parametrize("nom", SEULES)
def test_each_command_is_in_the_guide_with_an_example(nom: str) -> None:
    """In one of its frames, which tests/cli/test_guide.py runs, or for those of a terminal in
    the text."""
    cadres = "\n".join(re.findall(r"```(?:sh|console)\n(.*?)```", GUIDE, re.S))
    assert re.search(rf"inactifs {nom}\b", cadres), f"« {nom} » has no example in docs/guide.md"


def test_the_readme_shows_a_morning_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its capture is what the first block prints in a terminal of 80 columns; « […] » stands for
    lines left out."""
    shutil.copy(RACINE / "examples" / "suivi_eleves.xlsx", tmp_path)
    Ecole(tmp_path, monkeypatch)
    _, ecran = answer("detect", "--simulation", env={"COLUMNS": "80"})
    montre = [ligne.rstrip() for ligne in re.sub(r"\x1b\[[\d;]*m", "", ecran).splitlines()]
    (capture,) = re.findall(r"```text\n(.*?)```", README, re.S)
    debut = 0
    for morceau in capture.split("[…]\n"):
        lignes = morceau.splitlines()
        rang = next(
            (r for r in range(debut, len(montre)) if montre[r : r + len(lignes)] == lignes), None
        )
        assert rang is not None, f"{morceau}\nis not in\n" + "\n".join(montre)
        debut = rang + len(lignes)


PAQUETS = {"python-dateutil": "dateutil", "python-calamine": "python_calamine"}


def imported_packages() -> set[str]:
    """The third-party packages that the source imports, anywhere."""
    noms: set[str] = set()
    for fichier in (RACINE / "src").rglob("*.py"):
        for noeud in ast.walk(ast.parse(fichier.read_text("utf-8"))):
            if isinstance(noeud, ast.Import):
                noms |= {alias.name.split(".")[0] for alias in noeud.names}
            elif isinstance(noeud, ast.ImportFrom) and noeud.module and not noeud.level:
                noms.add(noeud.module.split(".")[0])
    return noms - set(sys.stdlib_module_names) - {"inactifs"}


def test_what_is_declared_is_what_is_imported() -> None:
    """No package that nobody uses, none that comes by chance with another."""
    declares = {re.match(r"[\w-]+", d)[0] for d in PROJET["project"]["dependencies"]}  # type: ignore[index]
    assert {PAQUETS.get(nom, nom) for nom in declares} == imported_packages()


def test_every_data_file_is_shipped() -> None:
    """Templates, texts and word lists lie beside the code that reads them."""
    motifs = PROJET["tool"]["setuptools"]["package-data"]["inactifs"]
    paquet = RACINE / "src" / "inactifs"
    expedies = {f for motif in motifs for f in paquet.glob(motif)}
    donnees = {
        f
        for f in paquet.rglob("*")
        if f.is_file() and f.suffix not in (".py", ".pyc") and "__pycache__" not in f.parts
    }
    assert donnees == expedies


def test_links_between_documents_lead_somewhere() -> None:
    """Files named in the README exist."""
    for cible in re.findall(r"\]\(((?!http|#)[^)]+)\)", README):
        assert (RACINE / cible.partition("#")[0]).exists(), cible
    for chemin in re.findall(r"`((?:tests|benchmarks|docs)/[\w./]+)`", README):
        assert (RACINE / chemin).exists(), chemin
