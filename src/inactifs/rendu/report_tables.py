"""The monthly report and the evidence as data, which every form draws: the tables, what is to be
known beside them, and who made it from what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from inactifs.bilan.computing import (
    COLONNES,
    Bilan,
    Cas,
    Chiffre,
    Consolidation,
    LigneEcole,
    number_of,
)
from inactifs.bilan.figures import (
    AUCUNE,
    DEFINITIONS,
    Figure,
    IssuesEtape,
    Nature,
    Notion,
    Part,
    Periode,
    Vue,
    in_time,
    step_name,
)
from inactifs.bilan.timelines import HORS_PLAN, RelanceFaite
from inactifs.dates import Mois, french
from inactifs.procedure.modele import Canal, Etape
from inactifs.rendu import wording
from inactifs.rendu.table import Column, Form, Grille, grid, ranked
from inactifs.rendu.wording import FINE, INSECABLE, day, many, number, percent, plural

CANAUX = {canal.value: canal.libelle.capitalize() for canal in Canal}
RESERVE = (
    "Ce bilan rapporte les faits consignés dans le tableau de suivi ; il ne vaut pas attestation "
    "de conformité."
)
MOIS_PAR_DEFAUT = "Mois choisi par défaut : celui en cours après le 25, sinon le dernier terminé."
_FORMES = {Nature.PART: Form.SHARE, Nature.JOURS: Form.DAYS}


@dataclass(frozen=True, slots=True)
class Edition:
    """Who makes the report, when and from what; what the report has to own up to.

    ``classeur`` is the workbook's file name. ``illisibles`` names each row that no figure
    counts because it cannot be read. ``mois_par_defaut`` when nobody chose the month.
    ``ecart`` says in what the month's archived report differs, where there is one.
    """

    ecole: str
    par: str
    le: datetime
    classeur: str
    illisibles: tuple[str, ...] = ()
    mois_par_defaut: bool = False
    ecart: str = ""

    @property
    def provenance(self) -> str:
        """« Établi le 01/12/2026 à 09 h 15 par A. Martin d'après suivi_eleves.xlsx »."""
        heure = self.le.strftime(f"%H{INSECABLE}h{INSECABLE}%M")
        return f"Établi le {french(self.le)} à {heure} par {self.par} d'après {self.classeur}"


# --- figures


def form_of(figure: Figure) -> Form:
    """How the value of a figure is shown."""
    return _FORMES.get(figure.nature, Form.NUMBER)


def figures(
    titre: str, chiffres: Iterable[Chiffre], *, annee: bool = True, sens: bool = False
) -> Grille:
    """Those of the figures that are one number, for the period and over twelve months (``annee``).

    ``sens``: with the definition of each.
    """
    lignes = [c for c in chiffres if c.figure.nature not in (Nature.REPARTITION, Nature.ISSUES)]
    colonnes: list[Column[Chiffre]] = [
        Column("Chiffre", lambda c: c.figure.nom, 44),
        Column("Période", lambda c: c.nombre, form=Form.NUMBER),
        Column("Effectif", lambda c: _heads(c, c.valeur), brief=False),
    ]
    if annee:
        colonnes += [
            Column("12 mois", lambda c: number_of(c.annee), form=Form.NUMBER),
            Column("Effectif, 12 mois", lambda c: _heads(c, c.annee), brief=False),
        ]
    if sens:
        colonnes.append(Column("Définition", lambda c: c.figure.sens, 90))
    return replace(grid(titre, colonnes, lignes), formes=tuple(form_of(c.figure) for c in lignes))


def _heads(chiffre: Chiffre, valeur: object) -> str:
    return headcount(valeur) if chiffre.figure.nature is Nature.PART else ""


def headcount(valeur: object) -> str:
    """« 3 sur 24 » of a share; nothing of another value."""
    if not isinstance(valeur, Part) or not valeur.total:
        return ""
    return f"{number(valeur.partie)} sur {number(valeur.total)}"


