"""Words as compared, sorted and agreed."""

from __future__ import annotations

import pytest

from inactifs.mots import and_others, directory_key, of

ANNUAIRE = [
    "BÈGUE Tom",
    "BERTIN Ana",
    "BERTIN Élodie",
    "BERTIN Zoé",
    "DA SILVA Léa",
    "DALMAS Eve",
    "D'ALMEIDA Rui",
    "de Leroy Paul",
    "DELEROY Anne",
    "ÉTIENNE Luc",
    "LE GALL Yann",
    "LEBLANC Lou",
    "L'HOSTIS Gaëlle",
    "Lhôte Jean",
    "N'Guyen Éva",
    "NGUYEN Tom",
    "SAINT-AMAND Guy",
    "SAINTE Eve",
    "ZHANG Wei",
]


def test_names_are_sorted_as_in_a_french_directory() -> None:
    """Accents and case ignored, apostrophes too, word by word, nobody after Z."""
    assert sorted(sorted(ANNUAIRE), key=directory_key) == ANNUAIRE


@pytest.mark.parametrize(
    ("nom", "dit"),
    [
        ("Laurence", "de Laurence"),
        ("Élodie", "d'Élodie"),
        ("ÔCLAIR", "d'ÔCLAIR"),
        ("Yves", "d'Yves"),
        ("Yasmine", "de Yasmine"),
        ("Hugo", "de Hugo"),
        ("œuvrard", "d'œuvrard"),
        ("", "de "),
    ],
)
def test_de_is_elided_before_a_vowel(nom: str, dit: str) -> None:
    """« relance d'Élodie »."""
    assert of(nom) == dit


def test_others_agree() -> None:
    """« … et 1 autre »."""
    assert (and_others(1), and_others(2)) == ("… et 1 autre", "… et 2 autres")
