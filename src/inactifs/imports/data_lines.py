"""The data lines of tables: what is one, what is only a title, and a rejected one as a value."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cached_property
from itertools import islice

from inactifs.erreurs import FichierInvalide
from inactifs.imports.cell_values import ColonneDates, as_text, has_am_pm
from inactifs.imports.headers import Disposition, is_candidate, is_english, is_foreign
from inactifs.imports.kinds import dated_by, day_of, title_of
from inactifs.imports.layout import LUES_ENTIERES, Plan, Section
from inactifs.imports.outcome import AJOUTEES, KINDS, Rejet, ResultatImport
from inactifs.imports.spreadsheet import ERREURS, NON_CALCULEE
from inactifs.imports.tables import Ligne
from inactifs.procedure.modele import Canal, Eleve

_PIEDS = {
    *("total", "totaux", "totals", "sous", "sous-total", "nombre", "moyenne"),
    *("édité", "edite", "imprimé", "imprime", "généré", "genere", "exporté", "exporte", "export"),
}
"""The first words of rows that are no data."""
_PAGE = re.compile(r"pages?\s*:?\s*\d", re.IGNORECASE)  # but « PAGE Alain » is somebody
_CONTENU_MAX = 200
_BLOC, _PAS = 64, 4096
"""Rows at hand at once, few enough for the processor to keep them near; between two calls of
``avance``."""
SANS_STATUT = "Maintenu"
"""The status of the lessons of a table that has none, read with one that has."""
_LETTRES = {*"paonx", "ok"}
"""The codes that mean one thing in a status; « E » may be « effectué » or « excusé »."""
_ILLISIBLES = {NON_CALCULEE, *ERREURS.values()}


class TableauEmpile(Exception):
    """Another table is below the one that is read, and was not foreseen."""


class Lecture:
    """The tables of a file being read: their data lines, and those rejected so far.

    ``disposition`` says where the fields are in the rows given: those of the one table as it is
    (``simple``), or those of several brought to one arrangement. ``total`` is about how many rows
    there are, ``avance`` called now and then with those read, and their number in all.
    """

    def __init__(
        self, fichier: str, canal: Canal, plan: Plan, avance: Callable[[int, int], None] | None
    ) -> None:
        self.fichier, self.canal, self.plan = fichier, canal, plan
        self.rejets: list[Rejet] = []
        self.avertissements = [*plan.dit]
        self.total = sum({id(s.tableau): s.tableau.total for s in plan.sections}.values())
        premiere = self._ici = plan.sections[0]
        self.simple = not (plan.sections[1:] or premiere.donnes or premiere.titres or premiere.mois)
        self._avance = avance or (lambda fait, total: None)
        self._dates: dict[str, ColonneDates] = {}
        self._codes: dict[str, dict[str, bool]] = {}

    @cached_property
    def disposition(self) -> Disposition:
        """Where each field is in the rows that :meth:`blocks` gives."""
        premiere = self.plan.sections[0].disposition
        if self.simple:
            return premiere
        noms: dict[str, str] = {}
        for section in self.plan.sections:
            for champ, colonne in section.disposition.colonnes.items():
                noms.setdefault(champ, section.disposition.entetes[colonne])
            for champ in (*section.donnes, *(["date"] if section.titres else [])):
                noms.setdefault(champ, "Titre du tableau")
        return Disposition(premiere.ligne, {c: n for n, c in enumerate(noms)}, tuple(noms.values()))

    def blocks(self) -> Iterator[tuple[Sequence[int], Sequence[Ligne]]]:
        """The rows below the headers, at least as wide as the columns to read, by blocks; with
        their numbers in their sheet, counted from 1. Those that cannot be read are rejected. A
        second call begins again."""
        self.rejets.clear()
        faits = 0
        for section in self.plan.sections:
            self._ici = section
            debut = section.disposition.ligne + 2
            lignes = islice(section.tableau.rows(), debut - 1, section.fin)
            largeur = max(section.disposition.colonnes.values(), default=0) + 1
            arrange = (lambda ligne: ligne) if self.simple else self._arranged(section)
            while bloc := list(islice(lignes, _BLOC)):
                if faits % _PAS < _BLOC:
                    self._avance(min(faits + 1, self.total), self.total)
                faits += len(bloc)
                if min(map(len, bloc)) < largeur:
                    bloc = [[*ligne, *[""] * (largeur - len(ligne))] for ligne in bloc]
                numeros: Sequence[int] = range(debut, debut + len(bloc))
                debut += len(bloc)
                if section.tableau.defauts or not self.simple:
                    lues = zip(numeros, map(arrange, bloc), strict=True)
                    tels = {n: ligne for n, ligne in lues if ligne and self._readable(n, ligne)}
                    numeros, bloc = [*tels], [*tels.values()]
                yield numeros, bloc
        self._avance(self.total, self.total)

    def _arranged(self, section: Section) -> Callable[[Ligne], Ligne | None]:
        """What brings the rows of a table to the common arrangement; None for a title's row."""
        places, fixes = section.disposition.colonnes, dict(section.donnes)
        dits = {*KINDS[self.canal].effets} & places.keys()
        if self.canal is Canal.COURS and not fixes and not dits:
            fixes["statut"] = SANS_STATUT
        complete = dated_by(*section.mois) if section.mois else None
        entetes = section.disposition.entetes
        jour: object = section.jour

        def arrange(ligne: Ligne) -> Ligne | None:
            nonlocal jour
            if section.titres and (lu := day_of(title_of(ligne))):
                jour = lu
                return None
            textes = [as_text(c) for c in ligne]
            titre = title_of(ligne) and _has_many(entetes)
            if not any(textes) or titre or _repeats(textes, entetes):
                return None
            cellules = {
                champ: ligne[places[champ]] if champ in places else fixes.get(champ, "")
                for champ in self.disposition.colonnes
            }
            if section.titres:
                cellules["date"] = jour or ""
            elif complete is not None:
                cellules["date"] = complete(cellules["date"])
            return [*cellules.values()]

        return arrange

    def data_rows(self) -> Iterator[tuple[int, Ligne]]:
        """The data lines, with their number in the file."""
        for numeros, bloc in self.blocks():
            yield from (tel for tel in zip(numeros, bloc, strict=True) if self.is_data(tel[1]))

    def is_data(self, ligne: Ligne) -> bool:
        """Whether a row that cannot be read is a data line all the same: not blank, nor a
        repeated header, a total, a title between two groups. Raises TableauEmpile: it is the
        headers of another table, in a text too long to have been looked through."""
        textes = [as_text(c) for c in ligne]
        pleines = [t for t in textes if t]
        if not pleines:
            return False
        if pleines[0].casefold().split()[0].strip(":.") in _PIEDS or _PAGE.match(pleines[0]):
            return False
        entetes = self.disposition.entetes
        if _repeats(textes, entetes):
            return False
        non_fouille = self.simple and not self._ici.tableau.nom and self.total > LUES_ENTIERES
        if non_fouille and is_candidate(ligne) and is_foreign(ligne, self.canal):
            raise TableauEmpile
        return not (len(pleines) == 1 and textes[0] and _has_many(entetes))

    def reject(
        self, numero: int, ligne: Ligne, raison: str, suggestions: Sequence[str] = ()
    ) -> None:
        """Note that this line is not taken. What an earlier import said of it is left out."""
        entetes = self.disposition.entetes
        ajoutees = {i for i, entete in enumerate(entetes) if entete in AJOUTEES}
        textes = tuple(as_text(c) for i, c in enumerate(ligne) if i not in ajoutees)
        contenu = " ; ".join(t for t in textes if t)
        if len(contenu) > _CONTENU_MAX:
            contenu = contenu[:_CONTENU_MAX] + "…"
        colonnes = self.disposition.colonnes
        nommes = [colonnes[c] for c in ("eleve", "nom", "prenom", "qui") if c in colonnes]
        nom = " ".join(dict.fromkeys(as_text(ligne[n]) for n in nommes)).strip()
        feuilles = {s.tableau.nom for s in self.plan.sections}
        ici = f", feuille « {self._ici.tableau.nom} »" if len(feuilles) > 1 else ""
        ou = f"{self.fichier}{ici}"
        self.rejets.append(Rejet(ou, numero, raison, contenu, tuple(suggestions), textes, nom))

    def _readable(self, numero: int, ligne: Ligne) -> bool:
        """Whether no cell of the fields shows an error of a formula, or a damaged letter; a data
        line that has one is rejected."""
        if not self._ici.tableau.defauts:
            return True
        for champ, colonne in self.disposition.colonnes.items():
            texte = as_text(ligne[colonne])
            if texte in _ILLISIBLES and self._ici.tableau.nom:
                dit = "une formule non calculée" if texte == NON_CALCULEE else f"« {texte} »"
                raison = f"la cellule de « {self.disposition.entetes[colonne]} » affiche {dit}"
            elif "\ufffd" in texte and champ != "adresse":
                raison = f"« {texte[:40]} » a un caractère abîmé"
            else:
                continue
            if self.is_data(ligne):
                self.reject(numero, ligne, raison)
            return False
        return True

    def day(self, cellule: object, champ: str = "date") -> date | None:
        """The day of a cell of a column of dates, None when it is empty. Raises ValueError: it
        is not a date, or one without a year."""
        colonne = self._dates.get(champ)
        if colonne is None:
            entete = self.disposition.entetes[self.disposition.colonnes[champ]]
            premiere = self.plan.sections[0]
            colonne = self._dates[champ] = ColonneDates(
                entete,
                date1904=premiere.tableau.date1904,
                utc=re.search(r"\b(?:utc|gmt)\b", entete, re.IGNORECASE) is not None,
                americaine=is_english(premiere.disposition.entetes)
                or any(has_am_pm(c) for ligne in premiere.suite for c in ligne),
            )
        return colonne.day(cellule)

    def note_code(self, champ: str, mot: str, connu: bool) -> None:
        """Count a status of one or two letters or figures, whose meaning is known or not."""
        if self.canal is Canal.COURS and mot and len(mot) <= 2:
            self._codes.setdefault(champ, {})[mot] = connu

    def result(
        self,
        changes: Sequence[tuple[Eleve | None, Eleve]],
        lues: int,
        importees: int,
        ignorees: int = 0,
    ) -> ResultatImport:
        """What the file brings, once all is read: the students changed, before (None for a new
        one) and after; how many lines were taken, of which those that bring something, and those
        that do not count. Raises FichierInvalide: half of a column would be read wrong."""
        if lues:
            self._require_sure()
        entetes = self.disposition.entetes
        return ResultatImport(
            canal=self.canal,
            lignes=lues + len(self.rejets),
            importees=importees,
            inchangees=lues - importees - ignorees,
            ignorees=ignorees,
            nouveaux=sum(avant is None for avant, _ in changes),
            rejets=tuple(self.rejets),
            eleves=tuple(apres for _, apres in changes),
            avant={avant.numero: avant for avant, _ in changes if avant},
            compris=self._told(),
            avertissements=tuple(self.avertissements),
            entetes=tuple(e for e in entetes if e not in AJOUTEES),
        )

    def _require_sure(self) -> None:
        """Refuse a file whose cells, taken together, are not sure: dates, or codes."""
        for colonne in self._dates.values():
            colonne.require_sure(self.fichier)
        for champ, codes in self._codes.items():
            lettres = [c.casefold() for c in codes if c.isalnum()]  # a tick is sure
            douteux = champ == "statut" and any(c not in _LETTRES for c in lettres)
            if (douteux or not all(codes.values())) and any(codes.values()):
                entete = self.disposition.entetes[self.disposition.colonnes[champ]]
                vus = ", ".join(f"« {code} »" for code in codes)
                raise FichierInvalide(
                    f"{self.fichier} : les codes de la colonne « {entete} » ne sont pas sûrs "
                    f"({vus}).",
                    "Remplacez-les dans le fichier par des mots : Effectué, Absent, Annulé, "
                    "Réservé.",
                )

    def _told(self) -> tuple[str, str]:
        """What was understood of the file, in two French lines."""
        sections, laissees = self.plan.sections, self.plan.laissees
        origines = ", ".join(dict.fromkeys(s.tableau.origine for s in sections))
        lignes = few(list(dict.fromkeys(s.disposition.ligne + 1 for s in sections)), 6)
        lu = f"{self.fichier} : {origines}, en-têtes {lignes}"
        if laissees:
            suite = "…" if len(laissees) > 5 else ""
            lu += f" (feuilles non lues : {', '.join(laissees[:5])}{suite})"
        return lu, self.disposition.understood()


def _repeats(textes: Sequence[str], entetes: Sequence[str]) -> bool:
    """Whether a row is the headers written again."""
    return [*textes[: len(entetes)]] == [*entetes[: len(textes)]]


def _has_many(entetes: Sequence[str]) -> bool:
    """Whether a row of one text only is no data under these headers."""
    return len([e for e in entetes if e]) > 2


def few(numeros: Sequence[int], montres: int = 5) -> str:
    """« ligne 12 », « lignes 12, 15, 40… »."""
    s, suite = "s" if numeros[1:] else "", "…" if numeros[montres:] else ""
    return f"ligne{s} {', '.join(map(str, numeros[:montres]))}{suite}"
