"""The house's plan: imports go downwards only."""

from __future__ import annotations

import ast
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import inactifs

RACINE = Path(inactifs.__file__).parent
ETAGES = (
    {"erreurs"},
    {"dates", "mots", "phones"},
    {"procedure"},
    {"registre"},
    {"ooxml"},
    {"depot"},
    {"classeur"},
    {"recherche"},
    {"messages", "imports", "bilan", "archives"},
    {"rendu"},
    {"cli"},
    {"__main__"},
)
"""The rooms, the lowest first; rooms of one floor do not know each other."""


def module_name(chemin: Path) -> str:
    """« inactifs.procedure.suivi », and « inactifs.procedure » for its ``__init__``."""
    parties = ("inactifs", *chemin.relative_to(RACINE).with_suffix("").parts)
    return ".".join(parties[:-1] if parties[-1] == "__init__" else parties)


SOURCES = {module_name(p): p for p in sorted(RACINE.rglob("*.py"))}


def imported(module: str) -> set[str]:
    """What ``module`` imports anywhere in its text: known modules by their name, else packages.

    ``from inactifs.procedure import suivi`` is an import of ``inactifs.procedure.suivi``.
    """
    chemin = SOURCES[module]
    noms: set[str] = set()
    for noeud in ast.walk(ast.parse(chemin.read_text(encoding="utf-8"))):
        if isinstance(noeud, ast.Import):
            noms.update(alias.name for alias in noeud.names)
        elif isinstance(noeud, ast.ImportFrom):
            base = noeud.module or ""
            if noeud.level:
                paquet = module if chemin.stem == "__init__" else module.rpartition(".")[0]
                parents = paquet.split(".")
                base = ".".join([*parents[: len(parents) - noeud.level + 1], *base.split()])
            sous_modules = {f"{base}.{alias.name}" for alias in noeud.names} & set(SOURCES)
            noms |= sous_modules or {base}
    return noms


def room(module: str) -> str:
    """« procedure » for « inactifs.procedure.suivi »; empty for the package itself."""
    return module.split(".")[1] if "." in module else ""


def floor(piece: str) -> int:
    """How high a room is; the package itself, which holds no code, is below all."""
    return next((rang for rang, pieces in enumerate(ETAGES) if piece in pieces), -1)


def own_imports(module: str) -> set[str]:
    """The modules of the house that ``module`` imports."""
    return {nom for nom in imported(module) if nom.split(".")[0] == "inactifs"}


def outside_imports(module: str) -> set[str]:
    """The libraries that ``module`` imports, the standard library's left out."""
    paquets = {nom.split(".")[0] for nom in imported(module)}
    return paquets - set(sys.stdlib_module_names) - {"inactifs"}


@pytest.mark.parametrize("module", SOURCES)
def test_imports_go_downwards_only(module: str) -> None:
    """A room knows the ones below it, never those above nor beside it."""
    piece = room(module)
    assert not piece or floor(piece) >= 0, f"{piece} is a room that the plan does not show"
    interdits = {
        nom
        for nom in own_imports(module)
        if room(nom) != piece and (not piece or floor(room(nom)) >= floor(piece))
    }
    assert not interdits


@pytest.mark.parametrize("module", [m for m in SOURCES if room(m) == "procedure"])
def test_the_rule_book_needs_dateutil_only(module: str) -> None:
    """No file, clock, terminal or spreadsheet comes with it."""
    assert outside_imports(module) <= {"dateutil"}


@pytest.mark.parametrize("module", [m for m in SOURCES if room(m) == "ooxml"])
def test_the_engine_knows_nothing_of_the_house(module: str) -> None:
    """It edits packages of XML parts, anybody's."""
    assert {nom for nom in own_imports(module) if room(nom) != "ooxml"} == set()


@pytest.mark.parametrize("module", SOURCES)
def test_one_room_knows_the_spreadsheet_engine(module: str) -> None:
    """``classeur`` is the only one to open ``ooxml``."""
    utilise = any(room(nom) == "ooxml" for nom in own_imports(module))
    assert not utilise or room(module) in {"classeur", "ooxml"}


@pytest.mark.parametrize("module", [m for m in SOURCES if room(m) == "depot"])
def test_the_file_room_knows_no_spreadsheet(module: str) -> None:
    """Bytes in, bytes out: anybody's file, with the house's errors alone."""
    assert {room(nom) for nom in own_imports(module)} <= {"depot", "erreurs"}
    assert outside_imports(module) == set()


@pytest.mark.parametrize("module", SOURCES)
def test_one_room_knows_typer(module: str) -> None:
    """The command line stays in ``cli``."""
    assert not outside_imports(module) & {"typer", "click"} or room(module) == "cli"


def test_no_module_imports_in_a_circle() -> None:
    """Not even inside functions."""
    graphe = {module: own_imports(module) - {module} for module in SOURCES}
    ordre = list(TopologicalSorter(graphe).static_order())  # raises CycleError on a circle
    assert set(SOURCES) <= set(ordre)