def breakdowns(
    bilan: Bilan, groupe: str = "", *, sauf: str = "relances.par_etape", nuls: bool = False
) -> list[Grille]:
    """The figures by means, by responsible, by course…, of those whose key begins with
    ``groupe``; steps have a table of their own. ``nuls``: those that tell nothing too."""
    return [
        _breakdown(c.figure, c.valeur)
        for c in bilan.chiffres
        if isinstance(c.valeur, Mapping)
        and c.valeur
        and c.figure.cle.startswith(groupe)
        and c.figure.cle != sauf
        and (nuls or _tells(c.valeur))
    ]


def _tells(valeur: Mapping[str, Part | int]) -> bool:
    return any(v.total if isinstance(v, Part) else v for v in valeur.values())


def _breakdown(figure: Figure, valeur: Mapping[str, Part | int]) -> Grille:
    titre = figure.selon.capitalize().replace("Etape", "Étape")
    colonnes = [Column[tuple[str, Part | int]](titre, lambda x: figure.part_name(x[0]), 44)]
    if any(isinstance(v, Part) for v in valeur.values()):
        colonnes.append(Column("Taux", lambda x: number_of(x[1]), form=Form.SHARE))
        colonnes.append(Column("Effectif", lambda x: headcount(x[1])))
    else:
        colonnes.append(Column("Nombre", lambda x: number_of(x[1]), form=Form.NUMBER))
    return grid(figure.nom, colonnes, valeur.items())


def series(bilan: Bilan) -> Grille:
    """Month by month, from the first one that the tableau knows."""
    mois: Column[tuple[Mois, Periode]] = Column("Mois", lambda x: x[0].premier, 12, Form.MONTH)
    suivis = [_month_column(c.figure) for c in bilan.seen(Vue.SERIE)]
    return grid("Évolution", [mois, *suivis], known_months(bilan))


def _month_column(figure: Figure) -> Column[tuple[Mois, Periode]]:
    return Column(figure.court, lambda x: number_of(figure.of(x[1])), form=form_of(figure))


def known_months(bilan: Bilan) -> list[tuple[Mois, Periode]]:
    """The months of the series of which there is something to tell."""
    return [(mois, periode) for mois, periode in bilan.serie if periode is not None]


def causes(bilan: Bilan) -> Grille:
    """The causes noted, the most frequent first, then none."""
    comptes = dict(bilan.periode.causes)
    sans = comptes.pop(AUCUNE, 0)
    lignes = [*comptes.items(), *([(AUCUNE, sans)] if sans else [])]
    cause, dossiers = ranked("Causes notées", "Dossiers")
    return grid("Causes", [cause, replace(dossiers, form=Form.NUMBER)], lignes)


def definitions(notions: Iterable[Notion] = DEFINITIONS) -> Grille:
    """What each figure means."""
    colonnes: list[Column[Notion]] = [
        Column("Chiffre", lambda d: d.nom, 36),
        Column("Définition", lambda d: d.sens, 110),
    ]
    return grid("Définition des chiffres", colonnes, notions)


def schools(consolidation: Consolidation, *, brief: bool = False) -> Grille:
    """One line a school and their total; ``brief``: what a terminal has room for."""
    colonnes: list[Column[LigneEcole]] = [Column("École", lambda e: e.ecole, 40)]
    colonnes += [_school_column(f) for f in COLONNES if not brief or f.nature is Nature.NOMBRE]
    total = [c.read(consolidation.total) for c in colonnes]
    return grid("Écoles", colonnes, consolidation.ecoles, total=total)


def _school_column(figure: Figure) -> Column[LigneEcole]:
    return Column(figure.court, lambda e: e.number(figure), form=form_of(figure))


# --- relances and outcomes


def step(numero: int) -> str:
    """« 1re relance », « 2e relance »; « Avant relance » for 0."""
    return step_name(str(numero))


