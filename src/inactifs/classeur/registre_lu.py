"""The rows of the sheet Élèves → the register, and what is doubtful in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import NamedTuple

from inactifs.classeur.locating import Table
from inactifs.classeur.saisie import (
    Muette,
    read_day,
    read_neph,
    read_phone,
    read_text,
    reason_of_silence,
)
from inactifs.classeur.schema import ELEVES, Nature
from inactifs.classeur.tableau import REMEDE_DATE
from inactifs.classeur.valeurs import Anomalie
from inactifs.dates import ANNEES
from inactifs.procedure.modele import STATUTS, Eleve, is_known_statut
from inactifs.registre import Registre, number_key

_LECTEURS: dict[str, Callable[[object], str]] = {"telephone": read_phone, "neph": read_neph}


class RegistreLu(NamedTuple):
    """What the register says. ``lignes`` gives the row of each number, as ``number_key`` makes
    it; ``douteux`` are the numbers of the students of whom a date cannot be read."""

    registre: Registre
    lignes: Mapping[str, int]
    anomalies: tuple[Anomalie, ...]
    douteux: frozenset[str]


def read_registre(table: Table) -> RegistreLu:
    """Every student of the register; a row without a usable number is reported, not kept."""
    lecture = _Lecture(table)
    brutes = table.columns(c.champ for c in ELEVES.colonnes)  # in the order of Eleve's fields
    colonnes = [
        (lecture.days if c.nature is Nature.DATE else lecture.texts)(c.champ, brute)
        for c, brute in zip(ELEVES.colonnes, brutes, strict=True)
    ]
    eleves: list[Eleve] = []
    lignes: dict[str, int] = {}
    for ligne, valeurs in enumerate(zip(*colonnes, strict=True), lecture.premiere):
        numero: str = valeurs[0]
        cle = number_key(numero)
        if cle and cle not in lignes and ligne not in lecture.sans_numero:
            lignes[cle] = ligne
            eleves.append(Eleve(*valeurs))
        elif any(valeurs):
            lecture.reject(ligne, numero, valeurs, lignes.get(cle))
    _check_statuts(lecture, table)
    _check_names(lecture, table, eleves, lignes)
    douteux = (
        {cle for cle, ligne in lignes.items() if ligne in lecture.illisibles}
        if lecture.illisibles
        else ()
    )
    registre = Registre(eleves)
    return RegistreLu(
        registre,
        lignes,
        tuple(lecture.anomalies),
        frozenset(e.numero for cle in douteux if (e := registre.get(cle))),
    )


class _Lecture:
    """Reads the register column by column, which is the fast way for thousands of rows."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.premiere = table.place.entete + 1
        self.anomalies: list[Anomalie] = []
        self.illisibles: set[int] = set()
        self.sans_numero: set[int] = set()

    def texts(self, champ: str, colonne: list[object]) -> list[str]:
        lire = _LECTEURS.get(champ, read_text)
        textes = [v.strip() if v.__class__ is str else lire(v) for v in colonne]
        if Muette in set(map(type, colonne)):
            for rang, valeur in enumerate(colonne):
                if isinstance(valeur, Muette):
                    textes[rang] = str(valeur) if champ == "numero" else ""
                    self._mute(champ, self.premiere + rang, valeur)
        return textes

    def days(self, champ: str, colonne: list[object]) -> list[date | None]:
        premiere, derniere = ANNEES
        return [
            v
            if v.__class__ is date and premiere <= v.year <= derniere
            else (None if v == "" else self._day(champ, rang, v))
            for rang, v in enumerate(colonne, self.premiere)
        ]

    def reject(
        self, ligne: int, numero: str, valeurs: tuple[object, ...], premiere: int | None
    ) -> None:
        """Report a row whose number is missing or taken (an unreadable one has been)."""
        if ligne in self.sans_numero:
            return
        if premiere is not None:
            raison = f"le numéro {numero} est déjà celui de la ligne {premiere}"
            remede = "Donnez à chaque élève son numéro : cette ligne n'est pas suivie."
        else:
            raison = "cet élève n'a pas de numéro : il n'est pas suivi"
            remede = "Tapez son numéro dans la colonne N° ÉLÈVE."
        contenu = f"{valeurs[1]} {valeurs[2]}".strip() or numero
        self.anomalies.append(self.table.anomalie("numero", ligne, contenu, raison, remede))

    def _day(self, champ: str, ligne: int, valeur: object) -> date | None:
        try:
            return read_day(valeur)
        except ValueError as faute:
            self.illisibles.add(ligne)
            self.anomalies.append(
                self.table.anomalie(champ, ligne, valeur, str(faute), REMEDE_DATE)
            )
            return None

    def _mute(self, champ: str, ligne: int, valeur: Muette) -> None:
        if champ == "numero":
            self.sans_numero.add(ligne)
        self.anomalies.append(
            self.table.anomalie(
                champ,
                ligne,
                valeur,
                reason_of_silence(valeur),
                "Tapez la valeur à la place de la formule.",
                gravite="erreur" if champ == "numero" else "avertissement",
            )
        )


def _check_statuts(lecture: _Lecture, table: Table) -> None:
    statuts = table.columns(("statut",))[0]
    inconnus = {s for s in {read_text(v) for v in statuts} if not is_known_statut(s)}
    if not inconnus:
        return
    for ligne, valeur in enumerate(statuts, lecture.premiere):
        if read_text(valeur) in inconnus and not isinstance(valeur, Muette):
            lecture.anomalies.append(
                table.anomalie(
                    "statut",
                    ligne,
                    valeur,
                    "ce statut n'est pas connu : l'élève est suivi",
                    f"Tapez {', '.join(STATUTS[:-1])} ou {STATUTS[-1]}, ou videz la cellule.",
                    gravite="avertissement",
                )
            )


def _check_names(
    lecture: _Lecture, table: Table, eleves: list[Eleve], lignes: Mapping[str, int]
) -> None:
    for eleve in eleves:
        if not eleve.nom and not eleve.prenom:
            lecture.anomalies.append(
                table.anomalie(
                    "nom",
                    lignes[number_key(eleve.numero)],
                    eleve.numero,
                    "cet élève n'a pas de nom",
                    "Tapez son nom et son prénom.",
                    gravite="avertissement",
                )
            )
