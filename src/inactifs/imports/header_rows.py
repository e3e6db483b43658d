"""The rows above the lines: headers, and what their columns are; titles, and what they say of
each line."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from inactifs.erreurs import FichierInvalide
from inactifs.imports import headers
from inactifs.imports.cell_values import MOIS, as_day, as_text, filled, is_day, most
from inactifs.imports.outcome import AILLEURS, KINDS
from inactifs.imports.tables import Ligne
from inactifs.imports.wordings import are_of_lessons, contact_effect, login_effect
from inactifs.mots import fold, simplify
from inactifs.phones import is_phone
from inactifs.procedure.modele import Canal
from inactifs.registre import is_email

_QUI = {*headers.IDENTITE, "qui"}
_DOUTEUX = {"qui", "eleve", "nom", "ordre"}
"""The fields of a person whose header may as well be that of a day: « Contact du »."""
_JOURNAUX = 9
"""The first headers of « action » say a log in so many words; the others, where their cells do."""


def texts(ligne: Ligne) -> list[str]:
    """The cells of a row that may be headers, as text."""
    return [as_text(c) if isinstance(c, str) else "" for c in ligne]


def is_candidate(ligne: Ligne, imposes: Collection[str] = ()) -> bool:
    """Whether a row may be one of headers: two texts or more, one known (or among ``imposes``,
    that the user named), none a day or a number."""
    pleines = [c for c in ligne if c is not None and c != ""]
    if len(pleines) < 2 or not all(isinstance(c, str) for c in pleines):
        return False
    textes = [t for t in map(as_text, pleines) if t]
    connus = any(headers.is_known(t) or simplify(t) in imposes for t in textes)
    return connus and not any(map(_is_value, textes))


def is_foreign(ligne: Ligne, canal: Canal) -> bool:
    """Whether a row is headers of something else: most of its texts are known as headers."""
    textes = [t for t in texts(ligne) if t]
    connus = [headers.is_known(t) or headers.is_other_day(t, canal) for t in textes]
    return len(textes) >= 2 and sum(connus) >= 2 and most(connus)


def read_header(
    lignes: tuple[Ligne, Ligne],
    suite: Sequence[Ligne],
    canal: Canal,
    choix: Mapping[str, str],
    nom: str,
    donnes: Collection[str],
) -> headers.Disposition | None:
    """What the columns under a row are, if it has all that is needed; its place is for the caller
    to say.

    ``lignes`` are the row above, which may hold headings of groups, and the row itself; ``suite``,
    rows below; ``choix``, the headers that the user named; ``donnes``, the fields that the table's
    title gives.

    Raises:
        FichierInvalide: columns are alike, and nothing tells which is the one.
    """
    meilleure: headers.Disposition | None = None
    doute: FichierInvalide | None = None
    for entetes in _readings(*lignes):
        try:
            lue = _Reading(entetes, suite, canal, choix, nom).layout()
        except FichierInvalide as ambigu:
            doute = doute or ambigu
            continue
        jours = filled(suite, lue.colonnes.get("date", len(entetes)))
        if "date" in donnes and "date" not in choix and not any(map(_is_value, jours)):
            lue.colonnes.pop("date", None)  # « Heure »
        if not headers.missing(lue.colonnes, canal, donnes) and (
            meilleure is None or len(lue.colonnes) > len(meilleure.colonnes)
        ):
            meilleure = lue
    if meilleure is None and doute is not None:
        raise doute
    return meilleure


@dataclass
class _Reading:
    """One reading of a row of headers: which column is what, found one after the other."""

    entetes: list[str]
    suite: Sequence[Ligne]
    canal: Canal
    choix: Mapping[str, str]
    nom: str
    colonnes: dict[str, int] = field(default_factory=dict)
    dit: list[str] = field(default_factory=list)

    def layout(self) -> headers.Disposition:
        """What the columns are, complete or not.

        Raises:
            FichierInvalide: columns are alike.
        """
        vides = [n for n in range(len(self.entetes)) if self.suite and not filled(self.suite, n)]
        for champ, tels in headers.columns(self.entetes, self.canal, self.choix, vides).items():
            jours = [is_day(t) for t in filled(self.suite, tels[0])]
            if champ in self.choix or champ not in _DOUTEUX or not most(jours):
                self.colonnes[champ] = self._single(champ, tels)
        if self.canal is not Canal.ELEVES:
            self._find_day()
            self._find_person()
        if self.canal is Canal.CONTACTS:
            self._find_direction()
        if self.canal is Canal.COURS:
            self._find_status()
        if self.canal is not Canal.ELEVES:
            self._see_through_rank()
        self._see_through_action()
        return headers.Disposition(0, self.colonnes, tuple(self.entetes), tuple(self.dit))

    def _cells(self, champ: str) -> list[str]:
        return filled(self.suite, self.colonnes[champ])

    def _free(self) -> list[tuple[int, list[str]]]:
        """The columns that have a header, cells, and no meaning yet, with these cells."""
        return [
            (n, textes)
            for n, entete in enumerate(self.entetes)
            if entete and n not in self.colonnes.values() and (textes := filled(self.suite, n))
        ]

    def _take(self, champ: str, colonnes: list[int], quoi: str) -> bool:
        """Give a column a meaning, if it is the only one that may have it; which is told."""
        if len(colonnes) == 1:
            self.colonnes[champ] = colonnes[0]
            self.dit.append(f"La colonne « {self.entetes[colonnes[0]]} » a été prise pour {quoi}.")
        return len(colonnes) == 1

    def _single(self, champ: str, tels: list[int]) -> int:
        """The one column of a field among these, the best first."""
        premiere = tels[0]
        for autre in tels[1:]:
            if simplify(self.entetes[autre]) == simplify(self.entetes[premiere]) and any(
                [dit] != filled([ligne], premiere)
                for ligne in self.suite
                for dit in filled([ligne], autre)
            ):
                raise FichierInvalide(*headers.of_one_name(champ, self.entetes[autre], self.nom))
        return premiere

    def _find_day(self) -> None:
        if "date" not in self.colonnes and "date" not in self.choix:
            prises = {*self.colonnes.values()}
            jour, dit = headers.choose_day(self.entetes, self.suite, self.canal, prises, self.nom)
            self.colonnes |= {} if jour is None else {"date": jour}
            self.dit += filter(None, [dit])

    def _find_person(self) -> None:
        """Where no header does, the only column of phones, or emails, of nobody else."""
        if self.colonnes.keys() & (_QUI - {"prenom"}):
            return
        for champ, est in (("telephone", is_phone), ("email", is_email)):
            tels = [
                n
                for n, textes in self._free()
                if most([est(t) for t in textes])
                and not {*headers.header_words(self.entetes[n])} & headers.AUTRUI
            ]
            if self._take(champ, tels, "l'élève"):
                return

    def _find_direction(self) -> None:
        """Where nothing does, the only column all of whose cells say who made the contact."""
        dits = [t for c in ("canal", "type") if c in self.colonnes for t in self._cells(c)]
        if "sens" not in self.colonnes and not most([contact_effect(t) is not None for t in dits]):
            tels = [n for n, textes in self._free() if None not in map(contact_effect, textes)]
            self._take("sens", tels, "le sens du contact")

    def _find_status(self) -> None:
        """A status under a header that says nothing, which would be taken for no status at all."""
        if self.colonnes.keys() & {*KINDS[self.canal].effets}:
            return
        for n, textes in self._free():
            dite = headers.meaning(self.entetes[n], self.canal) is not None
            if not dite and 2 * len(textes) > len(self.suite) and are_of_lessons(textes):
                self.colonnes["statut"] = n
                return

    def _see_through_rank(self) -> None:
        """A « Numéro » may be a phone or an email."""
        for champ, est in (("email", is_email), ("telephone", is_phone)):
            libre = champ not in self.colonnes and "ordre" not in self.choix
            if "ordre" in self.colonnes and libre and most([est(t) for t in self._cells("ordre")]):
                self.colonnes[champ] = self.colonnes.pop("ordre")

    def _see_through_action(self) -> None:
        """A « Type » may be no action of a platform."""
        if "action" in self.colonnes and "action" not in self.choix:
            sens = headers.meaning(self.entetes[self.colonnes["action"]], self.canal)
            connues = [login_effect(t) is not None for t in self._cells("action")]
            if (sens is None or sens[1] >= _JOURNAUX) and not most(connues):
                del self.colonnes["action"]


def _readings(dessus: Ligne, ligne: Ligne) -> list[list[str]]:
    """The headers of a row: alone, or under the headings of groups in the row above."""
    entetes = texts(ligne)
    if sum(map(bool, entetes)) < 2:
        return []
    lectures = [entetes]
    titres = texts(dessus)
    if sum(map(bool, titres)) >= 2:
        groupes: list[str] = []
        for colonne in range(len(entetes)):
            texte = titres[colonne] if colonne < len(titres) else ""
            groupes.append(texte or (groupes[-1] if groupes and entetes[colonne] else ""))
        lectures.append([f"{g} {e}".strip() for g, e in zip(groupes, entetes, strict=True)])
    return lectures[::-1] if is_candidate(dessus) else lectures


def _is_value(texte: str) -> bool:
    """Whether a text is a day or a number rather than a header."""
    if texte.isdigit():
        return True
    return (texte[0].isdigit() or texte[-1].isdigit()) and is_day(texte)


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
        for dit in KINDS[canal].titres:
            if re.search(dit["motif"], fold(titre)):
                return {"statut": dit.get("statut", titre)}
        if canal is Canal.CONTACTS and contact_effect(titre) is not None:
            return {"sens": titre}
    return {}


def lacks(donnes: Mapping[str, str], colonnes: Mapping[str, int], canal: Canal) -> bool:
    """Whether a table has no column for what its title says."""
    dits = {*(KINDS[canal].effets or ("statut",))} - {"motif"}
    return bool(donnes) and not dits & colonnes.keys()


def is_elsewhere(titres: Sequence[str], canal: Canal) -> bool:
    """Whether titles say that a table is about something else."""
    plats = [fold(titre) for titre in titres]
    if any(re.search(KINDS[canal].sujets, plat) for plat in plats):
        return False
    autres = [k.sujets for sujet, k in KINDS.items() if Canal.ELEVES not in (sujet, canal)]
    return any(re.search(m, plat) for plat in plats for m in (AILLEURS, *autres))
