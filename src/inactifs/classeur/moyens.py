"""MOYENS UTILISÉS: the means of each relance and what came of it, written and read back.

The words are those of :class:`Moyen`, :class:`Issue` and :class:`ReponseMoyen`; people type them
in any spelling.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from inactifs.classeur.saisie import TIRETS
from inactifs.dates import french, read_date
from inactifs.mots import fold, simplify
from inactifs.procedure.modele import Issue, Moyen, Relance, ReponseMoyen

_ENTRE_MOYENS = re.compile(r"(?:[\n\r;,+/]|\bet\b|\bpuis\b)(?![^()]*\))", re.IGNORECASE)
"""What stands between two means; in parentheses, it belongs to what came of one."""
_REPONSE = re.compile(r"[(:\-–]?\s*\b(?:a\s+)?(?:repondue?|reponse|rep\b\.?)\b")
_JOUR = re.compile(
    r"\b(?:le\s+)?(\d{1,2}\s*[/.\-]\s*\d{1,2}(?:\s*[/.\-]\s*\d{2,4})?|\d{4}-\d\d-\d\d)"
)
_PAR = re.compile(r"\b(?:par|en|lors d.une|a l.|au)\s+([a-z]+)")


class MoyenLu(NamedTuple):
    """A means as read; ``moyen`` is None when nobody noted it. ``repondu_le`` is still as typed:
    its year may depend on the relance."""

    moyen: Moyen | None
    issue: Issue = Issue.SANS_REPONSE
    repondu_le: str = ""
    repondu_par: ReponseMoyen | None = None


def written_moyen(relance: Relance) -> str:
    """A relance as its line of the cell says it: « SMS (répondu : plan de reprise) »."""
    issue = relance.issue
    moyen = relance.moyen.libelle if relance.moyen else "?"
    if issue is Issue.SANS_REPONSE:
        return moyen
    if not issue.repondu:
        return f"{moyen} ({issue.libelle})"
    mots = [Issue.REPONDU.libelle]
    if relance.repondu_le:
        mots.append(f"le {french(relance.repondu_le)}")
    if relance.repondu_par:
        mots.append(relance.repondu_par.libelle)
    if issue is Issue.REFUS_CONTACT and len(mots) == 1:
        return f"{moyen} ({issue.libelle})"
    suite = "" if issue is Issue.REPONDU else f" : {issue.libelle}"
    return f"{moyen} ({' '.join(mots)}{suite})"


@lru_cache(maxsize=4096)
def read_moyens(texte: str) -> tuple[MoyenLu, ...]:
    """The means of MOYENS UTILISÉS in order, and what came of each.

    They are separated as dates are, and by « / » too. « ? » or a dash is a means that
    nobody noted.
    """
    if texte in TIRETS:
        return ()
    morceaux = [m for m in (m.strip() for m in _ENTRE_MOYENS.split(texte)) if m]
    return tuple(_read_moyen(m) for m in morceaux)


def pair(jours: list[date], moyens: tuple[MoyenLu, ...]) -> list[Relance]:
    """The relances of a row: as many means as days, or no means at all."""
    if not moyens:
        return [Relance(jour, None) for jour in jours]
    if len(moyens) != len(jours):
        raise ValueError(
            f"{len(jours)} date{'s' if len(jours) > 1 else ''} mais "
            f"{len(moyens)} moyen{'s' if len(moyens) > 1 else ''}"
        )
    return [
        Relance(jour, m.moyen, m.issue, _day_of_answer(m.repondu_le, jour), m.repondu_par)
        for jour, m in zip(jours, moyens, strict=True)
    ]


def read_moyen_word(texte: str) -> Moyen:
    """A means alone, in any spelling (Paramètres, Modèles)."""
    moyen = _MOTS.get(simplify(texte))
    if moyen is None:
        raise ValueError(f"« {texte} » n'est pas un moyen connu")
    return moyen


def _read_moyen(texte: str) -> MoyenLu:
    if texte in TIRETS or set(texte) == {"?"}:
        return MoyenLu(None)
    debut, suite = _cut(fold(texte))
    jour, par = "", None
    if trouve := _JOUR.search(suite):
        jour = trouve[1]
        suite = suite[: trouve.start()] + " " + suite[trouve.end() :]
    if (trouve := _PAR.search(suite)) and trouve[1] in _PAR_MOTS:
        par = _PAR_MOTS[trouve[1]]
        suite = suite[: trouve.start()] + suite[trouve.end() :]
    mot = simplify(debut + suite)
    for coupe in range(len(mot), -1, -1):
        moyen, issue = mot[:coupe], _ISSUES.get(mot[coupe:])
        if issue is not None and (moyen in _MOTS or (not moyen and "?" in texte)):
            if (jour or par) and not issue.repondu:
                break
            return MoyenLu(_MOTS.get(moyen), issue, jour, par)
    raise ValueError(f"« {texte} » n'est pas un moyen connu")


def _cut(texte: str) -> tuple[str, str]:
    """The means, and what is said of its outcome (from « répondu » or the parenthesis on)."""
    debuts = [texte.find("(")] if "(" in texte else []
    if trouve := _REPONSE.search(texte):
        debuts.append(trouve.start())
    coupe = min(debuts, default=len(texte))
    return texte[:coupe], texte[coupe:]


def _day_of_answer(texte: str, relance: date) -> date | None:
    if not texte:
        return None
    jour = read_date(texte, apres=relance)
    if jour < relance:
        raise ValueError(f"la réponse du {french(jour)} précède la relance du {french(relance)}")
    return jour if jour != relance else None


_MOTS = {mot: moyen for moyen in Moyen for mot in moyen.orthographes}
_PAR_MOTS = {mot: par for par in ReponseMoyen for mot in par.mots}
_ISSUES = {mot: issue for issue in Issue for mot in issue.orthographes} | {
    f"{repondu}{mot}": issue
    for issue in Issue
    if issue.repondu and issue is not Issue.REPONDU
    for repondu in ("repondu", "repondue", "arepondu", "reponse", "rep")
    for mot in issue.orthographes
}
"""What may follow a means; an answer with or without « répondu » before it."""
