"""What every form of the monthly report says alike: French numbers, labels, provenance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from inactifs.bilan import Bilan, Cas, Chiffre, Vue, number_of
from inactifs.bilan.figures import step_name
from inactifs.dates import french
from inactifs.procedure.modele import Etat, Issue, Moyen, Relance
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
    return step_name(str(numero))


def outcome(relance: Relance) -> str:
    """What came of a relance: « Sans réponse », « Message laissé », « Répondu le 26/11/2026 :
    plan de reprise »."""
    issue = relance.issue
    if not relance.repondu:
        return issue.libelle.capitalize() or SANS_REPONSE
    quand = f" le {french(relance.repondu_le)}" if relance.repondu_le else ""
    return f"Répondu{quand}" + ("" if issue is Issue.REPONDU else f" : {issue.libelle}")


def relance_line(relance: Relance) -> str:
    """« 24/08/2026 · SMS », and what came of it when somebody or nobody answered for good."""
    suite = "" if outcome(relance) == SANS_REPONSE else f" ({_lower(outcome(relance))})"
    return f"{french(relance.date)} · {means(relance.moyen)}{suite}"


def _lower(texte: str) -> str:
    return texte[:1].lower() + texte[1:]


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
    nom = bilan.temps.de if de else bilan.temps.libelle
    return f"{nom}, en cours, arrêté au {french(bilan.arrete_au)}" if bilan.en_cours else nom


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


def movement(bilan: Bilan) -> str:
    """« 2 ouverts au début + 3 détectés − 1 reprise − 1 abandon = 3 ouverts à la fin »."""
    p, s = bilan.periode, plural
    detectes, reprises, abandons = (len(x) for x in (p.detectes, p.reprises, p.abandons))
    return (
        f"{p.ouverts_debut} ouvert{s(p.ouverts_debut)} au début + {detectes} détecté{s(detectes)} "
        f"− {reprises} reprise{s(reprises)} − {abandons} abandon{s(abandons)} "
        f"= {p.ouverts_fin} ouvert{s(p.ouverts_fin)} à la fin"
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