@dataclass(frozen=True, slots=True)
class LigneEtape:
    """The relances of one step of the plan, or of all; ``etape`` is None beyond it."""

    nom: str
    etape: Etape | None
    faites: tuple[RelanceFaite, ...]

    @property
    def delais(self) -> Part:
        """Those in time, among those of which the due date is known."""
        return in_time(self.faites)

    @property
    def tardives(self) -> int:
        return self.delais.total - int(self.delais.partie)


def _steps(periode: Periode) -> list[LigneEtape]:
    """The relances step by step, those beyond the plan last."""
    plan = {e.numero: e for e in periode.regles.plan}
    return [
        LigneEtape(step(n), plan.get(n), tuple(r for r in periode.relances if r.etape == n))
        for n in sorted(map(int, periode.relances_par_etape))
    ]


_A_TEMPS = Column[LigneEtape]("Dans les délais", lambda e: int(e.delais.partie), form=Form.NUMBER)
_TARDIVES = Column[LigneEtape]("En retard", lambda e: e.tardives, form=Form.NUMBER, brief=False)


def relance_steps(bilan: Bilan) -> Grille:
    """The relances by step, in time or late."""
    colonnes: list[Column[LigneEtape]] = [
        Column("Étape", lambda e: e.nom, 44),
        Column("Action prévue", lambda e: e.etape.action if e.etape else None, brief=False),
        Column(
            "Responsable", lambda e: e.etape.responsable if e.etape else HORS_PLAN, 28, brief=False
        ),
        Column("Faites", lambda e: len(e.faites), form=Form.NUMBER),
        _A_TEMPS,
        _TARDIVES,
        Column("Part", lambda e: e.delais.valeur, form=Form.SHARE, brief=False),
    ]
    tout = LigneEtape("Total", None, bilan.periode.relances)
    total = [c.read(tout) for c in colonnes]
    total[1:3] = "", ""
    return grid("Relances par étape", colonnes, _steps(bilan.periode), total=total)


def delays(bilan: Bilan) -> Grille:
    """The same, in time or late alone: what a chart draws."""
    nom = Column[LigneEtape]("Relances par étape", lambda e: e.nom)
    return grid("Relances par étape", [nom, _A_TEMPS, _TARDIVES], _steps(bilan.periode))


def outcomes(periode: Periode) -> Grille:
    """The outcomes by the step of the last relance."""
    colonnes: list[Column[IssuesEtape]] = [
        Column("Dernière étape", lambda i: step(i.etape), 44),
        Column("Reprises", lambda i: i.reprises, form=Form.NUMBER),
        Column("Abandons", lambda i: i.abandons, form=Form.NUMBER),
        Column("Taux de reprise", lambda i: i.taux_reprise, form=Form.SHARE),
    ]
    return grid("Issue selon la dernière étape", colonnes, periode.issues_par_etape)


def relances(bilan: Bilan) -> Grille:
    """Every relance of the period, with its step, its lateness and where its case stood."""
    etats = {c.situation.dossier.ligne: wording.ETATS[c.situation.etat] for c in bilan.cas}
    colonnes: list[Column[RelanceFaite]] = [
        Column("Date", lambda f: f.relance.date, form=Form.DATE),
        Column("Élève", lambda f: f.dossier.eleve, 30),
        Column("N°", lambda f: f.dossier.numero or (f.eleve.numero if f.eleve else ""), 12),
        Column("Étape", lambda f: step(f.etape), 15),
        Column("Moyen", _means_tried, 20),
        Column("Réponse", lambda f: wording.outcome(f.relance), 24),
        Column("Responsable", lambda f: f.responsable, 28),
        Column("Échéance", lambda f: f.echeance, form=Form.DATE),
        Column(
            "Retard (jours)", lambda f: f.retard_jours if f.delai_connu else None, 12, Form.NUMBER
        ),
        Column(
            f"Dossier au {day(bilan.arrete_au)}",
            lambda f: etats.get(f.dossier.ligne) or _result(f),
            18,
        ),
    ]
    vide = "Aucune relance n'est datée de cette période."
    return grid("Relances", colonnes, bilan.periode.relances, vide=vide)


