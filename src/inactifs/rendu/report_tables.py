"""The monthly report and the evidence as data, which every form draws: the tables, what is to be
known beside them, and who made it from what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from operator import itemgetter

from inactifs.bilan.computing import COLONNES, Bilan, Cas, Chiffre, Consolidation, number_of
from inactifs.bilan.figures import AUCUNE, DEFINITIONS, Figure, Nature, Notion, Part, Periode, Vue
from inactifs.bilan.timelines import HORS_PLAN, RelanceFaite
from inactifs.dates import french
from inactifs.procedure.modele import Canal, Etape, Moyen, ordinal
from inactifs.rendu import wording
from inactifs.rendu.table import Column, Form, Grille, Valeur, grid, ranked
from inactifs.rendu.wording import FINE, INSECABLE, day, many, number, percent, plural

CANAUX = {canal.value: canal.libelle.capitalize() for canal in Canal}
RESERVE = (
    "Ce bilan rapporte les faits consignés dans le tableau de suivi ; il ne vaut pas attestation "
    "de conformité."
)
MOIS_PAR_DEFAUT = "Mois choisi par défaut : celui en cours après le 25, sinon le dernier terminé."
Ligne = tuple[Valeur, ...]
_FORMES = {Nature.PART: Form.SHARE, Nature.JOURS: Form.DAYS}


@dataclass(frozen=True, slots=True)
class Edition:
    """Who makes the report, when and from what; what the report has to own up to. ``classeur`` is
    the workbook's file name. ``illisibles`` names each row that no figure counts because it cannot
    be read. ``mois_par_defaut`` when nobody chose the month. ``ecart`` says in what the month's
    archived report differs, where there is one."""

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
    """Those of the figures that are one number, for the period and over twelve months (``annee``);
    ``sens``: with the definition of each."""
    lignes = [c for c in chiffres if c.figure.nature not in (Nature.REPARTITION, Nature.ISSUES)]

    def heads(chiffre: Chiffre, valeur: object) -> str:
        return _headcount(valeur) if chiffre.figure.nature is Nature.PART else ""

    colonnes: list[Column[Chiffre]] = [
        Column("Chiffre", lambda c: c.figure.nom, 44),
        Column("Période", lambda c: c.nombre, form=Form.NUMBER),
        Column("Effectif", lambda c: heads(c, c.valeur), brief=False),
    ]
    if annee:
        colonnes += [
            Column("12 mois", lambda c: number_of(c.annee), form=Form.NUMBER),
            Column("Effectif, 12 mois", lambda c: heads(c, c.annee), brief=False),
        ]
    if sens:
        colonnes.append(Column("Définition", lambda c: c.figure.sens, 90))
    return replace(grid(titre, colonnes, lignes), formes=tuple(form_of(c.figure) for c in lignes))


def _headcount(valeur: object) -> str:
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
        and (nuls or any(v.total if isinstance(v, Part) else v for v in c.valeur.values()))
    ]


def _breakdown(figure: Figure, valeur: Mapping[str, Part | int]) -> Grille:
    selon = figure.cle.rpartition(".")[2].rpartition("_")[2].removesuffix("s")
    name_of = _NOMS.get(selon, str)
    titre = selon.capitalize().replace("Etape", "Étape")
    if any(isinstance(v, Part) for v in valeur.values()):
        colonnes = ranked((titre, 44), ("Taux", 13, Form.SHARE), "Effectif")
    else:
        colonnes = ranked((titre, 44), ("Nombre", 13, Form.NUMBER))
    lignes = [(name_of(nom), number_of(v), _headcount(v)) for nom, v in valeur.items()]
    return grid(figure.nom, colonnes, lignes)


def series(bilan: Bilan) -> Grille:
    """Month by month, from the first one that the tableau knows."""
    suivis = [c.figure for c in bilan.seen(Vue.SERIE)]
    lignes = [
        (mois.premier, *(number_of(figure.of(periode)) for figure in suivis))
        for mois, periode in bilan.serie
        if periode is not None
    ]
    colonnes = ranked(("Mois", 12, Form.MONTH), *((f.court, 13, form_of(f)) for f in suivis))
    return grid("Évolution", colonnes, lignes)


def causes(bilan: Bilan) -> Grille:
    """The causes noted, the most frequent first, then none."""
    comptes = dict(bilan.periode.causes)
    sans = comptes.pop(AUCUNE, 0)
    lignes = [*comptes.items(), *([(AUCUNE, sans)] if sans else [])]
    return grid("Causes", ranked("Causes notées", ("Dossiers", 13, Form.NUMBER)), lignes)


def definitions(notions: Iterable[Notion] = DEFINITIONS) -> Grille:
    """What each figure means."""
    lignes = [(notion.nom, notion.sens) for notion in notions]
    colonnes = ranked(("Chiffre", 36), ("Définition", 110))
    return grid("Définition des chiffres", colonnes, lignes)


def schools(consolidation: Consolidation, *, brief: bool = False) -> Grille:
    """One line a school and their total; ``brief``: what a terminal has room for."""
    figures = [f for f in COLONNES if not brief or f.nature is Nature.NOMBRE]
    *lignes, total = [
        (ligne.ecole, *(number_of(ligne.valeurs.get(f.cle, 0)) for f in figures))
        for ligne in (*consolidation.ecoles, consolidation.total)
    ]
    colonnes = ranked(("École", 40), *((f.court, 13, form_of(f)) for f in figures))
    return grid("Écoles", colonnes, lignes, total=total)


# --- relances and outcomes


def step(numero: int) -> str:
    """« 1re relance », « 2e relance »; « Avant relance » for 0."""
    return f"{ordinal(numero)} relance" if numero else "Avant relance"


_NOMS: Mapping[str, Callable[[str], str]] = {
    "etape": lambda numero: step(int(numero)),
    "moyen": lambda moyen: moyen.libelle if isinstance(moyen, Moyen) else moyen.capitalize(),
}
"""How the parts of a breakdown are named, by what they are; as they are otherwise."""


def relance_steps(bilan: Bilan) -> Grille:
    """The relances by step, in time or late; those beyond the plan last."""
    periode = bilan.periode
    plan = {e.numero: (e.action, e.responsable) for e in periode.regles.plan}

    def line(nom: str, prevu: tuple[str | None, str], faites: Sequence[RelanceFaite]) -> Ligne:
        delais = Part.in_time(faites)
        a_temps = int(delais.partie)
        return (nom, *prevu, len(faites), a_temps, delais.total - a_temps, delais.valeur)

    lignes = [
        line(step(n), plan.get(n, (None, HORS_PLAN)), [r for r in periode.relances if r.etape == n])
        for n in sorted(map(int, periode.by_step(periode.relances)))
    ]
    total = line("Total", ("", ""), periode.relances)
    return Grille("Relances par étape", _ETAPES, tuple(lignes), total)


_ETAPES = (
    Column[Ligne]("Étape", itemgetter(0), 44),
    Column[Ligne]("Action prévue", itemgetter(1), brief=False),
    Column[Ligne]("Responsable", itemgetter(2), 28, brief=False),
    Column[Ligne]("Faites", itemgetter(3), form=Form.NUMBER),
    Column[Ligne]("Dans les délais", itemgetter(4), form=Form.NUMBER),
    Column[Ligne]("En retard", itemgetter(5), form=Form.NUMBER, brief=False),
    Column[Ligne]("Part", itemgetter(6), form=Form.SHARE, brief=False),
)


def delays(bilan: Bilan) -> Grille:
    """The same, in time or late alone: what a chart draws."""
    etapes = relance_steps(bilan)
    colonnes = ranked(etapes.titre, *((c.title, 13, Form.NUMBER) for c in _ETAPES[4:6]))
    return grid(etapes.titre, colonnes, [(ligne[0], *ligne[4:6]) for ligne in etapes.lignes])


def outcomes(periode: Periode) -> Grille:
    """The outcomes by the step of the last relance."""
    colonnes = ranked(
        ("Dernière étape", 44),
        ("Reprises", 13, Form.NUMBER),
        ("Abandons", 13, Form.NUMBER),
        ("Taux de reprise", 13, Form.SHARE),
    )
    lignes = [
        (step(i.etape), i.reprises, i.abandons, i.taux_reprise) for i in periode.issues_par_etape
    ]
    return grid("Issue selon la dernière étape", colonnes, lignes)


def relances(bilan: Bilan) -> Grille:
    """Every relance of the period, with its step, its lateness and where its case stood."""
    etats = {c.dossier.ligne: wording.ETATS[c.situation.etat] for c in bilan.cas}

    def state(f: RelanceFaite) -> str:
        """What the row says today where it does not stand: reopened or ended before it."""
        resultat = f.dossier.resultat.value.capitalize() if f.dossier.resultat else "En cours"
        return etats.get(f.dossier.ligne) or resultat

    def means(f: RelanceFaite) -> str:
        return ", ".join(dict.fromkeys(wording.means(r.moyen) for r in f.essais))

    colonnes: list[Column[RelanceFaite]] = [
        Column("Date", lambda f: f.relance.date, form=Form.DATE),
        Column("Élève", lambda f: f.dossier.eleve, 30),
        Column("N°", lambda f: f.numero, 12),
        Column("Étape", lambda f: step(f.etape), 15),
        Column("Moyen", means, 20),
        Column("Réponse", lambda f: wording.outcome(f.relance), 24),
        Column("Responsable", lambda f: f.responsable, 28),
        Column("Échéance", lambda f: f.echeance, form=Form.DATE),
        Column(
            "Retard (jours)", lambda f: f.retard_jours if f.delai_connu else None, 12, Form.NUMBER
        ),
        Column(f"Dossier au {day(bilan.arrete_au)}", state, 18),
    ]
    vide = "Aucune relance n'est datée de cette période."
    return grid("Relances", colonnes, bilan.periode.relances, vide=vide)


def plan(etapes: Sequence[Etape]) -> Grille:
    """The relance plan, as set in the workbook."""
    lignes = [
        (
            e.libelle + (" (optionnelle)" if e.optionnelle else ""),
            "dès détection" if rang == 0 else f"{wording.days(e.delai)} après la précédente",
            e.action,
            wording.list_of_means(e.moyens),
            e.responsable,
        )
        for rang, e in enumerate(etapes)
    ]
    quoi, qui = (("Délai", 30), ("Action", 30), ("Moyens", 28)), ("Responsable", 28)
    return grid("Plan de relance", ranked(("Étape", 28), *quoi, qui), lignes)


# --- dossiers


_DOSSIERS: tuple[Column[Cas], ...] = (
    Column("Élève", lambda c: c.dossier.eleve, 26),
    Column("N°", lambda c: c.numero, 9),
    Column("Dernière activité", lambda c: c.dossier.derniere_activite, 13, Form.DATE, brief=False),
    Column("Détecté le", lambda c: c.debut, form=Form.DATE),
    Column("Relances", lambda c: len(c.dossier.relances), 11, Form.NUMBER),
    Column("Dates et moyens", lambda c: wording.relance_lines(c.dossier), 30, brief=False),
    Column("Cause", lambda c: c.dossier.cause, 18, brief=False),
    Column("État", lambda c: wording.ETATS[c.situation.etat]),
    Column("Terminé le", lambda c: c.fin, form=Form.DATE, brief=False),
    Column("Prochaine étape", lambda c: wording.next_step(c.situation), 15),
    Column("Échéance", lambda c: c.situation.echeance, form=Form.DATE),
    Column("Responsable", lambda c: wording.responsible(c.situation), 25, brief=False),
)
_EN_RETARD: tuple[Column[Cas], ...] = (
    Column("Élève", lambda c: c.dossier.eleve, 30),
    Column("N°", lambda c: c.numero, 10),
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

    def among(part: float | None, suite: str) -> str:
        return f"{percent(part)} {suite}" if part is not None else ""

    details = {
        "detectes": f"{number(p.ouverts_debut)} déjà ouvert{plural(p.ouverts_debut)} au début",
        "relances.total": among(p.dans_les_delais.valeur, "dans les délais"),
        "reponses.total": among(number_of(bilan["reponses.part_revenus"]), "revenus depuis"),
        "reprises": among(number_of(bilan["taux_reprise"]), "des dossiers terminés"),
        "abandons": among(number_of(bilan["taux_abandon"]), "des dossiers terminés"),
        "dossiers_ouverts_fin": f"{number(len(bilan.en_retard))} en retard au "
        f"{day(bilan.etabli_le)}",
    }
    return [(c, details.get(c.figure.cle, "")) for c in bilan.seen(Vue.TETE)]


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
