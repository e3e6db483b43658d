"""Dates as people type them (contract, sections 2 and 4)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inactifs.dates import (
    Sens,
    as_date,
    french,
    has_year,
    read_date,
    read_moment,
    read_typed_date,
    split_dates,
)

SENS: tuple[Sens, ...] = ("passe", "futur", "proche")
AUJOURDHUI = date(2026, 11, 24)
JOURS = st.dates(date(1970, 1, 1), date(2069, 12, 31))
MOIS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
ABREGES = (
    *("janv.", "févr.", "mars", "avr.", "mai", "juin"),
    *("juil.", "août", "sept.", "oct.", "nov.", "déc."),
)


@pytest.mark.parametrize(
    "texte",
    [
        "03/11/2026",
        "3/11/2026",
        "3/11/26",
        "03/11/26",
        "03-11-2026",
        "3-11-26",
        "03.11.2026",
        "3.11.26",
        "2026-11-03",
        "2026-11-3",
        "2026/11/03",
        "3 nov. 2026",
        "3 nov 2026",
        "3 novembre 2026",
        "03 Novembre 2026",
        "3 NOV. 2026",
        "3 nov. 26",
        "mardi 3 novembre 2026",
        "mar. 3 nov. 2026",
        "Mardi 03/11/2026",
        "  03/11/2026  ",
        "3\u00a0novembre\u00a02026",
        "3 / 11 / 2026",
        "03/11/2026 14:30",
        "03/11/2026 14:30:05",
        "03/11/2026 14h30",
        "03/11/2026 à 14h",
        "2026-11-03 00:00:00",
        "2026-11-03T14:30:00",
        "2026-11-03T14:30:00Z",
        "2026-11-03T14:30:00.000+01:00",
    ],
)
def test_the_third_of_november(texte: str) -> None:
    """Every way of typing one day, the day before the month."""
    assert read_date(texte) == date(2026, 11, 3)
    assert has_year(texte)


@pytest.mark.parametrize(
    ("texte", "jour"),
    [
        pytest.param("11/03/2026", date(2026, 3, 11), id="the day comes first, as in France"),
        pytest.param("31/08/2026", date(2026, 8, 31), id="a month end"),
        pytest.param("28/02/2026", date(2026, 2, 28), id="the last of February"),
        pytest.param("29/02/2028", date(2028, 2, 29), id="a leap day"),
        pytest.param("29 février 2028", date(2028, 2, 29), id="a leap day in letters"),
        pytest.param("29/02/2000", date(2000, 2, 29), id="the leap day of a leap century"),
        pytest.param("1er décembre 2026", date(2026, 12, 1), id="1er"),
        pytest.param("1er janv. 2027", date(2027, 1, 1), id="1er, abridged"),
        pytest.param("15 août 2026", date(2026, 8, 15), id="août"),
        pytest.param("15 aout 2026", date(2026, 8, 15), id="aout without its accent"),
        pytest.param("15 AOÛT 2026", date(2026, 8, 15), id="AOÛT in capitals"),
        pytest.param("2 févr. 2026", date(2026, 2, 2), id="févr."),
        pytest.param("2 fev 2026", date(2026, 2, 2), id="fev"),
        pytest.param("25 déc. 2026", date(2026, 12, 25), id="déc."),
        pytest.param("14 juil. 2026", date(2026, 7, 14), id="juil."),
        pytest.param("14 juin 2026", date(2026, 6, 14), id="juin"),
        pytest.param("9 sept. 2026", date(2026, 9, 9), id="sept."),
    ],
)
def test_months_and_month_ends(texte: str, jour: date) -> None:
    """Months in letters as the French abridge them, and days that exist."""
    assert read_date(texte) == jour


@pytest.mark.parametrize(("rang", "abrege"), list(enumerate(ABREGES, start=1)), ids=ABREGES)
def test_every_month_in_letters(rang: int, abrege: str) -> None:
    """In full, and as a calendar abridges it."""
    assert read_date(f"7 {MOIS[rang - 1]} 2026") == date(2026, rang, 7)
    assert read_date(f"7 {abrege} 2026") == date(2026, rang, 7)


@pytest.mark.parametrize(
    "texte",
    [
        pytest.param("", id="nothing"),
        pytest.param("   ", id="spaces"),
        pytest.param("31/02/2026", id="31 February"),
        pytest.param("29/02/2026", id="29 February of a common year"),
        pytest.param("29/02/2100", id="29 February of a common century"),
        pytest.param("31/04/2026", id="31 April"),
        pytest.param("31 novembre 2026", id="31 November in letters"),
        pytest.param("32/01/2026", id="day 32"),
        pytest.param("00/01/2026", id="day zero"),
        pytest.param("03/13/26", id="an American date is not turned round"),
        pytest.param("11/24/2026", id="another American date"),
        pytest.param("03/00/2026", id="month zero"),
        pytest.param("2026-13-03", id="month 13 in ISO"),
        pytest.param("2026-02-30", id="30 February in ISO"),
        pytest.param("3/11/026", id="a year of three digits"),
        pytest.param("3/11/20266", id="a year of five digits"),
        pytest.param("3/11/2026/5", id="four numbers"),
        pytest.param("11/2026", id="a month and a year"),
        pytest.param("novembre 2026", id="a month in letters and a year"),
        pytest.param("2026", id="a year"),
        pytest.param("46350", id="a spreadsheet's serial number"),
        pytest.param("3 brumaire 2026", id="a month that is not one"),
        pytest.param("mardi", id="a day of the week"),
        pytest.param("relancée", id="a word"),
        pytest.param("vers le 3/11/2026", id="an approximate date"),
        pytest.param("3/11/2026 ?", id="a doubtful date"),
        pytest.param("03/11/2026 et 10/11/2026", id="two dates"),
        pytest.param("=TODAY()", id="a formula"),
    ],
)
def test_what_is_not_a_date(texte: str) -> None:
    """Refused, never guessed, and what was typed is in the message."""
    with pytest.raises(ValueError, match="date") as refus:
        read_date(texte, apres=AUJOURDHUI)
    assert texte in str(refus.value)


# Without a year


@pytest.mark.parametrize(
    ("texte", "apres", "jour"),
    [
        pytest.param("24/11", date(2026, 8, 20), date(2026, 11, 24), id="later the same year"),
        pytest.param("05/01", date(2026, 8, 20), date(2027, 1, 5), id="in the year after"),
        pytest.param("21/08", date(2026, 8, 20), date(2026, 8, 21), id="the next day"),
        pytest.param("19/08", date(2026, 8, 20), date(2027, 8, 19), id="the day before, next year"),
        pytest.param("01/01", date(2026, 12, 31), date(2027, 1, 1), id="over New Year's Eve"),
        pytest.param("31/12", date(2026, 12, 30), date(2026, 12, 31), id="New Year's Eve"),
        pytest.param("29/02", date(2026, 3, 1), date(2028, 2, 29), id="the next leap day"),
        pytest.param("29/02", date(2028, 2, 28), date(2028, 2, 29), id="the leap day tomorrow"),
        pytest.param("29/02", date(2097, 1, 1), date(2104, 2, 29), id="no leap day in 2100"),
        pytest.param("24 nov.", date(2026, 8, 20), date(2026, 11, 24), id="in letters"),
        pytest.param("1er décembre", date(2026, 8, 20), date(2026, 12, 1), id="1er"),
        pytest.param("mardi 24 novembre", date(2026, 8, 20), date(2026, 11, 24), id="its day"),
        pytest.param("24-11", date(2026, 8, 20), date(2026, 11, 24), id="with a hyphen"),
    ],
)
def test_a_date_without_a_year(texte: str, apres: date, jour: date) -> None:
    """The first one that follows the row's last activity."""
    assert read_date(texte, apres=apres) == jour
    assert not has_year(texte)


