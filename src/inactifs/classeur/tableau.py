"""The rows of the Tableau de suivi → dossiers, unreadable rows, anomalies."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from inactifs.classeur.locating import Table
from inactifs.classeur.margins import Margins
from inactifs.classeur.moyens import pair, read_moyens
from inactifs.classeur.rows import Row, rows
from inactifs.classeur.saisie import (
    Muette,
    read_rappel,
    read_relance_days,
    read_resultat,
    read_text,
    reason_of_silence,
)
from inactifs.classeur.schema import TABLEAU
from inactifs.classeur.valeurs import Anomalie, LigneIllisible
from inactifs.procedure.modele import Dossier, Relance
from inactifs.registre import Registre

_REMEDES = {
    "dates_relances": "Tapez une date par ligne dans la cellule, comme 24/11/2026, dans l'ordre.",
    "moyens": "Tapez un moyen par date, dans le même ordre, un par ligne : SMS, Téléphone, "
    "Message vocal, Email ou Courrier, suivi de (répondu) si l'élève a répondu.",
    "resultat": "Tapez REPRISE ou ABANDON, ou videz la cellule.",
    "eleve": "Tapez le nom de l'élève.",
    "numero": "Tapez le numéro de l'élève, ou videz la cellule.",
    "a_rappeler_le": "Tapez un jour, avec l'heure s'il y en a une, comme 26/11/2026 18:00.",
}
_CALCULES = ("echeance", "etape", "responsable")
_CHAMPS = (
    "eleve",
    "numero",
    *(c.champ for c in TABLEAU.colonnes if c.champ not in ("eleve", "numero", *_CALCULES)),
)
"""What tells whether a row is a student's: the computed columns do not."""


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
    for rangee in rows(table, TABLEAU, _REMEDES):
        valeurs = rangee.valeurs
        numero = read_text(valeurs["numero"])
        eleve = " ".join(read_text(valeurs["eleve"]).split())
        if margins.takes(rangee.ligne, eleve, numero, tuple(valeurs[c] for c in _CHAMPS)):
            continue
        if not eleve:
            connu = registre.get(numero)
            eleve = connu.nom_complet if connu and connu.nom_complet else numero
        dossier = _read(rangee, eleve, numero)
        anomalies += rangee.faults
        if (faute := rangee.unreadable) is None:
            dossiers.append(dossier)
        else:
            illisibles.append(LigneIllisible(rangee.ligne, eleve, numero, dossier.ouvert, faute))
    anomalies += margins.anomalies
    return TableauLu(tuple(dossiers), tuple(illisibles), tuple(anomalies), margins.fin)


def _read(rangee: Row, eleve: str, numero: str) -> Dossier:
    """The dossier; what cannot be read in it is empty, and noted."""
    valeurs = rangee.valeurs
    for champ in ("eleve", "numero"):
        if isinstance(valeur := valeurs[champ], Muette):
            rangee.note(champ, reason_of_silence(valeur))
    derniere_activite = rangee.day("derniere_activite")
    relances = _relances(rangee, derniere_activite)
    depuis = relances[-1].date if relances else derniere_activite
    rappel = valeurs["a_rappeler_le"]
    return Dossier(
        eleve=eleve,
        numero=numero,
        derniere_activite=derniere_activite,
        relances=relances,
        resultat=rangee.attempt("resultat", lambda: read_resultat(valeurs["resultat"])),
        commentaire=_as_typed(valeurs["commentaire"]),
        detecte_le=rangee.day("detecte_le"),
        suspendu_jusqu_au=rangee.day("suspendu_jusqu_au"),
        a_rappeler_le=rangee.attempt("a_rappeler_le", lambda: read_rappel(rappel, depuis)),
        cause=read_text(valeurs["cause"]),
        cloture_le=rangee.day("cloture_le"),
        ligne=rangee.ligne,
    )


def _as_typed(valeur: object) -> str:
    return valeur if type(valeur) is str else read_text(valeur)


def _relances(rangee: Row, derniere_activite: date | None) -> tuple[Relance, ...]:
    dates, moyens = rangee.valeurs["dates_relances"], rangee.valeurs["moyens"]
    if dates == "" and moyens == "":
        return ()
    if isinstance(moyens, Muette):
        rangee.note("moyens", reason_of_silence(moyens))
        return ()
    jours = rangee.attempt("dates_relances", lambda: read_relance_days(dates, derniere_activite))
    if jours is None:
        return ()
    texte = read_text(moyens)
    relances = rangee.attempt("moyens", lambda: pair(jours, read_moyens(texte)))
    if relances and not texte:
        raison = "les moyens de ces relances ne sont pas indiqués"
        rangee.note("moyens", raison, gravite="avertissement")
    return tuple(relances or ())
