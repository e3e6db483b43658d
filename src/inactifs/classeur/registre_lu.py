"""The rows of the sheet Élèves → the register, and what is doubtful in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from inactifs.classeur.locating import Table
from inactifs.classeur.rows import Row, rows
from inactifs.classeur.saisie import Muette, reason_of_silence
from inactifs.classeur.schema import ELEVES
from inactifs.classeur.valeurs import Anomalie
from inactifs.procedure.modele import STATUTS, Eleve, is_known_statut
from inactifs.registre import Registre, number_key


class RegistreLu(NamedTuple):
    """What the register says. ``lignes`` gives the row of each number, as ``number_key`` makes
    it; ``douteux`` are the numbers of the students of whom a date cannot be read."""

    registre: Registre
    lignes: Mapping[str, int]
    anomalies: tuple[Anomalie, ...]
    douteux: frozenset[str]


def read_registre(table: Table) -> RegistreLu:
    """Every student of the register; a row without a usable number is reported, not kept."""
    eleves: list[Eleve] = []
    lignes: dict[str, int] = {}
    anomalies: list[Anomalie] = []
    douteux: set[str] = set()
    for rangee in rows(table, ELEVES):
        numero = rangee.valeurs["numero"]
        valeurs = rangee.fields(ELEVES)
        anomalies += rangee.faults
        if isinstance(numero, Muette):
            anomalies[-len(rangee.faults)] = _mute_number(rangee, numero)
            continue
        cle = number_key(str(valeurs["numero"]))
        if cle and cle not in lignes:
            lignes[cle] = rangee.ligne
            eleve = Eleve(**valeurs)  # type: ignore[arg-type]
            eleves.append(eleve)
            anomalies += _doubts(rangee, eleve)
            if rangee.unreadable is not None:
                douteux.add(eleve.numero)
        elif any(valeurs.values()):
            anomalies.append(_rejected(rangee, valeurs, lignes.get(cle)))
    return RegistreLu(Registre(eleves), lignes, tuple(anomalies), frozenset(douteux))


def _mute_number(rangee: Row, numero: Muette) -> Anomalie:
    remede = "Tapez la valeur à la place de la formule."
    return rangee.table.anomalie("numero", rangee.ligne, numero, reason_of_silence(numero), remede)


def _rejected(rangee: Row, valeurs: Mapping[str, object], premiere: int | None) -> Anomalie:
    """A row whose number is missing or taken."""
    numero = str(valeurs["numero"])
    if premiere is not None:
        raison = f"le numéro {numero} est déjà celui de la ligne {premiere}"
        remede = "Donnez à chaque élève son numéro : cette ligne n'est pas suivie."
    else:
        raison = "cet élève n'a pas de numéro : il n'est pas suivi"
        remede = "Tapez son numéro dans la colonne N° ÉLÈVE."
    contenu = f"{valeurs['nom']} {valeurs['prenom']}".strip() or numero
    return rangee.table.anomalie("numero", rangee.ligne, contenu, raison, remede)


def _doubts(rangee: Row, eleve: Eleve) -> Iterator[Anomalie]:
    """A STATUT that is not known, a student without a name."""
    if not is_known_statut(eleve.statut):
        yield rangee.table.anomalie(
            "statut",
            rangee.ligne,
            eleve.statut,
            "ce statut n'est pas connu : l'élève est suivi",
            f"Tapez {', '.join(STATUTS[:-1])} ou {STATUTS[-1]}, ou videz la cellule.",
            gravite="avertissement",
        )
    if not eleve.nom and not eleve.prenom:
        yield rangee.table.anomalie(
            "nom",
            rangee.ligne,
            eleve.numero,
            "cet élève n'a pas de nom",
            "Tapez son nom et son prénom.",
            gravite="avertissement",
        )
