"""The procedure's nouns, as frozen values. No file, clock, terminal or spreadsheet.

The words are those of the school's procedure « Prévention des abandons ».
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from inactifs.mots import simplify


class Critere(StrEnum):
    """What keeps a student active (procedure, criteria 1 to 3)."""

    COURS = "cours"
    CONNEXION = "connexion"
    CONTACT = "contact"


class Moyen(StrEnum):
    """A means of contact; the value is what is typed after ``--moyen``."""

    SMS = "sms"
    TELEPHONE = "telephone"
    MESSAGE_VOCAL = "message-vocal"
    EMAIL = "email"
    COURRIER = "courrier"

    @property
    def libelle(self) -> str:
        """The word written in the column MOYENS UTILISÉS."""
        return _LIBELLES[self]


_LIBELLES = {
    Moyen.SMS: "SMS",
    Moyen.TELEPHONE: "Téléphone",
    Moyen.MESSAGE_VOCAL: "Message vocal",
    Moyen.EMAIL: "Email",
    Moyen.COURRIER: "Courrier",
}


class Resultat(StrEnum):
    """The outcome of a dossier; the value is what is written in RÉSULTAT."""

    REPRISE = "REPRISE"
    ABANDON = "ABANDON"


class Etat(StrEnum):
    """Where a dossier stands on a given day (contract, section 5, ``list``)."""

    A_RELANCER = "a_relancer"
    EN_ATTENTE = "en_attente"
    SUSPENDU = "suspendu"
    A_CLOTURER = "a_cloturer"
    REPRISE = "reprise"
    ABANDON = "abandon"


class Issue(StrEnum):
    """What came of one relance; the value is what is typed after ``--resultat``."""

    SANS_REPONSE = "sans-reponse"
    MESSAGE_LAISSE = "message-laisse"
    FAUX_NUMERO = "faux-numero"
    RAPPELER = "rappeler"
    ENTRETIEN = "entretien"
    PLAN = "plan"
    REFUS_CONTACT = "refus-contact"
    REPRISE = "reprise"
    ABANDON = "abandon"

    @property
    def repondu(self) -> bool:
        """Whether the student answered, which restarts the count of unanswered relances."""
        return self not in (Issue.SANS_REPONSE, Issue.MESSAGE_LAISSE, Issue.FAUX_NUMERO)


@dataclass(frozen=True, slots=True)
class Relance:
    """One attempt to reach the student.

    ``moyen`` is None where the hand-typed tableau does not say. ``faux_numero``: nobody could
    be reached at this number or address, so the attempt is traced but does not count as a step.
    """

    date: date
    moyen: Moyen | None
    repondu: bool = False
    faux_numero: bool = False


@dataclass(frozen=True, slots=True)
class Etape:
    """A step of the plan: ``delai`` is in calendar days after the step before."""

    numero: int
    delai: int
    action: str
    moyens: tuple[Moyen, ...]
    responsable: str
    optionnelle: bool = False

    @property
    def libelle(self) -> str:
        """« 1re relance », « 2e relance »…, as written in the column ÉTAPE."""
        return f"{ordinal(self.numero)} relance"


def ordinal(numero: int) -> str:
    """« 1re », « 2e »…, of a relance."""
    return "1re" if numero == 1 else f"{numero}e"


PLAN_DE_RELANCE = (
    Etape(1, 0, "Reprise de contact", (Moyen.SMS, Moyen.TELEPHONE), "Secrétariat"),
    Etape(2, 7, "Relance écrite", (Moyen.EMAIL,), "Responsable pédagogique"),
    Etape(
        3,
        14,
        "Dernier appel ou message vocal",
        (Moyen.TELEPHONE, Moyen.MESSAGE_VOCAL),
        "Direction",
        optionnelle=True,
    ),
)
"""The relance plan of the procedure, to the letter (contract, section 1)."""

CAUSES = (
    "financière",
    "empêchement personnel",
    "emploi du temps",
    "études ou travail",
    "déménagement",
    "motivation",
    "disponibilité de l'auto-école",
    "autre école",
    "autre",
)


def same_day(jour: date) -> date:
    """The due date that no calendar shifts."""
    return jour


@dataclass(frozen=True, slots=True)
class Regles:
    """The procedure as data: what the sheet Paramètres sets. Days and months as named.

    ``decaler`` moves a due date to a working day, when the school wishes it.
    """

    seuil_mois: int = 3
    delai_reponse: int = 0
    delai_suivi: int = 30
    peremption_import: int = 7
    max_nouveaux: int | None = None
    jours_ouvres: bool = False
    plan: tuple[Etape, ...] = PLAN_DE_RELANCE
    causes: tuple[str, ...] = CAUSES
    decaler: Callable[[date], date] = field(default=same_day, compare=False)


STATUTS = ("en formation", "permis obtenu", "transféré", "suspendu", "abandonniste")
"""The words of STATUT; the first is followed, and so is an empty cell (contract, section 2)."""

_NON_SUIVIS = ("permisobtenu", "transfer", "suspendu", "suspension", "abandon")
"""How the words that are not followed begin, in any spelling: « Transférée le 12/03 »."""


@dataclass(frozen=True, slots=True)
class Eleve:
    """A person of the register. Of each criterion, the latest date only.

    ``prochain_cours`` is the latest lesson reserved after the day of its import.
    """

    numero: str
    nom: str = ""
    prenom: str = ""
    neph: str = ""
    telephone: str = ""
    email: str = ""
    formation: str = ""
    financement: str = ""
    inscrit_le: date | None = None
    statut: str = ""
    dernier_cours: date | None = None
    prochain_cours: date | None = None
    derniere_connexion: date | None = None
    dernier_contact: date | None = None

    @property
    def nom_complet(self) -> str:
        """« ROYER Laurence », as written in the column ÉLÈVE."""
        return f"{self.nom} {self.prenom}".strip()

    @property
    def suivi(self) -> bool:
        """Whether the procedure follows this student (contract, section 2, STATUT)."""
        return is_followed(self.statut)


def is_followed(statut: str) -> bool:
    """Whether a STATUT is one the procedure follows.

    « permis obtenu », « transféré », « suspendu » and « abandonniste » are not, in any spelling
    of theirs; anything else is, so that a word the tool does not know never hides a student.
    """
    return not simplify(statut).startswith(_NON_SUIVIS)


def is_known_statut(statut: str) -> bool:
    """Whether a STATUT is empty or one of :data:`STATUTS`, in any spelling of theirs."""
    return not is_followed(statut) or simplify(statut) in ("", simplify(STATUTS[0]))


@dataclass(frozen=True, slots=True)
class Dossier:
    """One case of inactivity, from detection to outcome: a row of the tableau.

    ``eleve`` is the name as typed, ``numero`` is empty when the register does not know the
    student, ``ligne`` is the row in the sheet, 0 for a dossier not yet written.
    """

    eleve: str
    numero: str = ""
    derniere_activite: date | None = None
    relances: tuple[Relance, ...] = ()
    resultat: Resultat | None = None
    commentaire: str = ""
    detecte_le: date | None = None
    suspendu_jusqu_au: date | None = None
    cause: str = ""
    cloture_le: date | None = None
    ligne: int = 0

    @property
    def ouvert(self) -> bool:
        return self.resultat is None
