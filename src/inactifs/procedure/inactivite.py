"""Inactive or not, and since when (procedure, first paragraph; contract, section 3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from inactifs.procedure.modele import Canal, Critere, Eleve, Regles

CANAUX_SUIVIS = tuple(canal.value for canal in Canal)
"""The imports on which the rule of inactivity depends."""


def criteria(eleve: Eleve) -> dict[Critere, date | None]:
    """The latest date of each criterion; a lesson reserved in the future counts at its date."""
    cours, prochain = eleve.dernier_cours, eleve.prochain_cours
    if cours is None or (prochain is not None and prochain > cours):
        cours = prochain
    return {
        Critere.COURS: cours,
        Critere.CONNEXION: eleve.derniere_connexion,
        Critere.CONTACT: eleve.dernier_contact,
    }


def with_contact(eleve: Eleve, jour: date) -> Eleve:
    """The student with a sign of life on ``jour``; a later DERNIER CONTACT stays."""
    return replace(eleve, dernier_contact=max(jour, eleve.dernier_contact or jour))


def last_activity(eleve: Eleve) -> date | None:
    """The latest activity; INSCRIT LE when there is none; None when that is empty too."""
    derniere = eleve.dernier_cours
    for jour in (eleve.prochain_cours, eleve.derniere_connexion, eleve.dernier_contact):
        if jour is not None and (derniere is None or jour > derniere):
            derniere = jour
    return derniere if derniere is not None else eleve.inscrit_le


def last_lesson(eleve: Eleve) -> date | None:
    """The latest lesson, done or reserved."""
    return criteria(eleve)[Critere.COURS]


def inactive_from(derniere_activite: date, seuil_mois: int) -> date:
    """The first day of inactivity: the day after ``derniere_activite`` + calendar months.

    31/08 + 3 months is 30/11, so 01/12; 30/11/2025 gives 01/03/2026.
    """
    return derniere_activite + relativedelta(months=seuil_mois) + timedelta(days=1)


def inactive_limit(jour: date, seuil_mois: int) -> date:
    """The latest last activity for which a student is inactive on ``jour``.

    The same rule as :func:`inactive_from`, turned round so that a whole register is
    compared with one date.
    """
    limite = jour - relativedelta(months=seuil_mois)
    while inactive_from(limite, seuil_mois) > jour:
        limite -= timedelta(days=1)
    while inactive_from(limite + timedelta(days=1), seuil_mois) <= jour:
        limite += timedelta(days=1)
    return limite


def stale_imports(
    imports: Mapping[str, date | None], regles: Regles, jour: date
) -> tuple[str, ...]:
    """Of the channels on which the rule depends, those of which nothing is known, or nothing
    since too long before ``jour``: the days on which the school is closed do not count."""
    return tuple(
        canal.value
        for canal in Canal
        if (quand := imports.get(canal.value)) is None
        or _open_days(quand, jour, regles) > regles.peremption_import
    )


def lessons_known(imports: Mapping[str, date | None], eleves: Iterable[Eleve]) -> bool:
    """Whether a lesson was ever imported, or typed: without any, nobody is called inactive."""
    return imports.get(Canal.COURS.value) is not None or any(
        last_lesson(eleve) is not None for eleve in eleves
    )


def _open_days(depuis: date, jour: date, regles: Regles) -> int:
    """The days from ``depuis`` to ``jour``, without those of the closing weeks."""
    fermes = sum(
        max(0, (min(fin, jour) - max(debut, depuis + timedelta(days=1))).days + 1)
        for debut, fin in regles.fermetures
    )
    return (jour - depuis).days - fermes
