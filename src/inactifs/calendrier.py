"""Working days in metropolitan France: neither a weekend nor a public holiday."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache


def next_working_day(jour: date) -> date:
    """``jour`` itself when it is worked, else the first working day that follows.

    Saturdays and Sundays are not worked, nor are the eleven « jours fériés » of the Code du
    travail (L3133-1) as the library ``holidays`` computes them, Easter included.
    """
    while jour.weekday() >= 5 or jour in _public_holidays(jour.year):
        jour += timedelta(days=1)
    return jour


@cache
def _public_holidays(annee: int) -> frozenset[date]:
    from holidays import country_holidays

    return frozenset(country_holidays("FR", years=annee))