@pytest.mark.parametrize("texte", ["24/11", "24 nov.", "29/02"])
def test_a_date_without_a_year_nor_anything_to_follow(texte: str) -> None:
    """There is nothing to deduce the year from."""
    with pytest.raises(ValueError, match="date"):
        read_date(texte)


def test_an_impossible_day_stays_impossible() -> None:
    """31/02 follows nothing."""
    with pytest.raises(ValueError, match="31/02"):
        read_date("31/02", apres=AUJOURDHUI)


# Several in a cell


@pytest.mark.parametrize(
    "texte",
    [
        "24/08/2026\n31/08/2026\n14/09/2026",
        "24/08/2026\r\n31/08/2026\r\n14/09/2026",
        "24/08/2026;31/08/2026;14/09/2026",
        "24/08/2026 ; 31/08/2026 ; 14/09/2026",
        "24/08/2026, 31/08/2026, 14/09/2026",
        "24/08/2026, 31/08/2026 et 14/09/2026",
        "24/08/2026 puis 31/08/2026 puis 14/09/2026",
        "24/08/2026 Puis 31/08/2026 ET 14/09/2026",
        "24/08/2026+31/08/2026 + 14/09/2026",
        "24/08/2026\n\n31/08/2026\n14/09/2026\n",
        " 24/08/2026 ;\n31/08/2026 ;\n14/09/2026 ;",
        "24/08/2026, puis 31/08/2026, et 14/09/2026",
    ],
)
def test_several_dates_in_a_cell(texte: str) -> None:
    """Whatever separates them, in their order, with no empty piece."""
    assert split_dates(texte) == ["24/08/2026", "31/08/2026", "14/09/2026"]


