"""The evidence handed to an auditor: facts as the workbook states them, and no verdict.

What is shown is gathered here as tables and stories; the page, its printed form and the
workbook only lay them out. Without names, they are taken out before anything is computed, so that
no form can show them.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from inactifs.bilan.computing import Bilan, Cas
from inactifs.classeur.journal import Action
from inactifs.imports.outcome import KINDS
from inactifs.mots import simplify
from inactifs.procedure.modele import Dossier, Eleve, Regles, Resultat
from inactifs.procedure.retention import neutral_comment
from inactifs.registre import Registre, name_words
from inactifs.rendu import report_tables, wording
from inactifs.rendu.page import filled
from inactifs.rendu.report_tables import Edition
from inactifs.rendu.story import Evenement, story
from inactifs.rendu.table import Column, Form, Grille, grid, ranked

PAR_ISSUE = 2
"""How many whole cases are told for each outcome."""

CANAUX = {canal.value: genre.titre for canal, genre in KINDS.items()}
SANS_ACTION = (
    "Aucune action n'est notée. Elles s'écrivent dans une feuille « Actions » du classeur, aux "
    "colonnes Date, Constat, Décision, Responsable, Fait le."
)


Parcours = tuple[Cas, tuple[Evenement, ...]]
"""A dossier of the period told from end to end."""


@dataclass(frozen=True, slots=True)
class Demande:
    """What is asked of the evidence.

    ``graine`` decides which cases are told; those of ``lignes``, rows of the tableau, are told
    besides; ``anonyme``: names were replaced by numbers. ``actions`` are the school's analysis
    and decisions.
    """

    graine: int
    lignes: Collection[int] = ()
    anonyme: bool = False
    actions: Sequence[Action] = ()


@dataclass(frozen=True, slots=True)
class Preuves:
    """All that the evidence shows; ``tableaux`` by the name of their sheet."""

    bilan: Bilan
    edition: Edition
    demande: Demande
    tableaux: Mapping[str, Grille]
    repartitions: tuple[Grille, ...]
    parcours: tuple[Parcours, ...]


def gather(
    bilan: Bilan, edition: Edition, imports: Mapping[str, date | None], demande: Demande
) -> Preuves:
    """The evidence of a period, of which ``bilan`` has the figures, computed without names when
    they were asked for so; ``imports`` are the days of the last ones, the students' included."""
    parcours = tuple((cas, _told(cas, bilan)) for cas in _chosen(bilan, demande))
    tableaux = {
        "Relances": report_tables.relances(bilan),
        "Chiffres": report_tables.figures(
            "Chiffres", bilan.chiffres, annee=bilan.annee.debut != bilan.periode.debut, sens=True
        ),
        "Évolution": report_tables.series(bilan),
        "Procédure": _settings(bilan),
        "Plan de relance": report_tables.plan(bilan.regles.plan),
        "Actions": _actions(demande.actions),
        "Imports": _freshness(imports, bilan),
        "Parcours": _stories(parcours),
    }
    repartitions = (
        report_tables.outcomes(bilan.periode),
        *(
            t
            for groupe in ("re", "abandons", "causes")
            for t in report_tables.breakdowns(bilan, groupe)
        ),
    )
    return Preuves(bilan, edition, demande, tableaux, repartitions, parcours)


def evidence_page(preuves: Preuves) -> str:
    """The page: self-contained, to be printed on A4."""
    return _page("evidence.html", preuves)


def listing_page(preuves: Preuves) -> str:
    """The tables of the workbook as a page, to be printed where a workbook is not taken."""
    return _page("evidence_listing.html", preuves)


def _page(gabarit: str, preuves: Preuves) -> str:
    return filled(
        gabarit,
        p=preuves,
        b=preuves.bilan,
        edition=preuves.edition,
        r=wording,
        w=report_tables,
        par_issue=PAR_ISSUE,
    )


def evidence_xlsx(preuves: Preuves) -> bytes:
    """The bytes of an ``.xlsx``: a sheet a table, the breakdowns together."""
    from inactifs.rendu.xlsx_sheet import Classeur  # with openpyxl

    temps, edition = preuves.bilan.temps, preuves.edition
    classeur = Classeur()
    for nom, tableau in preuves.tableaux.items():
        classeur.listing(nom, tableau)
    feuille = classeur.sheet("Répartitions", (44, 16, 16, 16))
    for tableau in preuves.repartitions:
        feuille.table(tableau)
    classeur.set_print(" – ".join(t for t in (edition.ecole, temps.libelle) if t))
    return classeur.to_bytes(f"Prévention des abandons, preuves : {temps.libelle}", edition.par)


def _actions(actions: Sequence[Action]) -> Grille:
    colonnes: list[Column[Action]] = [
        Column("Date", lambda a: a.jour, form=Form.DATE),
        Column("Constat", lambda a: a.constat, 50),
        Column("Décision", lambda a: a.decision, 50),
        Column("Responsable", lambda a: a.responsable, 24),
        Column("Fait le", lambda a: a.fait_le, form=Form.DATE),
    ]
    return grid("Actions décidées", colonnes, actions, vide=SANS_ACTION)


