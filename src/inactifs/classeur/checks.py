"""What is wrong or doubtful in a workbook on a given day, and what it has lost since.

``reading`` reports what one cell says by itself; here the cells are compared with the day, with
the register, with the journal, and with the versions kept beside the workbook: a default would
take the place of what the school had chosen, and nobody would know (contract, section 2). What
leans on the tableau and does not follow it is said too: a filter that leaves out some of its
columns would part names from numbers at the first sort; a count that stops at a row leaves out
the dossiers below, unless it was of all the rows, and grew with them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from inactifs.classeur.cells import read_text
from inactifs.classeur.findings import typed_over
from inactifs.classeur.journal import check_journal
from inactifs.classeur.reading import locate_tables, read_classeur
from inactifs.classeur.register import CORRIGER, LOINTAIN, check_register
from inactifs.classeur.schema import ELEVES, FEUILLES, JOURNAL, MODELES, PARAMETRES, TABLEAU, Genre
from inactifs.classeur.schema import PARAMETRES_LIGNES as LIGNES
from inactifs.classeur.settings import read_parametres
from inactifs.classeur.source import Source
from inactifs.classeur.values import Anomalie, Classeur, EntreeJournal, Place, Signaler, in_time
from inactifs.dates import french
from inactifs.depot import Version, versions
from inactifs.erreurs import FichierInvalide
from inactifs.mots import simplify, typed
from inactifs.ooxml import Refusal
from inactifs.ooxml.formulas import Formula
from inactifs.ooxml.references import letters
from inactifs.ooxml.workbook import Workbook
from inactifs.procedure.modele import PLAN_DE_RELANCE, Dossier, Eleve, Resultat
from inactifs.procedure.notes import MENTION
from inactifs.procedure.retention import is_neutral
from inactifs.procedure.suivi import new_activity, refusal_in
from inactifs.registre import number_key

_MENTION = simplify(MENTION)
_PLAN = "plan"
_D_ORIGINE = {p.champ for p in LIGNES if not p.facultatif and p.genre is not Genre.DATE}
_D_ORIGINE |= {_PLAN, ELEVES.nom, PARAMETRES.nom, MODELES.nom}
"""What every version of the tool has written. A line that a later one has added may be absent."""
_VERSIONS_LUES = 12
_A_SOI = (("neph", "Ce NEPH"), ("telephone", "Ce téléphone"), ("email", "Cet email"))
_LIBELLES = {p.champ: p.libelle for p in LIGNES}


def check_classeur(
    classeur: Classeur, journal: Iterable[EntreeJournal], aujourdhui: date
) -> tuple[Anomalie, ...]:
    """What reading reported, then what only a comparison shows, then what is missing.

    Args:
        classeur: the workbook as read.
        journal: the lines of its journal.
        aujourdhui: the day; nothing that is already done can bear a later date.
    """
    return (
        *classeur.anomalies,
        *_check_tableau(classeur, aujourdhui),
        *typed_over(classeur, aujourdhui),
        *check_register(classeur, aujourdhui),
        *check_journal(classeur, journal, aujourdhui),
        *(
            Anomalie(
                "avertissement",
                "",
                "",
                "",
                f"Il manque {manquant}.",
                "Lancez « inactifs init » sur ce classeur : rien de ce qui s'y trouve n'est perdu.",
            )
            for manquant in classeur.manquants
        ),
    )


def _check_tableau(classeur: Classeur, aujourdhui: date) -> Iterator[Anomalie]:
    rattaches = [(dossier, classeur.eleve_of(dossier)) for dossier in classeur.dossiers]
    dernieres = _last_rows(rattaches)
    for dossier, eleve in rattaches:
        signaler = classeur.at(dossier)
        yield from _check_dates(dossier, eleve, aujourdhui, signaler)
        yield from _check_outcome(dossier, signaler)
        yield from _check_person(classeur, dossier, eleve, signaler)
        if dossier.ligne in dernieres and eleve is not None:
            yield from _check_statut(dossier, eleve, signaler)
            yield from _check_chased(dossier, eleve, signaler)
        if eleve is not None and refusal_in([dossier]):
            yield from _check_refusal(classeur, dossier, eleve)


def _check_dates(
    dossier: Dossier, eleve: Eleve | None, aujourdhui: date, signaler: Signaler
) -> Iterator[Anomalie]:
    relances = [r.date for r in dossier.relances]
    cloture, derniere = dossier.cloture_le, dossier.derniere_activite
    for champ, jour, gravite in (
        *(("dates_relances", jour, "erreur") for jour in relances),
        ("derniere_activite", derniere, "avertissement"),
        ("detecte_le", dossier.detecte_le, "avertissement"),
        ("cloture_le", cloture, "erreur"),
    ):
        if jour is not None and jour > aujourdhui:
            yield signaler(champ, jour, "Cette date est à venir.", CORRIGER, gravite)
    if dossier.ouvert and (fin := dossier.suspendu_jusqu_au) and fin > aujourdhui + LOINTAIN:
        raison = "Ce dossier est suspendu pour plus d'un an : rien n'est dû jusque-là."
        yield signaler("suspendu_jusqu_au", fin, raison, CORRIGER)
    faits = [j for j in (dossier.detecte_le, *relances) if j]
    if cloture is not None and faits and cloture < max(faits):
        raison = f"La clôture précède ce qui s'est passé le {french(max(faits))}."
        yield signaler("cloture_le", cloture, raison, "Corrigez l'une des deux dates.")
    trop_tot = [jour for jour in relances if derniere and jour < derniere]
    if derniere and trop_tot and not _moved_since(dossier, derniere, eleve):
        yield signaler(
            "dates_relances",
            trop_tot[0],
            f"Cette relance précède la dernière activité ({french(derniere)}) : "
            "elle ne compte pas.",
            "Corrigez l'une des deux dates, s'il y a une faute de frappe.",
        )


def _moved_since(dossier: Dossier, derniere: date, eleve: Eleve | None) -> bool:
    """Whether a sign of life, later than the relances, explains the row's last activity."""
    if dossier.detecte_le is None or derniere <= dossier.detecte_le:
        return False
    contact = eleve.dernier_contact if eleve else None
    rouvert = "Dossier rouvert le" in dossier.commentaire
    return eleve is None or rouvert or (contact is not None and contact >= derniere)


