"""Which tables of a file are those to read, or why none is: the refusal says what to type."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice

from inactifs.erreurs import ErreurInactifs, FichierInvalide, UsageIncorrect
from inactifs.imports import headers
from inactifs.imports.cell_values import as_text, is_day, most
from inactifs.imports.header_rows import (
    day_of,
    given,
    is_candidate,
    is_elsewhere,
    is_foreign,
    lacks,
    month_of,
    read_header,
    texts,
    title_of,
)
from inactifs.imports.kinds import Candidat, refusal, weight
from inactifs.imports.outcome import KINDS
from inactifs.imports.tables import TETE, Ligne, Tableau
from inactifs.imports.wordings import contact_effect
from inactifs.mots import simplify
from inactifs.procedure.modele import Canal

LUES_ENTIERES = 20_000
"""A table of no more rows is looked through for others below it before it is read."""


@dataclass(frozen=True)
class Section:
    """A table to read: a whole sheet or file, or one of those stacked in it.

    Attributes:
        tableau: where it is.
        disposition: its headers' row, and its columns.
        suite: some of its lines.
        fin: the row after its last, counted from 0; None where it goes on to the end.
        donnes: what its title gives to each line, by field.
        jour: the day that its title names, where its lines have none.
        titres: whether the day of its lines is that of the title above them.
        mois: the year and the month that its dates lack, if its title says them.
    """

    tableau: Tableau
    disposition: headers.Disposition
    suite: Sequence[Ligne]
    fin: int | None = None
    donnes: Mapping[str, str] = field(default_factory=dict)
    jour: date | None = None
    titres: bool = False
    mois: tuple[int, int] | None = None

    @property
    def candidat(self) -> Candidat:
        """What tells of which kind it is."""
        return Candidat(self.disposition.entetes, self.suite)

    def is_like(self, autre: Section) -> bool:
        """Whether another table goes on with this one, its headers written again."""
        return (
            not self.titres
            and self.disposition.colonnes == autre.disposition.colonnes
            and self.disposition.entetes == autre.disposition.entetes
            and (self.donnes, self.jour, self.mois) == (autre.donnes, autre.jour, autre.mois)
        )


@dataclass(frozen=True)
class Plan:
    """The tables to read, in order, and what is to be told of the others, in French."""

    sections: tuple[Section, ...]
    laissees: tuple[str, ...] = ()
    dit: tuple[str, ...] = ()


class ColonnesIncomprises(FichierInvalide):
    """A table that lacks fields: ``a_dire`` gives the headers among which each may be."""

    def __init__(self, a_dire: Mapping[str, Sequence[str]], message: str, conseil: str) -> None:
        super().__init__(message, conseil)
        self.a_dire = a_dire


def find_layout(
    tableaux: Sequence[Tableau],
    canal: Canal,
    voulues: Mapping[str, str],
    nom: str,
    *,
    entier: bool = False,
) -> Plan:
    """The tables that fit, and where their columns are.

    ``voulues`` are the columns that the user named: field → header; ``entier``, whether the
    largest tables are looked through too.

    Raises:
        AutreExport: the tables that fit plainly belong to another kind, or none fits this one.
        FichierInvalide: no table fits, or columns are alike and nothing tells which is the one.
        UsageIncorrect: ``voulues`` names a field or a header that does not exist.
    """
    choix = headers.wanted(voulues, canal)
    fouilles = [(t, _Fouille(t, canal, choix, nom).search(entier=entier)) for t in tableaux]
    refus = next((f.refus for _, f in fouilles if f.refus is not None), None)
    trouvees: list[Section] = []
    for _, fouille in fouilles:
        for section in fouille.sections:
            if argent := _of_money(section, canal, nom):
                refus = refus or argent
            elif autre := refusal([section.candidat], canal, _confusable(canal), nom, complet=True):
                refus = refus or autre
            else:
                trouvees.append(section)
    if not trouvees:
        raise refus or _not_understood(tableaux, canal, choix, nom)
    if refus is not None and "plusieurs colonnes" in refus.message:  # a table of this kind
        raise refus
    gardees = _kept(trouvees, canal)
    if not gardees:
        raise _elsewhere(trouvees[0].tableau.nom, nom)
    return _planned(gardees, tableaux, fouilles)


def _elsewhere(feuille: str, nom: str) -> FichierInvalide:
    return FichierInvalide(
        f"{nom} : la feuille « {feuille} » semble parler d'autre chose que de ce qui est importé.",
        f'Si c\'est bien elle, dites-le : --feuille "{feuille}", ou renommez-la.',
    )


def _of_money(section: Section, canal: Canal, nom: str) -> FichierInvalide | None:
    """The refusal of a table of invoices: their words, a day that may be theirs, and no word of the
    kind asked for."""
    entetes, colonne = section.disposition.entetes, section.disposition.colonnes.get("date")
    if canal is Canal.ELEVES or colonne is None or headers.names_event(entetes[colonne], canal):
        return None
    mots = [{*headers.header_words(e)} for e in entetes]
    argent = any({*headers.header_words(a)} <= m for m in mots for a in headers.ARGENT)
    sans_effet = not {*KINDS[canal].effets} & section.disposition.colonnes.keys()
    facture = canal is Canal.COURS and sans_effet and any("facture" in m for m in mots)
    if not argent or not (facture or not weight(section.candidat, canal)):
        return None
    return FichierInvalide(
        f"{nom} ressemble à une liste de factures : la colonne « {entetes[colonne]} » n'y est sans "
        "doute pas le jour de ce qui est importé.",
        "Exportez le planning, le journal ou le registre lui-même ; si c'est bien lui, retirez "
        "d'abord du fichier les colonnes de factures et de montants.",
    )


def _kept(trouvees: list[Section], canal: Canal) -> list[Section]:
    """Those to read among the tables that fit: of a text, one reading; of a workbook, what is
    shown, is not the register, and is not said to be something else."""
    if not trouvees[0].tableau.nom:
        large = max(trouvees, key=lambda s: len(s.disposition.colonnes))
        return [s for s in trouvees if s.tableau.origine == large.tableau.origine]
    trouvees = [s for s in trouvees if not s.tableau.cachee] or trouvees
    poids = {id(s): weight(s.candidat, canal) for s in trouvees}
    if canal is not Canal.ELEVES:
        registres = [s for s in trouvees if weight(s.candidat, Canal.ELEVES) > poids[id(s)]]
        trouvees = [s for s in trouvees if s not in registres] or trouvees
    return [s for s in trouvees if poids[id(s)] or not is_elsewhere([s.tableau.nom], canal)]


def _planned(
    gardees: list[Section], tableaux: Sequence[Tableau], fouilles: list[tuple[Tableau, _Fouille]]
) -> Plan:
    lues = {id(s.tableau) for s in gardees}
    laissees = [t.nom for t in tableaux if t.nom and id(t) not in lues]
    dit = [*gardees[0].tableau.dit, *dict.fromkeys(p for s in gardees for p in s.disposition.dit)]
    for tableau, fouille in fouilles:
        if id(tableau) in lues:
            for rang, entetes in fouille.etrangeres:
                vus = ", ".join(f"« {e[:30]} »" for e in entetes[:4])
                ou = f"feuille « {tableau.nom} », " if tableau.nom else ""
                dit.append(
                    f"Non lu, un autre tableau : {ou}à partir de la ligne {rang + 1} ({vus})."
                )
    return Plan(tuple(gardees), tuple(laissees), tuple(dit))


def _with_next(lignes: Iterator[Ligne]) -> Iterator[tuple[Ligne, Sequence[Ligne]]]:
    """Each row, and those that follow it."""
    suite = deque(islice(lignes, TETE + 1))
    while suite:
        ligne = suite.popleft()
        suite.extend(islice(lignes, 1))
        yield ligne, suite


@dataclass
class _Fouille:
    """The tables of a sheet or of a text, one below the other: those to read, why some cannot be,
    and the rows of headers of other tables."""

    tableau: Tableau
    canal: Canal
    choix: Mapping[str, str]
    nom: str
    sections: list[Section] = field(default_factory=list)
    refus: ErreurInactifs | None = None
    etrangeres: list[tuple[int, list[str]]] = field(default_factory=list)

    def search(self, *, entier: bool) -> _Fouille:
        """Go through the rows; of a very long text, through the first ones, unless ``entier``."""
        tout = entier or self.tableau.nom or self.tableau.total <= LUES_ENTIERES
        lignes = self.tableau.rows() if tout else iter(self.tableau.tete)
        imposes = {*self.choix.values()}
        titre, apart = "", True
        avant: Ligne = ()
        try:
            for rang, (ligne, suite) in enumerate(_with_next(lignes)):
                if is_candidate(ligne, imposes):
                    self._see(rang, (avant, ligne), [*suite], titre, apart)
                    titre, apart = "", False
                else:
                    seul = title_of(ligne)
                    titre = seul or titre
                    apart = bool(seul) or not any(c is not None and c != "" for c in ligne)
                avant = ligne
        except FichierInvalide as illisible:
            self.refus = self.refus or illisible
        return self

    def _see(
        self, rang: int, lignes: tuple[Ligne, Ligne], suite: list[Ligne], titre: str, apart: bool
    ) -> None:
        """Note what a row that may be headers is. ``apart``: it is not just below other lines."""
        ouverte = self.sections[-1] if self.sections and self.sections[-1].fin is None else None
        suivante = ouverte is not None and rang == ouverte.disposition.ligne + 1
        if ouverte is not None and not suivante and not is_foreign(lignes[1], self.canal):
            return
        fin = next((n for n, s in enumerate(suite) if n and is_candidate(s)), len(suite))
        try:
            section = self._section(rang, lignes, suite[:fin], titre)
        except FichierInvalide as doute:
            self.refus = self.refus or doute
            section = None
        if section is None:
            if ouverte is not None and apart and not suivante:
                self.sections[-1] = replace(ouverte, fin=rang)
                self.etrangeres.append((rang, [t for t in texts(lignes[1]) if t]))
            return
        if ouverte is not None:
            faible = bool(ouverte.disposition.dit) and rang <= ouverte.disposition.ligne + 5
            if suivante and len(section.disposition.colonnes) < len(ouverte.disposition.colonnes):
                return
            if suivante or faible:
                section = replace(section, donnes=section.donnes or ouverte.donnes,
                                  jour=section.jour or ouverte.jour)  # fmt: skip
                self.sections.pop()
            elif section.is_like(ouverte):
                return
            else:
                self.sections[-1] = replace(ouverte, fin=rang)
        self.sections.append(section)

    def _section(
        self, rang: int, lignes: tuple[Ligne, Ligne], suite: list[Ligne], titre: str
    ) -> Section | None:
        """The table of which a row is the headers, if it has all that is needed."""
        titres = [t for t in (titre, self.tableau.nom) if t]
        donnes = given(titres, self.canal)
        jour = next((j for t in titres if (j := day_of(t))), None)
        dates = jour is not None or any(day_of(title_of(ligne)) for ligne in suite)
        donnees = {*donnes, *(["date"] if dates else [])}
        suite = [ligne for ligne in suite if not title_of(ligne)]
        lue = read_header(lignes, suite, self.canal, self.choix, self.nom, donnees)
        if lue is None:
            return None
        colonne = lue.colonnes.get("date")
        sans_jour = self.canal is not Canal.ELEVES and colonne is None
        return Section(
            self.tableau,
            replace(lue, ligne=rang),
            suite,
            donnes=donnes if lacks(donnes, lue.colonnes, self.canal) else {},
            jour=jour if sans_jour else None,
            titres=sans_jour,
            mois=None if colonne is None else _month_lacking(suite, colonne, [*titres, self.nom]),
        )


def _month_lacking(
    suite: Sequence[Ligne], colonne: int, titres: Sequence[str]
) -> tuple[int, int] | None:
    """The year and month that titles give, where the cells of a column of dates lack them."""
    cellules = [ligne[colonne] for ligne in suite if colonne < len(ligne)]
    entieres = [is_day(c) for c in cellules if as_text(c)]
    return None if most(entieres) else month_of(titres)


def _confusable(canal: Canal) -> list[Canal]:
    """The kinds that a file with all that ``canal`` needs may be instead. A register may have
    the last login of each student, and a list of logins all that a register has."""
    jamais = {canal, Canal.ELEVES, *([Canal.CONNEXIONS] if canal is Canal.ELEVES else [])}
    return [autre for autre in Canal if autre not in jamais]


def _not_understood(
    tableaux: Sequence[Tableau], canal: Canal, choix: Mapping[str, str], nom: str
) -> ErreurInactifs:
    """The refusal, with the headers seen in the row that looks most like a header."""
    rangees = [
        (texts(ligne), rang, tableau.tete[rang + 1 :])
        for tableau in tableaux
        for rang, ligne in enumerate(tableau.tete)
    ]
    presents = {simplify(e) or e for entetes, *_ in rangees for e in entetes if e}
    entetes, rang_vu, suite = max(
        rangees,
        key=lambda r: (len(headers.columns(r[0], canal, choix)), sum(map(bool, r[0])), -r[1]),
        default=([], 0, ()),
    )
    vus = ", ".join(f"« {e[:40]} »" for e in list(filter(None, entetes))[:30]) or "aucun"
    for champ, voulu in choix.items():
        if voulu not in presents:
            return UsageIncorrect(
                f"--colonne {champ} : {nom} n'a pas cet en-tête.", f"En-têtes vus : {vus}."
            )
    candidats = [Candidat(e, s) for e, _, s in rangees if is_candidate(e)]
    if autre := refusal(candidats, canal, [c for c in Canal if c is not canal], nom):
        return autre
    colonnes = {champ: tels[0] for champ, tels in headers.columns(entetes, canal, choix).items()}
    if canal is not Canal.ELEVES and "date" not in colonnes:
        jour, _ = headers.choose_day(entetes, suite, canal, {*colonnes.values()}, nom)
        colonnes |= {} if jour is None else {"date": jour}
    manque = headers.missing(colonnes, canal) or {"eleve": "une ligne d'en-têtes"}
    libres = {e: n for n, e in enumerate(entetes) if e and n not in colonnes.values()}
    possibles = {
        champ: [e for e in libres if champ != "date" or not headers.is_other_day(e, canal)]
        for champ in manque
    }
    return ColonnesIncomprises(
        possibles if colonnes else {},
        f"{nom} : colonnes non comprises, il manque {' et '.join(manque.values())}. "
        + (f"En-têtes vus (ligne {rang_vu + 1}) : {vus}." if any(entetes) else "").strip(),
        _advice(manque, libres, suite, canal),
    )


def _advice(
    champs: Iterable[str], libres: dict[str, int], suite: Sequence[Ligne], canal: Canal
) -> str:
    """What to type for the fields that lack, with the header that each may be, if any."""
    nommes = dict.fromkeys(champs, "En-tête")
    for champ in nommes:
        for entete, colonne in libres.items():
            if _fits(champ, canal, entete, [c[colonne] for c in suite if colonne < len(c)]):
                nommes[champ] = entete
                del libres[entete]
                break
    exemples = " ".join(f'--colonne "{champ}={entete}"' for champ, entete in nommes.items())
    if set(nommes.values()) != {"En-tête"}:
        return f"Dites quelle colonne est quoi, par exemple : {exemples}."
    return (
        f"Si l'un des en-têtes vus convient, dites-le : {exemples}. Sinon, exportez de nouveau "
        "le fichier avec ce qui manque."
    )


def _fits(champ: str, canal: Canal, entete: str, cellules: Sequence[object]) -> bool:
    """Whether a column whose header says nothing here may be proposed for a field: most of its
    cells are such, it says no other day, and no other kind of export has this header. Nobody is
    guessed."""
    if champ not in ("date", "sens") or headers.is_other_day(entete, canal):
        return False
    if any(
        (sens := headers.meaning(entete, autre)) is not None and sens[0] in headers.PROPRES[autre]
        for autre in Canal
        if autre is not canal
    ):
        return False
    pleines = [c for c in cellules if as_text(c)]
    if champ == "date":
        return most([is_day(c) for c in pleines])
    return most([bool(contact_effect(as_text(c))) for c in pleines])
