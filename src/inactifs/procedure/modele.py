"""The procedure's nouns, as frozen values. No file, clock, terminal or spreadsheet.

The words are those of the school's procedure « Prévention des abandons ».
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from enum import StrEnum
from typing import Self

from inactifs.dates import french, public_holidays
from inactifs.mots import simplify

Jour = date
"""A day, where a field is called ``date``."""


class Liste(StrEnum):
    """A closed list, one row a thing: its value, as it is typed and told in JSON, then what the
    class annotates, in that order."""

    libelle: str
    orthographes: str

    def __new__(cls, valeur: str, *traits: object) -> Self:
        chose = str.__new__(cls, valeur)
        chose._value_ = chose.libelle = valeur
        chose.orthographes = ""
        for nom, trait in zip(cls.__annotations__, traits, strict=False):
            setattr(chose, nom, trait)
        return chose

    @property
    def mots(self) -> set[str]:
        """How it is spelt in a cell, as ``simplify`` makes words."""
        return {simplify(self.value), simplify(self.libelle), *self.orthographes.split()}


class Critere(Liste):
    """What keeps a student active (procedure, criteria 1 to 3), and the field of the register that
    holds its latest date."""

    champ: str

    COURS = "cours", "dernier_cours"
    CONNEXION = "connexion", "derniere_connexion"
    CONTACT = "contact", "dernier_contact"


class Canal(Liste):
    """What the school knows by its exports: what is typed after ``import``, and the criterion that
    comes of it; none of the register."""

    critere: Critere | None
    libelle: str

    ELEVES = "eleves", None, "élèves"
    COURS = "cours", Critere.COURS
    CONNEXIONS = "connexions", Critere.CONNEXION
    CONTACTS = "contacts", Critere.CONTACT


class Moyen(Liste):
    """A means of contact, typed after ``--moyen``: ``libelle`` is written in MOYENS UTILISÉS;
    ``champ`` is the field of the student by which it reaches them."""

    libelle: str
    champ: str
    orthographes: str

    # fmt: off
    SMS = "sms", "SMS", "telephone", "texto textos mms smsenvoye"
    TELEPHONE = "telephone", "Téléphone", "telephone", """
        tel telephonique appel appels appele appelee appeltel appeltelephone appeltelephonique
        partelephone coupdefil coupdetelephone"""
    MESSAGE_VOCAL = "message-vocal", "Message vocal", "telephone", """
        vocal repondeur messagerie messagerievocale mv msgvocal messagerepondeur
        messagesurrepondeur messagelaissesurrepondeur"""
    EMAIL = "email", "Email", "email", """
        mail mails emails mel courriel courriels parmail paremail courrierelectronique"""
    COURRIER = "courrier", "Courrier", "adresse", """
        courriers lettre lettrerecommandee lettresimple recommande lrar lettrerar
        courrierrecommande courrierpostal recommandear parcourrier"""
    # fmt: on


class ReponseMoyen(Liste):
    """How an answer came (``reponse --par``): ``nom`` alone, ``libelle`` after « répondu »."""

    nom: str
    libelle: str
    orthographes: str

    SMS = "sms", "SMS", "par SMS", "texto"
    TELEPHONE = "telephone", "téléphone", "par téléphone", "tel appel"
    EMAIL = "email", "email", "par email", "mail courriel"
    VISITE = "visite", "visite", "en visite", "accueil agence personne"
    COURRIER = "courrier", "courrier", "par courrier", "lettre"


class Resultat(StrEnum):
    """The outcome of a dossier; the value is what is written in RÉSULTAT."""

    REPRISE = "REPRISE"
    ABANDON = "ABANDON"


class Etat(StrEnum):
    """Where a dossier stands on a given day (contract, section 5, ``list``)."""

    A_RAPPELER = "a_rappeler"
    A_RELANCER = "a_relancer"
    EN_ATTENTE = "en_attente"
    SUSPENDU = "suspendu"
    NE_PLUS_CONTACTER = "ne_plus_contacter"
    ACTIF = "actif"
    A_CLOTURER = "a_cloturer"
    REPRISE = "reprise"
    ABANDON = "abandon"


class Issue(Liste):
    """What came of one relance, typed after ``--resultat``: ``libelle`` stands in MOYENS UTILISÉS
    beside the means, ``dit`` is how a command says it; ``repondu``: the student answered, which
    restarts the count of unanswered relances."""

    libelle: str
    dit: str
    repondu: bool
    orthographes: str

    # fmt: off
    SANS_REPONSE = "sans-reponse", "", "pas de réponse", False, """
        pasdereponse aucunereponse nonrepondu pasrepondu napasrepondu nerepondpas"""
    MESSAGE_LAISSE = "message-laisse", "message laissé", "message laissé", False, """
        messagelaissesurrepondeur messagerepondeur laissemessage msglaisse"""
    FAUX_NUMERO = "faux-numero", "faux numéro", "faux numéro", False, """
        mauvaisnumero numerofaux numeroinvalide numerononattribue numeroerrone"""
    ADRESSE_FAUSSE = "adresse-fausse", "adresse fausse", "adresse fausse", False, """
        fausseadresse mauvaiseadresse adresseerronee adresseinvalide npai emailfaux mailfaux
        adresseinconnue nonremis"""
    RAPPELER = "rappeler", "à rappeler", "demande à être rappelé", True, """
        arappeller rappel demandearappeler demandearappel"""
    ENTRETIEN = "entretien", "entretien", "a répondu : entretien prévu", True, """
        entretienprevu rendezvous rdv rdvpris rendezvouspris"""
    PLAN = "plan", "plan de reprise", "a répondu : plan de reprise", True, "planderelance"
    REFUS_CONTACT = "refus-contact", "ne plus contacter", "ne veut plus être contacté", True, """
        refusdecontact neplusappeler neplusrelancer neveutplusetrecontacte neveutplusetrecontactee
        neveutplusetreappele neveutplusetreappelee opposition"""
    REPRISE = "reprise", "reprise", "reprend sa formation", True, """
        reprend areprend vareprendre reprenddescours reprendsaformation"""
    ABANDON = "abandon", "abandon", "dit abandonner", True, """
        abandonne arrete ditabandonner veutarreter"""
    REPONDU = "repondu", "répondu", "a répondu", True, """
        arepondu repondue reponse avecreponse reponserecue"""
    # fmt: on
    """Of a workbook that says no more; read, never offered."""

    @property
    def vaine(self) -> bool:
        """Whether nobody could be reached that way: the attempt is traced and counts for none."""
        return self in (Issue.FAUX_NUMERO, Issue.ADRESSE_FAUSSE)


ISSUES_OFFERTES = tuple(i for i in Issue if i is not Issue.REPONDU)
"""What may follow ``--resultat`` (contract, section 4, ``R``)."""


@dataclass(frozen=True, slots=True)
class Relance:
    """One attempt to reach the student; ``moyen`` is None where the hand-typed tableau does not
    say. ``repondu_le`` is the day of an answer that came later, ``repondu_par`` how it came."""

    date: date
    moyen: Moyen | None
    issue: Issue = Issue.SANS_REPONSE
    repondu_le: Jour | None = None
    repondu_par: ReponseMoyen | None = None

    @property
    def repondu(self) -> bool:
        """Whether the student answered."""
        return self.issue.repondu

    @property
    def vaine(self) -> bool:
        """Whether the number or the address was wrong."""
        return self.issue.vaine

    @property
    def reponse_le(self) -> Jour | None:
        """The day of the answer, None when there was none."""
        return (self.repondu_le or self.date) if self.repondu else None


@dataclass(frozen=True, slots=True)
class Rappel:
    """A call-back or an interview promised on a day: À RAPPELER LE, which holds the day and the
    hour alone. ``convenu`` is what was agreed, in words."""

    jour: date
    heure: time | None = None
    convenu: str = field(default="", compare=False)

    @property
    def libelle(self) -> str:
        """« 26/11/2026 18:00 », as written in the column."""
        return f"{french(self.jour)} {self.heure:%H:%M}" if self.heure else french(self.jour)


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
    Etape(3, 14, "Dernier appel ou message vocal", (Moyen.TELEPHONE, Moyen.MESSAGE_VOCAL),
          "Direction", optionnelle=True),
)  # fmt: skip
"""The relance plan of the procedure, to the letter (contract, section 1)."""

CAUSES = (
    "financière", "empêchement personnel", "emploi du temps", "études ou travail", "déménagement",
    "motivation", "disponibilité de l'auto-école", "autre école", "autre",
)  # fmt: skip

MOTIFS_DE_PAUSE = ("attente d'une date d'examen", "études ou travail", "stage", "voyage")
"""What is offered for a pause. No step is due to who waits for an exam, and waiting is no activity
either (contract, section 3)."""


@dataclass(frozen=True, slots=True)
class Regles:
    """The procedure as data: what the sheet Paramètres sets. ``seuils`` are the thresholds of the
    formations that have one of their own, by :func:`formation_key`, None for those not followed."""

    seuil_mois: int = 3
    delai_reponse: int = 0
    delai_suivi: int = 30
    peremption_import: int = 7
    max_nouveaux: int | None = None
    jours_ouvres: bool = False
    semaines_decrochage: int = 5
    departement: str = ""
    samedis_travailles: bool = False
    fermetures: tuple[tuple[date, date], ...] = ()
    seuils: Mapping[str, int | None] = field(default_factory=dict)
    plan: tuple[Etape, ...] = PLAN_DE_RELANCE
    causes: tuple[str, ...] = CAUSES

    def seuil_of(self, eleve: Eleve | None) -> int | None:
        """The threshold in months of a student, None where their formation is not followed."""
        if eleve is None or not self.seuils or not eleve.formation:
            return self.seuil_mois
        return self.seuils.get(formation_key(eleve.formation), self.seuil_mois)

    def follow(self, eleve: Eleve | None) -> bool:
        """Whether the procedure follows a student: by STATUT and by formation; one whom the
        register does not know is followed."""
        return eleve is None or (eleve.suivi and self.seuil_of(eleve) is not None)

    def applied_to(self, eleve: Eleve | None) -> Regles:
        """The same, ``seuil_mois`` being the student's; the general one where their formation is
        not followed: a dossier opened before goes by it."""
        seuil = self.seuil_of(eleve)
        return self if seuil in (None, self.seuil_mois) else replace(self, seuil_mois=seuil)

    def due_date(self, depuis: date, delai: int) -> date:
        """``delai`` calendar days after ``depuis``, moved to the first working day where the
        school wishes, and out of its closings."""
        jour = depuis + timedelta(days=delai)
        chome = 6 if self.samedis_travailles else 5
        while any(debut <= jour <= fin for debut, fin in self.fermetures) or (
            self.jours_ouvres
            and (jour.weekday() >= chome or jour in public_holidays(jour.year, self.departement))
        ):
            jour += timedelta(days=1)
        return jour


_FORMATIONS = {
    "aac": re.compile("aac|accompagne|anticipe"),
    "supervisee": re.compile("supervise"),
    "encadree": re.compile("encadre"),
}
"""How words tell of a formation that is silent for months by design."""


def formation_key(formation: str) -> str:
    """A formation as compared: « Conduite accompagnée », « AAC » and « B AAC » are one."""
    return silent_formation(formation) or simplify(formation)


def silent_formation(formation: str) -> str:
    """The formation of :data:`_FORMATIONS` that words tell of, empty when it is another."""
    mots = simplify(formation)
    return next((cle for cle, dit in _FORMATIONS.items() if dit.search(mots)), "")


STATUTS = ("en formation", "permis obtenu", "transféré", "suspendu", "abandonniste")
"""The words of STATUT; the first is followed, and so is an empty cell (contract, section 2)."""

_NON_SUIVIS = ("permisobtenu", "transfer", "suspendu", "suspension", "abandon")
"""How the words that are not followed begin, in any spelling: « Transférée le 12/03 »."""
_EN_FORMATION = re.compile("(enformation|acti(f|ve)|encours(deformation)?|inscrite?)?")
"""Those that are: an empty cell, the first word, and what schools' software says instead."""


