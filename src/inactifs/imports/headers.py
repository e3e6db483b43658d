"""Which column is what, and which holds the day of what happened: the lesson's, not that of its
invoice. Headers are found by meaning, in any order; their words are in ``header_words.toml``."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from itertools import chain, repeat
from typing import Any

from inactifs.erreurs import FichierInvalide, UsageIncorrect
from inactifs.imports.cell_values import as_day, as_text, filled, is_day, most
from inactifs.imports.outcome import KINDS
from inactifs.imports.tables import Ligne
from inactifs.imports.wordings import are_of_lessons, contact_effect, login_effect
from inactifs.mots import data_file, fold, simplify
from inactifs.phones import is_phone
from inactifs.procedure.modele import Canal
from inactifs.registre import is_email

_BOSSE = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Ý])")  # « DateLecon »
_PARENTHESES = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_PROPRES_AU_LIEU = {"numero", "ordre", "dossier", "neph"}
"""The fields whose header means another number when it names a place: « Code PASS Rousseau »."""

_DONNEES = data_file("imports/header_words.toml")
IDENTITE: dict[str, list[str]] = _DONNEES["identite"]
"""``dossier`` is a number, or a NEPH: the register tells. ``ordre`` is the student's number or
the row's: it only tells homonyms apart, or stands alone."""
PROPRES: dict[Canal, dict[str, list[str]]] = {canal: _DONNEES[canal] for canal in Canal}
"""``qui`` is a name, an email, a phone or a number, heeded where nothing else says who it is."""
LIBELLES: dict[str, str] = _DONNEES["libelles"]
"""The fields, in the words shown to people."""
JOURS: dict[str, Any] = _DONNEES["jours"]
"""By kind, the words of a column of days: of the event itself, of any day, of another day."""
ARGENT: list[str] = _DONNEES["argent"]
"""The words of an invoice, not of what was invoiced."""
_ANGLAIS, _FRANCAIS, _AUTRUI, _VIDES = (
    frozenset(_DONNEES[mots]) for mots in ("anglais", "francais", "autrui", "vides")
)
"""Words without accents that only English headers have, or French ones; those of people other than
the student; articles, that carry no meaning."""
_FORMES = {simplify(mot): un for un, mots in _DONNEES["formes"].items() for mot in mots}
"""Words that are one in a header: « N° », « numéro »; « élève », « candidat »."""


@dataclass(frozen=True)
class Disposition:
    """Where things are in a table."""

    ligne: int  # the header's row, counted from 0
    colonnes: dict[str, int]
    entetes: tuple[str, ...]  # as read
    dit: tuple[str, ...] = ()  # what is to be told of it, in French

    def understood(self) -> str:
        """Which column is what: Date ← « Date de la leçon », élève ← « NEPH »."""
        texte = ", ".join(
            f"{LIBELLES[champ]} ← « {self.entetes[colonne]} »"
            for champ, colonne in sorted(self.colonnes.items(), key=lambda c: c[1])
        )
        return texte[:1].upper() + texte[1:]


@lru_cache(4096)
def header_words(entete: str) -> tuple[str, ...]:
    """The words of a header that carry its meaning, sorted: « N° de l'élève » and « numéro élève »
    are one. Where there are none but articles (« Le »), those."""
    lettres = fold(entete.replace("°", " ").replace("º", " "))
    trouves = re.findall(r"[a-z]+|\d+", re.sub(r"\be-(mail|learning)\b", r"e\1", lettres))
    mots: set[str] = set()
    for mot in trouves:
        if mot not in _VIDES:
            un = mot.removesuffix("s") if len(mot) > 3 else mot
            un = un[:-1] if len(un) > 4 and un.endswith("ee") else un  # « annulée »
            mots.add(_FORMES.get(mot) or _FORMES.get(un, un))
    return tuple(sorted(mots)) or tuple(trouves)


_LIEUX = frozenset(mot for lieu in _DONNEES["lieux"] for mot in header_words(lieu))


