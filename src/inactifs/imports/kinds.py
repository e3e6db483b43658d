"""What a table looks like: the columns that plainly belong to an export of another kind.

Contacts taken for logins would make students who never logged in pass for active. But a school's
software may have a column « Canal » or « Statut » in any export: a table is of another kind only
when what says so weighs clearly more than what says that it is of the kind asked for.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from inactifs.erreurs import FichierInvalide
from inactifs.imports.cell_values import filled, most
from inactifs.imports.header_rows import read_header
from inactifs.imports.headers import ColonneADire, header_words
from inactifs.imports.outcome import KINDS, data_file
from inactifs.imports.tables import Ligne
from inactifs.imports.wordings import (
    are_of_lessons,
    cancelled,
    contact_effect,
    lesson_effect,
    names_a_direction,
    names_a_means,
)
from inactifs.mots import simplify
from inactifs.procedure.modele import Canal

NETTEMENT = 2
"""How much more another kind must weigh."""


def _most(connu: Callable[[str], bool]) -> Callable[[Sequence[str]], bool]:
    """Whether most of the filled cells of a column say something that is known."""
    return lambda cellules: most([connu(cellule) for cellule in cellules])


_INSCRITS = ("inscrit", "enformation", "encours", "actif", "active", "permis", "abandon")
_QUI = _most(lambda texte: contact_effect(texte) is not None)
_LECON = _most(
    lambda texte: lesson_effect(texte) is not None and not simplify(texte).startswith("inscrit")
)


def _says_who(cellules: Sequence[str]) -> bool:
    """Whether a type says in so many words who made the contact; « Visite » may be a lesson's."""
    return _most(names_a_direction)(cellules) or (_QUI(cellules) and not names_a_means(cellules))


@dataclass(frozen=True)
class Indice:
    """A column that speaks for a kind.

    Its header holds all the words of one of ``entetes``; its filled cells are as ``cellules``
    wants them, where the header alone does not tell.
    """

    canal: Canal
    poids: int
    entetes: tuple[str, ...]
    cellules: Callable[[Sequence[str]], bool] | None = None


_TELLES: dict[str, Callable[[Sequence[str]], bool]] = {
    "dit_qui": _QUI,
    "dit_qui_seul": _says_who,
    "moyen": names_a_means,
    "lecon": _LECON,
    "de_lecons": are_of_lessons,
    "annule": _most(lambda texte: cancelled(texte) is not None),
    "heures": _most(lambda texte: re.search(r"\d ?[h:]", texte) is not None),
    "inscrit": _most(lambda texte: simplify(texte).startswith(_INSCRITS)),
}
"""What the cells of a column may say, by the names of ``kinds.toml``."""


_INDICES = tuple(
    Indice(Canal(i["canal"]), i["poids"], tuple(i["entetes"]), _TELLES.get(i.get("cellules")))
    for i in data_file("kinds.toml")["indice"]
)


class AutreExport(FichierInvalide):
    """A file of another kind: ``canal``. ``constat`` says so, to be put after the file's name;
    ``sinon``, what to do if it is not."""

    def __init__(self, nom: str, constat: str, canal: Canal, sinon: str = "") -> None:
        super().__init__(
            f"{nom} {constat} : rien n'a été écrit.",
            f"Lancez : inactifs import {canal} FICHIER{sinon}",
        )
        self.constat, self.canal, self.sinon = constat, canal, sinon


class Candidat(NamedTuple):
    """A row of headers, and lines below it."""

    entetes: Sequence[str]
    suite: Sequence[Ligne]


def refusal(
    candidats: Iterable[Candidat],
    canal: Canal,
    parmi: Iterable[Canal],
    nom: str,
    *,
    complet: bool = False,
) -> AutreExport | None:
    """The refusal of a file as one of ``canal``, when one of its tables is of a kind of
    ``parmi``: all that an import of that kind needs is there, and its columns say so.

    ``complet``: all that an import of ``canal`` needs is there too.
    """
    parmi = list(parmi)
    meilleur: tuple[int, Canal, list[str]] | None = None
    for candidat in candidats:
        for autre in parmi:
            if not _fits(candidat, autre, nom):
                continue
            poids, colonnes = _weight(*candidat, autre)
            ecart = poids - weight(candidat, canal)
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


def weight(candidat: Candidat, canal: Canal) -> int:
    """How much the columns of a table say that it is of a kind."""
    return _weight(*candidat, canal)[0]


def _fits(candidat: Candidat, canal: Canal, nom: str) -> bool:
    try:
        lue = read_header(((), candidat.entetes), candidat.suite, canal, {}, nom, ())
    except ColonneADire:
        return True
    except FichierInvalide:  # two columns of one name
        return False
    return lue is not None


def _weight(entetes: Sequence[str], lignes: Sequence[Ligne], canal: Canal) -> tuple[int, list[str]]:
    """What the columns weigh for a kind, and the headers of those that do, the heaviest first."""
    poids = 0
    colonnes: Counter[str] = Counter()
    for indice in _INDICES:
        if indice.canal is not canal:
            continue
        trouvees = {e for n, e in enumerate(entetes) if _holds(indice, e, n, lignes)}
        poids += indice.poids if trouvees else 0
        colonnes.update(dict.fromkeys(trouvees, indice.poids))
    return poids, sorted(colonnes, key=lambda e: (-colonnes[e], entetes.index(e)))


def _holds(indice: Indice, entete: str, colonne: int, lignes: Sequence[Ligne]) -> bool:
    mots = set(header_words(entete))
    if not any(mots.issuperset(header_words(e)) for e in indice.entetes):
        return False
    if indice.cellules is None or not lignes:
        return True
    cellules = filled(lignes, colonne)
    return bool(cellules) and indice.cellules(cellules)
