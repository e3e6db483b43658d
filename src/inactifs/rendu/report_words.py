"""What every form of the report says alike: who made it, from what, and its reservations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from inactifs.bilan import Bilan, Cas, Chiffre, Vue, number_of
from inactifs.bilan.figures import step_name
from inactifs.dates import french
from inactifs.rendu.wording import FINE, INSECABLE, day, many, number, percent, plural

CANAUX = {"cours": "Cours", "connexions": "Connexions", "contacts": "Contacts"}
RESERVE = (
    "Ce bilan rapporte les faits consignés dans le tableau de suivi ; il ne vaut pas attestation "
    "de conformité."
)
MOIS_PAR_DEFAUT = "Mois choisi par défaut : celui en cours après le 25, sinon le dernier terminé."


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


def step(numero: int) -> str:
    """« 1re relance », « 2e relance »; « Avant relance » for 0."""
    return step_name(str(numero))


def student_number(cas: Cas) -> str:
    """The student's number, from the tableau or the register."""
    return cas.situation.dossier.numero or (cas.eleve.numero if cas.eleve else "")


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
