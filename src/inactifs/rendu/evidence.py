"""The evidence handed to an auditor: facts as the workbook states them, and no verdict.

What is shown is gathered here as rows of text, numbers and dates; :func:`render_html` and
``evidence_xlsx`` only lay it out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from inactifs.bilan import DEFINITIONS, Bilan, Cas, RelanceFaite
from inactifs.procedure.modele import Eleve, Resultat
from inactifs.rendu import wording
from inactifs.rendu.report_html import environment
from inactifs.rendu.story import Evenement, story
from inactifs.rendu.wording import Edition

PAR_ISSUE = 2
"""How many whole cases are told for each outcome."""

CHOIX = (
    "Pour chaque issue (reprise, abandon, en cours), les deux dossiers du mois qui comptent le "
    "plus de relances ; à égalité, les plus anciens."
)
CANAUX = {
    "eleves": "Élèves",
    "cours": "Cours",
    "connexions": "Connexions à PASS Rousseau",
    "contacts": "Contacts venus des élèves",
}
ANONYMAT = (
    "Les élèves sont désignés par leur numéro. Les commentaires et les motifs, qui peuvent "
    "contenir des noms, ne sont pas reproduits."
)


@dataclass(frozen=True, slots=True)
class Fraicheur:
    """An import: its day, and how old it was on the day of the edition."""

    canal: str
    jour: date | None
    age: int | None
    etat: str


class Nature(StrEnum):
    """How a figure is shown."""

    NOMBRE = "nombre"
    PART = "part"
    JOURS = "jours"


@dataclass(frozen=True, slots=True)
class LigneChiffre:
    """A figure of the month and of the twelve months, with its definition.

    None: it cannot be computed; an empty text: it is not one of twelve months.
    """

    nom: str
    nature: Nature
    mois: float | None
    douze_mois: float | str | None
    sens: str

    def shown(self, valeur: float | str | None) -> str:
        """One of the two values in French."""
        if isinstance(valeur, str):
            return valeur
        if self.nature is Nature.PART:
            return wording.percent(valeur)
        return wording.days(valeur) if self.nature is Nature.JOURS else wording.number(valeur)


@dataclass(frozen=True, slots=True)
class LigneRelance:
    """A relance of the period; ``issue`` is where its case stood when the figures stop."""

    faite: RelanceFaite
    numero: str
    issue: str


@dataclass(frozen=True, slots=True)
class Parcours:
    """A case told from one end to the other."""

    cas: Cas
    numero: str
    evenements: tuple[Evenement, ...]


@dataclass(frozen=True, slots=True)
class Preuves:
    """All that the evidence says."""

    bilan: Bilan
    edition: Edition
    jour: date
    anonyme: bool
    reglages: tuple[tuple[str, str], ...]
    chiffres: tuple[LigneChiffre, ...]
    fraicheur: tuple[Fraicheur, ...]
    relances: tuple[LigneRelance, ...]
    parcours: tuple[Parcours, ...]


def gather(
    bilan: Bilan,
    edition: Edition,
    imports: Mapping[str, date | None],
    jour: date,
    *,
    anonyme: bool,
) -> Preuves:
    """The evidence of a month.

    Args:
        bilan: its figures, computed without names when ``anonyme``.
        edition: who makes it, when, from which workbook.
        imports: the day of the last import of each channel, the students' included.
        jour: the day of the report, on which the imports have an age.
        anonyme: names were replaced by numbers.
    """
    cas = {c.situation.dossier.ligne: c for c in bilan.cas}
    return Preuves(
        bilan,
        edition,
        jour,
        anonyme,
        tuple(_settings(bilan)),
        tuple(_figures(bilan)),
        tuple(_freshness(imports, bilan, jour)),
        tuple(
            LigneRelance(f, _number(f.dossier.numero, f.eleve), _issue(cas.get(f.dossier.ligne), f))
            for f in bilan.relances_faites
        ),
        tuple(_chosen(bilan)),
    )


def render_html(preuves: Preuves) -> str:
    """The page: self-contained, to be printed on A4."""
    gabarit = environment().get_template("evidence.html")
    return gabarit.render(
        p=preuves,
        b=preuves.bilan,
        edition=preuves.edition,
        r=wording,
        reserves=wording.reservations(preuves.bilan, preuves.edition),
        CHOIX=CHOIX,
        ANONYMAT=ANONYMAT,
    )


def _settings(bilan: Bilan) -> Iterable[tuple[str, str]]:
    regles = bilan.regles
    yield "Un élève est inactif après", f"plus de {regles.seuil_mois}{wording.INSECABLE}mois"
    reponse = wording.days(regles.delai_reponse) if regles.delai_reponse else "aucun"
    yield "Délai de réponse avant clôture", reponse
    yield "Suivi après une réponse", wording.days(regles.delai_suivi)
    yield "Un import est ancien après", wording.days(regles.peremption_import)
    limite = "sans limite" if regles.max_nouveaux is None else wording.number(regles.max_nouveaux)
    yield "Nouveaux dossiers par jour", limite
    report = "reportées au jour ouvré suivant" if regles.jours_ouvres else "non reportées"
    yield "Échéances des week-ends et jours fériés", report
    yield "Causes proposées", ", ".join(regles.causes)


def _figures(bilan: Bilan) -> Iterable[LigneChiffre]:
    """The figures that are one value, each with its definition."""
    m, a, r = bilan.mouvement, bilan.douze_mois, bilan.relances
    ici, an = bilan.delais, bilan.delais_douze_mois
    definitions = {d.cle: d for d in DEFINITIONS}
    lignes: tuple[tuple[str, Nature, float | None, float | str | None], ...] = (
        ("eleves_suivis", Nature.NOMBRE, bilan.eleves_suivis, ""),
        ("dossiers_ouverts_debut", Nature.NOMBRE, m.ouverts_debut, a.ouverts_debut),
        ("detectes", Nature.NOMBRE, m.detectes, a.detectes),
        ("reprises", Nature.NOMBRE, m.reprises, a.reprises),
        ("abandons", Nature.NOMBRE, m.abandons, a.abandons),
        ("dossiers_ouverts_fin", Nature.NOMBRE, m.ouverts_fin, a.ouverts_fin),
        ("relances.total", Nature.NOMBRE, r.total, a.relances),
        ("relances.dans_les_delais", Nature.NOMBRE, r.dans_les_delais, ""),
        ("relances.dans_les_delais", Nature.PART, r.part_dans_les_delais, ""),
        ("relances.retard_median_jours", Nature.JOURS, r.retard_median_jours, ""),
        ("taux_reprise", Nature.PART, m.taux_reprise, a.taux_reprise),
        ("taux_abandon", Nature.PART, m.taux_abandon, a.taux_abandon),
        ("taux_abandon_suivis", Nature.PART, bilan.taux_abandon_suivis, ""),
        ("delai_moyen_reprise_jours", Nature.JOURS, ici.moyen_reprise, an.moyen_reprise),
        ("delai_median_reprise_jours", Nature.JOURS, ici.median_reprise, an.median_reprise),
        ("delai_median_issue_jours", Nature.JOURS, ici.median_issue, an.median_issue),
    )
    for cle, nature, mois, douze_mois in lignes:
        nom, sens = definitions[cle].nom, definitions[cle].sens
        if cle == "relances.dans_les_delais" and nature is Nature.PART:
            nom, sens = f"Part des {nom[0].lower()}{nom[1:]}", "Les précédentes, sur les relances."
        yield LigneChiffre(nom, nature, mois, douze_mois, sens)


def _freshness(imports: Mapping[str, date | None], bilan: Bilan, jour: date) -> Iterable[Fraicheur]:
    for canal, nom in CANAUX.items():
        fait = imports.get(canal)
        if fait is None:
            yield Fraicheur(nom, None, None, "jamais importé")
            continue
        age = (jour - fait).days
        etat = "ancien" if age > bilan.regles.peremption_import else "récent"
        yield Fraicheur(nom, fait, age, etat)


def _issue(cas: Cas | None, faite: RelanceFaite) -> str:
    if cas is None:  # reopened since, or ended before its relance: what the row says today
        return faite.dossier.resultat.value.capitalize() if faite.dossier.resultat else "En cours"
    return wording.ETATS[cas.situation.etat]


def _chosen(bilan: Bilan) -> Iterable[Parcours]:
    """The cases that are told, by a rule that the page states: nobody picks the best ones."""
    ordonnes = sorted(
        bilan.cas,
        key=lambda c: (-len(c.situation.dossier.relances), c.debut, c.situation.dossier.ligne),
    )
    for issue in (Resultat.REPRISE, Resultat.ABANDON, None):
        siens = [c for c in ordonnes if c.situation.dossier.resultat is issue]
        for c in siens[:PAR_ISSUE]:
            dossier = c.situation.dossier
            eleve = _known_by(c.eleve, bilan.arrete_au) if c.eleve else None
            recit = story(dossier, eleve, bilan.regles, bilan.arrete_au)
            yield Parcours(c, _number(dossier.numero, c.eleve), recit)


def _known_by(eleve: Eleve, jour: date) -> Eleve:
    """The student as known when the figures stop: a later date tells another story."""
    tard: dict[str, Any] = {
        champ: None
        for champ in ("dernier_cours", "prochain_cours", "derniere_connexion", "dernier_contact")
        if (quand := getattr(eleve, champ)) is not None and quand > jour
    }
    return replace(eleve, **tard)


def _number(numero: str, eleve: Eleve | None) -> str:
    return numero or (eleve.numero if eleve else "")
