"""The evidence handed to an auditor: facts as the workbook states them, and no verdict. What is
shown is gathered here as tables and stories; the page, its printed form and the workbook only lay
them out. Without names, they are taken out before anything is computed: no form can show them."""

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
from inactifs.rendu.table import Form, Grille, Valeur, grid, ranked

CANAUX = {canal.value: genre.titre for canal, genre in KINDS.items()}
SANS_ACTION = (
    "Aucune action n'est notée. Elles s'écrivent dans une feuille « Actions » du classeur, aux "
    "colonnes Date, Constat, Décision, Responsable, Fait le."
)


Parcours = tuple[Cas, tuple[Evenement, ...]]
"""A dossier of the period told from end to end."""


@dataclass(frozen=True, slots=True)
class Demande:
    """What is asked of the evidence. ``graine`` decides which cases are told, ``par_issue`` for
    each outcome; those of ``lignes``, rows of the tableau, are told besides; ``anonyme``: names
    were replaced by numbers. ``actions`` are the school's analysis and decisions."""

    graine: int
    lignes: Collection[int] = ()
    anonyme: bool = False
    actions: Sequence[Action] = ()
    par_issue: int = 2


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


def evidence_page(preuves: Preuves, gabarit: str = "evidence.html") -> str:
    """The page: self-contained, to be printed on A4. ``evidence_listing.html`` has the tables of
    the workbook, to be printed where a workbook is not taken."""
    return filled(gabarit, p=preuves, b=preuves.bilan, edition=preuves.edition, w=report_tables)


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
    lignes = [(a.jour, a.constat, a.decision, a.responsable, a.fait_le) for a in actions]
    date_, fait_le = ("Date", 13, Form.DATE), ("Fait le", 13, Form.DATE)
    colonnes = ranked(date_, ("Constat", 50), ("Décision", 50), ("Responsable", 24), fait_le)
    return grid("Actions décidées", colonnes, lignes, vide=SANS_ACTION)


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
    return grid("Réglages du classeur", ranked(("Réglage", 44), ("Valeur", 90)), reglages)


def _freshness(imports: Mapping[str, date | None], bilan: Bilan) -> Grille:
    lignes: list[tuple[Valeur, ...]] = []
    for canal, titre in CANAUX.items():
        fait = imports.get(canal)
        age = (bilan.etabli_le - fait).days if fait else None
        etat = "ancien" if age is not None and age > bilan.regles.peremption_import else "récent"
        lignes.append((titre, fait, age, "jamais importé" if age is None else etat))
    connu = ("Connu jusqu'au", 14, Form.DATE)
    age_au = (f"Âge au {wording.day(bilan.etabli_le)} (jours)", 24, Form.NUMBER)
    colonnes = ranked(("Import", 32), connu, age_au, ("État", 18))
    return grid("Fraîcheur des imports", colonnes, lignes)


def _stories(parcours: Iterable[Parcours]) -> Grille:
    lignes = [
        (cas.dossier.eleve, cas.numero, e.date, e.texte, e.regle)
        for cas, evenements in parcours
        for e in evenements
    ]
    qui, quand = (("Élève", 30), ("N°", 14)), ("Date", 13, Form.DATE)
    colonnes = ranked(*qui, quand, ("Ce qui s'est passé", 52), ("Règle", 60))
    return grid("Parcours", colonnes, lignes)


def _chosen(bilan: Bilan, demande: Demande) -> Iterable[Cas]:
    """The cases that are told, drawn at random for each outcome; then those that were asked for."""
    tirage = random.Random(demande.graine)
    tires: list[Cas] = []
    ordonnes = sorted(bilan.cas, key=lambda c: c.dossier.ligne)
    for issue in (Resultat.REPRISE, Resultat.ABANDON, None):
        siens = [c for c in ordonnes if c.dossier.resultat is issue]
        tires += tirage.sample(siens, min(demande.par_issue, len(siens)))
    demandes = [c for c in ordonnes if c.dossier.ligne in demande.lignes]
    return [*(c for c in demandes if c not in tires), *tires]


def _told(cas: Cas, bilan: Bilan) -> tuple[Evenement, ...]:
    """The story as known when the figures stop: the register's later dates tell another one."""
    eleve, jour = cas.eleve, bilan.arrete_au
    if eleve is not None:
        inconnues: Any = {c: None for c in _DATES if (getattr(eleve, c) or date.min) > jour}
        eleve = replace(eleve, **inconnues)
    return story(cas.dossier, eleve, bilan.regles, jour)


_DATES = ("dernier_cours", "prochain_cours", "derniere_connexion", "dernier_contact")

CAUSE_LIBRE = "écrite librement"
NOMME = "Texte non reproduit : il contient le nom d'un élève."


def without_names(
    dossiers: Iterable[Dossier], registre: Registre, regles: Regles
) -> tuple[tuple[Dossier, ...], Registre]:
    """The same cases and students, known by their number alone. Names, NEPH, phone numbers,
    addresses and free texts are gone; of the comment, the tool's own dated notes stay; a cause that
    Paramètres does not list may hold a name as well."""
    causes = {simplify(c): c for c in regles.causes}
    anonymes = []
    for dossier in dossiers:
        eleve = registre.only(dossier.numero, dossier.eleve)
        numero = dossier.numero or (eleve.numero if eleve else "")
        listee = causes.get(simplify(dossier.cause.partition(" :")[0]), CAUSE_LIBRE)
        anonymes.append(
            replace(
                dossier,
                eleve=f"N° {numero}" if numero else f"Sans numéro (ligne {dossier.ligne})",
                numero=numero,
                commentaire=neutral_comment(dossier),
                cause=listee if dossier.cause.strip() else "",
            )
        )
    gardes = ("formation", "financement", "inscrit_le", "statut", *_DATES)
    eleves = [
        Eleve(e.numero, f"N° {e.numero}", **{c: getattr(e, c) for c in gardes}) for e in registre
    ]
    return tuple(anonymes), Registre(eleves)


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
