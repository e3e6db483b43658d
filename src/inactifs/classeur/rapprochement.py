"""The rows of the tableau against the register: whose they are, and whose they may be."""

from __future__ import annotations

from dataclasses import dataclass

from inactifs.classeur.localisation import Table
from inactifs.classeur.tableau import TableauLu
from inactifs.classeur.valeurs import Anomalie, LigneIllisible
from inactifs.procedure.modele import Dossier, Eleve
from inactifs.registre import Registre, name_words, number_key


@dataclass(frozen=True, slots=True)
class Rapprochement:
    """``douteux``: the numbers of the students for whom no second dossier may be opened,
    because an open row that cannot be read, or cannot be told from a homonym's, may be theirs.
    """

    anomalies: tuple[Anomalie, ...]
    douteux: frozenset[str]


def match(tableau: TableauLu, registre: Registre, table: Table) -> Rapprochement:
    """Rows without a number that several students answer to, students with two open rows."""
    anomalies: list[Anomalie] = []
    douteux: set[str] = set()
    premieres: dict[object, int] = {}
    lignes: list[Dossier | LigneIllisible] = [*tableau.dossiers, *tableau.illisibles]
    for rangee in sorted(lignes, key=lambda r: r.ligne):
        ouverte = rangee.ouvert if isinstance(rangee, Dossier) else rangee.ouverte
        possibles = students_of(rangee, registre)
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
    return Rapprochement(tuple(anomalies), frozenset(douteux))


def students_of(rangee: Dossier | LigneIllisible, registre: Registre) -> list[Eleve]:
    """The students of the register that a row may be about: by number, else by name."""
    if rangee.numero:
        eleve = registre.get(rangee.numero)
        return [eleve] if eleve else []
    return registre.named(rangee.eleve)


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
