"""The rows of the Tableau de suivi → dossiers, unreadable rows, anomalies."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import NamedTuple, TypeVar

from inactifs.classeur.locating import Table
from inactifs.classeur.margins import Margins
from inactifs.classeur.moyens import pair, read_moyens
from inactifs.classeur.saisie import (
    Muette,
    read_day,
    read_rappel,
    read_relance_days,
    read_resultat,
    read_text,
    reason_of_silence,
)
from inactifs.classeur.valeurs import Anomalie, LigneIllisible
from inactifs.procedure.modele import Dossier, Relance, Resultat
from inactifs.registre import Registre

T = TypeVar("T")

REMEDE_DATE = "Tapez une date comme 24/11/2026."
_REMEDES = {
    "dates_relances": "Tapez une date par ligne dans la cellule, comme 24/11/2026, dans l'ordre.",
    "moyens": "Tapez un moyen par date, dans le même ordre, un par ligne : SMS, Téléphone, "
    "Message vocal, Email ou Courrier, suivi de (répondu) si l'élève a répondu.",
    "resultat": "Tapez REPRISE ou ABANDON, ou videz la cellule.",
    "eleve": "Tapez le nom de l'élève.",
    "numero": "Tapez le numéro de l'élève, ou videz la cellule.",
    "a_rappeler_le": "Tapez un jour, avec l'heure s'il y en a une, comme 26/11/2026 18:00.",
}
_CHAMPS = (
    "eleve",
    "numero",
    "derniere_activite",
    "dates_relances",
    "moyens",
    "resultat",
    "commentaire",
    "detecte_le",
    "suspendu_jusqu_au",
    "cause",
    "cloture_le",
    "a_rappeler_le",
)


class TableauLu(NamedTuple):
    """What the tableau says, row by row. ``anomalies`` includes those of ``illisibles``;
    ``fin`` is the last row that is a student's (the header's if none is)."""

    dossiers: tuple[Dossier, ...]
    illisibles: tuple[LigneIllisible, ...]
    anomalies: tuple[Anomalie, ...]
    fin: int


def read_tableau(table: Table, registre: Registre) -> TableauLu:
    """Every row of the tableau; the register gives the name where only the number is typed."""
    dossiers: list[Dossier] = []
    illisibles: list[LigneIllisible] = []
    anomalies: list[Anomalie] = []
    margins = Margins(table, registre)
    colonnes = table.columns(_CHAMPS)
    for ligne, valeurs in enumerate(zip(*colonnes, strict=True), table.place.entete + 1):
        numero = read_text(valeurs[1])
        eleve = " ".join(read_text(valeurs[0]).split())
        if margins.takes(ligne, eleve, numero, valeurs):
            continue
        if not eleve:
            connu = registre.get(numero)
            eleve = connu.nom_complet if connu and connu.nom_complet else numero
        lecteur = _Lecteur(table, ligne)
        dossier = lecteur.read(eleve, numero, valeurs)
        anomalies += lecteur.fautes
        faute = next((a for a in lecteur.fautes if a.gravite == "erreur"), None)
        if faute is None:
            dossiers.append(dossier)
        else:
            illisibles.append(LigneIllisible(ligne, eleve, numero, dossier.ouvert, faute))
    anomalies += margins.anomalies
    return TableauLu(tuple(dossiers), tuple(illisibles), tuple(anomalies), margins.fin)


class _Lecteur:
    """Reads one row; ``fautes`` gathers what it cannot read."""

    __slots__ = ("fautes", "ligne", "table")

    def __init__(self, table: Table, ligne: int) -> None:
        self.table = table
        self.ligne = ligne
        self.fautes: list[Anomalie] = []

    def read(self, eleve: str, numero: str, valeurs: tuple[object, ...]) -> Dossier:
        """The dossier; what cannot be read in it is empty, and noted in ``fautes``."""
        (nom, num, activite, dates, moyens, resultat, commentaire, detecte, suspendu, cause,
         cloture, rappel) = valeurs  # fmt: skip
        for champ, valeur in (("eleve", nom), ("numero", num)):
            if isinstance(valeur, Muette):
                self._note(champ, valeur, reason_of_silence(valeur))
        derniere_activite = self._day("derniere_activite", activite)
        relances = self._relances(dates, moyens, derniere_activite)
        depuis = relances[-1].date if relances else derniere_activite
        return Dossier(
            eleve,
            numero,
            derniere_activite,
            relances,
            self._resultat(resultat),
            commentaire if type(commentaire) is str else read_text(commentaire),
            self._day("detecte_le", detecte),
            self._day("suspendu_jusqu_au", suspendu),
            read_text(cause),
            self._day("cloture_le", cloture),
            self.ligne,
            self._try("a_rappeler_le", rappel, lambda: read_rappel(rappel, depuis)),
        )

    def _day(self, champ: str, valeur: object) -> date | None:
        if valeur == "":
            return None
        return self._try(champ, valeur, lambda: read_day(valeur))

    def _resultat(self, valeur: object) -> Resultat | None:
        return self._try("resultat", valeur, lambda: read_resultat(valeur))

    def _relances(
        self, dates: object, moyens: object, derniere_activite: date | None
    ) -> tuple[Relance, ...]:
        if dates == "" and moyens == "":
            return ()
        if isinstance(moyens, Muette):
            self._note("moyens", moyens, reason_of_silence(moyens))
            return ()
        jours = self._try(
            "dates_relances", dates, lambda: read_relance_days(dates, derniere_activite)
        )
        if jours is None:
            return ()
        texte = read_text(moyens)
        relances = self._try("moyens", moyens, lambda: pair(jours, read_moyens(texte)))
        if relances and not texte:
            self._note(
                "moyens",
                moyens,
                "les moyens de ces relances ne sont pas indiqués",
                gravite="avertissement",
            )
        return tuple(relances or ())

    def _try(self, champ: str, valeur: object, lire: Callable[[], T]) -> T | None:
        try:
            return lire()
        except ValueError as faute:
            self._note(champ, valeur, str(faute))
            return None

    def _note(self, champ: str, valeur: object, raison: str, *, gravite: str = "erreur") -> None:
        remede = _REMEDES.get(champ, REMEDE_DATE)
        self.fautes.append(
            self.table.anomalie(champ, self.ligne, valeur, raison, remede, gravite=gravite)
        )
