"""Who is who: identifiers that agree, that disagree, that say nothing."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from exports_fabrique import HENRI_1, HENRI_2, LE_GALL, ROYER, importe

from inactifs.imports import Canal
from inactifs.imports.activities import CONTENUS_MAX
from inactifs.imports.matching import (
    Annuaire,
    Identite,
    Inconnu,
    Reconnu,
    same_person,
)
from inactifs.phones import phone_keys
from inactifs.procedure.modele import Eleve
from inactifs.registre import Registre

BAREK = Eleve("1290", "M'Barek", "Ali")
ANNUAIRE = Annuaire(Registre([ROYER, LE_GALL, HENRI_1, HENRI_2, BAREK]))


def found(**identifiants: str) -> str:
    """The number of the student found, or the reason."""
    trouve = ANNUAIRE.resolve(Identite(**identifiants))
    return trouve.eleve.numero if isinstance(trouve, Reconnu) else trouve.raison


@pytest.mark.parametrize(
    "nom",
    [
        "LE GALL Élodie", "elodie le gall", "Le-Gall Elodie", "LEGALL Élodie", "Élodie LEGALL",
        "Mme Élodie LE GALL", "Mlle. Le Gall Elodie", "  le  GALL   élodie ",
    ],
)  # fmt: skip
def test_a_name_in_any_order_and_spelling(nom: str) -> None:
    """Accents, case, hyphens, the spacing of particles and civility do not count."""
    assert found(nom=nom) == "1286"


@pytest.mark.parametrize("nom", ["M'BAREK Ali", "Ali M’Barek", "MBAREK Ali", "M. Ali M'Barek"])
def test_a_name_that_begins_like_a_civility(nom: str) -> None:
    """M'Barek is not Monsieur Barek."""
    assert found(nom=nom) == "1290"


@pytest.mark.parametrize("numero", ["1285", " 12 85", "01285"])
def test_a_number_with_spaces_or_zeros(numero: str) -> None:
    """Zeros that a spreadsheet adds or drops."""
    assert found(numero=numero) == "1285"


@pytest.mark.parametrize("nom", ["Wałęsa Łukasz", "LUKASZ WALESA", "Walesa-Lukasz", "WalesaLukasz"])
def test_a_name_with_letters_of_another_keyboard(nom: str) -> None:
    """Word by word, and by its letters alone."""
    lignes = [["Élève", "Date", "Statut"], [nom, "02/11/2026", "Fait"]]
    resultat = importe(Canal.COURS, lignes, [Eleve("7", "WAŁĘSA", "Łukasz"), ROYER])
    assert [e.numero for e in resultat.eleves] == ["7"]


def test_homonyms_are_told_apart_by_any_identifier() -> None:
    """Number, email, phone; by the name alone, both are named."""
    assert found(nom="Breton Henri", numero="1009") == "1009"
    assert found(nom="Henri BRETON", email="HENRI9@exemple.fr") == "1009"
    assert found(nom="Henri BRETON", telephone="+33 7 90 83 01 66") == "1000"
    ambigu = ANNUAIRE.resolve(Identite(nom="Breton Henri"))
    assert ambigu == Inconnu(
        "2 élèves répondent à « Breton Henri »",
        ("1000 BRETON Henri", "1009 BRETON Henri"),
        connu=True,
    )


@pytest.mark.parametrize(
    "identite",
    [
        {"numero": "1285", "nom": "LE GALL Élodie"},
        {"numero": "1285", "nom": "DURAND Paul"},
        {"numero": "1285", "email": "elodie@exemple.fr"},
        {"neph": "010203040506", "nom": "Breton Henri"},
        {"telephone": "0612345678", "nom": "Élodie Le Gall"},
        {"numero": "9999", "nom": "ROYER Laurence"},
        {"neph": "999999999999", "nom": "ROYER Laurence"},
        {"numero": "1285", "neph": "999999999999"},
    ],
)
def test_identifiers_that_disagree_are_no_answer(identite: dict[str, str]) -> None:
    """Even when one of them is known, nothing is guessed; both students are suggested."""
    trouve = ANNUAIRE.resolve(Identite(**identite))
    assert isinstance(trouve, Inconnu)
    assert trouve.connu
    assert trouve.suggestions