def _check_outcome(dossier: Dossier, signaler: Signaler) -> Iterator[Anomalie]:
    if dossier.resultat is Resultat.ABANDON:
        if _MENTION not in simplify(dossier.commentaire):
            raison = f"La mention « {MENTION} … » manque à ce dossier clôturé."
            yield signaler("commentaire", dossier.commentaire, raison, "Ajoutez-la au commentaire.")
        if dossier.cloture_le is None:
            raison = "La date de clôture de cet abandon manque."
            yield signaler("cloture_le", "", raison, "Tapez-la dans la colonne CLÔTURÉ LE.")
    elif dossier.ouvert and dossier.cloture_le is not None:
        yield signaler(
            "cloture_le",
            dossier.cloture_le,
            "Ce dossier a une date de clôture, mais pas de résultat : il reste ouvert.",
            "Tapez REPRISE ou ABANDON dans la colonne RÉSULTAT, ou effacez la date.",
        )


def _check_person(
    classeur: Classeur, dossier: Dossier, eleve: Eleve | None, signaler: Signaler
) -> Iterator[Anomalie]:
    if eleve is not None or is_neutral(dossier.numero):  # anonymised: nobody is to be looked for
        return
    if dossier.numero or not classeur.registre.named(dossier.eleve):  # homonyms: see reading
        yield signaler(
            "numero" if dossier.numero else "eleve",
            dossier.numero or dossier.eleve,
            "Cet élève ne figure pas dans la feuille Élèves.",
            "Ajoutez-le à la feuille Élèves, ou corrigez son nom ou son numéro.",
        )


def _check_statut(dossier: Dossier, eleve: Eleve, signaler: Signaler) -> Iterator[Anomalie]:
    """The STATUT of a student against their last dossier."""
    if dossier.ouvert and simplify(eleve.statut) == "abandonniste":
        yield signaler(
            "resultat",
            "",
            "Le dossier est ouvert alors que le STATUT de l'élève est « abandonniste ».",
            "Tapez ABANDON dans la colonne RÉSULTAT, ou corrigez le STATUT.",
        )
    if dossier.resultat is Resultat.ABANDON and eleve.suivi:
        yield signaler(
            "resultat",
            dossier.resultat.value,
            "Le dossier est clôturé en abandon alors que le STATUT de l'élève est encore suivi.",
            "Tapez abandonniste dans la colonne STATUT de la feuille Élèves, ou rouvrez le dossier "
            "avec « inactifs reopen ».",
        )


def _check_chased(dossier: Dossier, eleve: Eleve, signaler: Signaler) -> Iterator[Anomalie]:
    """A row whose date is older than what the register knows: somebody is chased who came back."""
    if dossier.ouvert and eleve.suivi and (activite := new_activity(dossier, eleve)) is not None:
        yield signaler(
            "derniere_activite",
            dossier.derniere_activite or "",
            f"Le registre connaît une activité plus récente ({activite[0]} du "
            f"{french(activite[1])}).",
            "Lancez « inactifs detect » : il note la reprise.",
        )


