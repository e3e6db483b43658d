"""The catalogue of doubts, and who makes them."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from inactifs.classeur import values

CODE = "\n".join(p.read_text("utf-8") for p in Path(values.__file__).parent.glob("*.py"))
DITS = set(re.findall(r'"([a-z_]+)"', CODE)) | {
    f"calcule_{champ}" for champ in ("echeance", "etape", "responsable")
}


@pytest.mark.parametrize("quoi", values.doubts()["doutes"])
def test_each_doubt_is_said_by_the_code_and_says_how_to_mend(quoi: str) -> None:
    """No sentence is left behind; every one ends, and has its mend."""
    doute = values.doubts()["doutes"][quoi]
    assert quoi in DITS
    assert doute["raison"].endswith((".", "?", "{raison}"))
    assert doute["remede"].endswith((".", "{remede}"))
    assert doute.get("gravite", "erreur") == "erreur"


def test_each_doubt_that_the_code_says_is_in_the_catalogue() -> None:
    """A word mistyped would only be seen on the day of the doubt."""
    dits = set()
    for appel in (n for n in ast.walk(ast.parse(CODE)) if isinstance(n, ast.Call)):
        nom = ast.unparse(appel.func).rpartition(".")[2]
        mots = [a.value for a in appel.args if isinstance(a, ast.Constant) and a.value]
        if nom == "doubtful":
            dits |= set(mots[:1])
        elif nom in ("doubt", "doute", "signaler") or ".at(" in ast.unparse(appel.func):
            dits |= {mots[-1]} if isinstance(appel.args[-1], ast.Constant) else set()
    assert len(dits) > 30
    assert dits <= values.doubts()["doutes"].keys()
