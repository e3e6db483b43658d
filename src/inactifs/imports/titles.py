"""What the title of a table, or the name of its sheet, says of each of its lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from inactifs.imports.cell_values import as_day, as_text
from inactifs.imports.header_words import EFFETS, MOIS
from inactifs.imports.outcome import Canal
from inactifs.imports.tables import Ligne
from inactifs.imports.wordings import contact_effect
from inactifs.mots import fold

_PAS_UN_JOUR = re.compile(
    r"\b(?:edite|imprime|genere|exporte|export|extrait|mis a jour|maj|arrete|semaine|mois|periode|"
    r"depuis|jusqu|avant|apres|au|date|version)\b"
)
_AVANT_LE_JOUR = re.compile(
    r"^(?:(?:planning|agenda|le[cç]ons?|cours|journ[ée]e|s[ée]ances?|rdv|rendez-vous|programme|jour|appels?|"
    r"contacts?|connexions?|du|de la|de|le|pour)\b[\s:–-]*)+",
    re.IGNORECASE,
)
_AN = re.compile(r"\b(20\d\d)\b")
_MOIS_AN = re.compile(r"\b(\d{1,2})[-/. ](20\d\d)$|^(20\d\d)[-/. ](\d{1,2})$")
_JOUR_SEUL = re.compile(r"(?:[a-zé]{2,8}\.?\s+)?(\d{1,2})(?:er)?", re.IGNORECASE)
_JOUR_MOIS = re.compile(
    r"(?:[a-zé]{2,8}\.?\s+)?(\d{1,2})(?:er)?[\s/.-]+(\d{1,2}|[a-zéû]{3,9}\.?)", re.I
)

_ANNULE = re.compile(r"\bannul|\babsen|\bno.?show|\bnon honore|\breport")
_RESERVE = re.compile(r"\ba venir\b|\breserv|\bprevu|\bplanifi|\bfutur")
_SORTIS = re.compile(
    r"\babandon|\bsorti|\barchiv|\banciens?\b|\bobtenu|\brecus?\b|\btransf|\bpartis?\b|\bsuspend|"
    r"\btermin|\bclos\b|\bradi|\binactif"
)
_SUJETS = {
    Canal.COURS: re.compile(r"\blecon|\bcours\b|\bplanning|\bconduite|\bseance|\brdv\b|\brendez"),
    Canal.CONNEXIONS: re.compile(r"\bconnexion|\blogin|\bplateforme|\brevision|\be-?learning"),
    Canal.CONTACTS: re.compile(
        r"\bcontact|\bappels?\b|\bechange|\bmessages?\b|\bsms\b|\bvisites?\b"
    ),
    Canal.ELEVES: re.compile(r"\beleve|\bregistre|\binscrits?\b|\bcandidat|\bstagiaire"),
}
_AILLEURS = re.compile(
    r"\bfactur|\breglement|\bpaiement|\bencaissement|\bavoirs?\b|\bdevis|\bprospect|\bconge|"
    r"\bindisponib|\bdisponib|\bcreneaux libres|\bliste d.?attente|\bmoniteurs?\b|\bvehicule|"
    r"\brelances?\b|\btarif|\bstatistique"
)


def title_of(ligne: Ligne) -> str:
    """The text of a row that has but one, merged or not; empty for any other row."""
    pleines = {c for c in ligne if c is not None and c != ""}
    return as_text(pleines.pop()) if len(pleines) == 1 else ""


def day_of(titre: str) -> date | None:
    """The one day that a title names: « Planning du lundi 2 novembre 2026 »."""
    if not titre or not any(c.isdigit() for c in titre) or _PAS_UN_JOUR.search(fold(titre)):
        return None
    for texte in (titre, _AVANT_LE_JOUR.sub("", titre)):
        try:
            jour = None if texte.isdigit() else as_day(texte)
        except ValueError:
            continue
        return jour
    return None


def month_of(titres: Sequence[str]) -> tuple[int, int] | None:
    """The year and month that titles name: « Novembre 2026 », « 11-2026 », or « Novembre » below
    « Planning 2026 »; 0 for a month that they do not give."""
    annees = {int(an) for titre in titres for an in _AN.findall(titre)}
    if len(annees) != 1:
        return None
    (annee,) = annees
    for titre in titres:
        if trouve := _MOIS_AN.search(titre.strip()):
            mois = int(trouve[1] or trouve[4])
            return (annee, mois) if 1 <= mois <= 12 else None
    mots = {mot for titre in titres for mot in re.findall(r"[a-z]{3,}", fold(titre))}
    trouves = {MOIS[mot] for mot in mots & MOIS.keys()}
    return (annee, trouves.pop() if len(trouves) == 1 else 0)


def dated_by(annee: int, mois: int) -> Callable[[object], object]:
    """What makes a day of a cell that lacks its year, or its month too: « lun. 2 », « 2/11 »."""

    def complete(cellule: object) -> object:
        texte = as_text(cellule)
        try:
            if mois and (trouve := _JOUR_SEUL.fullmatch(texte)):
                return date(annee, mois, int(trouve[1]))
            if trouve := _JOUR_MOIS.fullmatch(texte):
                return as_day(f"{trouve[1]}/{trouve[2]}/{annee}" if trouve[2].isdigit()
                              else f"{trouve[1]} {trouve[2]} {annee}")  # fmt: skip
        except ValueError:
            pass
        return cellule

    return complete


def given(titres: Sequence[str], canal: Canal) -> Mapping[str, str]:
    """The field that titles give to the lines of a table that lacks it: « Annulations »."""
    for titre in titres:
        plat = fold(titre)
        if canal is Canal.COURS and _ANNULE.search(plat):
            return {"statut": "Annulé"}
        if canal is Canal.COURS and _RESERVE.search(plat):
            return {"statut": "Réservé"}
        if canal is Canal.CONTACTS and contact_effect(titre) is not None:
            return {"sens": titre}
        if canal is Canal.ELEVES and _SORTIS.search(plat):
            return {"statut": titre}
    return {}


def lacks(donnes: Mapping[str, str], colonnes: Mapping[str, int], canal: Canal) -> bool:
    """Whether a table has no column for what its title says."""
    dits = {*EFFETS.get(canal, ("statut",))} - {"motif"}
    return bool(donnes) and not dits & colonnes.keys()


def is_elsewhere(titres: Sequence[str], canal: Canal) -> bool:
    """Whether titles say that a table is about something else."""
    plats = [fold(titre) for titre in titres]
    if any(_SUJETS[canal].search(plat) for plat in plats):
        return False
    autres = [motif for sujet, motif in _SUJETS.items() if Canal.ELEVES not in (sujet, canal)]
    return any(motif.search(plat) for plat in plats for motif in (_AILLEURS, *autres))
