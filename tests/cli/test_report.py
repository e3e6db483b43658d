"""``report`` at the command line: what came of the relances, and who was in time."""

from __future__ import annotations

from pathlib import Path

import pytest
from ecole_fabrique import Ecole, student


@pytest.fixture
def ecole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ecole:
    """Three students inactive since 10/05/2026."""
    ecole = Ecole(tmp_path, monkeypatch)
    ecole.day("10/05/2026")
    ecole.start(
        [
            student("1", "DURAND Ana", "07/02/2026", TÉLÉPHONE="0611111111"),
            student("2", "PETIT Luc", "01/01/2026", FORMATION="AAC", FINANCEMENT="CPF"),
            student("3", "ROYER Eva", "01/01/2026"),
        ]
    )
    return ecole


def add(ecole: Ecole, jour: str, *arguments: str) -> None:
    ecole.day(jour)
    ecole.json("relance", "add", *arguments)


def test_a_suspension_overwritten_since_does_not_change_who_was_in_time(ecole: Ecole) -> None:
    """Due on 18/05 and on 01/06, as was said on those days: both were late."""
    add(ecole, "16/05/2026", "1", "--moyen", "email", "--resultat", "entretien",
        "--jusqu-au", "17/05/2026")  # fmt: skip
    add(ecole, "25/05/2026", "1", "--moyen", "sms")
    ecole.day("04/06/2026")
    (due,) = [e for e in ecole.json("next")["etapes"] if e["numero"] == "1"]
    assert (due["echeance"], due["retard_jours"]) == ("2026-06-01", 3)
    add(ecole, "04/06/2026", "1", "--moyen", "email", "--resultat", "refus-contact")
    juin = ecole.json("report", "--mois", "2026-06")["relances"]
    assert (juin["total"], juin["dans_les_delais"], juin["delai_inconnu"]) == (1, 0, 0)
    assert juin["retard_median_jours"] == 3


def test_answers_are_counted_by_step_means_and_cause(ecole: Ecole) -> None:
    """Two tries of one day are one relance, a wrong number none; a plan, then a return."""
    add(ecole, "11/05/2026", "1", "--moyen", "sms", "--resultat", "faux-numero")
    add(ecole, "12/05/2026", "1", "--moyen", "sms")
    add(ecole, "12/05/2026", "1", "--moyen", "telephone", "--resultat", "plan",
        "--cause", "financière")  # fmt: skip
    add(ecole, "13/05/2026", "2", "--moyen", "sms")
    add(ecole, "14/05/2026", "3", "--moyen", "telephone", "--resultat", "entretien")
    ecole.day("28/05/2026")
    ecole.json("reprise", "1")
    mai = ecole.json("report", "--mois", "2026-05")
    assert mai["relances"]["total"] == 3
    assert mai["relances"]["par_moyen"] == {"telephone": 2, "sms": 1}
    reponses = mai["reponses"]
    assert (reponses["total"], reponses["entretiens"], reponses["plans"]) == (2, 1, 1)
    assert reponses["par_etape"] == {"1": 2, "2": 0, "3": 0}
    assert reponses["par_moyen"] == {"telephone": 2}
    assert reponses["par_cause"] == {"financière": 1, "non renseignée": 1}
    assert (mai["relances"]["part_repondue"], reponses["part_revenus"]) == (0.6667, 0.5)


def test_the_terminal_shows_one_screen_unless_told_otherwise(ecole: Ecole) -> None:
    """Names are for --complet."""
    court = ecole.type("report", "--mois", "2026-05").sortie
    assert len(court.splitlines()) <= 24
    assert "DURAND" not in court
    assert "DURAND" in ecole.type("report", "--mois", "2026-05", "--complet").sortie


def test_months_before_the_first_date_of_the_tableau_are_not_zeros(ecole: Ecole) -> None:
    """Nothing is known of them."""
    serie = ecole.json("report", "--mois", "2026-05")["serie"]
    assert len(serie) == 12
    assert {m["detectes"] for m in serie} == {None}