@cache
def _table(canal: Canal) -> dict[tuple[str, ...], tuple[str, int]]:
    """Words of a header → field, and rank among the field's headers."""
    table: dict[tuple[str, ...], tuple[str, int]] = {}
    for champ, synonymes in (PROPRES[canal] | IDENTITE).items():
        for rang, synonyme in enumerate(synonymes):
            table.setdefault(header_words(synonyme), (champ, rang))
    return table


@lru_cache(4096)
def meaning(entete: str, canal: Canal) -> tuple[str, int] | None:
    """The field that a header names in an export of ``canal``, and its rank there; or None."""
    table = _table(canal)
    nu = _PARENTHESES.sub(" ", entete)
    for texte in dict.fromkeys((entete, nu, _BOSSE.sub(" ", nu))):
        mots = header_words(texte)
        sans_personne = tuple(m for m in mots if m != "eleve")
        for cle in (mots, sans_personne):
            if cle and cle in table:
                return table[cle]
    if canal is not Canal.CONNEXIONS:
        return None
    sans_lieu = tuple(m for m in header_words(nu) if m not in _LIEUX and m != "eleve")
    sens = table.get(sans_lieu) if sans_lieu else None
    return None if sens is None or sens[0] in _PROPRES_AU_LIEU else sens


@lru_cache(4096)
def is_known(entete: str) -> bool:
    """Whether a text is a header in some kind of export."""
    return any(meaning(entete, canal) is not None for canal in Canal)


def is_english(entetes: Sequence[str]) -> bool:
    """Whether headers are in English: one at least has an English word, none a French one."""
    mots = {mot for entete in entetes for mot in re.findall(r"[a-z]+", fold(entete))}
    return bool(mots & _ANGLAIS) and not mots & _FRANCAIS


def fields(canal: Canal) -> tuple[str, ...]:
    """The fields that a file of this channel may have."""
    return (*PROPRES[canal], *IDENTITE)


def wanted(voulues: Mapping[str, str], canal: Canal) -> dict[str, str]:
    """Field → simplified header, from what the user typed."""
    connus = {simplify(c): c for c in fields(canal)}
    choix = {}
    for champ, entete in voulues.items():
        trouve = connus.get(simplify(champ)) or (meaning(champ, canal) or ("",))[0]
        if not trouve:
            raise UsageIncorrect(
                f"--colonne : le champ « {champ} » n'existe pas.",
                "Champs possibles : " + ", ".join(fields(canal)) + ".",
            )
        choix[trouve] = simplify(entete) or entete.strip()
    return choix


def columns(
    entetes: Sequence[str], canal: Canal, choix: Mapping[str, str], vides: Collection[int] = ()
) -> dict[str, list[int]]:
    """Field → its columns, the best first; several are the first one's equals when they have
    one header. ``vides`` are columns without a cell, which never beat others. The day of an
    event is not sought here: its header does not suffice."""
    rangs: dict[str, list[tuple[bool, int, int]]] = {}
    for colonne, entete in enumerate(entetes):
        if not entete:
            continue
        dits = [champ for champ, voulu in choix.items() if voulu == (simplify(entete) or entete)]
        for champ in dits:
            rangs.setdefault(champ, []).append((False, -1, colonne))
        lu = meaning(entete, canal)
        if lu and not dits and lu[0] not in ("date", *choix):
            rangs.setdefault(lu[0], []).append((colonne in vides, lu[1], colonne))
    return {champ: [colonne for *_, colonne in sorted(tels)] for champ, tels in rangs.items()}


def missing(
    colonnes: Collection[str], canal: Canal, donnes: Collection[str] = ()
) -> dict[str, str]:
    """The fields that the layout lacks, in French; ``donnes`` are those that the table's title
    gives."""
    besoins = _DONNEES["necessaires"]
    communs = {} if canal is Canal.ELEVES else besoins["activite"]
    return {
        champ: besoin["dit"]
        for champ, besoin in (communs | besoins.get(canal, {})).items()
        if {*colonnes, *donnes}.isdisjoint(besoin["parmi"])
    }