def _check_refusal(classeur: Classeur, dossier: Dossier, eleve: Eleve) -> Iterator[Anomalie]:
    """« Ne plus contacter » that the tableau alone holds."""
    rangee = classeur.lignes_eleves[number_key(eleve.numero)]
    if not classeur.cellules[ELEVES.nom, rangee].get("ne_plus_contacter"):
        yield classeur.at(dossier)(
            "moyens",
            "ne plus contacter",
            "L'élève ne sera plus contacté, mais sa colonne NE PLUS CONTACTER (feuille Élèves) est "
            "vide.",
            f"Tapez-y « {eleve.ne_plus_contacter} » ; s'il accepte de nouveau : inactifs "
            f'recontacter {eleve.numero} --motif "…".',
        )


def _last_rows(rattaches: Iterable[tuple[Dossier, Eleve | None]]) -> set[int]:
    """The row of the last dossier of each student."""
    derniers: dict[str, Dossier] = {}
    for dossier, eleve in rattaches:
        if eleve is not None:
            autre = derniers.setdefault(number_key(eleve.numero), dossier)
            derniers[number_key(eleve.numero)] = max(autre, dossier, key=in_time)
    return {dossier.ligne for dossier in derniers.values()}


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
    gardees = versions(chemin)
    if not classeur.registre or not gardees:
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
            raison = (
                f"{quoi}, celui de {eleve.nom_complet}, était à {autre.nom_complet} le "
                f"{version.quand:%d/%m/%Y} : la feuille a été triée en partie ?"
            )
            remede = "Vérifiez-le, ou retrouvez la version d'avant : inactifs undo --liste."
            trouves.append(classeur.at(eleve)(champ, valeur, raison, remede))
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
        tables, lus = locate_tables(source), read_parametres(source)
    except (OSError, FichierInvalide):
        return {}
    connus = dict.fromkeys(tables, "") | ({_PLAN: ""} if lus.plan else {})
    table = tables.get(PARAMETRES.nom)
    if table is not None:
        for champ, (ligne, colonne) in lus.cellules.items():
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


_QUI = {
    "name": "Le nom « {label} » désigne",
    "chart": "Un graphique montre",
    "sparkline": "Un petit graphique de « {feuille} » montre",
    "list": "Une liste de « {feuille} » prend",
    "rule": "Une mise en forme de « {feuille} » regarde",
    "cell": "« {feuille} »!{label} compte",
}
"""What refers to the tableau, by its kind."""


def left_behind(data: bytes, classeur: Classeur) -> list[Anomalie]:
    """What does not follow the tableau of this workbook; nothing where it cannot be told."""
    place = classeur.places[TABLEAU.nom]
    try:
        livre = Workbook(data)
        return [*_parted(livre, place), *_short(livre, place)]
    except Refusal:
        return []


def _parted(livre: Workbook, place: Place) -> Iterator[Anomalie]:
    """The columns of the tableau that its filter, or its Excel table, leaves out."""
    entetes = {col: champ for champ, col in place.colonnes.items()}
    for area in livre.sheet(place.nom).filters():
        dedans = [c for c in entetes if area.has_col(c)]
        dehors = sorted(c for c in entetes if not area.has_col(c))
        if dedans and dehors and area.top <= place.entete <= area.bottom:
            yield Anomalie(
                "avertissement",
                place.nom,
                f"{letters(dehors[0])}{place.entete}",
                "",
                f"Le filtre du tableau ({area}) laisse {len(dehors)} de ses colonnes : un tri y "
                "séparerait les noms des numéros.",
                "Ôtez le filtre (Données, Filtrer), puis remettez-le sur toutes les colonnes ; "
                "s'il y a des cellules entre elles, déplacez-les d'abord.",
            )


def _short(livre: Workbook, place: Place) -> Iterator[Anomalie]:
    """The ranges that begin at the top of the tableau and stop before its last row."""
    vues: set[tuple[str, str, str]] = set()
    for formule in livre.formulas():
        for feuille, area in formule.ranges():
            debut = place.entete <= area.top <= place.entete + 1
            if feuille.casefold() != place.nom.casefold() or not debut:
                continue
            bref = str(area._replace(dollars=("",) * 4))
            cle = (formule.kind, formule.sheet or formule.label, bref)
            if area.top < area.bottom < place.fin and cle not in vues:
                vues.add(cle)
                yield _stops(formule, bref, place.fin - area.bottom, place.fin)


def _stops(formule: Formula, bref: str, dessous: int, fin: int) -> Anomalie:
    combien = "un dossier est" if dessous == 1 else f"{dessous} dossiers sont"
    qui = _QUI[formule.kind].format(feuille=formule.sheet, label=formule.label)
    cellule = formule.label if formule.kind == "cell" else ""
    return Anomalie(
        "avertissement",
        formule.sheet,
        cellule,
        bref,
        f"{qui} {bref} : {combien} au-dessous.",
        f"Étendez cette plage jusqu'à la ligne {fin}, ou à des lignes d'avance.",
    )