def _means_tried(faite: RelanceFaite) -> str:
    """The means of the day's tries, each once."""
    return ", ".join(dict.fromkeys(wording.means(r.moyen) for r in faite.essais))


def _result(faite: RelanceFaite) -> str:
    """What the row says today: reopened since, or ended before its relance."""
    resultat = faite.dossier.resultat
    return resultat.value.capitalize() if resultat else "En cours"


def plan(etapes: Sequence[Etape]) -> Grille:
    """The relance plan, as set in the workbook."""

    def delay(etape: Etape) -> str:
        if etape is etapes[0]:
            return "dès détection"
        return f"{wording.days(etape.delai)} après la précédente"

    colonnes: list[Column[Etape]] = [
        Column("Étape", lambda e: e.libelle + (" (optionnelle)" if e.optionnelle else ""), 28),
        Column("Délai", delay, 30),
        Column("Action", lambda e: e.action, 30),
        Column("Moyens", lambda e: wording.list_of_means(e.moyens), 28),
        Column("Responsable", lambda e: e.responsable, 28),
    ]
    return grid("Plan de relance", colonnes, etapes)


# --- dossiers


def student_number(cas: Cas) -> str:
    """The student's number, from the tableau or the register."""
    return cas.situation.dossier.numero or (cas.eleve.numero if cas.eleve else "")


def _relance_lines(cas: Cas) -> str:
    return "\n".join(wording.relance_line(r) for r in cas.situation.dossier.relances)


_DOSSIERS: tuple[Column[Cas], ...] = (
    Column("Élève", lambda c: c.situation.dossier.eleve, 26),
    Column("N°", student_number, 9),
    Column(
        "Dernière activité",
        lambda c: c.situation.dossier.derniere_activite,
        form=Form.DATE,
        brief=False,
    ),
    Column("Détecté le", lambda c: c.debut, form=Form.DATE),
    Column("Relances", lambda c: len(c.situation.dossier.relances), 11, Form.NUMBER),
    Column("Dates et moyens", _relance_lines, 30, brief=False),
    Column("Cause", lambda c: c.situation.dossier.cause, 18, brief=False),
    Column("État", lambda c: wording.ETATS[c.situation.etat]),
    Column("Terminé le", lambda c: c.fin, form=Form.DATE, brief=False),
    Column("Prochaine étape", lambda c: wording.next_step(c.situation), 15),
    Column("Échéance", lambda c: c.situation.echeance, form=Form.DATE),
    Column("Responsable", lambda c: wording.responsible(c.situation), 25, brief=False),
)
_EN_RETARD: tuple[Column[Cas], ...] = (
    Column("Élève", lambda c: c.situation.dossier.eleve, 30),
    Column("N°", student_number, 10),
    Column("À faire", lambda c: wording.next_step(c.situation), 18),
    Column("Responsable", lambda c: wording.responsible(c.situation), 28),
    Column("Échéance", lambda c: c.situation.echeance, 14, Form.DATE),
    Column("Retard (jours)", lambda c: c.situation.retard_jours, 14, Form.NUMBER),
)


def cases(bilan: Bilan) -> Grille:
    """The dossiers open in the period."""
    vide = "Aucun dossier ouvert dans la période."
    return grid("Dossiers ouverts dans la période", _DOSSIERS, bilan.cas, vide=vide)


def late(bilan: Bilan) -> Grille:
    """What is late on the day of the report, the longest first."""
    titre = f"En retard au {day(bilan.etabli_le)}"
    return grid(titre, _EN_RETARD, bilan.en_retard, vide=f"{titre} : rien.")