def test_separators_do_not_cut_a_date() -> None:
    """Hyphens, points and months in letters stay whole."""
    assert split_dates("03-11-2026 et 3 sept. 2026\n2026-11-03") == [
        "03-11-2026",
        "3 sept. 2026",
        "2026-11-03",
    ]


@pytest.mark.parametrize("texte", ["", "  ", "\n", " ; "])
def test_an_empty_cell_has_no_date(texte: str) -> None:
    """No date, and not one empty date."""
    assert split_dates(texte) == []


def test_dates_without_years_follow_the_last_activity() -> None:
    """24/11, 01/12 et 05/01 typed for somebody last seen in August 2026."""
    jours = [read_date(t, apres=date(2026, 8, 20)) for t in split_dates("24/11, 01/12 et 05/01")]
    assert jours == [date(2026, 11, 24), date(2026, 12, 1), date(2027, 1, 5)]


# On the command line


@pytest.mark.parametrize(
    ("texte", "jour"),
    [
        ("24/11/2026", date(2026, 11, 24)),
        ("24/11", date(2026, 11, 24)),
        ("02/11", date(2026, 11, 2)),
        ("01/01", date(2026, 1, 1)),
        ("31/12", date(2026, 12, 31)),
        ("2026-11-24", date(2026, 11, 24)),
        ("hier", date(2026, 11, 23)),
        ("aujourd'hui", date(2026, 11, 24)),
        ("aujourd’hui", date(2026, 11, 24)),
        ("Aujourd'hui", date(2026, 11, 24)),
        ("demain", date(2026, 11, 25)),
        (" HIER ", date(2026, 11, 23)),
    ],
)
def test_typed_on_the_command_line(texte: str, jour: date) -> None:
    """Every form of the contract, section 4."""
    assert read_typed_date(texte, AUJOURDHUI) == jour


@pytest.mark.parametrize(
    ("texte", "aujourdhui", "jour"),
    [
        pytest.param("hier", date(2026, 3, 1), date(2026, 2, 28), id="before 1 March"),
        pytest.param("hier", date(2028, 3, 1), date(2028, 2, 29), id="before 1 March, leap year"),
        pytest.param("demain", date(2028, 2, 28), date(2028, 2, 29), id="the leap day"),
        pytest.param("demain", date(2026, 12, 31), date(2027, 1, 1), id="after New Year's Eve"),
        pytest.param("hier", date(2027, 1, 1), date(2026, 12, 31), id="before New Year's Day"),
        pytest.param("29/02", date(2028, 6, 1), date(2028, 2, 29), id="29/02 in a leap year"),
    ],
)
def test_typed_at_month_ends(texte: str, aujourdhui: date, jour: date) -> None:
    """Yesterday and tomorrow over the ends of months and years."""
    assert read_typed_date(texte, aujourdhui) == jour


