"""The rows of the tableau against the register: whose they are, and whose they may be.

A row bears a name and a number; after a sort of some of its columns, they are not the same
student's, and nothing in the row can be relied upon. What counts as the same name is said by
:func:`bears_name`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from inactifs.classeur.locating import Table
from inactifs.classeur.tableau import TableauLu
from inactifs.classeur.values import Anomalie, LigneIllisible
from inactifs.mots import fold, of
from inactifs.procedure.modele import Dossier, Eleve
from inactifs.registre import Registre, name_words, number_key

_PROCHE = 85
"""From this likeness on (rapidfuzz, 0 to 100), a word or a name is another one misspelt."""


class Rapprochement(NamedTuple):
    """``dossiers`` and ``illisibles`` are the rows told apart again, those whose name is not
    that of their number being of the second. ``douteux``: the numbers of the students for whom
    no second dossier may be opened, because a row that cannot be read, or cannot be told from a
    homonym's, may be theirs. ``doublons``: the open rows of students who have a later one open
    (contract, section 2: one at most), later in the order of ``Classeur.dossiers_of``.
    """

    dossiers: tuple[Dossier, ...]
    illisibles: tuple[LigneIllisible, ...]
    anomalies: tuple[Anomalie, ...]
    douteux: frozenset[str]
    doublons: frozenset[int]


def match(tableau: TableauLu, registre: Registre, table: Table) -> Rapprochement:
    """Rows whose name is not that of their number, rows without a number that several students
    answer to, students with two open rows."""
    melees = {ligne.ligne: ligne for ligne in _mixed_up(tableau, registre, table)}
    dossiers = tuple(d for d in tableau.dossiers if d.ligne not in melees)
    illisibles = (*tableau.illisibles, *melees.values())
    anomalies: list[Anomalie] = [ligne.anomalie for ligne in melees.values()]
    douteux = {numero for ligne in melees.values() for numero in ligne.autres}
    doublons: set[int] = set()
    premieres: dict[object, int] = {}
    derniers: dict[object, Dossier] = {}
    lignes: list[Dossier | LigneIllisible] = [*dossiers, *tableau.illisibles]
    for rangee in sorted(lignes, key=lambda r: r.ligne):
        ouverte = rangee.ouvert if isinstance(rangee, Dossier) else rangee.ouverte
        possibles = registre.meant(rangee.numero, rangee.eleve)
        if len(possibles) > 1:
            anomalies.append(_homonyms(rangee, possibles, table))
        if (len(possibles) > 1 and ouverte) or isinstance(rangee, LigneIllisible):
            douteux.update(e.numero for e in possibles)
        if len(possibles) <= 1 and ouverte:
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
    return Rapprochement(
        dossiers, illisibles, tuple(anomalies), frozenset(douteux), frozenset(doublons)
    )


def bears_name(eleve: Eleve, nom: str, registre: Registre) -> bool:
    """Whether ``nom``, typed beside this student's number, may be their name.

    It is when the words are the same, or when those of one are among those of the other: order,
    case, accents, hyphens and civility do not count. Else it is not the name of anybody who has
    it, or nearly it, in the register; and it is near this student's (letters mistyped, words
    joined or cut), or has their first name beside another surname (a marriage), or their surname
    beside the beginning of their first name (« Max » for Maxime).
    """
    if number_key(nom) == number_key(eleve.numero):
        return True  # only the number was typed, in both columns
    exacts = registre.named(nom)
    if exacts:
        return eleve in exacts
    tapes, connus = name_words(nom), name_words(eleve.nom_complet)
    if not tapes or not connus or set(tapes) <= set(connus) or set(connus) <= set(tapes):
        return True
    from rapidfuzz import fuzz, process

    ecrit, colle = " ".join(tapes), "".join(tapes)
    likeness = max(fuzz.ratio(ecrit, " ".join(connus)), fuzz.ratio(colle, "".join(connus)))
    autres = (" ".join(name_words(e.nom_complet)) for e in registre if e is not eleve)
    meilleur = process.extractOne(ecrit, autres, scorer=fuzz.ratio, score_cutoff=_PROCHE)
    if meilleur is not None and meilleur[1] >= likeness:
        return False
    if likeness >= _PROCHE:
        return True
    prenoms, noms = name_words(eleve.prenom), name_words(eleve.nom)

    def among(mot: str) -> bool:
        return any(fuzz.ratio(mot, tape) >= _PROCHE for tape in tapes)

    if prenoms and all(among(mot) for mot in prenoms):
        return True
    reste = [t for t in tapes if not any(fuzz.ratio(t, mot) >= _PROCHE for mot in noms)]
    court = fold(eleve.prenom)
    return bool(noms) and all(among(m) for m in noms) and all(
        court.startswith(mot) or mot.startswith(court) for mot in reste if court
    )  # fmt: skip


def _mixed_up(tableau: TableauLu, registre: Registre, table: Table) -> Iterator[LigneIllisible]:
    """The rows whose name is not that of their number; then those without a number that bear the
    name of a student whose number stands beside another name."""
    melees: list[tuple[Dossier, Eleve]] = []
    for dossier in tableau.dossiers:
        eleve = registre.get(dossier.numero)
        if eleve is None or dossier.eleve == eleve.nom_complet:
            continue
        if not bears_name(eleve, dossier.eleve, registre):
            melees.append((dossier, eleve))
    touches = {e.numero: d for d, e in melees}
    sans_numero = [
        (d, touches[siens[0].numero])
        for d in (tableau.dossiers if melees else ())
        if not d.numero
        and len(siens := registre.named(d.eleve)) == 1
        and siens[0].numero in touches
    ]
    nombre = len(melees) + len(sans_numero)
    for dossier, eleve in melees:
        concernes = (eleve, *registre.named(dossier.eleve))
        raison = f"le n° {dossier.numero} est celui {of(eleve.nom_complet)}"
        yield _unreadable(table, dossier, concernes, raison, nombre)
    for dossier, autre in sans_numero:
        raison = (
            f"cette ligne n'a pas de numéro, et celui de cet élève ({autre.numero}) est "
            f"ligne {autre.ligne}, sous un autre nom"
        )
        yield _unreadable(table, dossier, tuple(registre.named(dossier.eleve)), raison, nombre)


def _unreadable(
    table: Table, dossier: Dossier, concernes: tuple[Eleve, ...], raison: str, nombre: int
) -> LigneIllisible:
    remede = "Corrigez le nom ou le numéro, comme dans la feuille Élèves."
    if nombre > 1:
        raison += f" ; {nombre} lignes sont ainsi : la feuille a été triée en partie ?"
        remede = (
            "Annulez le tri dans Excel (Ctrl+Z), ou retrouvez une version d'avant : "
            "inactifs undo --liste. Triez ensuite toutes les colonnes ensemble."
        )
    anomalie = table.anomalie("eleve", dossier.ligne, dossier.eleve, raison, remede)
    numeros = tuple(dict.fromkeys(e.numero for e in concernes))
    return LigneIllisible(dossier.ligne, dossier.eleve, dossier.numero, True, anomalie, numeros)


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
