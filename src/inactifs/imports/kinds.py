"""Of which kind a table is: what its title says, and its columns.

Contacts taken for logins would make students who never logged in pass for active. But a school's
software may have a column « Canal » or « Statut » in any export: a table is of another kind only
when what says so weighs clearly more than what says that it is of the kind asked for.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date

from inactifs.erreurs import FichierInvalide
from inactifs.imports import wordings
from inactifs.imports.cell_values import MOIS, as_day, as_text, filled, most
from inactifs.imports.headers import ColonneADire, header_words, read_header
from inactifs.imports.outcome import AILLEURS, KINDS
from inactifs.imports.tables import Ligne
from inactifs.mots import data_file, fold, simplify
from inactifs.procedure.modele import Canal

_TITRES = data_file("imports/header_words.toml")["titres"]
_PAS_UN_JOUR = re.compile(rf"\b(?:{'|'.join(_TITRES['autre'])})\b")
_AVANT_LE_JOUR = re.compile(rf"^(?:(?:{'|'.join(_TITRES['avant'])})\b[\s:–-]*)+", re.IGNORECASE)
_AN = re.compile(r"\b(20\d\d)\b")
_MOIS_AN = re.compile(r"\b(\d{1,2})[-/. ](20\d\d)$|^(20\d\d)[-/. ](\d{1,2})$")
_SANS_AN = re.compile(
    r"(?:[a-zé]{2,8}\.?\s+)?(\d{1,2})(?:er)?(?:[\s/.-]+(\d{1,2}|[a-zéû]{3,9}\.?))?", re.I
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
        with suppress(ValueError):
            return None if texte.isdigit() else as_day(texte)
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
        if trouve := _SANS_AN.fullmatch(as_text(cellule)):
            jour, autre = trouve.groups()
            with suppress(ValueError):
                if autre is not None:
                    entre = "/" if autre.isdigit() else " "
                    return as_day(entre.join([jour, autre, str(annee)]))
                if mois:
                    return date(annee, mois, int(jour))
        return cellule

    return complete


def given(titres: Sequence[str], canal: Canal) -> Mapping[str, str]:
    """The field that titles give to the lines of a table that lacks it: « Annulations »."""
    for titre in titres:
        for dit in KINDS[canal].titres:
            if re.search(dit["motif"], fold(titre)):
                return {"statut": dit.get("statut", titre)}
        if canal is Canal.CONTACTS and wordings.contact_effect(titre) is not None:
            return {"sens": titre}
    return {}


def is_elsewhere(titre: str, canal: Canal) -> bool:
    """Whether a title says that a table is about something else."""
    autres = [k.sujets for sujet, k in KINDS.items() if Canal.ELEVES not in (sujet, canal)]
    return not re.search(KINDS[canal].sujets, fold(titre)) and any(
        re.search(motif, fold(titre)) for motif in (AILLEURS, *autres)
    )


NETTEMENT = 2
"""How much more another kind must weigh."""


def _most(connu: Callable[[str], object]) -> Callable[[Sequence[str]], bool]:
    """Whether most of the filled cells of a column say something that is known."""
    return lambda cellules: most([connu(cellule) not in (None, False) for cellule in cellules])


def _says_who(cellules: Sequence[str]) -> bool:
    """Whether a type says in so many words who made the contact; « Visite » may be a lesson's."""
    dit = not wordings.names_a_means(cellules) and _most(wordings.contact_effect)(cellules)
    return dit or _most(wordings.names_a_direction)(cellules)


_INSCRITS = ("inscrit", "enformation", "encours", "actif", "active", "permis", "abandon")
_TELLES: Mapping[str, Callable[[Sequence[str]], bool]] = {
    "dit_qui": _most(wordings.contact_effect),
    "dit_qui_seul": _says_who,
    "moyen": wordings.names_a_means,
    "lecon": _most(lambda t: not simplify(t).startswith("inscrit") and wordings.lesson_effect(t)),
    "de_lecons": wordings.are_of_lessons,
    "annule": _most(lambda texte: wordings.cancelled(texte) is not None),
    "heures": _most(re.compile(r"\d ?[h:]").search),
    "inscrit": _most(lambda texte: simplify(texte).startswith(_INSCRITS)),
}
"""What the cells of a column may say, by the names of ``kinds.toml``."""
_INDICES = data_file("imports/kinds.toml")["indice"]
"""The columns that speak for a kind: their header holds all the words of one of ``entetes``, their
filled cells are as ``cellules`` wants them, where the header alone does not tell."""


class AutreExport(FichierInvalide):
    """A file of another kind: ``canal``. ``constat`` says so, to be put after the file's name;
    ``sinon``, what to do if it is not."""

    def __init__(self, nom: str, constat: str, canal: Canal, sinon: str = "") -> None:
        super().__init__(
            f"{nom} {constat} : rien n'a été écrit.",
            f"Lancez : inactifs import {canal} FICHIER{sinon}",
        )
        self.constat, self.canal, self.sinon = constat, canal, sinon


Candidat = tuple[Sequence[str], Sequence[Ligne]]
"""A row of headers, and lines below it."""


def refusal(
    candidats: Iterable[Candidat],
    canal: Canal,
    parmi: Collection[Canal],
    nom: str,
    *,
    complet: bool = False,
) -> AutreExport | None:
    """The refusal of a file as one of ``canal``, when one of its tables is of a kind of
    ``parmi``: all that an import of that kind needs is there, and its columns say so.

    ``complet``: all that an import of ``canal`` needs is there too.
    """
    meilleur: tuple[int, Canal, list[str]] | None = None
    for entetes, suite in candidats:
        for autre in parmi:
            try:
                if read_header(((), entetes), suite, autre, {}, nom, ()) is None:
                    continue
            except ColonneADire as doute:
                if doute.champ != "date":  # two columns of one name
                    continue
            poids, colonnes = weighed((entetes, suite), autre)
            ecart = poids - weighed((entetes, suite), canal)[0]
            if ecart >= NETTEMENT and (meilleur is None or ecart > meilleur[0]):
                meilleur = ecart, autre, colonnes
    if meilleur is None:
        return None
    _, autre, colonnes = meilleur
    vues = ", ".join(f"« {c[:40]} »" for c in colonnes[:4])
    s, ces = ("s", "ces colonnes") if len(colonnes) > 1 else ("", "cette colonne")
    return AutreExport(
        nom,
        f"ressemble à {KINDS[autre].export} (colonne{s} {vues})",
        autre,
        complet * f" (si c'est bien {KINDS[canal].export}, retirez d'abord {ces} du fichier)",
    )


def weighed(candidat: Candidat, canal: Canal) -> tuple[int, list[str]]:
    """How much the columns of a table say that it is of a kind, and the headers of those that do,
    the heaviest first."""
    entetes, lignes = candidat
    mots = [{*header_words(entete)} for entete in entetes]
    poids: Counter[str] = Counter()
    total = 0
    for indice in _INDICES:
        if indice["canal"] != canal:
            continue
        voulues = [header_words(entete) for entete in indice["entetes"]]
        telles = _TELLES.get(indice.get("cellules", "")) if lignes else None
        trouvees = {
            entete: indice["poids"]
            for n, entete in enumerate(entetes)
            if any(mots[n].issuperset(voulue) for voulue in voulues)
            and (telles is None or ((cellules := filled(lignes, n)) and telles(cellules)))
        }
        total += indice["poids"] if trouvees else 0
        poids.update(trouvees)
    return total, sorted(poids, key=lambda entete: (-poids[entete], entetes.index(entete)))
