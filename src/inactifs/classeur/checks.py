"""What is wrong or doubtful in a workbook on a given day: its cells compared with the day, the
register, the journal, and the versions kept beside it (a default would take the place of what the
school had chosen, and nobody would know: contract, section 2); the filters that leave out some
columns of the tableau (a sort would part names from numbers), the counts that stop above its last
row, unless they were of all the rows, and grew with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path

from inactifs.classeur.cells import read_text
from inactifs.classeur.findings import typed_over
from inactifs.classeur.journal import check_journal
from inactifs.classeur.reading import locate_tables, read_classeur
from inactifs.classeur.register import LOINTAIN, check_register
from inactifs.classeur.schema import ELEVES, JOURNAL, MODELES, PARAMETRES, TABLEAU, Nature
from inactifs.classeur.schema import PARAMETRES_LIGNES as LIGNES
from inactifs.classeur.settings import read_parametres
from inactifs.classeur.source import Source
from inactifs.classeur.values import Anomalie, Classeur, EntreeJournal, Place, doubtful, in_time
from inactifs.dates import french
from inactifs.depot import Version, versions
from inactifs.erreurs import FichierInvalide
from inactifs.mots import simplify, typed
from inactifs.ooxml import Refusal
from inactifs.ooxml.references import letters
from inactifs.ooxml.workbook import Workbook
from inactifs.procedure.modele import PLAN_DE_RELANCE, Dossier, Eleve, Resultat
from inactifs.procedure.notes import MENTION
from inactifs.procedure.retention import is_neutral
from inactifs.procedure.suivi import new_activity, refusal_in
from inactifs.registre import number_key

_MENTION = simplify(MENTION)
_PLAN = "plan"
_D_ORIGINE = {p.champ for p in LIGNES if not p.facultatif and p.nature is not Nature.DATE}
_D_ORIGINE |= {_PLAN, ELEVES.nom, PARAMETRES.nom, MODELES.nom}
"""What every version of the tool has written. A line that a later one has added may be absent."""
_VERSIONS_LUES = 12
_A_SOI = (("neph", "Ce NEPH"), ("telephone", "Ce téléphone"), ("email", "Cet email"))
_LIBELLES = {p.champ: p.libelle for p in LIGNES}
_QUI = {
    "name": "Le nom « {label} » désigne",
    "chart": "Un graphique montre",
    "sparkline": "Un petit graphique de « {feuille} » montre",
    "list": "Une liste de « {feuille} » prend",
    "rule": "Une mise en forme de « {feuille} » regarde",
    "cell": "« {feuille} »!{label} compte",
}
"""What refers to the tableau, by its kind."""

Doute = tuple[str, object, str, Mapping[str, object]]
"""A field, what its cell holds, what is doubtful, what its sentences say."""


def check_classeur(
    classeur: Classeur, journal: Iterable[EntreeJournal], aujourdhui: date
) -> tuple[Anomalie, ...]:
    """What reading reported, then what only a comparison shows (nothing that is done bears a later
    date than ``aujourdhui``), then what is missing."""
    return (
        *classeur.anomalies,
        *_check_tableau(classeur, aujourdhui),
        *typed_over(classeur, aujourdhui),
        *check_register(classeur, aujourdhui),
        *check_journal(classeur, journal, aujourdhui),
        *(doubtful("manque", manquant=manquant) for manquant in classeur.manquants),
    )


def _check_tableau(classeur: Classeur, aujourdhui: date) -> Iterator[Anomalie]:
    rattaches = [(dossier, classeur.eleve_of(dossier)) for dossier in classeur.dossiers]
    derniers: dict[str, Dossier] = {}
    for dossier, eleve in rattaches:
        if eleve is not None:
            cle = number_key(eleve.numero)
            derniers[cle] = max(derniers.get(cle, dossier), dossier, key=in_time)
    for dossier, eleve in rattaches:
        signaler = classeur.at(dossier)
        cloture = dossier.cloture_le
        for champ, jour in (
            *(("dates_relances", relance.date) for relance in dossier.relances),
            ("derniere_activite", dossier.derniere_activite),
            ("detecte_le", dossier.detecte_le),
            ("cloture_le", cloture),
        ):
            if jour is not None and jour > aujourdhui:
                fait = champ in ("dates_relances", "cloture_le")
                yield signaler(champ, jour, "date_faite_a_venir" if fait else "date_a_venir")
        doutes = [*_check_dates(dossier, eleve, aujourdhui), *_check_outcome(dossier)]
        dernier = eleve is not None and derniers[number_key(eleve.numero)] is dossier
        doutes += _check_person(classeur, dossier, eleve, dernier)
        for champ, contenu, quoi, dits in doutes:
            yield signaler(champ, contenu, quoi, **dits)


def _check_dates(dossier: Dossier, eleve: Eleve | None, aujourdhui: date) -> Iterator[Doute]:
    """What the dates of a row say of one another."""
    relances = [r.date for r in dossier.relances]
    cloture, derniere, detecte = dossier.cloture_le, dossier.derniere_activite, dossier.detecte_le
    if dossier.ouvert and (fin := dossier.suspendu_jusqu_au) and fin > aujourdhui + LOINTAIN:
        yield "suspendu_jusqu_au", fin, "longue_suspension", {}
    dernier_fait = max((j for j in (detecte, *relances) if j), default=None)
    if cloture and dernier_fait and cloture < dernier_fait:
        yield "cloture_le", cloture, "cloture_precoce", {"jour": french(dernier_fait)}
    trop_tot = next((jour for jour in relances if derniere and jour < derniere), None)
    if derniere is None or trop_tot is None:
        return
    contact = eleve.dernier_contact if eleve else None
    explique = (  # by a sign of life later than the relances
        eleve is None
        or "Dossier rouvert le" in dossier.commentaire
        or (contact is not None and contact >= derniere)
    )
    if detecte is None or derniere <= detecte or not explique:
        yield "dates_relances", trop_tot, "relance_precoce", {"jour": french(derniere)}


def _check_outcome(dossier: Dossier) -> Iterator[Doute]:
    if dossier.resultat is Resultat.ABANDON:
        if _MENTION not in simplify(dossier.commentaire):
            yield "commentaire", dossier.commentaire, "sans_mention", {"mention": MENTION}
        if dossier.cloture_le is None:
            yield "cloture_le", "", "sans_cloture", {}
    elif dossier.ouvert and dossier.cloture_le is not None:
        yield "cloture_le", dossier.cloture_le, "cloture_sans_resultat", {}


def _check_person(
    classeur: Classeur, dossier: Dossier, eleve: Eleve | None, dernier: bool
) -> Iterator[Doute]:
    """What the register says of a row's student; ``dernier``: it is their last dossier."""
    if eleve is None:  # of an anonymised one nobody is to be looked for; of homonyms, see reading
        champ = "numero" if dossier.numero else "eleve"
        doute = dossier.numero or not classeur.registre.named(dossier.eleve)
        if doute and not is_neutral(dossier.numero):
            yield champ, getattr(dossier, champ), "inconnu", {}
        return
    if dernier and dossier.ouvert and simplify(eleve.statut) == "abandonniste":
        yield "resultat", "", "ouvert_abandonniste", {}
    if dernier and dossier.resultat is Resultat.ABANDON and eleve.suivi:
        yield "resultat", dossier.resultat.value, "abandon_suivi", {}
    if dernier and dossier.ouvert and eleve.suivi and (vu := new_activity(dossier, eleve)):
        dits = {"quoi": vu[0], "jour": french(vu[1])}  # somebody is chased who came back
        yield "derniere_activite", dossier.derniere_activite or "", "activite_recente", dits
    ligne = classeur.lignes_eleves[number_key(eleve.numero)]
    au_registre = classeur.tables[ELEVES.nom].row(ligne).get("ne_plus_contacter")
    if refusal_in([dossier]) and not au_registre:
        dits = {"marque": eleve.ne_plus_contacter, "numero": eleve.numero}
        yield "moyens", "ne plus contacter", "refus_au_tableau", dits


