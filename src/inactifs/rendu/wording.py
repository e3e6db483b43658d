"""What every form of the monthly report says alike: French numbers, labels, provenance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from inactifs.bilan import HORS_PLAN, Bilan, Cas, share
from inactifs.dates import french
from inactifs.procedure.modele import Etat, Moyen, Relance, ordinal
from inactifs.procedure.suivi import Situation

INSECABLE = "\u00a0"
FINE = "\u202f"
VIDE = "—"

SANS_REPONSE = "Sans réponse"

ETATS = {
    Etat.A_RAPPELER: "À rappeler",
    Etat.A_RELANCER: "À relancer",
    Etat.EN_ATTENTE: "En attente",
    Etat.SUSPENDU: "Suspendu",
    Etat.NE_PLUS_CONTACTER: "Ne plus contacter",
    Etat.ACTIF: "Actif",
    Etat.A_CLOTURER: "À clôturer",
    Etat.REPRISE: "Reprise",
    Etat.ABANDON: "Abandon",
}
CANAUX = {"cours": "Cours", "connexions": "Connexions", "contacts": "Contacts"}

RESERVE = (
    "Ce bilan rapporte les faits consignés dans le tableau de suivi ; il ne vaut pas attestation "
    "de conformité."
)
MOIS_PAR_DEFAUT = (
    "Mois choisi par défaut : le mois en cours après le 25, sinon le dernier mois terminé."
)


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


@dataclass(frozen=True, slots=True)
class Chiffre:
    """A key figure: the key of its definition, its name, its value as shown, and a detail."""

    cle: str
    nom: str
    valeur: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class LigneEtape:
    """The month's relances of one step of the plan."""

    etape: int
    action: str
    responsable: str
    faites: int
    dans_les_delais: int

    @property
    def en_retard(self) -> int:
        return self.faites - self.dans_les_delais


def relance_steps(bilan: Bilan) -> tuple[LigneEtape, ...]:
    """The month's relances, step by step, those beyond the plan last."""
    plan = {e.numero: e for e in bilan.regles.plan}
    lignes = []
    for etape, nombre in sorted(bilan.relances.par_etape.items()):
        prevue = plan.get(etape)
        lignes.append(
            LigneEtape(
                etape=etape,
                action=prevue.action if prevue else VIDE,
                responsable=prevue.responsable if prevue else HORS_PLAN,
                faites=nombre,
                dans_les_delais=sum(
                    r.dans_les_delais for r in bilan.relances_faites if r.etape == etape
                ),
            )
        )
    return tuple(lignes)


def typography(texte: str) -> str:
    """``texte`` with the spaces and apostrophes of French print."""
    return (
        texte.replace("'", "’")
        .replace(" ;", f"{FINE};")
        .replace(" :", f"{INSECABLE}:")
        .replace("« ", f"«{INSECABLE}")
        .replace(" »", f"{INSECABLE}»")
    )


def number(valeur: float | None, decimales: int = 0) -> str:
    """« 1 234 », « 12,5 »; a dash when there is none. A decimal zero is left out."""
    if valeur is None:
        return VIDE
    texte = f"{valeur:,.{decimales}f}"
    if decimales:
        texte = texte.removesuffix("." + "0" * decimales)
    return texte.replace(",", FINE).replace(".", ",")


def percent(part: float | None) -> str:
    """« 66,7 % »; a dash when there is nothing to share."""
    return VIDE if part is None else f"{number(part * 100, 1)}{INSECABLE}%"


def ratio(partie: int, total: int) -> str:
    """``partie`` of ``total`` as a percentage."""
    return percent(share(partie, total))


def days(valeur: float | None) -> str:
    """« 12,5 jours »; a dash when there is none."""
    if valeur is None:
        return VIDE
    return f"{number(valeur, 1)}{INSECABLE}jour{'s' if valeur >= 2 else ''}"


def day(jour: date | None) -> str:
    """« 24/11/2026 »; a dash when there is none."""
    return french(jour) if jour else VIDE


def means(moyen: Moyen | None) -> str:
    """« Téléphone »; « Non précisé » where the tableau does not say."""
    return moyen.libelle if moyen else "Non précisé"


