"""The words of planning software and of call registers."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from exports_fabrique import importe

from inactifs.imports import Canal
from inactifs.imports.wordings import (
    Effet,
    cancelled,
    contact_effect,
    lesson_effect,
    login_effect,
)

PHRASES = tomllib.loads(Path(__file__).with_name("wordings.toml").read_text(encoding="utf-8"))
LUES = {"contact": contact_effect, "lecon": lesson_effect, "connexion": login_effect}
JUSTES = {
    "fait": {Effet.FAIT},
    "reserve": {Effet.RESERVE},
    "compte": {Effet.COMPTE},
    "rien": {Effet.RIEN},
    "rejet": {None},
    "pas_fait": {Effet.RIEN, None},
    "pas_rien": {Effet.FAIT, Effet.RESERVE, Effet.COMPTE, None},
}


@pytest.mark.parametrize(
    ("partie", "dite"), [(partie, dite) for partie in PHRASES for dite in PHRASES[partie]]
)
def test_a_thousand_wordings(partie: str, dite: str) -> None:
    """Each is understood, or rejected; never taken for its contrary."""
    lue = LUES[partie.partition("_")[0]]
    phrases = [" ".join(p.split()) for p in PHRASES[partie][dite].split("|")]
    assert {p: e for p in phrases if (e := lue(p)) not in JUSTES[dite]} == {}


@pytest.mark.parametrize(
    ("effet", "mots"),
    [
        (
            Effet.FAIT,
            "Effectué|effectuée|EFFECTUÉES|Réalisé|Présent|présente|Présent(e)|Fait|Honoré|Terminée"
            "|Leçon effectuée|Effectué (non facturé)|Effectué - non payé|P|Émargé|Effectué·e"
            "|Leçon donnée|Signée|Effectué, non signé",
        ),
        (
            Effet.RESERVE,
            "Réservé|réservée|Réservation|Planifié|Prévue|Confirmé|À venir|Programmé|Booked"
            "|Acceptée|Inscrite|Pris",
        ),
        (Effet.COMPTE, "Validé|Oui|OK|x|1|Passée|Clôturé"),
        (
            Effet.RIEN,
            "Annulé|ANNULEE|annulé(e)|Annulé par l'élève|Réservé puis annulé|Absent|Absente"
            "|Absence excusée|Absent non excusé|Non effectué|Non honoré|Pas venu|No show|Non"
            "|Excusé|Reporté|Déplacée|Lapin|A|0|Non présenté à la leçon, absent|Cancelled|Libre"
            "|Décalée|Ratée|Leçon perdue|Déprogrammé",
        ),
        (None, "|En attente|À confirmer|Machin|Facturé|Payée|Non facturé|Non annulé|Non signé"),
    ],
)
def test_what_a_lessons_status_says(effet: Effet | None, mots: str) -> None:
    """A word of cancellation wins; a word that is not known is not guessed."""
    assert {mot: lesson_effect(mot) for mot in mots.split("|")} == dict.fromkeys(
        mots.split("|"), effet
    )


@pytest.mark.parametrize(
    ("effet", "mots"),
    [
        (
            Effet.FAIT,
            "Entrant|ENTRANTE|Appel entrant|Email reçu|SMS reçus|Reçu|Visite|De l'élève"
            "|Par l'élève|Élève|Élève → école|Élève vers auto-école|In|Passage à l'agence"
            "|Appel-entrant|L'élève nous a appelés|Contacté par l'élève|Au comptoir|Passage",
        ),
        (
            Effet.RIEN,
            "Sortant|Appel sortant|Émis|SMS envoyé|Envoyée|École|Auto-école|Secrétariat"
            "|École → élève|À l'élève|Vers l'élève|Relance|Out"
            "|Nous avons appelé l'élève|Contacté l'élève|Relancé le candidat",
        ),
        (None, "|Appel|Téléphone|Entrant et sortant|?|Ø"),
    ],
)
def test_who_made_the_contact(effet: Effet | None, mots: str) -> None:
    """Only a contact from the student is a sign of life."""
    assert {mot: contact_effect(mot) for mot in mots.split("|")} == dict.fromkeys(
        mots.split("|"), effet
    )


@pytest.mark.parametrize(
    ("cellule", "dit"),
    [("", False), ("Non", False), ("0", False), ("Ø", False), ("Oui", True),
     ("x", True), ("Annulé", True), ("12/11/2026", True), ("peut-être", None)],
)  # fmt: skip
def test_a_column_of_cancellations(cellule: str, dit: bool | None) -> None:
    """« Annulé : oui » or the day of it."""
    assert cancelled(cellule) is dit


def test_a_planning_with_a_column_of_cancellations_only() -> None:
    """The other lessons count by their day."""
    lignes = [
        ["N° élève", "Date", "Annulé"],
        ["1285", "02/11/2026", ""],
        ["1285", "03/11/2026", "oui"],
        ["1285", "02/12/2026", "non"],
        ["1285", "03/11/2026", "bof"],
    ]
    resultat = importe(Canal.COURS, lignes)
    [eleve] = resultat.eleves
    assert str(eleve.dernier_cours) == "2026-11-02"
    assert str(eleve.prochain_cours) == "2026-12-02"
    assert (resultat.ignorees, len(resultat.rejets)) == (1, 1)


def test_a_planning_without_any_status_is_taken_and_said_so() -> None:
    """A list of lessons given: the warning tells what was supposed."""
    resultat = importe(Canal.COURS, [["N° élève", "Date"], ["1285", "02/11/2026"]])
    assert resultat.importees == 1
    assert "Aucune colonne de statut" in resultat.avertissements[0]


def test_the_kind_of_contact_tells_its_direction_when_no_column_does() -> None:
    """« Appel entrant » in the column Type; « Appel » alone is rejected."""
    lignes = [
        ["N° élève", "Date", "Type"],
        ["1285", "02/11/2026", "Appel entrant"],
        ["1285", "03/11/2026", "SMS envoyé"],
        ["1286", "04/11/2026", "Visite"],
        ["1286", "05/11/2026", "Appel"],
    ]
    resultat = importe(Canal.CONTACTS, lignes)
    assert {e.numero: str(e.dernier_contact) for e in resultat.eleves} == {
        "1285": "2026-11-02",
        "1286": "2026-11-04",
    }
    assert [r.raison for r in resultat.rejets] == ["le sens du contact « Appel » n'est pas connu"]