class ColonneADire(FichierInvalide):
    """Several columns may be that of ``champ``: they have one name, or their days differ."""

    def __init__(self, nom: str, champ: str, canal: Canal, candidats: Sequence[str]) -> None:
        self.champ, candidats = champ, list(dict.fromkeys(candidats))
        self.a_dire = {champ: candidats} if len(candidats) > 1 else {}
        vus = ", ".join(f"« {candidat} »" for candidat in candidats)
        if self.a_dire:
            message = (
                "tiennent des jours qui diffèrent, et leurs en-têtes ne disent pas laquelle est le "
                f"jour {KINDS[canal].de} : {vus}."
            )
            conseil = "Dites-le : " + " ou ".join(f'--colonne "{champ}={c}"' for c in candidats)
        else:
            message = f"s'appellent {vus}."
            conseil = (
                "Renommez dans le fichier celle qui n'est pas à lire, ou nommez la bonne : "
                f'--colonne "{champ}=En-tête"'
            )
        super().__init__(f"{nom} : plusieurs colonnes {message}", f"{conseil}.")


def choose_day(
    entetes: Sequence[str], suite: Sequence[Ligne], canal: Canal, prises: Collection[int], nom: str
) -> tuple[int | None, str]:
    """The column of the day, None if there is none; and what is to be said of it, in French.
    ``suite`` are the lines below, ``prises`` the columns that are something else. ColonneADire is
    raised where several may be the one."""
    libres = ((n, e) for n, e in enumerate(entetes) if e and n not in prises)
    vues = sorted((*day_class(e, canal), n) for n, e in libres)
    jours = {n: _days(suite, n, sure=bool(c)) for c, _, n in vues if c != "autre"}
    evenements, courants, muettes, recours = (
        [n for c, _, n in vues if c == classe and jours[n]]
        for classe in ("evenement", "courant", "", "recours")
    )
    if not (rivales := evenements or courants or muettes):
        vides = (n for classe in ("evenement", "courant") for c, _, n in vues if c == classe)
        return recours[0] if len(recours) == 1 else next(vides, None), ""
    choisie, *autres = rivales
    if not evenements:
        autres = sorted([*courants, *muettes])
    elif canal is Canal.CONNEXIONS:  # logins are of one day, whichever column says it
        autres = []
    else:  # what is filled far more often may contradict it
        autres += [n for n in sorted(courants) if _known(jours[n]) > 2 * _known(jours[choisie])]
    doutes = [n for n in autres if n != choisie and _differ(jours[n], jours[choisie])]
    if doutes:
        raise ColonneADire(nom, "date", canal, [entetes[n] for n in (choisie, *doutes)])
    return choisie, "" if evenements or courants else (
        f"La colonne « {entetes[choisie]} » a été prise pour le jour {KINDS[canal].de} : "
        "c'est la seule qui puisse l'être."
    )


def _days(suite: Sequence[Ligne], colonne: int, *, sure: bool) -> list[date | None]:
    """The day of each line in a column; none at all unless most cells that say anything are days.
    Where its header says nothing of one (``sure``), a number may be anything else."""
    jours: list[date | None] = []
    pleines = 0
    for ligne in suite:
        cellule = ligne[colonne] if colonne < len(ligne) else None
        texte = as_text(cellule)
        pleines += any(c.isdigit() for c in texte)
        nombre = texte.replace(",", "").isdigit() and len(texte) != 8
        try:
            jours.append(None if nombre and not sure else as_day(cellule))
        except ValueError:
            jours.append(None)
    return jours if _known(jours) and 2 * _known(jours) >= pleines else []


def _known(jours: Sequence[date | None]) -> int:
    return len(jours) - jours.count(None)


def _differ(jours: Sequence[date | None], autres: Sequence[date | None]) -> bool:
    """Whether two columns tell other days in most lines."""
    ecarts = [a != b for a, b in zip(jours, autres, strict=True) if a and b]
    return not ecarts or most(ecarts)


@cache
def _words(canal: Canal, classe: str) -> tuple[frozenset[str], ...]:
    communs = JOURS["autre"] if classe == "autre" else []
    return tuple(frozenset(header_words(mot)) for mot in JOURS[canal].get(classe, []) + communs)


def is_other_day(entete: str, canal: Canal) -> bool:
    """Whether a header says another day than that of the event: an invoice's, a birth."""
    return canal in JOURS and day_class(entete, canal)[0] == "autre"


