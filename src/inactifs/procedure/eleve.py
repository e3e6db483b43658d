"""A student by themselves: inactive or not, since when, and how they can be reached.

Rules: procedure, first paragraph; contract, section 3. A number or an address known to be wrong
is not used again: the mark lies in the register, beside the number itself (« 06 12 34 56 78 (faux
numéro) »), is seen where the number is, and goes when somebody types the right one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache

from dateutil.relativedelta import relativedelta

from inactifs.mots import simplify
from inactifs.procedure.modele import Canal, Critere, Dossier, Eleve, Etape, Issue, Moyen, Regles

CANAUX_SUIVIS = tuple(canal.value for canal in Canal if canal.critere)
"""The imports on which the rule of inactivity depends."""


def criteria(eleve: Eleve) -> dict[Critere, date | None]:
    """The latest date of each criterion; a lesson reserved in the future counts at its date."""
    return {
        Critere.COURS: last_lesson(eleve),
        Critere.CONNEXION: eleve.derniere_connexion,
        Critere.CONTACT: eleve.dernier_contact,
    }


def with_contact(eleve: Eleve, jour: date) -> Eleve:
    """The student with a sign of life on ``jour``; a later DERNIER CONTACT stays."""
    return replace(eleve, dernier_contact=max(jour, eleve.dernier_contact or jour))


def last_activity(eleve: Eleve) -> date | None:
    """The latest activity; INSCRIT LE when there is none; None when that is empty too."""
    derniere = last_lesson(eleve)
    for jour in (eleve.derniere_connexion, eleve.dernier_contact):
        if jour is not None and (derniere is None or jour > derniere):
            derniere = jour
    return derniere or eleve.inscrit_le


def last_lesson(eleve: Eleve) -> date | None:
    """The latest lesson, done or reserved."""
    cours, prochain = eleve.dernier_cours, eleve.prochain_cours
    return max(cours, prochain) if cours and prochain else cours or prochain


@lru_cache(maxsize=4096)  # the same days come thousands of times
def inactive_from(derniere_activite: date, seuil_mois: int) -> date:
    """The first day of inactivity: the day after ``derniere_activite`` + calendar months.
    31/08 + 3 months is 30/11, so 01/12; 30/11/2025 gives 01/03/2026."""
    return derniere_activite + relativedelta(months=seuil_mois) + timedelta(days=1)


def stale_imports(
    imports: Mapping[str, date | None], regles: Regles, jour: date
) -> tuple[str, ...]:
    """Of the channels on which the rule depends, those of which nothing is known, or nothing
    since too long before ``jour``: the days on which the school is closed do not count."""

    def age(depuis: date) -> int:
        lendemain = depuis + timedelta(days=1)
        fermes = sum(
            max(0, (min(fin, jour) - max(debut, lendemain)).days + 1)
            for debut, fin in regles.fermetures
        )
        return (jour - depuis).days - fermes

    ages = {canal: age(quand) for canal in CANAUX_SUIVIS if (quand := imports.get(canal))}
    return tuple(c for c in CANAUX_SUIVIS if c not in ages or ages[c] > regles.peremption_import)


def lessons_known(imports: Mapping[str, date | None], eleves: Iterable[Eleve]) -> bool:
    """Whether a lesson was ever imported, or typed: without any, nobody is called inactive."""
    return imports.get(Canal.COURS.value) is not None or any(
        last_lesson(eleve) is not None for eleve in eleves
    )


PAR_TELEPHONE = frozenset(m for m in Moyen if m.champ == "telephone")
"""The means that need the telephone number."""
_JOIGNENT = PAR_TELEPHONE | {Moyen.EMAIL}
"""Those that may be known to be wrong before they are tried: no letter."""

_FAUX = re.compile(r"faux|mauvais|errone|nonattribue|invalide")


def is_wrong(coordonnee: str) -> bool:
    """Whether somebody, or ``relance add``, noted that this number or address is wrong."""
    email = re.fullmatch(r"\S+@\S+", coordonnee.strip())
    return not email and _FAUX.search(simplify(coordonnee)) is not None


def without_mark(coordonnee: str) -> str:
    """The number or the address alone."""
    return re.sub(r"(\(faux numéro\))?(\(adresse erronée\))?\Z", "", coordonnee).rstrip()


def proper_issue(moyen: Moyen | None, issue: Issue) -> Issue:
    """A wrong number is a telephone's, a wrong address an email's or a letter's."""
    if not issue.vaine or moyen is None:
        return issue
    return Issue.FAUX_NUMERO if moyen in PAR_TELEPHONE else Issue.ADRESSE_FAUSSE


def marked(eleve: Eleve, moyen: Moyen | None, issue: Issue) -> Eleve:
    """The student once ``moyen`` gave ``issue``: a wrong number is marked, an answer clears it."""
    if moyen is None:
        return eleve
    champ = moyen.champ
    actuelle: str = getattr(eleve, champ)
    if issue.vaine and actuelle and not is_wrong(actuelle):
        actuelle += " (faux numéro)" if champ == "telephone" else " (adresse erronée)"
    elif issue.repondu:
        actuelle = without_mark(actuelle)
    return replace(eleve, **{champ: actuelle})  # type: ignore[arg-type]


def means_to_use(etape: Etape, eleve: Eleve | None) -> tuple[Moyen, ...]:
    """The step's means that can reach the student, else the other means that can; the step's own
    where the register knows neither number nor address."""
    if eleve is None or not (eleve.telephone or eleve.email):
        return etape.moyens
    vains = wrong_means(eleve) | {m for m in _JOIGNENT if not getattr(eleve, m.champ)}
    utiles = tuple(m for m in etape.moyens if m not in vains)
    return utiles or tuple(
        m for m in (Moyen.TELEPHONE, Moyen.EMAIL, Moyen.COURRIER) if m not in vains
    )


def default_moyen(dossier: Dossier, etape: Etape | None, eleve: Eleve | None) -> Moyen:
    """What a relance was most likely made by: the step's first means not known to be wrong."""
    if etape is None:
        return Moyen.TELEPHONE
    faux = wrong_means(eleve) if eleve else {r.moyen for r in dossier.relances if r.vaine}
    return next((m for m in etape.moyens if m not in faux), means_to_use(etape, eleve)[0])


def wrong_means(eleve: Eleve) -> set[Moyen]:
    """The means that a number or an address known to be wrong forbids."""
    return {m for m in _JOIGNENT if is_wrong(getattr(eleve, m.champ))}