def _settings(bilan: Bilan) -> Grille:
    regles = bilan.regles
    reponse = wording.days(regles.delai_reponse) if regles.delai_reponse else "aucun"
    limite = "sans limite" if regles.max_nouveaux is None else wording.number(regles.max_nouveaux)
    report = "reportées au jour ouvré suivant" if regles.jours_ouvres else "non reportées"
    seuil = (
        f"plus de {regles.seuil_mois}{wording.INSECABLE}mois{report_tables.own_thresholds(bilan)}"
    )
    reglages = [
        ("Un élève est inactif après", seuil),
        ("Délai de réponse avant clôture", reponse),
        ("Suivi après une réponse", wording.days(regles.delai_suivi)),
        ("Un import est ancien après", wording.days(regles.peremption_import)),
        ("Nouveaux dossiers par jour", limite),
        ("Échéances des week-ends et jours fériés", report),
        ("Causes proposées", ", ".join(regles.causes)),
    ]
    return grid("Réglages du classeur", ranked("Réglage", "Valeur", widths=(44, 90)), reglages)


def _freshness(imports: Mapping[str, date | None], bilan: Bilan) -> Grille:
    ages = {c: (bilan.etabli_le - fait).days if (fait := imports.get(c)) else None for c in CANAUX}

    def state(canal: str) -> str:
        age = ages[canal]
        if age is None:
            return "jamais importé"
        return "ancien" if age > bilan.regles.peremption_import else "récent"

    titre = f"Âge au {wording.day(bilan.etabli_le)} (jours)"
    colonnes: list[Column[str]] = [
        Column("Import", CANAUX.get, 32),
        Column("Connu jusqu'au", imports.get, 14, Form.DATE),
        Column(titre, ages.get, 24, Form.NUMBER),
        Column("État", state, 18),
    ]
    return grid("Fraîcheur des imports", colonnes, CANAUX)


def _stories(parcours: Iterable[Parcours]) -> Grille:
    lignes = [(cas, e) for cas, evenements in parcours for e in evenements]
    colonnes: list[Column[tuple[Cas, Evenement]]] = [
        Column("Élève", lambda x: x[0].situation.dossier.eleve, 30),
        Column("N°", lambda x: report_tables.student_number(x[0]), 14),
        Column("Date", lambda x: x[1].date, form=Form.DATE),
        Column("Ce qui s'est passé", lambda x: x[1].texte, 52),
        Column("Règle", lambda x: x[1].regle, 60),
    ]
    return grid("Parcours", colonnes, lignes)


def _chosen(bilan: Bilan, demande: Demande) -> Iterable[Cas]:
    """The cases that are told, drawn at random for each outcome; then those that were asked for."""
    tirage = random.Random(demande.graine)
    tires: list[Cas] = []
    ordonnes = sorted(bilan.cas, key=lambda c: c.situation.dossier.ligne)
    for issue in (Resultat.REPRISE, Resultat.ABANDON, None):
        siens = [c for c in ordonnes if c.situation.dossier.resultat is issue]
        tires += tirage.sample(siens, min(PAR_ISSUE, len(siens)))
    demandes = [c for c in ordonnes if c.situation.dossier.ligne in demande.lignes]
    return [*(c for c in demandes if c not in tires), *tires]


def _told(cas: Cas, bilan: Bilan) -> tuple[Evenement, ...]:
    eleve = _known_by(cas.eleve, bilan.arrete_au) if cas.eleve else None
    return story(cas.situation.dossier, eleve, bilan.regles, bilan.arrete_au)


def _known_by(eleve: Eleve, jour: date) -> Eleve:
    """The student as known when the figures stop: a later date tells another story."""
    dates = {c: getattr(eleve, c) for c in _DATES}
    inconnues: Any = {c: None for c, quand in dates.items() if quand and quand > jour}
    return replace(eleve, **inconnues)


_DATES = ("dernier_cours", "prochain_cours", "derniere_connexion", "dernier_contact")

CAUSE_LIBRE = "écrite librement"
NOMME = "Texte non reproduit : il contient le nom d'un élève."


def without_names(
    dossiers: Iterable[Dossier], registre: Registre, regles: Regles
) -> tuple[tuple[Dossier, ...], Registre]:
    """The same cases and students, known by their number alone.

    Names, NEPH, phone numbers, addresses and free texts are gone; of the comment, the tool's
    own dated notes stay; a cause that Paramètres does not list may hold a name as well.
    """
    causes = {simplify(c): c for c in regles.causes}
    anonymes = []
    for dossier in dossiers:
        eleve = registre.only(dossier.numero, dossier.eleve)
        numero = dossier.numero or (eleve.numero if eleve else "")
        listee = causes.get(simplify(dossier.cause.partition(" :")[0]), CAUSE_LIBRE)
        anonymes.append(
            replace(
                dossier,
                eleve=_label(numero) if numero else f"Sans numéro (ligne {dossier.ligne})",
                numero=numero,
                commentaire=neutral_comment(dossier),
                cause=listee if dossier.cause.strip() else "",
            )
        )
    return tuple(anonymes), Registre(_without_name(e) for e in registre)


def actions_without_names(actions: Iterable[Action], noms: Iterable[str]) -> list[Action]:
    """The actions of which no text has a word of ``noms``; in its place, that it had."""
    mots = {mot for nom in noms for mot in name_words(nom) if len(mot) > 2}

    def told(texte: str) -> str:
        return NOMME if mots & {*name_words(texte)} else texte

    champs = ("constat", "decision", "responsable", "jour", "fait_le")
    return [
        replace(a, **{c: told(v) for c in champs if isinstance(v := getattr(a, c), str)})
        for a in actions
    ]


def _without_name(eleve: Eleve) -> Eleve:
    gardes = ("formation", "financement", "inscrit_le", "statut", *_DATES)
    return Eleve(eleve.numero, _label(eleve.numero), **{c: getattr(eleve, c) for c in gardes})


def _label(numero: str) -> str:
    return f"N° {numero}"