@cache
def day_class(entete: str, canal: Canal) -> tuple[str, int]:
    """How a header names a day (``evenement``, ``courant``, ``recours``, ``autre`` or empty), and
    how well: the less, the better."""
    mots = frozenset(header_words(_BOSSE.sub(" ", re.sub(r"\([^()]*\)", " ", entete))))
    for classe in ("autre", "recours", "evenement"):
        for rang, dits in enumerate(_words(canal, classe)):
            if dits <= mots:
                return classe, rang
    sens = meaning(entete, canal)
    courants = _words(canal, "courant")
    seuls = all(any({m} >= c for c in courants) for m in mots) or (sens and sens[0] == "date")
    dit = seuls and any(c <= mots for c in courants)
    return ("courant", sens[1] if sens else 99) if dit else ("", 0)


_QUI = {*IDENTITE, "qui"} - {"prenom"}
_DOUTEUX = {"qui", "eleve", "nom", "ordre"}
"""The fields of a person whose header may as well be that of a day: « Contact du »."""
_JOURNAUX = 9
"""The first headers of « action » say a log in so many words; the others, where their cells do."""


def texts(ligne: Ligne) -> list[str]:
    """The cells of a row that may be headers, as text."""
    return [as_text(c) if isinstance(c, str) else "" for c in ligne]


def is_candidate(ligne: Ligne, imposes: Collection[str] = ()) -> bool:
    """Whether a row may be one of headers: two texts or more, one known (or among ``imposes``,
    that the user named), none a day or a number."""
    pleines = [c for c in ligne if c is not None and c != ""]
    if len(pleines) < 2 or not all(isinstance(c, str) for c in pleines):
        return False
    textes = [t for t in map(as_text, pleines) if t]
    connus = (is_known(t) or simplify(t) in imposes for t in textes)
    return not any(map(_is_value, textes)) and any(connus)  # the quickest first


def is_foreign(ligne: Ligne, canal: Canal) -> bool:
    """Whether a row is headers of something else: most of its texts are known as such."""
    textes = [t for t in texts(ligne) if t]
    connus = [is_known(t) or is_other_day(t, canal) for t in textes]
    return len(textes) >= 2 and sum(connus) >= 2 and most(connus)


def read_header(
    lignes: tuple[Ligne, Ligne],
    suite: Sequence[Ligne],
    canal: Canal,
    choix: Mapping[str, str],
    nom: str,
    donnes: Collection[str],
) -> Disposition | None:
    """What the columns under a row are, if it has all that is needed; its place is not said.

    ``lignes`` are the row above, which may hold headings of groups, and the row itself; ``suite``,
    rows below; ``choix``, the headers that the user named; ``donnes``, the fields of the title.
    ColonneADire is raised where columns are alike, and nothing tells which is the one.
    """
    entetes, titres = texts(lignes[1]), texts(lignes[0])
    lectures = [entetes] if sum(map(bool, entetes)) > 1 else []
    if lectures and sum(map(bool, titres)) > 1:
        groupes: list[str] = []
        for entete, titre in zip(entetes, chain(titres, repeat("")), strict=False):
            groupes.append(titre or (groupes[-1] if groupes and entete else ""))
        sous = [f"{groupe} {e}".strip() for groupe, e in zip(groupes, entetes, strict=True)]
        lectures = [sous, entetes] if is_candidate(lignes[0]) else [entetes, sous]
    meilleure: Disposition | None = None
    doute: ColonneADire | None = None
    for entetes in lectures:
        try:
            lue = _arranged(entetes, suite, canal, choix, nom)
        except ColonneADire as ambigu:
            doute = doute or ambigu
            continue
        jours = filled(suite, lue.colonnes.get("date", len(entetes)))
        if "date" in donnes and "date" not in choix and not any(map(_is_value, jours)):
            lue.colonnes.pop("date", None)  # « Heure »
        if not missing(lue.colonnes, canal, donnes) and (
            meilleure is None or len(lue.colonnes) > len(meilleure.colonnes)
        ):
            meilleure = lue
    if meilleure is None and doute is not None:
        raise doute
    return meilleure


