"""``inactifs`` alone: where one stands, and three commands that make sense now."""

from __future__ import annotations

from pathlib import Path

import pytest
from ecole_fabrique import ELEVES, Ecole, student


@pytest.fixture
def ecole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ecole:
    return Ecole(tmp_path, monkeypatch)


def advice(ecole: Ecole) -> list[str]:
    """The commands proposed; each of them exists."""
    fait = ecole.type()
    assert fait.statut == 0, fait
    lignes = [li.strip().split("  ")[0] for li in fait.erreurs.splitlines() if li[:2] == "  "]
    for ligne in lignes:
        mots = [m for m in ligne.split()[1:] if m.isalpha() and m.islower()]
        assert ecole.type(*mots[:2], "--help").statut == 0, ligne
    assert len(lignes) == 3, fait.erreurs
    return lignes


def test_from_nothing_to_the_daily_round(ecole: Ecole) -> None:
    """No workbook, then no students, then old imports, a morning to do, people to contact."""
    assert advice(ecole)[0].startswith("inactifs init")
    ecole.json("init")
    assert advice(ecole)[0].startswith("inactifs import eleves")
    ecole.fill(ELEVES, [student("1", "ROYER Laurence", "10/06/2026")])
    assert advice(ecole)[:2] == ["inactifs import cours FICHIER", "inactifs detect"]
    ecole.json("detect")
    avant = ecole.classeur.read_bytes()
    assert advice(ecole)[1:] == ["inactifs relance message 1", "inactifs relance add"]
    assert ecole.classeur.read_bytes() == avant


def test_who_never_answered_is_to_be_closed(ecole: Ecole) -> None:
    """With nothing else to do."""
    ecole.json("init")
    ecole.fill(ELEVES, [student("1", "ROYER Laurence", "10/06/2026")])
    for canal in ("cours", "connexions", "contacts"):
        vide = ecole.classeur.with_name(f"{canal}.csv")
        vide.write_text("N° élève;Date\n1;10/06/2026\n", "utf-8")
        ecole.type("import", canal, str(vide))
    ecole.json("detect", "--date", "01/10/2026")
    for jour in ("01/10/2026", "08/10/2026", "22/10/2026"):
        ecole.json("relance", "add", "1", "--date", jour)
    assert "inactifs close --tous" in advice(ecole)


def test_a_workbook_that_was_deleted_is_no_first_day(ecole: Ecole) -> None:
    """Its last version is named, rather than a new empty workbook proposed."""
    ecole.json("init")
    ecole.fill(ELEVES, [student("1", "ROYER Laurence", "10/06/2026")])
    ecole.json("detect")
    ecole.classeur.unlink()
    fait = ecole.type()
    assert (fait.statut, ".inactifs" in fait.erreurs, "init" in fait.erreurs) == (4, True, False)
