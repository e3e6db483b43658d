"""The procedure's nouns: the plan to the letter, who is followed, the words written."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from inactifs.procedure.modele import (
    PLAN_DE_RELANCE,
    Dossier,
    Eleve,
    Issue,
    Moyen,
    Regles,
    Resultat,
    is_followed,
)


def test_the_plan_is_the_procedures_to_the_letter() -> None:
    """Steps, delays, actions, means, responsible, as in the procedure's table."""
    lignes = [
        (e.libelle, e.delai, e.action, set(e.moyens), e.responsable, e.optionnelle)
        for e in PLAN_DE_RELANCE
    ]
    sms, tel, email = Moyen.SMS, Moyen.TELEPHONE, Moyen.EMAIL
    vocal = Moyen.MESSAGE_VOCAL
    assert lignes == [
        ("1re relance", 0, "Reprise de contact", {sms, tel}, "Secrétariat", False),
        ("2e relance", 7, "Relance écrite", {email}, "Responsable pédagogique", False),
        ("3e relance", 14, "Dernier appel ou message vocal", {tel, vocal}, "Direction", True),
    ]


def test_the_default_settings_are_the_contracts() -> None:
    """Three months, no delay before closing, thirty days of follow-up, a week for imports."""
    regles = Regles()
    assert (regles.seuil_mois, regles.delai_reponse, regles.delai_suivi) == (3, 0, 30)
    assert (regles.peremption_import, regles.max_nouveaux, regles.jours_ouvres) == (7, None, False)
    assert regles.plan == PLAN_DE_RELANCE


@pytest.mark.parametrize(
    ("statut", "suivi"),
    [
        ("", True),
        ("en formation", True),
        ("En formation", True),
        ("  EN FORMATION ", True),
        ("un mot inconnu", True),
        ("permis obtenu", False),
        ("Permis Obtenu", False),
        ("transféré", False),
        ("TRANSFÉRÉE", False),
        ("transfere", False),
        ("Transfert le 12/03/2026", False),
        ("permis obtenu en mai", False),
        ("Permis B", True),
        ("abandonné", False),
        ("suspendu", False),
        ("Suspendue", False),
        ("abandonniste", False),
        ("Abandonniste ", False),
    ],
)
def test_who_is_followed(statut: str, suivi: bool) -> None:
    """Four words of STATUT take a student out of the procedure, in any spelling of theirs."""
    assert is_followed(statut) is suivi
    assert Eleve("1", "ROYER", statut=statut).suivi is suivi


@pytest.mark.parametrize(
    ("issue", "repondu"),
    [
        (Issue.SANS_REPONSE, False),
        (Issue.MESSAGE_LAISSE, False),
        (Issue.FAUX_NUMERO, False),
        (Issue.RAPPELER, True),
        (Issue.ENTRETIEN, True),
        (Issue.PLAN, True),
        (Issue.REFUS_CONTACT, True),
        (Issue.REPRISE, True),
        (Issue.ABANDON, True),
    ],
)
def test_what_is_an_answer(issue: Issue, repondu: bool) -> None:
    """The student spoke, or nobody did."""
    assert issue.repondu is repondu


def test_means_are_written_in_french() -> None:
    """The words of the column MOYENS UTILISÉS."""
    assert [m.libelle for m in Moyen] == ["SMS", "Téléphone", "Message vocal", "Email", "Courrier"]


def test_full_name_as_in_the_tableau() -> None:
    """Surname first, and nothing in excess where a part is missing."""
    assert Eleve("1", "ROYER", "Laurence").nom_complet == "ROYER Laurence"
    assert Eleve("1", "ROYER").nom_complet == "ROYER"
    assert Eleve("1", "", "Laurence").nom_complet == "Laurence"


def test_a_dossier_is_open_until_it_has_an_outcome() -> None:
    """RÉSULTAT empty is an open case."""
    assert Dossier("ROYER Laurence").ouvert
    assert not Dossier("ROYER Laurence", resultat=Resultat.REPRISE).ouvert
    assert not Dossier("ROYER Laurence", resultat=Resultat.ABANDON).ouvert


def test_values_cannot_be_changed() -> None:
    """A verdict never alters what it was made from."""
    with pytest.raises(FrozenInstanceError):
        Dossier("ROYER").eleve = "AUTRE"  # type: ignore[misc]
