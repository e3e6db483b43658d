"""The sheets Paramètres (rules, plan, thresholds) and Modèles → the procedure and the texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from datetime import date
from functools import cache, partial
from itertools import takewhile
from typing import Any, NamedTuple

from inactifs.classeur import cells
from inactifs.classeur.cells import read_text
from inactifs.classeur.locating import Row, header_keys, rows
from inactifs.classeur.schema import MODELES, PARAMETRES, PLAN, SEUILS, Nature, Parametre
from inactifs.classeur.schema import PARAMETRES_LIGNES as LIGNES
from inactifs.classeur.source import Source
from inactifs.classeur.values import SUITE, Anomalie, Ecole, Modele, Table
from inactifs.dates import is_departement, plausible, read_date
from inactifs.mots import data_file, simplify
from inactifs.procedure.modele import Canal, Etape, Moyen, Regles, formation_key

_BOUTS = re.compile(r"\b(?:du|au|jusqu'au)\b|\s[-–]\s", re.IGNORECASE)
_ENTRE_MOYENS = re.compile(r"[\n\r;,+/]|\bou\b|\bet\b", re.IGNORECASE)
_RANG = re.compile(r"(\d{1,2})(?:\.0)?\s*(?:re|er|ere|ère|e|eme|ème|nde?)?\b.*", re.IGNORECASE)


class ParametresLus(NamedTuple):
    """What the sheet Paramètres sets. ``cellules`` gives (row, column) of the value of each field,
    and ``absents`` the lines that it lacks, which take their default; ``entetes`` are the headers
    of the school's exports, by field; ``plan`` and ``seuils`` its two other tables, where it has
    them."""

    regles: Regles
    ecole: Ecole
    imports: Mapping[str, date | None]
    cellules: Mapping[str, tuple[int, int]]
    entetes: Mapping[str, str]
    anomalies: tuple[Anomalie, ...]
    absents: tuple[Parametre, ...]
    plan: Table | None
    seuils: Table | None


def read_parametres(source: Source) -> ParametresLus:
    """The procedure as set in the three tables of the sheet; the default of what is missing, and of
    a bad value, which is an « erreur » of its cell that says what was expected."""
    plan, table_seuils = source.table(PLAN), source.table(SEUILS)
    anomalies: list[Anomalie] = []
    lignes = _lines(source.table(PARAMETRES), anomalies)
    lus: dict[str, Any] = {}
    for parametre in LIGNES:
        if (rangee := lignes.get(parametre.champ)) is not None:
            lire, attendu = partial(_read, parametre), f"Valeur attendue : {parametre.attendu}."
            lus[parametre.champ] = rangee.attempt("valeur", lire, attendu)
            anomalies += rangee.faults
    # a line of Paramètres is a rule when a rule bears the name of its field
    dits = {c: v for c in _REGLES if (v := lus.get(c)) is not None}
    regles = replace(Regles(), **dits, seuils=_read_thresholds(table_seuils, anomalies))
    if plan is not None:
        etapes, fautes = read_plan(plan)
        anomalies += fautes
        regles = regles if fautes else replace(regles, plan=etapes)
    return ParametresLus(
        regles,
        Ecole(*(lus.get(f"ecole_{champ}") or "" for champ in Ecole._fields)),
        {canal.value: lus.get(f"import_{canal}") for canal in Canal},
        {champ: (r.ligne, r.place.colonnes["valeur"]) for champ, r in lignes.items()},
        lus.get("entetes_exports") or {},
        tuple(anomalies),
        tuple(p for p in LIGNES if p.champ not in lignes),
        plan,
        table_seuils,
    )


def _lines(table: Table | None, anomalies: list[Anomalie]) -> dict[str, Row]:
    """The row of each label; the first one of a label is the one that counts."""
    champs = {cle: p.champ for p in LIGNES for cle in header_keys(p.libelle)}
    lignes: dict[str, Row] = {}
    for rangee in rows(table, PARAMETRES):
        champ = champs.get(simplify(read_text(rangee["parametre"])))
        if champ is not None and (premiere := lignes.setdefault(champ, rangee)) is not rangee:
            rangee.doubt("parametre", "parametre_double", ligne=premiere.ligne)
            anomalies += rangee.faults
    return lignes


def _read(parametre: Parametre, valeur: object) -> object:
    """The value of a line, None when its cell is empty; ValueError when it is a bad one."""
    texte = read_text(cells.spoken(valeur))
    if not texte:
        return None
    if parametre.nature is Nature.NOMBRE:
        return cells.read_integer(valeur, *parametre.bornes)
    if parametre.nature is Nature.LIGNES:
        return _pieces(texte)
    if parametre.nature is Nature.ENTETES:
        paires = (ligne.partition("=") for ligne in _pieces(texte))
        return {champ.strip(): entete.strip() for champ, egal, entete in paires if egal}
    if parametre.nature is Nature.DEPARTEMENT:
        numero = texte.upper().zfill(2) if texte.isdecimal() else texte.upper()
        if not is_departement(numero):
            raise ValueError(f"« {texte.upper()} » n'est pas un numéro de département")
        return numero
    if parametre.nature is Nature.PERIODES:
        jour = cells.read_day(valeur) if isinstance(valeur, date) else None
        return ((jour, jour),) if jour else tuple(map(_read_period, _pieces(texte)))
    return _LECTEURS[parametre.nature](valeur)


def _pieces(texte: str) -> tuple[str, ...]:
    """The lines of a cell, each once."""
    lignes = texte.replace(";", "\n").split("\n")
    return tuple(dict.fromkeys(net for ligne in lignes if (net := ligne.strip())))


def _read_period(ligne: str) -> tuple[date, date]:
    """A closing: « du 24/12/2026 au 02/01/2027 », or a single day."""
    bouts = [b for b in _BOUTS.split(ligne) if b.strip()]
    if not 1 <= len(bouts) <= 2:
        raise ValueError(f"« {ligne} » n'est pas une période")
    try:
        debut, fin = plausible(read_date(bouts[0])), plausible(read_date(bouts[-1]))
    except ValueError:
        raise ValueError(f"« {ligne} » n'est pas une période, année comprise") from None
    if fin < debut:
        raise ValueError(f"« {ligne} » finit avant de commencer")
    return debut, fin


_LECTEURS: dict[Nature, Callable[[object], object]] = {
    Nature.TEXTE: read_text,
    Nature.OUI_NON: cells.read_yes_no,
    Nature.DATE: cells.read_day,
    Nature.TELEPHONE: cells.read_phone,
}
_REGLES = {p.champ for p in LIGNES} & {f.name for f in fields(Regles)}


def _read_thresholds(table: Table | None, anomalies: list[Anomalie]) -> dict[str, int | None]:
    """The threshold of each formation that has one of its own, None for « non suivie »."""
    seuils: dict[str, int | None] = {}
    for rangee in takewhile(Row.is_filled, rows(table, SEUILS, "seuils")):
        if nom := rangee.attempt("formation", _read_formation):
            seuil = rangee.attempt("seuil", _read_threshold)
            if not rangee.faults:
                seuils[formation_key(nom)] = seuil
        anomalies += rangee.faults
    return seuils


def _read_formation(valeur: object) -> str:
    if nom := read_text(valeur):
        return nom
    raise ValueError("la formation de cette ligne manque")


def _read_threshold(valeur: object) -> int | None:
    if simplify(read_text(cells.spoken(valeur))) in ("nonsuivie", "nonsuivi", "passuivie", "non"):
        return None
    return cells.read_integer(valeur, 1, 120)


_read_delay = partial(cells.read_integer, minimum=0, maximum=3650)


def read_plan(table: Table) -> tuple[tuple[Etape, ...], tuple[Anomalie, ...]]:
    """The steps down to the first empty row, and what is wrong with them, cell by cell."""
    fautes: list[Anomalie] = []
    etapes: list[Etape] = []
    remplies = takewhile(Row.is_filled, rows(table, PLAN, "plan"))
    for rang, rangee in enumerate(remplies, start=1):
        rangee.attempt("etape", partial(_check_rank, rang))
        etapes.append(
            Etape(
                rang,
                rangee.attempt("delai", _read_first_delay if rang == 1 else _read_delay) or 0,
                read_text(rangee["action"]),
                rangee.attempt("moyens", _read_moyens) or (),
                read_text(rangee["responsable"]),
                rangee.attempt("optionnelle", cells.read_yes_no) or False,
            )
        )
        fautes += rangee.faults
    doubt = partial(table.place.doubt, table.place.entete + bool(etapes))
    if not etapes:
        fautes.append(doubt("etape", "", "plan_vide"))
    elif all(e.optionnelle for e in etapes):
        fautes.append(doubt("optionnelle", "oui", "plan_optionnel"))
    return tuple(etapes), tuple(fautes)


def _check_rank(rang: int, valeur: object) -> None:
    if read_rank(valeur) != rang:
        raise ValueError(f"l'étape {rang} est attendue ici")


def read_rank(valeur: object) -> int:
    """The number of a step, typed as « 1 », « 1re » or « 1re relance »."""
    trouve = _RANG.fullmatch(read_text(valeur))
    if trouve is None or int(trouve[1]) == 0:
        raise ValueError("ce n'est pas un numéro d'étape")
    return int(trouve[1])


def _read_first_delay(valeur: object) -> int:
    texte = simplify(read_text(valeur))
    return 0 if texte in ("", "desdetection", "desladetection") else _read_delay(valeur)


def _read_moyens(valeur: object) -> tuple[Moyen, ...]:
    mots = [net for mot in _ENTRE_MOYENS.split(read_text(valeur)) if (net := mot.strip())]
    if not mots:
        raise ValueError("cette étape n'a aucun moyen")
    return tuple(dict.fromkeys(map(cells.read_moyen_word, mots)))


def read_modeles(table: Table | None) -> tuple[tuple[Modele, ...], tuple[Anomalie, ...]]:
    """The templates, and the rows whose step or means is not one, which are left out."""
    modeles: list[Modele] = []
    fautes: list[Anomalie] = []
    for rangee in filter(Row.is_filled, rows(table, MODELES)):
        etape, moyen, objet, texte = map(read_text, rangee.cellules)
        champ = "etape"
        try:
            numero = SUITE if simplify(etape) == "suite" else read_rank(etape)
            champ = "moyen"
            mot = cells.read_moyen_word(moyen)
        except ValueError as faute:
            rangee.doubt(champ, "modele_inutilise", faute=faute)
            fautes += rangee.faults
        else:
            cellule = rangee.place.cell("texte", rangee.ligne)
            modeles.append(Modele(numero, mot, objet, texte, cellule))
    return tuple(modeles), tuple(fautes)


def _shipped() -> dict[str, Any]:
    return data_file("classeur/modeles.toml")


def outdated_phrases() -> dict[str, str]:
    """What earlier texts said and is not so, in lower case, and what to do."""
    return dict(_shipped()["perimes"])


@cache
def default_modeles() -> tuple[Modele, ...]:
    """The lines of a new sheet Modèles; the usual means of each step come first."""
    lu = _shipped()
    modeles = []
    for ligne in lu["modele"]:
        texte = ligne["texte"]
        for nom, passage in lu["passages"].items():
            texte = texte.replace(f"<{nom}>", passage)
        moyen = Moyen(ligne["moyen"])
        modeles.append(Modele(ligne["etape"], moyen, ligne.get("objet", ""), texte))
    return tuple(modeles)
