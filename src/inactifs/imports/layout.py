"""Which tables of a file are those to read, or why none is: the refusal says what to type."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice, product

from inactifs.erreurs import ErreurInactifs, FichierInvalide, UsageIncorrect
from inactifs.imports import headers, kinds
from inactifs.imports.cell_values import filled, is_day, most
from inactifs.imports.headers import is_candidate, texts
from inactifs.imports.kinds import Candidat, day_of, refusal, title_of, weighed
from inactifs.imports.outcome import KINDS
from inactifs.imports.tables import TETE, Ligne, Tableau
from inactifs.imports.wordings import contact_effect
from inactifs.mots import simplify
from inactifs.procedure.modele import Canal

LUES_ENTIERES = 20_000
"""A table of no more rows is looked through for others below it before it is read."""


@dataclass(frozen=True)
class Section:
    """A table to read: a whole sheet or file, or one of those stacked in it."""

    tableau: Tableau
    disposition: headers.Disposition
    suite: Sequence[Ligne]  # some of its lines
    fin: int | None = None
    """The row after its last, counted from 0; None where it goes on to the end."""
    donnes: Mapping[str, str] = field(default_factory=dict)
    """What its title gives to each line, by field."""
    jour: date | None = None  # the day that its title names, where its lines have none
    titres: bool = False  # whether the day of its lines is that of the title above them
    mois: tuple[int, int] | None = None
    """The year and the month that its dates lack, if its title says them."""

    @property
    def candidat(self) -> Candidat:
        """What tells of which kind it is."""
        return self.disposition.entetes, self.suite

    @property
    def meant(self) -> tuple[object, ...]:
        """What its lines mean; another table of the same goes on with this one."""
        entetes, colonnes = self.disposition.entetes, self.disposition.colonnes
        return entetes, colonnes, self.donnes, self.jour, self.mois


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
    fouilles = [_Fouille(tableau, canal, choix, nom) for tableau in tableaux]
    for fouille in fouilles:
        fouille.search(entier=entier)
    refus = next((f.refus for f in fouilles if f.refus is not None), None)
    # A register may have the last login of each student, and a list of logins all of a register.
    jamais = {canal, Canal.ELEVES, *([Canal.CONNEXIONS] if canal is Canal.ELEVES else [])}
    autres = [c for c in Canal if c not in jamais]
    trouvees: list[Section] = []
    for section in (s for f in fouilles for s in f.sections):
        autre = _of_money(section, canal, nom)
        autre = autre or refusal([section.candidat], canal, autres, nom, complet=True)
        refus = refus or autre
        trouvees += [] if autre else [section]
    if not trouvees:
        raise refus or _not_understood(tableaux, canal, choix, nom)
    if isinstance(refus, headers.ColonneADire):  # a table of this kind
        raise refus
    gardees = _kept(trouvees, canal)
    if not gardees:
        feuille = trouvees[0].tableau.nom
        raise FichierInvalide(
            f"{nom} : la feuille « {feuille} » semble parler d'autre chose que de ce qui est "
            "importé.",
            f'Si c\'est bien elle, dites-le : --feuille "{feuille}", ou renommez-la.',
        )
    lues = {id(s.tableau) for s in gardees}
    dit = [*gardees[0].tableau.dit, *dict.fromkeys(p for s in gardees for p in s.disposition.dit)]
    dit += [p for f in fouilles if id(f.tableau) in lues for p in f.etrangeres]
    laissees = tuple(t.nom for t in tableaux if t.nom and id(t) not in lues)
    return Plan(tuple(gardees), laissees, tuple(dit))


def _of_money(section: Section, canal: Canal, nom: str) -> FichierInvalide | None:
    """The refusal of a table of invoices: their words, a day that may be theirs, and no word of the
    kind asked for."""
    entetes, colonne = section.disposition.entetes, section.disposition.colonnes.get("date")
    if canal is Canal.ELEVES or colonne is None:
        return None
    if headers.day_class(entetes[colonne], canal)[0] in ("evenement", "recours"):
        return None
    mots = [{*headers.header_words(e)} for e in entetes]
    argent = any({*headers.header_words(a)} <= m for m in mots for a in headers.ARGENT)
    sans_effet = not {*KINDS[canal].effets} & section.disposition.colonnes.keys()
    facture = canal is Canal.COURS and sans_effet and any("facture" in m for m in mots)
    if not argent or not (facture or not weighed(section.candidat, canal)[0]):
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
    pesees = [(s, weighed(s.candidat, canal)[0]) for s in trouvees]
    if canal is not Canal.ELEVES:
        autres = [(s, p) for s, p in pesees if weighed(s.candidat, Canal.ELEVES)[0] <= p]
        pesees = autres or pesees
    return [s for s, p in pesees if p or not kinds.is_elsewhere(s.tableau.nom, canal)]


@dataclass
class _Fouille:
    """The tables of a sheet or of a text, one below the other: those to read, why some cannot be,
    and the rows of headers of other tables, in French."""

    tableau: Tableau
    canal: Canal
    choix: Mapping[str, str]
    nom: str
    sections: list[Section] = field(default_factory=list)
    refus: ErreurInactifs | None = None
    etrangeres: list[str] = field(default_factory=list)

    def search(self, *, entier: bool) -> None:
        """Go through the rows; of a very long text, through the first ones, unless ``entier``."""
        tout = entier or self.tableau.nom or self.tableau.total <= LUES_ENTIERES
        imposes = {*self.choix.values()}
        titre, apart, rang = "", True, 0
        avant: Ligne = ()
        try:
            lignes = self.tableau.rows() if tout else iter(self.tableau.tete)
            suite = deque(islice(lignes, TETE + 1))
            while suite:
                ligne = suite.popleft()
                suite.extend(islice(lignes, 1))
                if is_candidate(ligne, imposes):
                    self._see(rang, (avant, ligne), [*suite], titre, apart)
                    titre, apart = "", False
                else:
                    seul = title_of(ligne)
                    titre = seul or titre
                    apart = bool(seul) or all(c is None or c == "" for c in ligne)
                avant, rang = ligne, rang + 1
        except FichierInvalide as illisible:
            self.refus = self.refus or illisible

    def _see(
        self, rang: int, lignes: tuple[Ligne, Ligne], suite: list[Ligne], titre: str, apart: bool
    ) -> None:
        """Note what a row that may be headers is. ``apart``: it is not just below other lines."""
        ouverte = self.sections[-1] if self.sections and self.sections[-1].fin is None else None
        suivante = ouverte is not None and rang == ouverte.disposition.ligne + 1
        if ouverte and not suivante and not headers.is_foreign(lignes[1], self.canal):
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
                vus = ", ".join(f"« {t[:30]} »" for t in list(filter(None, texts(lignes[1])))[:4])
                ou = f"feuille « {self.tableau.nom} », " if self.tableau.nom else ""
                self.etrangeres.append(
                    f"Non lu, un autre tableau : {ou}à partir de la ligne {rang + 1} ({vus})."
                )
            return
        if ouverte is not None:
            faible = bool(ouverte.disposition.dit) and rang <= ouverte.disposition.ligne + 5
            if suivante and len(section.disposition.colonnes) < len(ouverte.disposition.colonnes):
                return
            if suivante or faible:
                section = replace(section, donnes=section.donnes or ouverte.donnes,
                                  jour=section.jour or ouverte.jour)  # fmt: skip
                self.sections.pop()
            elif not section.titres and ouverte.meant == section.meant:
                return  # its headers, written again
            else:
                self.sections[-1] = replace(ouverte, fin=rang)
        self.sections.append(section)

    def _section(
        self, rang: int, lignes: tuple[Ligne, Ligne], suite: list[Ligne], titre: str
    ) -> Section | None:
        """The table of which a row is the headers, if it has all that is needed."""
        titres = [t for t in (titre, self.tableau.nom) if t]
        donnes = kinds.given(titres, self.canal)
        jour = next((j for t in titres if (j := day_of(t))), None)
        dates = jour is not None or any(day_of(title_of(ligne)) for ligne in suite)
        donnees = {*donnes, *(["date"] if dates else [])}
        suite = [ligne for ligne in suite if not title_of(ligne)]
        lue = headers.read_header(lignes, suite, self.canal, self.choix, self.nom, donnees)
        if lue is None:
            return None
        colonne = lue.colonnes.get("date")
        sans_jour = self.canal is not Canal.ELEVES and colonne is None
        complets = colonne is None or most([is_day(t) for t in filled(suite, colonne)])
        effets = {*(KINDS[self.canal].effets or ("statut",))} - {"motif"}
        return Section(
            self.tableau,
            replace(lue, ligne=rang),
            suite,
            donnes={} if effets & lue.colonnes.keys() else donnes,
            jour=jour if sans_jour else None,
            titres=sans_jour,
            mois=None if complets else kinds.month_of([*titres, self.nom]),
        )


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
    candidats: list[Candidat] = [(e, s) for e, _, s in rangees if is_candidate(e)]
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
    champs: Iterable[str], libres: Mapping[str, int], suite: Sequence[Ligne], canal: Canal
) -> str:
    """What to type for the fields that lack, with a header that each may be: most of its cells are
    such, it says no other day, and no other kind of export has it. Nobody is guessed."""
    muets = {e: filled(suite, n) for e, n in libres.items() if not headers.is_other_day(e, canal)}
    for entete, autre in product(libres, Canal):
        sens = headers.meaning(entete, autre)
        if autre is not canal and sens is not None and sens[0] in headers.PROPRES[autre]:
            muets.pop(entete, None)
    nommes = dict.fromkeys(champs, "En-tête")
    telles: dict[str, Callable[[str], object]] = {"date": is_day, "sens": contact_effect}
    for champ in filter(telles.get, nommes):
        dits = (e for e, c in muets.items() if most([bool(telles[champ](t)) for t in c]))
        nommes[champ] = next(dits, "En-tête")
        muets.pop(nommes[champ], None)
    exemples = " ".join(f'--colonne "{champ}={entete}"' for champ, entete in nommes.items())
    if set(nommes.values()) != {"En-tête"}:
        return f"Dites quelle colonne est quoi, par exemple : {exemples}."
    return (
        f"Si l'un des en-têtes vus convient, dites-le : {exemples}. Sinon, exportez de nouveau "
        "le fichier avec ce qui manque."
    )