@pytest.mark.parametrize(
    ("texte", "aujourdhui", "sens", "jour"),
    [
        pytest.param("24/12", date(2027, 1, 5), "passe", date(2026, 12, 24), id="last December"),
        pytest.param("31/12", date(2027, 1, 1), "passe", date(2026, 12, 31), id="yesterday"),
        pytest.param("05/01", date(2027, 1, 5), "passe", date(2027, 1, 5), id="today"),
        pytest.param("10/01", date(2026, 11, 25), "passe", date(2026, 1, 10), id="long ago"),
        pytest.param("26/11", date(2026, 11, 25), "passe", date(2026, 11, 26), id="a slip"),
        pytest.param("29/02", date(2029, 1, 5), "passe", date(2028, 2, 29), id="last leap day"),
        pytest.param("24/12", date(2027, 1, 5), "futur", date(2027, 12, 24), id="next December"),
        pytest.param("15/01", date(2026, 11, 25), "futur", date(2027, 1, 15), id="next January"),
        pytest.param("25/11", date(2026, 11, 25), "futur", date(2026, 11, 25), id="this evening"),
        pytest.param("24/11", date(2026, 11, 25), "futur", date(2027, 11, 24), id="a year on"),
        pytest.param("29/02", date(2027, 11, 25), "futur", date(2028, 2, 29), id="next leap day"),
        pytest.param("24/12", date(2027, 1, 5), "proche", date(2026, 12, 24), id="lesson done"),
        pytest.param(
            "10/01", date(2026, 11, 25), "proche", date(2027, 1, 10), id="lesson reserved"
        ),
        pytest.param("02/03", date(2026, 11, 25), "proche", date(2027, 3, 2), id="the nearer one"),
    ],
)
def test_the_year_that_is_meant(texte: str, aujourdhui: date, sens: Sens, jour: date) -> None:
    """Where none is typed, it depends on what the date is for."""
    assert read_typed_date(texte, aujourdhui, sens=sens) == jour


def test_a_day_to_come_is_counted_from_the_day_of_the_command() -> None:
    """A relance noted late: its suspension begins on its own day, not today."""
    jour = read_typed_date("30/12", date(2027, 1, 5), sens="futur", depuis=date(2026, 12, 28))
    assert jour == date(2026, 12, 30)


@given(JOURS, JOURS)
def test_without_a_year_the_day_typed_is_the_one_read(jour: date, aujourdhui: date) -> None:
    """The day and month never change, and no date is more than a year away."""
    if (jour.day, jour.month) == (29, 2):
        return
    lus = {s: read_typed_date(f"{jour:%d/%m}", aujourdhui, sens=s) for s in SENS}
    assert {(lu.day, lu.month) for lu in lus.values()} == {(jour.day, jour.month)}
    assert aujourdhui <= lus["futur"] <= aujourdhui + timedelta(days=366)
    assert abs(lus["proche"] - aujourdhui) <= timedelta(days=183)
    assert abs(lus["passe"] - aujourdhui) <= timedelta(days=366)
    assert lus["passe"] <= aujourdhui or lus["passe"] == lus["proche"]


@pytest.mark.parametrize("texte", ["", "31/02/2026", "31/02", "03/13/26", "bientôt", "24/11/2026x"])
def test_not_a_date_on_the_command_line(texte: str) -> None:
    """Refused with what was typed."""
    with pytest.raises(ValueError, match="n'est pas une date"):
        read_typed_date(texte, AUJOURDHUI)


@pytest.mark.parametrize("texte", ["01/01/0001", "31/12/9999", "24/11/226", "31/12/1989"])
def test_a_year_out_of_reach_is_refused(texte: str) -> None:
    """The workbook would not read it again, and the calendar ends somewhere."""
    with pytest.raises(ValueError, match=r"date|vraisemblable"):
        read_typed_date(texte, AUJOURDHUI)


# For any day


@given(JOURS)
def test_what_is_written_is_read_back(jour: date) -> None:
    """In the workbook's own form, and in every form that gives the year."""
    assert read_date(french(jour)) == jour
    assert read_date(jour.isoformat()) == jour
    assert read_date(f"{jour.day}/{jour.month}/{jour:%y}") == jour
    assert read_date(f"{jour.day} {MOIS[jour.month - 1]} {jour.year}") == jour