def _arranged(
    entetes: list[str], suite: Sequence[Ligne], canal: Canal, choix: Mapping[str, str], nom: str
) -> Disposition:
    """What the columns under some headers are, complete or not; ColonneADire: some are alike."""
    cellules = [filled(suite, n) for n in range(len(entetes))]
    vides = [n for n, textes in enumerate(cellules) if suite and not textes]
    colonnes: dict[str, int] = {}
    dit: list[str] = []
    for champ, (premiere, *autres) in columns(entetes, canal, choix, vides).items():
        jours = [is_day(texte) for texte in cellules[premiere]]
        if champ in choix or champ not in _DOUTEUX or not most(jours):
            for autre in autres:
                if simplify(entetes[autre]) == simplify(entetes[premiere]) and any(
                    dits != filled([ligne], premiere)
                    for ligne in suite
                    if (dits := filled([ligne], autre))
                ):
                    raise ColonneADire(nom, champ, canal, [entetes[autre]])
            colonnes[champ] = premiere
    if canal is not Canal.ELEVES:
        if "date" not in colonnes and "date" not in choix:
            prises = {*colonnes.values()}
            jour, pris = choose_day(entetes, suite, canal, prises, nom)
            colonnes |= {} if jour is None else {"date": jour}
            dit += filter(None, [pris])
        dit += _guessed(entetes, cellules, canal, colonnes, len(suite))
        for champ, est in (("email", is_email), ("telephone", is_phone)):  # a « Numéro » may be so
            libre = champ not in colonnes and "ordre" in colonnes and "ordre" not in choix
            if libre and most([est(t) for t in cellules[colonnes["ordre"]]]):
                colonnes[champ] = colonnes.pop("ordre")
    if "action" in colonnes and "action" not in choix:  # a « Type » may be none of a platform
        sens = meaning(entetes[colonnes["action"]], canal)
        connues = [login_effect(t) is not None for t in cellules[colonnes["action"]]]
        if (sens is None or sens[1] >= _JOURNAUX) and not most(connues):
            del colonnes["action"]
    return Disposition(0, colonnes, tuple(entetes), tuple(dit))


def _guessed(
    entetes: list[str],
    cellules: list[list[str]],
    canal: Canal,
    colonnes: dict[str, int],
    lignes: int,
) -> list[str]:
    """Give a field that no header says the only column whose cells can be it; which is told."""
    dit: list[str] = []

    def free() -> list[int]:
        """The columns that have a header, cells, and no meaning yet."""
        pleines = (n for n, entete in enumerate(entetes) if entete and cellules[n])
        return [n for n in pleines if n not in colonnes.values()]

    def take(champ: str, tels: list[int], quoi: str) -> None:
        if len(tels) == 1:
            colonnes[champ] = tels[0]
            dit.append(f"La colonne « {entetes[tels[0]]} » a été prise pour {quoi}.")

    for champ, est in (("telephone", is_phone), ("email", is_email)):
        if not colonnes.keys() & _QUI:
            siennes = [n for n in free() if _AUTRUI.isdisjoint(header_words(entetes[n]))]
            take(champ, [n for n in siennes if most(list(map(est, cellules[n])))], "l'élève")
    if canal is Canal.CONTACTS and "sens" not in colonnes:
        dits = [t for c in ("canal", "type") if c in colonnes for t in cellules[colonnes[c]]]
        if not most([contact_effect(t) is not None for t in dits]):
            tels = [n for n in free() if None not in map(contact_effect, cellules[n])]
            take("sens", tels, "le sens du contact")
    if canal is Canal.COURS and not colonnes.keys() & {*KINDS[canal].effets}:
        for n in free():  # its status would be taken for no status at all
            muette = meaning(entetes[n], canal) is None
            if muette and 2 * len(cellules[n]) > lignes and are_of_lessons(cellules[n]):
                colonnes["statut"] = n
                break
    return dit


def _is_value(texte: str) -> bool:
    """Whether a text is a day or a number rather than a header."""
    bouts = texte[0].isdigit() or texte[-1].isdigit()
    return texte.isdigit() or (bouts and is_day(texte))
