"""The sheets Paramètres (rules, plan, thresholds) and Modèles → the procedure and the texts."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from importlib.resources import files
from itertools import takewhile
from typing import Any, TypeVar

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
from inactifs.classeur.locating import Table, header_keys
from inactifs.classeur.schema import MODELES, PARAMETRES_LIGNES, PLAN, Genre, Parametre, header_key
from inactifs.classeur.values import CANAUX, SUITE, Anomalie, Ecole, Modele
from inactifs.dates import Calendrier, is_departement, plausible, read_date
from inactifs.mots import simplify
from inactifs.ooxml.references import cell_name
from inactifs.procedure.modele import Etape, Moyen, Regles, formation_key


@dataclass(frozen=True)
class ParametresLus:
    """What Paramètres sets; ``cellules`` gives (row, column) of the value of each field, and
    ``absents`` the lines that the sheet lacks, which take their default; ``entetes`` are the
    headers of the school's exports, by field, once said."""

    regles: Regles = field(default_factory=Regles)
    ecole: Ecole = field(default_factory=Ecole)
    imports: Mapping[str, date | None] = field(default_factory=lambda: dict.fromkeys(CANAUX))
    cellules: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    entetes: Mapping[str, str] = field(default_factory=dict)
    anomalies: tuple[Anomalie, ...] = ()
    absents: tuple[Parametre, ...] = PARAMETRES_LIGNES


def read_parametres(
    table: Table | None, plan: Table | None, seuils: Table | None = None
) -> ParametresLus:
    """The procedure as set in the three tables of the sheet; the default of what is missing.

    A bad value is an « erreur » of its cell, that says what was expected.
    """
    anomalies: list[Anomalie] = []
    lus: dict[str, Any] = {}
    cellules: dict[str, tuple[int, int]] = {}
    if table is not None:
        cellules = _locate(table, anomalies)
        for parametre in PARAMETRES_LIGNES:
            if parametre.champ in cellules:
                ligne, colonne = cellules[parametre.champ]
                valeur = table.lignes[ligne - 1][colonne - 1]
                try:
                    lus[parametre.champ] = _read(parametre, valeur)
                except ValueError as faute:
                    remede = f"Valeur attendue : {parametre.attendu}."
                    anomalies.append(table.anomalie("valeur", ligne, valeur, str(faute), remede))
    regles = _rules(lus)
    if seuils is not None:
        par_formation, mauvais = read_thresholds(seuils)
        anomalies += mauvais
        regles = replace(regles, seuils=par_formation)
    if plan is not None:
        etapes, fautes = read_plan(plan)
        anomalies += fautes
        if not fautes:
            regles = replace(regles, plan=etapes)
    ecole = Ecole(*(lus.get(f"ecole_{champ}") or "" for champ in ("nom", "telephone", "email")))
    return ParametresLus(
        regles,
        ecole,
        {canal: lus.get(f"import_{canal}") for canal in CANAUX},
        cellules,
        lus.get("entetes_exports") or {},
        tuple(anomalies),
        tuple(p for p in PARAMETRES_LIGNES if p.champ not in cellules),
    )


def _locate(table: Table, anomalies: list[Anomalie]) -> dict[str, tuple[int, int]]:
    """The cell of the value of each label; the first line of a label is the one that counts."""
    champs = {cle: p.champ for p in PARAMETRES_LIGNES for cle in header_keys(p.libelle)}
    colonne = table.place.colonnes["valeur"]
    cellules: dict[str, tuple[int, int]] = {}
    for ligne, libelle in enumerate(table.columns(("parametre",))[0], table.place.entete + 1):
        texte = read_text(libelle)
        champ = champs.get(header_key(texte)) if texte else None
        if champ is None:
            continue
        if champ in cellules:
            premiere = cellules[champ][0]
            anomalies.append(
                table.anomalie(
                    "parametre",
                    ligne,
                    texte,
                    f"ce paramètre figure déjà ligne {premiere} : cette ligne n'est pas lue",
                    "Effacez la ligne en trop.",
                    gravite="avertissement",
                )
            )
        else:
            cellules[champ] = (ligne, colonne)
    return cellules


def read_thresholds(
    table: Table,
) -> tuple[dict[str, int | None], list[Anomalie]]:
    """The threshold of each formation that has one of its own, None for « non suivie »."""
    seuils: dict[str, int | None] = {}
    fautes: list[Anomalie] = []
    lignes = zip(*table.columns(("formation", "seuil")), strict=True)
    for ligne, (formation, valeur) in enumerate(lignes, table.place.entete + 1):
        nom = read_text(formation)
        if not nom and not read_text(valeur):
            break
        try:
            if not nom:
                raise ValueError("la formation de cette ligne manque")
            seuils[formation_key(nom)] = _read_threshold(valeur)
        except ValueError as faute:
            remede = "Valeur attendue : un nombre entier de mois, 1 ou plus, ou « non suivie »."
            champ = "seuil" if nom else "formation"
            contenu = valeur if nom else formation
            fautes.append(table.anomalie(champ, ligne, contenu, str(faute), remede))
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
    regles = replace(Regles(), **{c: lus[c] for c in (*nombres, *champs) if lus.get(c) is not None})
    if not regles.jours_ouvres and not regles.fermetures:
        return regles
    calendrier = Calendrier(
        regles.jours_ouvres, regles.departement, regles.samedis_travailles, regles.fermetures
    )
    return replace(regles, decaler=calendrier.next_working_day)


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


