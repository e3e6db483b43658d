"""Who is who: by number, by name in any form, and homonyms."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inactifs.procedure.modele import Eleve
from inactifs.registre import Registre, hours_left, name_words, number_key

ELODIE = Eleve("1001", "LE GALL", "Élodie")
ANNE = Eleve("1002", "N'DIAYE-DUPONT", "Anne-Sophie")
LUCAS = Eleve("1003", "MARTIN", "Lucas")
HOMONYME = Eleve("1004", "MARTIN", "Lucas")
OEUVRE = Eleve("1005", "LEBŒUF", "Maëlys")
REGISTRE = Registre([ELODIE, ANNE, LUCAS, HOMONYME, OEUVRE])


@pytest.mark.parametrize(
    ("nom", "eleve"),
    [
        ("LE GALL Élodie", ELODIE),
        ("Élodie LE GALL", ELODIE),
        ("le gall elodie", ELODIE),
        ("  Le   Gall  ELODIE ", ELODIE),
        ("LE-GALL Élodie", ELODIE),
        ("LE GALL, Élodie", ELODIE),
        ("Le\u00a0Gall Élodie", ELODIE),
        ("Mme LE GALL Élodie", ELODIE),
        ("Mme. Le Gall Élodie", ELODIE),
        ("Mlle Élodie Le Gall", ELODIE),
        ("Madame Élodie Le Gall", ELODIE),
        (unicodedata.normalize("NFD", "LE GALL Élodie"), ELODIE),
        ("N'DIAYE-DUPONT Anne-Sophie", ANNE),
        ("Anne Sophie N’Diaye Dupont", ANNE),
        ("anne-sophie n diaye dupont", ANNE),
        ("Lebœuf Maëlys", OEUVRE),
        ("LEBOEUF MAELYS", OEUVRE),
        ("M. Lucas MARTIN", LUCAS),
        ("Monsieur MARTIN Lucas", LUCAS),
        ("Mr Martin Lucas", LUCAS),
        ("M Martin Lucas", LUCAS),
    ],
)
def test_found_by_name(nom: str, eleve: Eleve) -> None:
    """In either order, whatever the case, accents, hyphens, apostrophes and civility."""
    assert eleve in REGISTRE.named(nom)
    assert {e.nom_complet for e in REGISTRE.named(nom)} == {eleve.nom_complet}


def test_homonyms_are_all_given() -> None:
    """In the register's order: who is meant is not guessed."""
    assert REGISTRE.named("martin lucas") == [LUCAS, HOMONYME]


@pytest.mark.parametrize(
    "nom",
    ["Élodie", "LE GALL", "GALL Élodie", "LE GALL Élodie Marie", "LE GALL Élodia", "inconnu", ""],
)
def test_another_name_is_another_person(nom: str) -> None:
    """A part of a name, one word more or a letter of difference is not the same name."""
    assert REGISTRE.named(nom) == []


def test_a_word_twice_is_not_a_word_once() -> None:
    """« MARTIN Martin » is not « MARTIN »."""
    assert name_words("MARTIN Martin") != name_words("Martin")


@pytest.mark.parametrize("nom", ["MONSIEURAND Zoé", "MARTIN Lucas", "MLLERAY Ana", "MRAD Sami"])
def test_a_name_that_begins_like_a_civility_stays_whole(nom: str) -> None:
    """Only a civility of its own is left out."""
    assert len(name_words(nom)) == 2
    assert name_words(nom) == name_words(" ".join(reversed(nom.split())))


@pytest.mark.parametrize(
    ("numero", "eleve"),
    [
        ("1001", ELODIE),
        (" 1001 ", ELODIE),
        ("10 01", ELODIE),
        ("1004", HOMONYME),
        ("101", None),
        ("", None),
        ("LE GALL", None),
    ],
)
def test_found_by_number(numero: str, eleve: Eleve | None) -> None:
    """A number is one student's only."""
    assert REGISTRE.get(numero) is eleve


def test_numbers_with_letters_are_compared_without_case() -> None:
    """« ae-12 » and « AE-12 » are one number; « 012 » and « 12 » are two."""
    assert number_key("ae-12") == number_key(" AE-12")
    assert number_key("012") != number_key("12")