@given(JOURS, JOURS)
def test_without_a_year_the_first_that_follows(jour: date, apres: date) -> None:
    """Later than what it follows, and by as little as can be."""
    lu = read_date(f"{jour:%d/%m}", apres=apres)
    assert (lu.day, lu.month) == (jour.day, jour.month)
    assert lu > apres
    if (jour.day, jour.month) != (29, 2):
        assert lu.replace(year=lu.year - 1) <= apres


@given(st.lists(JOURS, max_size=4), st.sampled_from(["\n", ";", ", ", " et ", " puis ", " + "]))
def test_any_list_of_dates_is_split(jours: list[date], separateur: str) -> None:
    """Joined by any separator of the contract, they come back one by one."""
    assert [read_date(t) for t in split_dates(separateur.join(map(french, jours)))] == jours


@given(st.text(max_size=30))
def test_any_text_is_a_date_or_is_refused(texte: str) -> None:
    """Nothing else can come out of what somebody typed."""
    try:
        assert isinstance(read_date(texte, apres=AUJOURDHUI), date)
    except ValueError as refus:
        assert "n'est pas une date" in str(refus)


@pytest.mark.parametrize(
    ("valeur", "jour"),
    [
        (date(2026, 11, 24), date(2026, 11, 24)),
        (datetime(2026, 11, 24, 23, 59), date(2026, 11, 24)),
        ("24/11/2026", None),
        (46350, None),
        (None, None),
    ],
)
def test_true_dates(valeur: object, jour: date | None) -> None:
    """The day of a date or of a date-time, and nothing else."""
    assert as_date(valeur) == jour
    assert not isinstance(as_date(valeur), datetime)


def test_dates_are_written_as_in_france() -> None:
    """Two digits for the day and the month."""
    assert french(date(2026, 3, 1)) == "01/03/2026"


@pytest.mark.parametrize("texte", ["24/11/2_26", "+4/11/2026", "24/11/ 226"])
def test_what_int_would_accept_is_no_date(texte: str) -> None:
    """Python's own digits grouping and signs are not dates."""
    with pytest.raises(ValueError, match="n'est pas une date"):
        read_date(texte)


def test_a_29_february_is_not_moved_to_another_year() -> None:
    """Typed without a year in a year that has none."""
    with pytest.raises(ValueError, match="année"):
        read_typed_date("29/02", date(2026, 11, 24))


@pytest.mark.parametrize(
    ("texte", "sens", "jour"),
    [
        ("mardi", "futur", "01/12/2026"),  # typed on a Tuesday: not today
        ("Mercredi", "futur", "25/11/2026"),
        ("lundi", "futur", "30/11/2026"),
        ("lundi prochain", "futur", "30/11/2026"),
        ("lundi", "passe", "23/11/2026"),
        ("mardi", "passe", "17/11/2026"),
        ("mercredi", "passe", "18/11/2026"),
        ("+7", "futur", "01/12/2026"),
    ],
)
def test_a_day_of_the_week_or_a_number_of_days(texte: str, sens: Sens, jour: str) -> None:
    """On Tuesday 24/11/2026: the next one of what is to come, the last of what was done."""
    assert read_typed_date(texte, date(2026, 11, 24), sens=sens) == read_date(jour)


@pytest.mark.parametrize(
    ("texte", "jour", "heure"),
    [
        ("21/12/2026 18:00", "21/12/2026", time(18)),
        ("21/12 18h", "21/12/2026", time(18)),
        ("mardi 18h30", "01/12/2026", time(18, 30)),
        ("demain à 9h", "25/11/2026", time(9)),
        ("+3", "27/11/2026", None),
        ("jeudi", "26/11/2026", None),
    ],
)
def test_a_moment_is_a_day_with_or_without_its_hour(
    texte: str, jour: str, heure: time | None
) -> None:
    assert read_moment(texte, date(2026, 11, 24)) == (read_date(jour), heure)


@pytest.mark.parametrize("texte", ["18h", "mardi 25h", "un jour", "+", "21/12 18:75"])
def test_what_is_no_moment_is_refused(texte: str) -> None:
    with pytest.raises(ValueError):
        read_moment(texte, date(2026, 11, 24))
