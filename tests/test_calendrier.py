"""Working days: weekends and French public holidays, Easter's among them."""

from __future__ import annotations

from datetime import date

import pytest

from inactifs.dates import read_date
from inactifs.procedure.modele import Regles


@pytest.mark.parametrize(
    ("jour", "ouvre"),
    [
        (date(2026, 11, 24), date(2026, 11, 24)),  # a Tuesday
        (date(2026, 11, 28), date(2026, 11, 30)),  # a Saturday
        (date(2026, 11, 11), date(2026, 11, 12)),  # Armistice
        (date(2026, 5, 1), date(2026, 5, 4)),  # Labour Day, a Friday
        (date(2026, 4, 4), date(2026, 4, 7)),  # the Saturday before Easter Monday
        (date(2026, 5, 14), date(2026, 5, 15)),  # Ascension Day
        (date(2026, 5, 23), date(2026, 5, 26)),  # before Whit Monday
        (date(2026, 7, 14), date(2026, 7, 15)),  # Bastille Day
        (date(2026, 12, 25), date(2026, 12, 28)),  # Christmas, a Friday
        (date(2026, 12, 26), date(2026, 12, 28)),  # worked in metropolitan France, but a Saturday
        (date(2027, 1, 1), date(2027, 1, 4)),  # New Year's Day, a Friday
        (date(2022, 12, 31), date(2023, 1, 2)),  # a Saturday, then New Year's Day on Sunday
    ],
)
def test_the_working_day_that_comes(jour: date, ouvre: date) -> None:
    """The day itself when it is worked, else the first one that is."""
    assert Regles(jours_ouvres=True).due_date(jour, 0) == ouvre


@pytest.mark.parametrize(
    ("departement", "chomes", "travailles"),
    [
        ("971", ["27/05/2026"], ["12/03/2026", "03/04/2026", "21/07/2026"]),
        ("972", ["22/05/2026"], ["21/07/2026", "27/05/2026"]),
        ("978", ["28/05/2026"], ["21/07/2026"]),
        ("974", ["20/12/2027"], ["27/05/2026"]),
        ("57", ["03/04/2026"], ["27/05/2026"]),
        ("", [], ["03/04/2026", "27/05/2026"]),
    ],
)
def test_only_the_holidays_of_the_law_move_a_day(
    departement: str, chomes: list[str], travailles: list[str]
) -> None:
    """Overseas, the day of the abolition of slavery (Code du travail, L3422-2), not the custom's:
    mi-carême, Good Friday, Victor Schœlcher."""
    regles = Regles(jours_ouvres=True, departement=departement)
    for jour in map(read_date, chomes):
        assert regles.due_date(jour, 0) > jour, jour
    for jour in map(read_date, travailles):
        assert regles.due_date(jour, 0) == jour, jour
