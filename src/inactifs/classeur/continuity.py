"""What a workbook already in use has lost: a sheet, a line of Paramètres, the relance plan.

A default would take the place of what the school had chosen, and nobody would know (contract,
section 2). The versions kept beside the workbook say what was there; without them, a workbook
whose journal has lines has had all that the tool has always put in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from inactifs.classeur.lecture import locate_plan, locate_tables, read_classeur
from inactifs.classeur.parametres import read_parametres
from inactifs.classeur.saisie import read_text
from inactifs.classeur.schema import ELEVES, FEUILLES, JOURNAL, MODELES, PARAMETRES, TABLEAU
from inactifs.classeur.schema import PARAMETRES_LIGNES as LIGNES
from inactifs.classeur.source import Source
from inactifs.classeur.valeurs import Anomalie, Classeur
from inactifs.depot import Version, versions
from inactifs.erreurs import FichierInvalide
from inactifs.mots import typed
from inactifs.procedure.modele import PLAN_DE_RELANCE
from inactifs.registre import number_key

_PLAN = "plan"
_D_ORIGINE = frozenset(
    {
        "seuil_mois", "delai_reponse", "delai_suivi", "peremption_import", "max_nouveaux",
        "jours_ouvres", "ecole_nom", "ecole_telephone", "ecole_email", "causes", _PLAN,
        ELEVES.nom, PARAMETRES.nom, MODELES.nom,
    }
)  # fmt: skip
"""What every version of the tool has written. A line that a later one has added may be absent."""
_VERSIONS_LUES = 12
_A_SOI = (("neph", "Ce NEPH"), ("telephone", "Ce téléphone"), ("email", "Cet email"))
_LIBELLES = {p.champ: p.libelle for p in LIGNES}


class Perte(NamedTuple):
    """What is missing, in French; the value that the version kept had, and that version."""

    nom: str
    valeur: str
    version: Version | None


def lost_settings(classeur: Classeur, chemin: Path) -> list[Perte]:
    """What the workbook at ``chemin`` had, and has no more."""
    manquants = list(_missing(classeur))
    if not manquants:
        return []
    gardees = versions(chemin)[:_VERSIONS_LUES]
    if not gardees:
        journal = classeur.places.get(JOURNAL.nom)
        servi = journal is not None and journal.fin > journal.entete
        return [Perte(_named(m), "", None) for m in manquants if servi and m in _D_ORIGINE]
    pertes: dict[str, Perte] = {}
    for version in gardees:
        connus = _settings(version)
        for manquant in manquants:
            if manquant in connus and manquant not in pertes:
                pertes[manquant] = Perte(_named(manquant), connus[manquant], version)
        if len(pertes) == len(manquants):
            break
    return [pertes[m] for m in manquants if m in pertes]


def require_settings(classeur: Classeur, chemin: Path) -> None:
    """Raise ``FichierInvalide`` when something has disappeared, naming it and the ways on."""
    pertes = lost_settings(classeur, chemin)
    if not pertes:
        return
    version = next((p.version for p in pertes if p.version), None)
    depuis = f" (la version du {version.quand:%d/%m/%Y à %H:%M} l'avait)" if version else ""
    valeurs = ", ".join(f"{p.nom} = {p.valeur}" for p in pertes if p.valeur)
    raise FichierInvalide(
        f"{chemin.name} a déjà servi, et il y manque {_listed(p.nom for p in pertes)}{depuis} : "
        "rien n'est fait, car la valeur par défaut n'est peut-être pas la vôtre.",
        (f"Remettez-y ce qui y était ({valeurs}), ou retrouvez" if valeurs else "Retrouvez")
        + (" la version d'avant (« inactifs undo »)" if version else " une copie du classeur")
        + f", ou acceptez les valeurs par défaut (« inactifs init {typed(str(chemin))} »).",
    )


def changed_places(classeur: Classeur, chemin: Path) -> list[Anomalie]:
    """The students who bear what was another's in the last version kept: part of the sheet
    Élèves was sorted, or lines were mistaken one for the other."""
    place = classeur.places.get(ELEVES.nom)
    gardees = versions(chemin)
    if place is None or not gardees:
        return []
    version = gardees[0]
    try:
        avant = read_classeur(version.chemin.read_bytes(), version.chemin.name).registre
    except (OSError, FichierInvalide):
        return []
    trouves: list[Anomalie] = []
    for champ, quoi in _A_SOI:
        anciens = {v: e for e in avant if (v := getattr(e, champ))}
        for eleve in classeur.registre:
            valeur = getattr(eleve, champ)
            autre = anciens.get(valeur)
            if not valeur or autre is None or autre.numero == eleve.numero:
                continue
            ancien, maintenant = avant.get(eleve.numero), classeur.registre.get(autre.numero)
            if ancien is None or maintenant is None or getattr(maintenant, champ) == valeur:
                continue  # a new student, or a number that two share
            ligne = classeur.lignes_eleves[number_key(eleve.numero)]
            raison = (
                f"{quoi}, celui de {eleve.nom_complet}, était à {autre.nom_complet} le "
                f"{version.quand:%d/%m/%Y} : la feuille a été triée en partie ?"
            )
            remede = "Vérifiez-le, ou retrouvez la version d'avant : inactifs undo --liste."
            trouves.append(place.reporter(ligne)(champ, valeur, raison, remede))
    return trouves


def _missing(classeur: Classeur) -> Iterator[str]:
    """The sheets that the workbook has not, then, where it has Paramètres, its lines."""
    for feuille in FEUILLES:
        if feuille not in (TABLEAU, JOURNAL) and feuille.nom not in classeur.places:
            yield feuille.nom
    if PARAMETRES.nom in classeur.places:
        yield from (p.champ for p in LIGNES if p.champ not in classeur.parametres)
        if classeur.regles.plan is PLAN_DE_RELANCE:  # not read from the sheet
            yield _PLAN


def _settings(version: Version) -> dict[str, str]:
    """What a version kept had, with its values; nothing if it cannot be read."""
    try:
        source = Source(version.chemin.read_bytes(), version.chemin.name)
        tables = locate_tables(source)
        plan = locate_plan(source)
    except (OSError, FichierInvalide):
        return {}
    connus = dict.fromkeys(tables, "") | ({_PLAN: ""} if plan else {})
    table = tables.get(PARAMETRES.nom)
    if table is not None:
        for champ, (ligne, colonne) in read_parametres(table, plan).cellules.items():
            texte = read_text(table.lignes[ligne - 1][colonne - 1])
            connus[champ] = "" if "\n" in texte else texte
        connus[PARAMETRES.nom] = f"{_LIBELLES['seuil_mois']} : {connus.get('seuil_mois', '?')}…"
    return connus


def _named(manquant: str) -> str:
    if manquant == _PLAN:
        return "le plan de relance"
    if manquant in _LIBELLES:
        return f"la ligne « {_LIBELLES[manquant]} » de Paramètres"
    return f"la feuille « {manquant} »"


def _listed(noms: Iterable[str]) -> str:
    *premiers, dernier = noms
    return f"{', '.join(premiers)} et {dernier}" if premiers else dernier