@pytest.mark.parametrize(
    ("nom", "ecrit"),
    [
        ("WAŁĘSA Łukasz", "walesa lukasz"),
        ("IŞIK Yıldız", "Isik Yildiz"),
        ("ĐORĐEVIĆ Đuro", "DORDEVIC Duro"),
        ("SØRENSEN Åse", "Sorensen Ase"),
        ("STRAẞE Jürgen", "strasse jurgen"),
        ("İNCE Ayşe", "ince ayse"),
        ("ƏLIYEV Þór", "eliyev thor"),
    ],
)
def test_letters_that_are_no_accents_are_typed_without_their_stroke(nom: str, ecrit: str) -> None:
    """ł, ø, đ, ı: the planning's keyboard does not have them."""
    eleve = Eleve("1", *nom.split())
    assert Registre([eleve, Eleve("2", "AUTRE", "Paul")]).named(ecrit) == [eleve]


def test_names_in_another_alphabet_are_told_apart() -> None:
    """A name without a Latin letter is not everybody's who has none."""
    ivan, petr = Eleve("1", "ИВАНОВ", "Иван"), Eleve("2", "ПЕТРОВ", "Пётр")
    assert Registre([ivan, petr]).named("Иван Иванов") == [ivan]
    assert Registre([ivan]).named("Пётр Петров") == []


def test_a_number_typed_twice_keeps_its_first_student() -> None:
    """The others are for « check » to report."""
    double = Eleve("1001", "AUTRE", "Personne")
    registre = Registre([ELODIE, double])
    assert (len(registre), registre.get("1001")) == (1, ELODIE)
    assert registre.named("AUTRE Personne") == []


def test_the_register_is_gone_through_in_its_order() -> None:
    """Each student once."""
    assert list(REGISTRE) == [ELODIE, ANNE, LUCAS, HOMONYME, OEUVRE]
    assert len(REGISTRE) == 5


def test_an_empty_register_knows_nobody() -> None:
    """And says so without a fault."""
    registre = Registre()
    assert (len(registre), list(registre)) == (0, [])
    assert (registre.get("1"), registre.named("MARTIN Lucas")) == (None, [])


MOTS = st.lists(
    st.text("abcdefghijklmnopqrstuvwxyzéèêëàâîïôöûüçœ", min_size=2, max_size=10).filter(
        lambda mot: mot not in {"mr", "mme", "mlle", "mlles", "monsieur", "madame", "mademoiselle"}
    ),
    min_size=1,
    max_size=4,
)


@given(MOTS, st.randoms(), st.sampled_from(["", "M. ", "Mme ", "mademoiselle "]))
def test_a_name_is_its_words(mots: list[str], hasard: object, civilite: str) -> None:
    """Shuffled, in capitals, without accents, hyphenated, with a civility: the same person."""
    attendu = name_words(" ".join(mots))
    melange = sorted(mots, key=lambda _: hasard.random())  # type: ignore[attr-defined]
    assert name_words(civilite + "-".join(melange).upper()) == attendu
    sans_accents = "".join(
        c for c in unicodedata.normalize("NFD", " ".join(melange)) if not unicodedata.combining(c)
    )
    assert name_words(sans_accents.replace("œ", "oe")) == attendu


def test_an_m_that_begins_a_name_is_no_civility() -> None:
    """« M'BAREK Ali » keeps his M; a name of no letter is nobody's."""
    registre = Registre([Eleve("1", "M'BAREK", "Ali"), Eleve("2", "???", "")])
    assert [e.numero for e in registre.named("Ali M'Barek")] == ["1"]
    assert registre.named("...") == []


@pytest.mark.parametrize(
    ("tape", "heures"),
    [
        ("6", 6),
        ("6 h", 6),
        ("6,5 h", 6.5),
        ("6h30", 6.5),
        ("12:15", 12.25),
        ("", None),
        ("?", None),
    ],
)
def test_the_hours_that_remain_are_read_as_typed(tape: str, heures: float | None) -> None:
    """Exports and people write them in their own way."""
    assert hours_left(Eleve("1", "ROYER", "Laurence", heures_restantes=tape)) == heures