def require_settings(classeur: Classeur, chemin: Path) -> None:
    """Raise ``FichierInvalide`` when something that the workbook at ``chemin`` had has disappeared,
    naming it and the ways on."""
    manquants = [f.nom for f in (ELEVES, PARAMETRES, MODELES) if f.nom not in classeur.places]
    if PARAMETRES.nom in classeur.places:
        manquants += [p.champ for p in LIGNES if p.champ not in classeur.parametres]
        manquants += [_PLAN] if classeur.regles.plan is PLAN_DE_RELANCE else []  # not read there
    gardees = versions(chemin)[:_VERSIONS_LUES] if manquants else []
    journal = classeur.places.get(JOURNAL.nom)
    connus: dict[str, tuple[str, Version | None]] = {}
    if not gardees and journal is not None and journal.fin > journal.entete:  # it has been used
        connus = dict.fromkeys(_D_ORIGINE, ("", None))
    for version in gardees:
        connus = {m: (valeur, version) for m, valeur in _settings(version).items()} | connus
        if connus.keys() >= set(manquants):
            break
    pertes = {_named(m): connus[m] for m in manquants if m in connus}
    if not pertes:
        return
    plus_recente = next((version for _, version in pertes.values() if version), None)
    valeurs = ", ".join(f"{nom} = {valeur}" for nom, (valeur, _) in pertes.items() if valeur)
    *premiers, dernier = pertes
    liste = f"{', '.join(premiers)} et {dernier}" if premiers else dernier
    depuis, retrouver = "", "retrouvez une copie du classeur"
    if plus_recente:
        depuis = f" (la version du {plus_recente.quand:%d/%m/%Y à %H:%M} l'avait)"
        retrouver = "retrouvez la version d'avant (« inactifs undo »)"
    if valeurs:
        retrouver = f"remettez-y ce qui y était ({valeurs}), ou {retrouver}"
    raise FichierInvalide(
        f"{chemin.name} a déjà servi, et il y manque {liste}{depuis} : "
        "rien n'est fait, car la valeur par défaut n'est peut-être pas la vôtre.",
        f"{retrouver[0].upper()}{retrouver[1:]}, ou acceptez les valeurs par défaut "
        f"(« inactifs init {typed(str(chemin))} »).",
    )