T = TypeVar("T")

_ENTRE_MOYENS = re.compile(r"[\n\r;,+/]|\bou\b|\bet\b", re.IGNORECASE)
_RANG = re.compile(r"(\d{1,2})(?:\.0)?\s*(?:re|er|ere|ère|e|eme|ème|nde?)?\b.*", re.IGNORECASE)
_ATTENDUS = {
    "etape": "les étapes numérotées 1, 2, 3… dans l'ordre",
    "delai": "nombre entier de jours après l'étape précédente, 0 ou plus",
    "moyens": "SMS, Téléphone, Message vocal, Email ou Courrier, un par ligne dans la cellule",
    "optionnelle": "oui ou non",
}


def read_plan(table: Table) -> tuple[tuple[Etape, ...], tuple[Anomalie, ...]]:
    """The steps down to the first empty row, and what is wrong with them, cell by cell."""
    fautes: list[Anomalie] = []
    etapes: list[Etape] = []
    lignes = zip(*table.columns(c.champ for c in PLAN.colonnes), strict=True)
    remplies = takewhile(lambda valeurs: any(read_text(v) for v in valeurs), lignes)
    for rang, valeurs in enumerate(remplies, start=1):
        etape, delai, action, moyens, responsable, optionnelle = valeurs
        ligne = table.place.entete + rang

        def attempt(
            champ: str, lire: Callable[[object], T], valeur: object, ligne: int = ligne
        ) -> T | None:
            try:
                return lire(valeur)
            except ValueError as faute:
                remede = f"Valeur attendue : {_ATTENDUS[champ]}."
                fautes.append(table.anomalie(champ, ligne, valeur, str(faute), remede))
                return None

        numero = attempt("etape", read_rank, etape)
        if numero is not None and numero != rang:
            remede = f"Valeur attendue : {_ATTENDUS['etape']}."
            raison = f"l'étape {rang} est attendue ici"
            fautes.append(table.anomalie("etape", ligne, etape, raison, remede))
        jours = attempt("delai", _read_first_delay if rang == 1 else _read_delay, delai)
        etapes.append(
            Etape(
                rang,
                jours or 0,
                read_text(action),
                attempt("moyens", _read_moyens, moyens) or (),
                read_text(responsable),
                attempt("optionnelle", read_yes_no, optionnelle) or False,
            )
        )
    if not etapes:
        fautes.append(
            table.anomalie(
                "etape",
                table.place.entete,
                "",
                "le plan de relance n'a aucune étape",
                "Tapez au moins l'étape 1 sous les en-têtes.",
            )
        )
    elif all(e.optionnelle for e in etapes):
        fautes.append(
            table.anomalie(
                "optionnelle",
                table.place.entete + 1,
                "oui",
                "toutes les étapes sont optionnelles : aucune relance ne serait exigée",
                "Tapez « non » à l'étape qui ne l'est pas : la première, au moins.",
            )
        )
    return tuple(etapes), tuple(fautes)


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


def read_modeles(table: Table | None) -> tuple[tuple[Modele, ...], tuple[Anomalie, ...]]:
    """The templates, and the rows whose step or means is not one, which are left out."""
    if table is None:
        return (), ()
    modeles: list[Modele] = []
    fautes: list[Anomalie] = []
    lignes = zip(*table.columns(c.champ for c in MODELES.colonnes), strict=True)
    for ligne, (etape, moyen, objet, texte) in enumerate(lignes, table.place.entete + 1):
        if not any(read_text(v) for v in (etape, moyen, objet, texte)):
            continue
        champ, valeur = "etape", etape
        try:
            numero = _read_step(etape)
            champ, valeur = "moyen", moyen
            mot = read_moyen_word(read_text(moyen))
        except ValueError as faute:
            fautes.append(
                table.anomalie(
                    champ,
                    ligne,
                    valeur,
                    f"{faute} : ce modèle n'est pas utilisé",
                    "Tapez le numéro de l'étape (1, 2, 3… ou « suite »), et SMS, Téléphone, "
                    "Message vocal, Email ou Courrier.",
                    gravite="avertissement",
                )
            )
            continue
        cellule = cell_name(ligne, table.place.colonnes["texte"])
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