@pytest.mark.parametrize(
    "identite",
    [
        {"numero": "1285", "nom": "ROYER-MARTIN Laurence"},
        {"numero": "1285", "nom": "ROYER L."},
        {"numero": "1285", "nom": "ROIER Laurance"},
        {"numero": "1285", "email": "nouvelle@exemple.fr", "telephone": "0700000001"},
        {"numero": "88213", "email": "laurence.royer@exemple.fr"},
        {"email": "nouvelle@exemple.fr", "nom": "Royer Laurence"},
        {"neph": "2,05381E+11", "nom": "Royer Laurence"},
        {"dossier": "010203040506", "nom": "Royer Laurence"},
    ],
)
def test_identifiers_that_agree_enough(identite: dict[str, str]) -> None:
    """A married name, a typing mistake, a new email, another software's number."""
    assert found(**identite) == "1285"


def test_a_name_known_with_another_email_is_said() -> None:
    """Taken, with a warning that gives the lines."""
    lignes = [["Nom", "Prénom", "Email", "Dernière connexion"],
              ["Royer", "Laurence", "autre@exemple.fr", "02/11/2026"]]  # fmt: skip
    resultat = importe(Canal.CONNEXIONS, lignes)
    assert resultat.importees == 1
    assert "ligne 2 (1 en tout)" in resultat.avertissements[0]


def test_a_near_name_is_suggested_never_taken() -> None:
    """The line is rejected, and says who may be meant."""
    lignes = [["Élève", "Date", "Statut"], ["ROYER Laurance", "02/11/2026", "Fait"]]
    resultat = importe(Canal.COURS, lignes)
    assert resultat.eleves == ()
    [rejet] = resultat.rejets
    assert rejet.suggestions == ("1285 ROYER Laurence",)
    assert (rejet.ligne, rejet.raison) == (2, "élève inconnu au registre")
    assert rejet.contenu == "ROYER Laurance ; 02/11/2026 ; Fait"


def test_siblings_may_share_a_phone_and_an_email() -> None:
    """Together with the first name, a shared phone is enough."""
    jumeau = replace(ROYER, numero="1287", prenom="Paul", neph="")
    annuaire = Annuaire(Registre([ROYER, jumeau]))
    ensemble = annuaire.resolve(Identite(telephone="0612345678"))
    assert isinstance(ensemble, Inconnu)
    seul = annuaire.resolve(Identite(telephone="0612345678", nom="Royer Paul"))
    assert seul == Reconnu(jumeau)


@pytest.mark.parametrize(
    ("texte", "cles"),
    [
        ("06 12 34 56 78", ("+33612345678",)),
        ("06.12.34.56.78", ("+33612345678",)),
        ("+33 (0)6 12 34 56 78", ("+33612345678",)),
        ("0033612345678", ("+33612345678",)),
        ("33612345678", ("+33612345678",)),
        ("612345678", ("+33612345678",)),
        ("06 12 34 56 78 / 01 44 55 66 77", ("+33612345678", "+33144556677")),
        ("+32 470 12 34 56", ("+32470123456",)),
        ("0692 12 34 56", ("+262692123456",)),
        ("+262 692 12 34 56", ("+262692123456",)),
        ("0690 11 22 33", ("+590690112233",)),
        ("00596696112233", ("+596696112233",)),
        ("+33 696 11 22 33", ("+596696112233",)),
        ("06 12 34 56 78 (mère)", ("+33612345678",)),
        ("6,12E+08", ()),
        ("00 00 00 00 00", ()),
        ("bât. B", ()),
        ("néant", ()),
        ("", ()),
    ],
)
def test_phones_are_compared_as_numbers(texte: str, cles: tuple[str, ...]) -> None:
    """The forms that people and spreadsheets give them."""
    assert phone_keys(texte) == cles


def test_initials_alone_are_no_likeness() -> None:
    """« DE » or « A » in common does not make one person."""
    assert not same_person(Eleve("1", "DE MARY", "Cécile"), "DE SOUZA Ahmed")
    assert same_person(Eleve("1", "D'ROUSSET", "Adrienne"), "DROUSSET Adrienne")


@pytest.mark.parametrize(
    ("nom", "prenom", "dit", "meme"),
    [
        ("DURAND", "Ana", "DURAND Zoé", False),
        ("PETIT", "Luc", "MARTIN Luc", False),
        ("ROYER", "Eva", "ROYER Jean", False),
        ("PETIT", "Emma", "PETIT Zoé", False),
        ("BEN SALAH", "Nour", "BEN AMOR Ali", False),
        ("LE GALL", "Élodie", "DURAND Élodie", False),
        ("MULLER", "Jean-Pierre", "MARTIN Jean-Luc", False),
        ("MULLER", "Jean-Pierre", "MULLER Jean-Luc", False),
        ("PETIT", "Luc", "PETIT Lucie", False),
        ("LÉO", "Max", "LÉA Max", False),
        ("ROYER", "Laurence", "ROYER-MARTIN Laurence", True),
        ("ROYER-MARTIN", "Laurence", "Royer Laurence", True),
        ("ROYER", "Laurence", "royer l.", True),
        ("ROYER", "Laurence", "ROYER", True),
        ("ROYER", "Laurence", "Mme Laurance ROIER", True),
        ("LE GALL", "Élodie", "Legall Elodie", True),
        ("DUPONT", "Jean-Luc", "DUPONT Jean", True),
        ("ROYER LAURENCE", "", "Laurence Royer", True),
        ("DURAND ANA", "", "DURAND Zoé", False),
    ],
)
def test_one_word_in_common_is_not_one_person(nom: str, prenom: str, dit: str, meme: bool) -> None:
    """Siblings, and students of another agency under the same number."""
    assert same_person(Eleve("1", nom, prenom), dit) is meme


