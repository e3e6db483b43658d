"""When a student is inactive, and since when (contract, sections 1 and 3)."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inactifs.procedure.eleve import criteria, inactive_from, last_activity
from inactifs.procedure.modele import Critere, Eleve

JOURS = st.dates(date(1999, 1, 1), date(2099, 12, 31))
SEUILS = st.integers(1, 24)


def le(texte: str) -> date:
    """The day written as in the contract."""
    return datetime.strptime(texte, "%d/%m/%Y").date()


def same_day_months_later(jour: date, mois: int) -> date:
    """Calendar months counted by hand: the same day, or the last one of a shorter month."""
    annee, rang = divmod(jour.year * 12 + jour.month - 1 + mois, 12)
    return date(annee, rang + 1, min(jour.day, monthrange(annee, rang + 1)[1]))


@pytest.mark.parametrize(
    ("derniere", "premier_jour"),
    [
        pytest.param("31/08/2026", "01/12/2026", id="31 August: three months end on 30 November"),
        pytest.param("30/11/2025", "01/03/2026", id="30 November: they end on 28 February"),
        pytest.param("29/11/2025", "01/03/2026", id="29 November: on 28 February as well"),
        pytest.param("28/11/2025", "01/03/2026", id="28 November: on 28 February as well"),
        pytest.param("27/11/2025", "28/02/2026", id="27 November: inactive on 28 February"),
        pytest.param("30/11/2023", "01/03/2024", id="30 November before a leap February"),
        pytest.param("29/11/2023", "01/03/2024", id="29 November has its leap day"),
        pytest.param("28/11/2023", "29/02/2024", id="28 November: inactive on the leap day"),
        pytest.param("29/02/2024", "30/05/2024", id="a leap day as last activity"),
        pytest.param("28/02/2026", "29/05/2026", id="the last of February is not a month end rule"),
        pytest.param("31/01/2026", "01/05/2026", id="31 January: they end on 30 April"),
        pytest.param("31/03/2026", "01/07/2026", id="31 March: they end on 30 June"),
        pytest.param("30/09/2026", "31/12/2026", id="30 September: inactive on New Year's Eve"),
        pytest.param("01/10/2026", "02/01/2027", id="over the end of the year"),
        pytest.param("31/12/2026", "01/04/2027", id="31 December: they end on 31 March"),
        pytest.param("24/08/2026", "25/11/2026", id="three months to the day is still active"),
        pytest.param("23/08/2026", "24/11/2026", id="three months and a day is inactive"),
    ],
)
def test_first_day_of_inactivity(derniere: str, premier_jour: str) -> None:
    """A student is inactive on every day later than the last activity + 3 months."""
    assert inactive_from(le(derniere), 3) == le(premier_jour)


@pytest.mark.parametrize(
    ("derniere", "seuil", "premier_jour"),
    [
        pytest.param("31/01/2026", 1, "01/03/2026", id="one month from 31 January"),
        pytest.param("31/01/2024", 1, "01/03/2024", id="one month to a leap day"),
        pytest.param("31/08/2026", 6, "01/03/2027", id="six months from 31 August"),
        pytest.param("29/02/2024", 12, "01/03/2025", id="a year from a leap day"),
        pytest.param("29/02/2024", 48, "01/03/2028", id="four years between leap days"),
    ],
)
def test_the_threshold_is_the_schools(derniere: str, seuil: int, premier_jour: str) -> None:
    """Paramètres sets the number of months."""
    assert inactive_from(le(derniere), seuil) == le(premier_jour)


@pytest.mark.parametrize(
    ("jour", "limite"),
    [
        pytest.param("24/11/2026", "23/08/2026", id="an ordinary day"),
        pytest.param("30/11/2026", "29/08/2026", id="30 and 31 August are active on 30 November"),
        pytest.param("01/12/2026", "31/08/2026", id="both are inactive on 1 December"),
        pytest.param("28/02/2026", "27/11/2025", id="the last day of February"),
        pytest.param("01/03/2026", "30/11/2025", id="three days of November fall on 1 March"),
        pytest.param("29/02/2024", "28/11/2023", id="a leap day"),
        pytest.param("01/03/2024", "30/11/2023", id="the day after a leap day"),
    ],
)
def test_latest_last_activity_of_an_inactive_student(jour: str, limite: str) -> None:
    """The rule turned round gives the latest date for which one is inactive."""
    lendemain = le(limite) + timedelta(days=1)
    assert inactive_from(le(limite), 3) <= le(jour) < inactive_from(lendemain, 3)


@given(JOURS, SEUILS)
def test_calendar_months_counted_by_hand(derniere: date, seuil: int) -> None:
    """The first day is the day after the same day months later, or after that month's end."""
    attendu = same_day_months_later(derniere, seuil) + timedelta(days=1)
    assert inactive_from(derniere, seuil) == attendu