@dataclass(frozen=True, slots=True)
class Eleve:
    """A person of the register. Of each criterion, the latest date only; ``prochain_cours`` is
    the latest lesson reserved after the day of its import. Any text of ``ne_plus_contacter`` means
    yes; ``dit_export`` is what the last list of students said of what staff correct by hand."""

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
    ne_plus_contacter: str = ""
    fin_contrat: date | None = None
    heures_restantes: str = ""
    code_obtenu_le: date | None = None
    representant_legal: str = ""
    adresse: str = ""
    dit_export: str = ""

    @property
    def nom_complet(self) -> str:
        """« ROYER Laurence », as written in the column ÉLÈVE."""
        return f"{self.nom} {self.prenom}".strip()

    @property
    def suivi(self) -> bool:
        """Whether the procedure follows this student (contract, section 2, STATUT)."""
        return is_followed(self.statut)

    @property
    def statut_connu(self) -> bool:
        """Whether STATUT is a word that the procedure knows, in any spelling."""
        return not self.suivi or _EN_FORMATION.fullmatch(simplify(self.statut)) is not None

    @property
    def silencieux(self) -> str:
        """The formation of :data:`_FORMATIONS` that theirs is, empty when it is another."""
        return silent_formation(self.formation)


def is_followed(statut: str) -> bool:
    """Whether a STATUT is one the procedure follows: none of :data:`STATUTS` but the first, in any
    spelling; a word that the tool does not know never hides a student."""
    return not simplify(statut).startswith(_NON_SUIVIS)


@dataclass(frozen=True, slots=True)
class Dossier:
    """One case of inactivity, from detection to outcome: a row of the tableau. ``eleve`` is the
    name as typed, ``numero`` empty when the register does not know the student, ``ligne`` the row
    in the sheet, 0 while it is not written."""

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
    a_rappeler_le: Rappel | None = None

    @property
    def ouvert(self) -> bool:
        return self.resultat is None
