"""One cell as people type it: a text, a number, a day, the days and the means of relances. Readers
take what calamine gives for a cell (``""`` when it is empty) and raise ``ValueError``, with a
French reason, for what they cannot read: nothing is ever guessed. MOYENS UTILISÉS is written here
too, in the words of :class:`Moyen`, :class:`Issue` and :class:`ReponseMoyen`."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

from inactifs.dates import as_date, french, has_year, plausible, read_date, split_dates
from inactifs.mots import fold, simplify
from inactifs.procedure.modele import Issue, Moyen, Rappel, Relance, ReponseMoyen, Resultat

TIRETS = frozenset(("-", "–", "—", "/", "."))
"""What is typed to say that a cell is left empty on purpose."""

_NOMBRE = re.compile(r"(\d{1,9})\s*(?:mois|jours?|j\.?)?", re.IGNORECASE)
_PUCE = re.compile(r"^(?:[-•*–]\s*)?(?:le\s+)?", re.IGNORECASE)
_HEURE = re.compile(r"\s*(?:[àa]|[,-])?\s*\b(\d{1,2})\s*[h:]\s*(\d{2})?(?::\d{2})?$", re.IGNORECASE)
_ECART_SANS_ANNEE = timedelta(days=183)


class Muette(str):
    """What a cell holds when it shows no value: an Excel error (« #REF! »), or a formula that
    was never calculated. Unreadable wherever a value is expected."""

    __slots__ = ()

    @property
    def reason(self) -> str:
        """Why the cell shows no value."""
        if self.startswith("#"):
            return f"la cellule affiche l'erreur {self}"
        return "la formule de la cellule n'a jamais été calculée"


def spoken(valeur: object) -> object:
    """A value that is shown; ValueError, with the reason, for one that is not."""
    if isinstance(valeur, Muette):
        raise ValueError(valeur.reason)
    return valeur


def read_text(valeur: object) -> str:
    """The text of a cell, a number without its « .0 », a date as DD/MM/YYYY."""
    if isinstance(valeur, str):
        return valeur.strip()
    if isinstance(valeur, float):
        return str(int(valeur)) if valeur.is_integer() else str(valeur).replace(".", ",")
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    return french(valeur) if isinstance(valeur, date) else str(valeur)


def read_phone(valeur: object) -> str:
    """A phone number; as a number in Excel it has lost its leading zero, or its « + »."""
    texte = read_text(valeur)
    if isinstance(valeur, float):
        if len(texte) == 9:
            return f"0{texte}"
        if len(texte) == 11 and texte.startswith("33"):
            return f"+{texte}"
    return texte


def read_neph(valeur: object) -> str:
    """A NEPH: twelve digits, the leading zeros of which Excel drops from a number."""
    texte = read_text(valeur)
    return texte.zfill(12) if isinstance(valeur, float) else texte


@lru_cache(maxsize=8192)  # the same days come thousands of times
def read_day(valeur: object) -> date | None:
    """The day of a cell, None when it is empty or holds a dash."""
    if (jour := as_date(valeur)) is not None:
        return plausible(jour)
    if not isinstance(spoken(valeur), str):
        raise ValueError("un nombre ou une heure se trouve là où une date est attendue")
    texte = read_text(valeur)
    return None if not texte or texte in TIRETS else _typed_day(texte, None)


def read_relance_days(valeur: object, derniere_activite: date | None) -> list[date]:
    """The days of DATES DE RELANCES, oldest first. One without its year is the first that follows
    the row's last activity (contract, section 2), then the one that goes on in order; more than
    half a year later than the relance before it, its year is not certain: it is refused."""
    if not isinstance(spoken(valeur), str):
        seul = read_day(valeur)
        return [seul] if seul else []
    texte = read_text(valeur)
    jours: list[date] = []
    for morceau in split_dates(texte) if texte not in TIRETS else ():
        try:
            jour = _full_day(morceau)
        except ValueError:
            apres = jours[-1] - timedelta(days=1) if jours else derniere_activite
            jour = _typed_day(net := _PUCE.sub("", morceau), apres)
            if jours and jour - jours[-1] > _ECART_SANS_ANNEE and not has_year(net):
                raise ValueError(f"l'année de « {morceau} » n'est pas sûre") from None
        if jours and jour < jours[-1]:
            raise ValueError(
                f"les dates ne se suivent pas : {french(jour)} vient après {french(jours[-1])}"
            )
        jours.append(jour)
    return jours


def read_rappel(valeur: object, depuis: date | None) -> Rappel | None:
    """The day, and the hour if there is one, of À RAPPELER LE; None when it is empty. Without its
    year, it is the first such day after ``depuis``."""
    if isinstance(valeur, datetime):
        heure = valeur.time().replace(second=0, microsecond=0)
        return Rappel(plausible(valeur.date()), heure if heure != time(0) else None)
    if not isinstance(spoken(valeur), str):
        jour = read_day(valeur)
        return Rappel(jour) if jour else None
    texte = " ".join(read_text(valeur).split())
    if not texte or texte in TIRETS:
        return None
    trouve = _HEURE.search(texte)
    moment = time(int(trouve[1]), int(trouve[2] or 0)) if trouve else None
    return Rappel(_typed_day(texte[: trouve.start()] if trouve else texte, depuis), moment)


@lru_cache(maxsize=4096)  # the same ones come thousands of times
def _full_day(texte: str) -> date:
    return plausible(read_date(texte))


def _typed_day(texte: str, apres: date | None) -> date:
    try:
        jour = read_date(texte, apres=apres)
    except ValueError as faute:
        if apres is None:
            try:
                read_date(_PUCE.sub("", texte), apres=date(2000, 1, 1))
            except ValueError:
                raise faute from None
            raise ValueError(f"il manque l'année de « {texte} »") from faute
        raise
    return plausible(jour)


@lru_cache(maxsize=1024)
def read_resultat(valeur: object) -> Resultat | None:
    """The outcome, « Reprise le 12/03/2026 »; None when the dossier is open (empty, a dash, « en
    cours »…)."""
    texte = read_text(valeur)
    if texte in TIRETS or texte == "":
        return None
    mot = simplify(texte).rstrip("0123456789").removesuffix("le")
    if isinstance(valeur, Muette) or "?" in texte or mot not in _RESULTATS:
        raise ValueError(
            "le résultat doit être REPRISE, ABANDON, ou vide tant que le dossier est ouvert"
        )
    return _RESULTATS[mot]


def read_integer(valeur: object, minimum: int, maximum: int) -> int:
    """A whole number, typed as « 7 » or « 7 jours »; ValueError outside of the bounds."""
    if isinstance(valeur, float) and valeur.is_integer() and abs(valeur) < 1e9:
        nombre = int(valeur)
    elif isinstance(valeur, str) and (trouve := _NOMBRE.fullmatch(valeur.strip())):
        nombre = int(trouve[1])
    else:
        raise ValueError("ce n'est pas un nombre entier")
    if not minimum <= nombre <= maximum:
        raise ValueError(f"ce nombre n'est pas entre {minimum} et {maximum}")
    return nombre


def read_yes_no(valeur: object) -> bool:
    """« oui » or « non », in any spelling."""
    mot = simplify(read_text(valeur))
    if mot in ("oui", "o", "vrai", "x", "yes"):
        return True
    if mot in ("non", "n", "faux", "no", ""):
        return False
    raise ValueError("ce n'est ni oui ni non")


_RESULTATS: dict[str, Resultat | None] = {
    mot: resultat
    for resultat, mots in {
        None: "encours enattente ouvert dossierouvert",
        Resultat.REPRISE: """
            reprise reprises repris reprisee areprise arepris reprisedelaformation reprisecours
            reprisedeformation repriseformation reprisedescours reprisedesconduites
            reprisedesheures""",
        Resultat.ABANDON: """
            abandon abandons abandonne abandonnee aabandonne abandonniste abandonnistes abandoniste
            abandondefinitif abandonconfirme abandondelaformation abandondeformation
            abandonformation declareabandonniste declareeabandonniste
            abandonnistedossiercloture""",
    }.items()
    for mot in mots.split()
}
"""What is typed in RÉSULTAT, simplified."""


_ENTRE_MOYENS = re.compile(r"(?:[\n\r;,+/]|\bet\b|\bpuis\b)(?![^()]*\))", re.IGNORECASE)
"""What stands between two means; in parentheses, it belongs to what came of one."""
_SUITE = re.compile(r"\(|[:\-–]?\s*\b(?:a\s+)?(?:repondue?|reponse|rep\b\.?)\b")
"""Where what came of a means begins."""
_JOUR = re.compile(
    r"\b(?:le\s+)?(\d{1,2}\s*[/.\-]\s*\d{1,2}(?:\s*[/.\-]\s*\d{2,4})?|\d{4}-\d\d-\d\d)"
)
_PAR = re.compile(r"\b(?:par|en|lors d.une|a l.|au)\s+([a-z]+)")
_MOTS = {mot: moyen for moyen in Moyen for mot in moyen.mots}
_PAR_MOTS = {mot: par for par in ReponseMoyen for mot in par.mots}
_ISSUES = {mot: issue for issue in Issue for mot in issue.mots} | {
    f"{repondu}{mot}": issue
    for issue in Issue
    if issue.repondu and issue is not Issue.REPONDU
    for repondu in ("repondu", "repondue", "arepondu", "reponse", "rep")
    for mot in issue.mots
}
"""What may follow a means; an answer with or without « répondu » before it."""


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
    mots = [f"le {french(relance.repondu_le)}"] if relance.repondu_le else []
    mots += [relance.repondu_par.libelle] if relance.repondu_par else []
    if not issue.repondu or (issue is Issue.REFUS_CONTACT and not mots):
        return f"{moyen} ({issue.libelle})"
    suite = "" if issue is Issue.REPONDU else f" : {issue.libelle}"
    return f"{moyen} ({' '.join([Issue.REPONDU.libelle, *mots])}{suite})"


@lru_cache(maxsize=4096)
def read_moyens(texte: str) -> tuple[MoyenLu, ...]:
    """The means of MOYENS UTILISÉS in order, and what came of each, separated as dates are or by «
    / »; « ? » or a dash is a means that nobody noted."""
    morceaux = _ENTRE_MOYENS.split(texte) if texte not in TIRETS else ()
    return tuple(_read_moyen(net) for morceau in morceaux if (net := morceau.strip()))


def _read_moyen(texte: str) -> MoyenLu:
    if texte in TIRETS or set(texte) == {"?"}:
        return MoyenLu(None)
    plie = fold(texte)
    coupe = trouve.start() if (trouve := _SUITE.search(plie)) else len(plie)
    debut, suite = plie[:coupe], plie[coupe:]
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


def pair(jours: list[date], moyens: tuple[MoyenLu, ...]) -> list[Relance]:
    """The relances of a row: as many means as days, or no means at all."""
    moyens = moyens or (MoyenLu(None),) * len(jours)
    if len(moyens) != len(jours):
        raise ValueError(
            f"{len(jours)} date{'s' if len(jours) > 1 else ''} mais "
            f"{len(moyens)} moyen{'s' if len(moyens) > 1 else ''}"
        )
    relances: list[Relance] = []
    for jour, (moyen, issue, dit, par) in zip(jours, moyens, strict=True):
        repondu = read_date(dit, apres=jour) if dit else jour
        if repondu < jour:
            raise ValueError(
                f"la réponse du {french(repondu)} précède la relance du {french(jour)}"
            )
        relances.append(Relance(jour, moyen, issue, repondu if repondu != jour else None, par))
    return relances


def read_moyen_word(texte: str) -> Moyen:
    """A means alone, in any spelling (Paramètres, Modèles)."""
    moyen = _MOTS.get(simplify(texte))
    if moyen is None:
        raise ValueError(f"« {texte} » n'est pas un moyen connu")
    return moyen
