"""Whose a row is: the name typed beside a number, against the register's."""

from __future__ import annotations

import pytest

from inactifs.classeur.tableau import bears_name
from inactifs.procedure.modele import Eleve
from inactifs.registre import Registre

REGISTRE = Registre(
    [
        Eleve("12", "LE GALL", "Élodie"),
        Eleve("13", "DUPONT", "Léa"),
        Eleve("14", "DUPONT", "Léo"),
        Eleve("15", "MULLER", "Zoé"),
        Eleve("16", "BLANC", "Zoé"),
        Eleve("17", "MARTIN", "Maxime"),
        Eleve("18", "DE OLIVEIRA", "Jean-Pierre"),
    ]
)


@pytest.mark.parametrize(
    ("numero", "nom"),
    [
        ("12", "le gall elodie"),
        ("12", "Élodie LE GALL"),
        ("12", "Mme Élodie Le Gall"),
        ("12", "LEGALL Elodie"),
        ("12", "LE GAL Elodie"),
        ("12", "LE GALL"),
        ("12", "12"),
        ("12", ""),
        ("12", "KERVELLA Élodie"),  # married: nobody else is called so
        ("12", "LE GALL-KERVELLA Élodie"),
        ("13", "DUPOND Léa"),
        ("15", "MÜLLER Zoe"),
        ("17", "MARTIN Max"),
        ("18", "OLIVEIRA Jean Pierre"),
        ("18", "DE OLIVEIRA Jean-Piere"),
    ],
)
def test_near_spellings_are_the_same_name(numero: str, nom: str) -> None:
    """Order, case, accents, civility, joined or mistyped words, a married name."""
    eleve = REGISTRE.get(numero)
    assert eleve is not None
    assert bears_name(eleve, nom, REGISTRE)


@pytest.mark.parametrize(
    ("numero", "nom"),
    [
        ("12", "DUPONT Léa"),
        ("13", "DUPONT Léo"),  # one letter, but it is her brother's name
        ("13", "DUPONT Paul"),
        ("16", "MULLER Zoé"),  # her first name, but it is somebody's
        ("16", "MULER Zoé"),
        ("17", "MARTIN Sophie"),
        ("18", "BERNARD Anne"),
    ],
)
def test_another_s_name_is_not(numero: str, nom: str) -> None:
    """Nor is a name that shares the surname alone."""
    eleve = REGISTRE.get(numero)
    assert eleve is not None
    assert not bears_name(eleve, nom, REGISTRE)
