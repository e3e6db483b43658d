"""The rows of the tableau against the register: whose they are, and whose they may be."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from inactifs.classeur.locating import Table
from inactifs.classeur.tableau import TableauLu
from inactifs.classeur.valeurs import Anomalie, LigneIllisible
from inactifs.procedure.modele import Dossier, Eleve
from inactifs.registre import Registre, name_words, number_key


class Rapprochement(NamedTuple):
    """``douteux``: the numbers of the students for whom no second dossier may be opened,
    because an open row that cannot be read, or cannot be told from a homonym's, may be theirs.
    ``doublons``: the open rows of students who have a later one open (contract, section 2: one
    at most), later in the order of ``Classeur.dossiers_of``.
    """

    anomalies: tuple[Anomalie, ...]
    douteux: frozenset[str]
    doublons: frozenset[int]


def match(tableau: TableauLu, registre: Registre, table: Table) -> Rapprochement:
    """Rows without a number that several students answer to, students with two open rows."""
    anomalies: list[Anomalie] = []
    douteux: set[str] = set()
    doublons: set[int] = set()
    premieres: dict[object, int] = {}
    derniers: dict[object, Dossier] = {}
    lignes: list[Dossier | LigneIllisible] = [*tableau.dossiers, *tableau.illisibles]
    for rangee in sorted(lignes, key=lambda r: r.ligne):
        ouverte = rangee.ouvert if isinstance(rangee, Dossier) else rangee.ouverte
        possibles = registre.meant(rangee.numero, rangee.eleve)
        if len(possibles) > 1:
            anomalies.append(_homonyms(rangee, possibles, table))
        if not ouverte:
            continue
        if len(possibles) > 1 or isinstance(rangee, LigneIllisible):
            douteux.update(e.numero for e in possibles)
        if len(possibles) <= 1:
            cle = _identity(rangee, possibles)
            if cle in premieres:
                anomalies.append(_second(rangee, premieres[cle], table))
            premieres.setdefault(cle, rangee.ligne)
            if isinstance(rangee, Dossier):
                autre = derniers.get(cle, rangee)
                derniers[cle] = max(
                    autre, rangee, key=lambda d: (d.detecte_le or date.min, d.ligne)
                )
                doublons |= {autre.ligne, rangee.ligne} - {derniers[cle].ligne}
    return Rapprochement(tuple(anomalies), frozenset(douteux), frozenset(doublons))


def _identity(rangee: Dossier | LigneIllisible, possibles: list[Eleve]) -> object:
    if possibles or rangee.numero:
        return number_key(possibles[0].numero if possibles else rangee.numero)
    return name_words(rangee.eleve)


def _homonyms(rangee: Dossier | LigneIllisible, possibles: list[Eleve], table: Table) -> Anomalie:
    numeros = ", ".join(e.numero for e in possibles)
    return table.anomalie(
        "eleve",
        rangee.ligne,
        rangee.eleve,
        f"plusieurs élèves portent ce nom (n° {numeros}) et la ligne ne dit pas lequel",
        "Tapez le numéro de l'élève dans la colonne N° ÉLÈVE.",
        gravite="avertissement",
    )


def _second(rangee: Dossier | LigneIllisible, premiere: int, table: Table) -> Anomalie:
    return table.anomalie(
        "eleve",
        rangee.ligne,
        rangee.eleve,
        f"cet élève a déjà un dossier ouvert, ligne {premiere}",
        "Gardez-en un seul : notez le résultat de l'autre, ou effacez la ligne en trop.",
    )