def test_an_unknown_register_costs_little() -> None:
    """5,000 unknown names against 5,000 students are not all compared."""
    eleves = [Eleve(str(n), f"NOM{n:05}", "Jean") for n in range(5000)]
    lignes = [["Élève", "Date", "Statut"]]
    lignes += [[f"AUTRE{n:05} Marie", "02/11/2026", "Fait"] for n in range(5000)]
    debut = time.process_time()  # of this test alone, on a busy machine
    assert len(importe(Canal.COURS, lignes, eleves).rejets) == 5000
    assert time.process_time() - debut < 15


def test_the_number_of_a_row_that_is_another_students_tells_nothing() -> None:
    """« N° » 1285 beside the name of two homonyms: they are named, as without it."""
    lignes = [["N°", "Élève", "Date", "Statut"], ["1285", "BRETON Henri", "02/11/2026", "Fait"]]
    [rejet] = importe(Canal.COURS, lignes).rejets
    assert rejet.suggestions == ("1000 BRETON Henri", "1009 BRETON Henri")


def test_each_rows_own_number_tells_its_homonym() -> None:
    """What was understood of a name does not hold for the next row of that name."""
    lignes = [["N°", "Élève", "Date", "Statut"]]
    for numero, jour in (("1009", 2), ("1000", 3), ("17", 4)):
        lignes.append([numero, "BRETON Henri", f"{jour:02}/11/2026", "Fait"])
    resultat = importe(Canal.COURS, lignes)
    assert {e.numero: e.dernier_cours.day for e in resultat.eleves} == {"1009": 2, "1000": 3}
    assert [r.ligne for r in resultat.rejets] == [4]


def test_contents_without_end_are_all_understood() -> None:
    """More distinct contents than are remembered at once: none is lost nor counted twice."""
    instants = [f"{h:02}:{m:02}:{s:02}" for h in range(14) for m in range(60) for s in range(60)]
    assert len(instants) > CONTENUS_MAX
    lignes = [["Élève", "Date", "Statut"], ["ROYER Laurance", "02/11/2026", "Fait"]]
    lignes += [["ROYER Laurence", f"02/11/2026 {instant}", "Fait"] for instant in instants]
    lignes += [["ROYER Laurence", "03/11/2026", "Fait"]]
    resultat = importe(Canal.COURS, lignes)
    assert (resultat.importees, len(resultat.rejets)) == (len(instants) + 1, 1)
    assert str(resultat.eleves[0].dernier_cours) == "2026-11-03"


@pytest.mark.parametrize(
    ("numero", "neph"),
    [("1285.0", ""), ("1285,00", ""), ("N°1285", ""), ("#1285", ""), ("-", ""), ("", "En cours"),
     ("", "-")],
)  # fmt: skip
def test_a_number_as_other_software_writes_it_or_none(numero: str, neph: str) -> None:
    """With decimals, with its sign; a dash or a word is no number."""
    lignes = [["N° élève", "NEPH", "Élève", "Date", "Statut"]]
    lignes += [[numero, neph, "ROYER Laurence", "02/11/2026", "Fait"]]
    resultat = importe(Canal.COURS, lignes)
    assert [e.numero for e in resultat.eleves] == ["1285"]
    assert resultat.rejets == ()


def test_what_is_between_parentheses_after_a_name_is_no_part_of_it() -> None:
    """A formation, a maiden name; a namesake is not guessed for all that."""
    lignes = [["Élève", "Date", "Statut"]]
    lignes += [
        [nom, "02/11/2026", "Fait"] for nom in ("ROYER Laurence (AAC)", "BRETON Henri (fils)")
    ]
    resultat = importe(Canal.COURS, lignes)
    assert [e.numero for e in resultat.eleves] == ["1285"]
    assert [r.raison for r in resultat.rejets] == ["2 élèves répondent à « BRETON Henri (fils) »"]