def step(numero: int) -> str:
    """« 1re relance », « 2e relance »; « Avant relance » for 0."""
    if numero == 0:
        return "Avant relance"
    return f"{ordinal(numero)} relance"


def outcome(relance: Relance) -> str:
    """What came of a relance."""
    if relance.faux_numero:
        return "Faux numéro"
    return "Répondu" if relance.repondu else SANS_REPONSE


def relance_line(relance: Relance) -> str:
    """« 24/08/2026 · SMS », and what came of it when somebody or nobody answered for good."""
    suite = "" if outcome(relance) == SANS_REPONSE else f" ({outcome(relance).casefold()})"
    return f"{french(relance.date)} · {means(relance.moyen)}{suite}"


def list_of_means(moyens: tuple[Moyen, ...]) -> str:
    """« SMS ou téléphone »."""
    return " ou ".join(m.libelle for m in moyens)


def student_number(cas: Cas) -> str:
    """The student's number, from the tableau or the register."""
    return cas.situation.dossier.numero or (cas.eleve.numero if cas.eleve else "")


def responsible(situation: Situation) -> str:
    """Who does the next step."""
    return situation.etape.responsable if situation.etape else VIDE


def next_step(situation: Situation) -> str:
    """What is to be done next on an open dossier."""
    if not situation.dossier.ouvert:
        return VIDE
    if situation.etape is not None:
        return situation.etape.libelle
    return "Clôture" if situation.echeance else "À vérifier"


def period(bilan: Bilan, *, de: bool = False) -> str:
    """« novembre 2026 » (« de novembre 2026 »), and up to which day while it is running."""
    mois = bilan.mois.de if de else bilan.mois.libelle
    if not bilan.en_cours:
        return mois
    return f"{mois}, mois en cours arrêté au {french(bilan.arrete_au)}"


def key_figures(bilan: Bilan) -> tuple[Chiffre, ...]:
    """The figures put forward at the head of the report."""
    m, r = bilan.mouvement, bilan.relances
    return (
        Chiffre("eleves_suivis", "Élèves suivis", number(bilan.eleves_suivis)),
        Chiffre(
            "detectes",
            "Dossiers détectés",
            number(m.detectes),
            f"{number(m.ouverts_debut)} déjà ouvert{plural(m.ouverts_debut)} au début du mois",
        ),
        Chiffre(
            "relances.total",
            "Relances faites",
            number(r.total),
            f"{percent(r.part_dans_les_delais)} dans les délais" if r.total else "",
        ),
        Chiffre(
            "reprises",
            "Reprises",
            number(m.reprises),
            f"{percent(m.taux_reprise)} des dossiers terminés" if m.termines else "",
        ),
        Chiffre(
            "abandons",
            "Abandons",
            number(m.abandons),
            f"{percent(m.taux_abandon)} des dossiers terminés" if m.termines else "",
        ),
        Chiffre(
            "dossiers_ouverts_fin",
            "Dossiers ouverts à la fin",
            number(m.ouverts_fin),
            f"{number(len(bilan.en_retard))} en retard aujourd'hui" if bilan.en_cours else "",
        ),
    )


def cause_lines(bilan: Bilan) -> list[tuple[str, int]]:
    """The causes noted, the most frequent first, then the dossiers without one."""
    causes = list(bilan.causes.items())
    if bilan.causes_non_renseignees:
        causes.append(("non renseignée", bilan.causes_non_renseignees))
    return causes


def plural(nombre: float) -> str:
    """« s » from two on, as French counts."""
    return "s" if nombre >= 2 else ""


def import_lines(bilan: Bilan) -> list[str]:
    """How fresh each import is: « Cours : 24/11/2026 », « Contacts : jamais importés »."""
    lignes = []
    for canal, jour in bilan.imports.items():
        quand = french(jour) if jour else "jamais importés"
        ancien = " (ancien)" if jour and canal in bilan.perimes else ""
        lignes.append(f"{CANAUX[canal]}{INSECABLE}: {quand}{ancien}")
    return lignes


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