@given(JOURS, SEUILS, st.integers(-40, 40))
def test_the_rule_day_by_day(jour: date, seuil: int, ecart: int) -> None:
    """Inactive from the first day of inactivity on, and not before."""
    derniere = same_day_months_later(jour, -seuil) + timedelta(days=ecart)
    inactif = jour > same_day_months_later(derniere, seuil)
    assert (inactive_from(derniere, seuil) <= jour) is inactif


@given(JOURS, SEUILS)
def test_once_inactive_always_inactive(jour: date, seuil: int) -> None:
    """A later activity never makes inactive earlier."""
    assert inactive_from(jour, seuil) <= inactive_from(jour + timedelta(days=1), seuil)


DATES = {
    "dernier_cours": le("10/06/2026"),
    "derniere_connexion": le("20/07/2026"),
    "dernier_contact": le("01/08/2026"),
}


@pytest.mark.parametrize(
    ("dates", "attendu"),
    [
        pytest.param(DATES, "01/08/2026", id="the latest of the three criteria"),
        pytest.param({**DATES, "dernier_cours": le("02/08/2026")}, "02/08/2026", id="a lesson"),
        pytest.param({**DATES, "derniere_connexion": le("03/08/2026")}, "03/08/2026", id="a login"),
        pytest.param(
            {**DATES, "prochain_cours": le("10/12/2026")}, "10/12/2026", id="a reserved lesson"
        ),
        pytest.param(
            {**DATES, "prochain_cours": le("01/05/2026")}, "01/08/2026", id="an old reservation"
        ),
        pytest.param({"dernier_contact": le("05/05/2026")}, "05/05/2026", id="a contact alone"),
        pytest.param({"prochain_cours": le("10/12/2026")}, "10/12/2026", id="a reservation alone"),
        pytest.param(
            {"dernier_cours": le("10/06/2026"), "inscrit_le": le("01/09/2026")},
            "10/06/2026",
            id="the enrolment does not count when there is an activity",
        ),
        pytest.param(
            {"inscrit_le": le("01/09/2026")}, "01/09/2026", id="the enrolment stands for none"
        ),
    ],
)
def test_last_activity(dates: dict[str, date], attendu: str) -> None:
    """The latest date counts; INSCRIT LE only where there is no activity at all."""
    assert last_activity(Eleve("1", "ROYER", **dates)) == le(attendu)  # type: ignore[arg-type]


def test_no_date_at_all_is_not_guessed() -> None:
    """Neither activity nor enrolment: there is no date to reason from."""
    assert last_activity(Eleve("1", "ROYER")) is None


def test_each_criterion_has_its_date() -> None:
    """The verdict is explained criterion by criterion, the reserved lesson as a lesson."""
    eleve = Eleve("1", "ROYER", prochain_cours=le("10/12/2026"), **DATES)  # type: ignore[arg-type]
    assert criteria(eleve) == {
        Critere.COURS: le("10/12/2026"),
        Critere.CONNEXION: le("20/07/2026"),
        Critere.CONTACT: le("01/08/2026"),
    }


@pytest.mark.parametrize(
    ("dernier", "prochain", "cours"),
    [
        pytest.param("10/06/2026", None, "10/06/2026", id="attended only"),
        pytest.param(None, "10/12/2026", "10/12/2026", id="reserved only"),
        pytest.param("10/06/2026", "01/05/2026", "10/06/2026", id="attended after the reserved"),
        pytest.param(None, None, None, id="none"),
    ],
)
def test_the_lesson_criterion(dernier: str | None, prochain: str | None, cours: str | None) -> None:
    """A lesson counts at its date, attended or reserved, whichever comes last."""
    eleve = Eleve(
        "1",
        dernier_cours=le(dernier) if dernier else None,
        prochain_cours=le(prochain) if prochain else None,
    )
    assert criteria(eleve)[Critere.COURS] == (le(cours) if cours else None)


CHAMPS = ("dernier_cours", "prochain_cours", "derniere_connexion", "dernier_contact", "inscrit_le")


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(CHAMPS, JOURS)))
def test_last_activity_is_the_latest_criterion(dates: dict[str, date]) -> None:
    """What « show » explains and what decides are the same dates."""
    eleve = Eleve("1", **dates)  # type: ignore[arg-type]
    connues = [jour for jour in criteria(eleve).values() if jour is not None]
    assert last_activity(eleve) == (max(connues) if connues else dates.get("inscrit_le"))
