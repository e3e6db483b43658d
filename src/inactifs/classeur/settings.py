"""The sheets Paramètres (rules, plan, thresholds) and Modèles → the procedure and the texts."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import cache, partial
from importlib.resources import files
from itertools import takewhile
from typing import Any, NamedTuple

from inactifs.classeur.cells import (
    Muette,
    read_day,
    read_integer,
    read_moyen_word,
    read_phone,
    read_text,
    read_yes_no,
    reason_of_silence,
)
from inactifs.classeur.locating import Row, Table, header_keys, rows
from inactifs.classeur.schema import (
    MODELES,
    PARAMETRES,
    PARAMETRES_LIGNES,
    PLAN,
    SEUILS,
    Genre,
    Parametre,
    header_key,
)
from inactifs.classeur.source import Source
from inactifs.classeur.values import CANAUX, SUITE, Anomalie, Ecole, Modele
from inactifs.dates import is_departement, plausible, read_date
from inactifs.mots import simplify
from inactifs.procedure.modele import Etape, Moyen, Regles, formation_key


class ParametresLus(NamedTuple):
    """What the sheet Paramètres sets.

    ``cellules`` gives (row, column) of the value of each field, and ``absents`` the lines that it
    lacks, which take their default; ``entetes`` are the headers of the school's exports, by
    field, once said; ``plan`` and ``seuils`` are its two other tables, where it has them.
    """

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
    """The procedure as set in the three tables of the sheet; the default of what is missing.

    A bad value is an « erreur » of its cell, that says what was expected.
    """
    plan, table_seuils = source.table(PLAN), source.table(SEUILS)
    anomalies: list[Anomalie] = []
    lignes = _lines(source.table(PARAMETRES), anomalies)
    lus: dict[str, Any] = {}
    for parametre in PARAMETRES_LIGNES:
        if (rangee := lignes.get(parametre.champ)) is not None:
            rangee.remedes = {"valeur": f"Valeur attendue : {parametre.attendu}."}
            lus[parametre.champ] = rangee.attempt("valeur", partial(_read, parametre))
            anomalies += rangee.faults
    seuils, mauvais = _read_thresholds(table_seuils)
    regles = replace(_rules(lus), seuils=seuils)
    anomalies += mauvais
    if plan is not None:
        etapes, fautes = read_plan(plan)
        anomalies += fautes
        regles = regles if fautes else replace(regles, plan=etapes)
    return ParametresLus(
        regles,
        Ecole(*(lus.get(f"ecole_{champ}") or "" for champ in Ecole._fields)),
        {canal: lus.get(f"import_{canal}") for canal in CANAUX},
        {champ: (r.ligne, r.table.place.colonnes["valeur"]) for champ, r in lignes.items()},
        lus.get("entetes_exports") or {},
        tuple(anomalies),
        tuple(p for p in PARAMETRES_LIGNES if p.champ not in lignes),
        plan,
        table_seuils,
    )


def _lines(table: Table | None, anomalies: list[Anomalie]) -> dict[str, Row]:
    """The row of each label; the first one of a label is the one that counts."""
    champs = {cle: p.champ for p in PARAMETRES_LIGNES for cle in header_keys(p.libelle)}
    lignes: dict[str, Row] = {}
    for rangee in rows(table, PARAMETRES):
        texte = read_text(rangee.valeurs["parametre"])
        champ = champs.get(header_key(texte)) if texte else None
        if champ is None:
            continue
        premiere = lignes.setdefault(champ, rangee)
        if premiere is not rangee:
            raison = f"ce paramètre figure déjà ligne {premiere.ligne} : cette ligne n'est pas lue"
            rangee.note("parametre", raison, "Effacez la ligne en trop.", "avertissement")
            anomalies += rangee.faults
    return lignes


_REMEDES_SEUILS = dict.fromkeys(
    ("formation", "seuil"),
    "Valeur attendue : un nombre entier de mois, 1 ou plus, ou « non suivie ».",
)


def _read_thresholds(table: Table | None) -> tuple[dict[str, int | None], list[Anomalie]]:
    """The threshold of each formation that has one of its own, None for « non suivie »."""
    seuils: dict[str, int | None] = {}
    fautes: list[Anomalie] = []
    for rangee in takewhile(Row.is_filled, rows(table, SEUILS, _REMEDES_SEUILS)):
        if nom := read_text(rangee.valeurs["formation"]):
            seuil = rangee.attempt("seuil", _read_threshold)
            if not rangee.faults:
                seuils[formation_key(nom)] = seuil
        else:
            rangee.note("formation", "la formation de cette ligne manque")
        fautes += rangee.faults
    return seuils, fautes


def _read_threshold(valeur: object) -> int | None:
    if isinstance(valeur, Muette):
        raise ValueError(reason_of_silence(valeur))
    if simplify(read_text(valeur)) in ("nonsuivie", "nonsuivi", "passuivie", "non"):
        return None
    return read_integer(valeur, 1, 120)


def _rules(lus: Mapping[str, Any]) -> Regles:
    """The rules that the lines give; the default of those that are missing or bad."""
    champs = ("causes", "departement", "samedis_travailles", "fermetures", "jours_ouvres")
    nombres = (p.champ for p in PARAMETRES_LIGNES if p.genre is Genre.NOMBRE)
    return replace(Regles(), **{c: lus[c] for c in (*nombres, *champs) if lus.get(c) is not None})


def _read(parametre: Parametre, valeur: object) -> object:
    """The value of a line, None when its cell is empty; ValueError when it is a bad one."""
    if isinstance(valeur, Muette):
        raise ValueError(reason_of_silence(valeur))
    if valeur == "" or (isinstance(valeur, str) and not valeur.strip()):
        return None
    if parametre.genre is Genre.NOMBRE:
        return read_integer(valeur, *parametre.bornes)
    return _LECTEURS[parametre.genre](valeur)


def _read_lines(valeur: object) -> tuple[str, ...]:
    lignes = read_text(valeur).replace(";", "\n").split("\n")
    return tuple(dict.fromkeys(texte for ligne in lignes if (texte := ligne.strip())))


def _read_departement(valeur: object) -> str:
    texte = read_text(valeur).upper()
    numero = texte.zfill(2) if texte.isdecimal() else texte
    if not is_departement(numero):
        raise ValueError(f"« {texte} » n'est pas un numéro de département")
    return numero


def _read_periods(valeur: object) -> tuple[tuple[date, date], ...]:
    """The closings, one a line: « du 24/12/2026 au 02/01/2027 », or a single day."""
    if isinstance(valeur, date):
        jour = read_day(valeur)
        assert jour is not None
        return ((jour, jour),)
    return tuple(_read_period(ligne) for ligne in _read_lines(valeur))


def _read_period(ligne: str) -> tuple[date, date]:
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


def _read_headers(valeur: object) -> dict[str, str]:
    paires = (ligne.partition("=") for ligne in _read_lines(valeur))
    return {champ.strip(): entete.strip() for champ, egal, entete in paires if egal}


_BOUTS = re.compile(r"\b(?:du|au|jusqu'au)\b|\s[-–]\s", re.IGNORECASE)
_LECTEURS: dict[Genre, Callable[[object], object]] = {
    Genre.TEXTE: read_text,
    Genre.OUI_NON: read_yes_no,
    Genre.DATE: read_day,
    Genre.TELEPHONE: read_phone,
    Genre.DEPARTEMENT: _read_departement,
    Genre.LIGNES: _read_lines,
    Genre.PERIODES: _read_periods,
    Genre.ENTETES: _read_headers,
}


_ENTRE_MOYENS = re.compile(r"[\n\r;,+/]|\bou\b|\bet\b", re.IGNORECASE)
_RANG = re.compile(r"(\d{1,2})(?:\.0)?\s*(?:re|er|ere|ère|e|eme|ème|nde?)?\b.*", re.IGNORECASE)
_REMEDES_PLAN = {
    "etape": "Valeur attendue : les étapes numérotées 1, 2, 3… dans l'ordre.",
    "delai": "Valeur attendue : nombre entier de jours après l'étape précédente, 0 ou plus.",
    "moyens": "Valeur attendue : SMS, Téléphone, Message vocal, Email ou Courrier, un par ligne "
    "dans la cellule.",
    "optionnelle": "Valeur attendue : oui ou non.",
}


def read_plan(table: Table) -> tuple[tuple[Etape, ...], tuple[Anomalie, ...]]:
    """The steps down to the first empty row, and what is wrong with them, cell by cell."""
    fautes: list[Anomalie] = []
    etapes: list[Etape] = []
    remplies = takewhile(Row.is_filled, rows(table, PLAN, _REMEDES_PLAN))
    for rang, rangee in enumerate(remplies, start=1):
        etapes.append(_read_step_row(rangee, rang))
        fautes += rangee.faults
    signaler = table.place.reporter(table.place.entete + bool(etapes))
    if not etapes:
        raison = "le plan de relance n'a aucune étape"
        remede = "Tapez au moins l'étape 1 sous les en-têtes."
        fautes.append(signaler("etape", "", raison, remede, "erreur"))
    elif all(e.optionnelle for e in etapes):
        raison = "toutes les étapes sont optionnelles : aucune relance ne serait exigée"
        remede = "Tapez « non » à l'étape qui ne l'est pas : la première, au moins."
        fautes.append(signaler("optionnelle", "oui", raison, remede, "erreur"))
    return tuple(etapes), tuple(fautes)


def _read_step_row(rangee: Row, rang: int) -> Etape:
    numero = rangee.attempt("etape", read_rank)
    if numero is not None and numero != rang:
        rangee.note("etape", f"l'étape {rang} est attendue ici")
    return Etape(
        rang,
        rangee.attempt("delai", _read_first_delay if rang == 1 else _read_delay) or 0,
        read_text(rangee.valeurs["action"]),
        rangee.attempt("moyens", _read_moyens) or (),
        read_text(rangee.valeurs["responsable"]),
        rangee.attempt("optionnelle", read_yes_no) or False,
    )


def read_rank(valeur: object) -> int:
    """The number of a step, typed as « 1 », « 1re » or « 1re relance »."""
    trouve = _RANG.fullmatch(read_text(valeur))
    if trouve is None or int(trouve[1]) == 0:
        raise ValueError("ce n'est pas un numéro d'étape")
    return int(trouve[1])


def _read_delay(valeur: object) -> int:
    return read_integer(valeur, 0, 3650)


def _read_first_delay(valeur: object) -> int:
    if simplify(read_text(valeur)) in ("", "desdetection", "desladetection"):
        return 0
    return _read_delay(valeur)


def _read_moyens(valeur: object) -> tuple[Moyen, ...]:
    mots = [m.strip() for m in _ENTRE_MOYENS.split(read_text(valeur)) if m.strip()]
    if not mots:
        raise ValueError("cette étape n'a aucun moyen")
    return tuple(dict.fromkeys(read_moyen_word(m) for m in mots))


_REMEDES_MODELES = dict.fromkeys(
    ("etape", "moyen"),
    "Tapez le numéro de l'étape (1, 2, 3… ou « suite »), et SMS, Téléphone, Message vocal, Email "
    "ou Courrier.",
)


def read_modeles(table: Table | None) -> tuple[tuple[Modele, ...], tuple[Anomalie, ...]]:
    """The templates, and the rows whose step or means is not one, which are left out."""
    modeles: list[Modele] = []
    fautes: list[Anomalie] = []
    for rangee in filter(Row.is_filled, rows(table, MODELES, _REMEDES_MODELES)):
        etape, moyen, objet, texte = (rangee.valeurs[c.champ] for c in MODELES.colonnes)
        champ = "etape"
        try:
            numero = _read_step(etape)
            champ = "moyen"
            mot = read_moyen_word(read_text(moyen))
        except ValueError as faute:
            raison = f"{faute} : ce modèle n'est pas utilisé"
            rangee.note(champ, raison, gravite="avertissement")
            fautes += rangee.faults
        else:
            cellule = rangee.table.place.cell("texte", rangee.ligne)
            modeles.append(Modele(numero, mot, read_text(objet), read_text(texte), cellule))
    return tuple(modeles), tuple(fautes)


def step_cell(etape: int) -> int | str:
    """What the column ÉTAPE holds for a template."""
    return "suite" if etape == SUITE else etape


def _read_step(valeur: object) -> int:
    return SUITE if simplify(read_text(valeur)) == "suite" else read_rank(valeur)


@cache
def _shipped() -> dict[str, Any]:
    return tomllib.loads(files("inactifs.classeur").joinpath("modeles.toml").read_text("utf-8"))


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