# --- what is to be known beside them


def period(bilan: Bilan, *, de: bool = False) -> str:
    """« novembre 2026 » (« de novembre 2026 »), and up to which day while it is running."""
    nom = bilan.temps.de if de else bilan.temps.libelle
    return f"{nom}, en cours, arrêté au {french(bilan.arrete_au)}" if bilan.en_cours else nom


def import_lines(bilan: Bilan) -> list[str]:
    """How fresh each import is: « Cours : 24/11/2026 », « Contacts : jamais importés »."""
    lignes = []
    for canal, jour in bilan.imports.items():
        quand = french(jour) if jour else "jamais importés"
        ancien = " (ancien)" if jour and canal in bilan.perimes else ""
        lignes.append(f"{CANAUX[canal]}{INSECABLE}: {quand}{ancien}")
    return lignes


def own_thresholds(bilan: Bilan) -> str:
    """« (B AAC : plus de 6 mois) »: the formations met that have their own; empty without any."""
    dits: dict[str, str] = {}
    for eleve in (*bilan.periode.suivis, *(h.eleve for h in bilan.periode.histoires if h.eleve)):
        if (seuil := bilan.regles.seuil_of(eleve)) != bilan.regles.seuil_mois:
            dit = "non suivie" if seuil is None else f"plus de {seuil}{INSECABLE}mois"
            dits[eleve.formation] = f"{eleve.formation}{INSECABLE}: {dit}"
    return f" ({f'{FINE}; '.join(sorted(dits.values()))})" if dits else ""


def movement(bilan: Bilan) -> str:
    """« 2 ouverts au début + 3 détectés − 1 reprise − 1 abandon = 3 ouverts à la fin »."""
    p = bilan.periode
    return (
        f"{many(p.ouverts_debut, 'ouvert')} au début + {many(len(p.detectes), 'détecté')} "
        f"− {many(len(p.reprises), 'reprise')} − {many(len(p.abandons), 'abandon')} "
        f"= {many(p.ouverts_fin, 'ouvert')} à la fin"
    )


def head(bilan: Bilan) -> list[tuple[Chiffre, str]]:
    """The figures put forward, each with what is to be known beside it."""
    p = bilan.periode
    details = {
        "detectes": f"{number(p.ouverts_debut)} déjà ouvert{plural(p.ouverts_debut)} au début",
        "relances.total": _among(p.dans_les_delais.valeur, "dans les délais"),
        "reponses.total": _among(p.revenus_apres_reponse.valeur, "revenus depuis"),
        "reprises": _among(number_of(bilan["taux_reprise"]), "des dossiers terminés"),
        "abandons": _among(number_of(bilan["taux_abandon"]), "des dossiers terminés"),
        "dossiers_ouverts_fin": f"{number(len(bilan.en_retard))} en retard au "
        f"{day(bilan.etabli_le)}",
    }
    return [(c, details.get(c.figure.cle, "")) for c in bilan.seen(Vue.TETE)]


def _among(part: float | None, suite: str) -> str:
    return f"{percent(part)} {suite}" if part is not None else ""


def reservations(bilan: Bilan, edition: Edition) -> list[str]:
    """What the figures leave out or rest upon, to be said with them."""
    reserves = [f"Ligne illisible, non comptée{INSECABLE}: {i}" for i in edition.illisibles]
    reserves += [
        f"Dossier sans aucune date, non compté{INSECABLE}: {d.eleve}"
        + (f" (ligne {d.ligne})" if d.ligne else "")
        for d in bilan.sans_date
    ]
    if edition.ecart:
        reserves.append(edition.ecart)
    if bilan.perimes:
        canaux = ", ".join(CANAUX[c].casefold() for c in bilan.perimes)
        reserves.append(
            f"Import ancien ou jamais fait{INSECABLE}: {canaux}. Des élèves actifs peuvent "
            "figurer comme inactifs."
        )
    return reserves