def _settings(version: Version) -> dict[str, str]:
    """What a version kept had, with its values; nothing if it cannot be read."""
    try:
        source = Source(version.chemin.read_bytes(), version.chemin.name)
        tables, lus = locate_tables(source), read_parametres(source)
    except (OSError, FichierInvalide):
        return {}
    connus = dict.fromkeys(tables, "") | ({_PLAN: ""} if lus.plan else {})
    if (table := tables.get(PARAMETRES.nom)) is not None:
        for champ, (ligne, colonne) in lus.cellules.items():
            texte = read_text(table.lignes[ligne - 1][colonne - 1])
            connus[champ] = "" if "\n" in texte else texte
        connus[PARAMETRES.nom] = f"{_LIBELLES['seuil_mois']} : {connus.get('seuil_mois', '?')}…"
    return connus


def _named(manquant: str) -> str:
    if manquant in _LIBELLES:
        return f"la ligne « {_LIBELLES[manquant]} » de Paramètres"
    return "le plan de relance" if manquant == _PLAN else f"la feuille « {manquant} »"


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
            autre = anciens.get(valeur := getattr(eleve, champ))
            if autre is None or autre.numero == eleve.numero or not avant.get(eleve.numero):
                continue  # their own, or a new student's
            maintenant = classeur.registre.get(autre.numero)
            if maintenant is None or getattr(maintenant, champ) == valeur:
                continue  # gone, or one that two share
            dits = {"nom": eleve.nom_complet, "autre": autre.nom_complet, "quand": version.quand}
            signaler = classeur.at(eleve)
            trouves.append(signaler(champ, valeur, "change_de_place", quoi=quoi, **dits))
    return trouves


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
    colonnes = set(place.colonnes.values())
    for area in livre.sheet(place.nom).filters():
        dehors = sorted(c for c in colonnes if not area.has_col(c))
        if 0 < len(dehors) < len(colonnes) and area.top <= place.entete <= area.bottom:
            cellule = f"{letters(dehors[0])}{place.entete}"
            dits = {"filtre": area, "nombre": len(dehors)}
            yield doubtful("filtre_partiel", place.nom, cellule, **dits)


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
            if not area.top < area.bottom < place.fin or cle in vues:
                continue
            vues.add(cle)
            dessous = place.fin - area.bottom
            combien = "un dossier est" if dessous == 1 else f"{dessous} dossiers sont"
            qui = _QUI[formule.kind].format(feuille=formule.sheet, label=formule.label)
            cellule = formule.label if formule.kind == "cell" else ""
            dits = {"qui": qui, "plage": bref, "combien": combien, "fin": place.fin}
            yield doubtful("plage_courte", formule.sheet, cellule, bref, **dits)
