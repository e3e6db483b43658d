"""Messages: their fields, their default texts, the count of SMS, phone numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inactifs.classeur.settings import default_modeles
from inactifs.classeur.values import SUITE, Ecole, Modele
from inactifs.erreurs import FichierInvalide
from inactifs.messages import (
    CHAMPS,
    Accord,
    check_modeles,
    render_message,
    values_for,
)
from inactifs.phones import format_phone, international
from inactifs.procedure.modele import PLAN_DE_RELANCE, Dossier, Eleve, Moyen
from inactifs.rendu.outbox import segments, spoken_seconds

JOUR = date(2026, 8, 24)
ECOLE = Ecole("Auto-école du Centre", "0123456789", "contact@centre.fr")
LAURENCE = Eleve("1042", "ROYER", "Laurence", formation="B")
DOSSIER = Dossier("ROYER Laurence", "1042", derniere_activite=date(2026, 4, 30))
ACCORD = Accord(date(2026, 8, 10), "d'un entretien")
VALEURS = values_for(LAURENCE, DOSSIER, ECOLE, JOUR, accord=ACCORD) | {
    "adresse": "3 rue du Lac\n44000 Nantes",
    "representant_legal": "Mme Anne ROYER",
    "fin_contrat": "31/12/2026",
    "heures_restantes": "6",
    "code_valable_jusqu_au": "02/05/2030",
}

CHAQUE_DEFAUT = pytest.mark.parametrize(
    "modele", default_modeles(), ids=lambda m: f"{m.etape}-{m.moyen.value}"
)


def default(etape: int, moyen: Moyen, valeurs: dict[str, str]) -> str:
    """The text that the program brings."""
    return render_message(default_modeles(), etape, moyen, valeurs, suite=etape == SUITE).texte


def sms(texte: str) -> Modele:
    """A template of the first step, in a cell."""
    return Modele(1, Moyen.SMS, "", texte, "D2")


def render(texte: str, valeurs: dict[str, str] = VALEURS) -> str:
    """The text of a one-template sheet, filled."""
    return render_message([sms(texte)], 1, Moyen.SMS, valeurs).texte


def refusal(texte: str, valeurs: dict[str, str] = VALEURS) -> FichierInvalide:
    """The error that a template meets."""
    with pytest.raises(FichierInvalide) as prise:
        render(texte, valeurs)
    return prise.value


# Default texts


def test_every_step_of_the_plan_has_a_text_for_every_means() -> None:
    """Whatever means the secretary chooses, there is something to say."""
    faits = {(m.etape, m.moyen) for m in default_modeles()}
    etapes = [SUITE, *(e.numero for e in PLAN_DE_RELANCE)]
    assert faits == {(etape, moyen) for etape in etapes for moyen in Moyen}
    assert len(faits) == len(default_modeles())


@CHAQUE_DEFAUT
def test_a_default_text_meets_the_three_aims(modele: Modele) -> None:
    """Cause, interview or recovery plan, consequences (contract, section 1)."""
    texte = default(modele.etape, modele.moyen, VALEURS).lower()
    assert any(mot in texte for mot in ("frein", "arrête", "retient", "blocage", "cause"))
    assert "plan de reprise" in texte
    assert any(mot in texte for mot in ("entretien", "rendez-vous"))
    assert any(mot in texte for mot in ("5 ans", "cinq ans"))
    assert "inscription" in texte and "code" in texte


@CHAQUE_DEFAUT
def test_a_default_text_says_nothing_untrue(modele: Modele) -> None:
    """The limit of five practical tests is gone since 2022, and a pause cancels nothing."""
    texte = f"{modele.objet} {modele.texte}".lower()
    for faux in (
        "cinq présentations", "5 présentations", "tentatives", "annulé", "perdez",
        "une pause n'annule", "rien n'est perdu", "prendra fin", "prend fin", "sont à refaire",
    ):  # fmt: skip
        assert faux not in texte
    if modele.etape == 3 and modele.moyen in (Moyen.TELEPHONE, Moyen.EMAIL, Moyen.COURRIER):
        assert "L. 213-2" in modele.texte and "contrat" in modele.texte
    if modele.etape:
        assert "convenu" not in modele.texte.replace("ce qui est convenu", "")
    else:
        assert "{dernier_echange}" in modele.texte and "sans nouvelles" not in modele.texte


@CHAQUE_DEFAUT
def test_only_emails_and_letters_have_a_subject(modele: Modele) -> None:
    """Mail software would warn of an empty subject."""
    assert bool(modele.objet) == (modele.moyen in (Moyen.EMAIL, Moyen.COURRIER))


def test_relances_grow_firmer() -> None:
    """Closing is not spoken of in the first nor after an answer, is a possibility in the second,
    then announced."""
    textes = [
        " ".join(m.texte for m in default_modeles() if m.etape == etape) for etape in range(4)
    ]
    for doux in textes[:2]:
        assert "clôtur" not in doux and "dernier message" not in doux
    assert "nous devrons clôturer votre dossier de suivi" in textes[2]
    assert "nous clôturerons votre dossier de suivi" in textes[3]


@pytest.mark.parametrize("etape", [SUITE, 1, 2, 3])
def test_a_default_sms_takes_two_sms_at_most(etape: int) -> None:
    """With a long school name too; the texts themselves keep to the GSM alphabet."""
    ecole = ECOLE._replace(nom="Auto-école Saint-Christophe Conduite")
    valeurs = values_for(LAURENCE, DOSSIER, ecole, JOUR, accord=ACCORD)
    compte = segments(default(etape, Moyen.SMS, valeurs))
    assert compte.encodage == "GSM-7"
    assert compte.segments <= 2


@pytest.mark.parametrize("etape", [SUITE, 1, 2, 3])
def test_a_default_voice_message_lasts_twenty_seconds(etape: int) -> None:
    """Twenty seconds when read aloud, give or take two."""
    texte = default(etape, Moyen.MESSAGE_VOCAL, VALEURS)
    assert 18 <= spoken_seconds(texte) <= 22


@pytest.mark.parametrize("etape", [SUITE, 1, 2, 3])
def test_a_call_script_lists_the_causes_of_the_school(etape: int) -> None:
    """The causes to tick are those of Paramètres."""
    valeurs = values_for(LAURENCE, DOSSIER, ECOLE, JOUR, causes=["météo", "autre"], accord=ACCORD)
    texte = default(etape, Moyen.TELEPHONE, valeurs)
    assert "☐ météo\n☐ autre\n" in texte
    assert "☐ financière" not in texte


# Fields


def test_every_field_has_a_value_for_a_known_student() -> None:
    """The table of fields and the values are the same list."""
    assert list(VALEURS) == list(CHAMPS)
    assert all(VALEURS.values())


def test_a_line_of_the_address_goes_away_with_what_it_lacks() -> None:
    """A letter to a student whose address nobody knows is still a letter."""
    texte = "{eleve}\n{representant_legal}\n{ adresse }\n\nLe {date_relance}"
    assert render(texte, VALEURS | {"adresse": "", "representant_legal": ""}) == (
        "Laurence ROYER\n\nLe 24/08/2026"
    )
    assert "Mme Anne ROYER\n3 rue du Lac\n44000 Nantes\n" in render(texte)
    assert "{adresse} n'a pas de valeur" in str(refusal("À {adresse}", VALEURS | {"adresse": ""}))


def test_the_values_are_as_people_write_them() -> None:
    """Dates, phone numbers and names in their French forms; whole months only."""
    assert VALEURS["derniere_activite"] == "30/04/2026"
    assert VALEURS["mois_inactif"] == "3"
    assert VALEURS["date_relance"] == "24/08/2026"
    assert VALEURS["telephone_ecole"] == "01 23 45 67 89"
    assert VALEURS["eleve"] == "Laurence ROYER"


@pytest.mark.parametrize(
    ("tape", "prenom", "nom"),
    [
        ("ROYER Laurence", "Laurence", "ROYER"),
        ("Anne-Marie LE GALL", "Anne-Marie", "LE GALL"),
        ("royer laurence", "Royer Laurence", ""),
        ("Royer Laurence", "Royer Laurence", ""),
        ("ROYER LAURENCE", "Royer Laurence", ""),
    ],
)
def test_a_student_outside_the_register_is_greeted_by_the_typed_name(
    tape: str, prenom: str, nom: str
) -> None:
    """Which word is the first name is never guessed from its place."""
    valeurs = values_for(None, Dossier(tape), ECOLE, JOUR)
    assert (valeurs["prenom"], valeurs["nom"]) == (prenom, nom)


def test_a_first_name_in_capitals_is_written_softly() -> None:
    """Exports give « JEAN-PIERRE »; a message does not shout."""
    eleve = replace(LAURENCE, prenom="JEAN-PIERRE")
    assert values_for(eleve, DOSSIER, ECOLE, JOUR)["prenom"] == "Jean-Pierre"


def test_a_row_without_date_takes_the_register_s_last_activity() -> None:
    """Hand-typed rows may lack the date that the register knows."""
    eleve = replace(LAURENCE, dernier_cours=date(2026, 3, 2))
    valeurs = values_for(eleve, Dossier("ROYER Laurence"), ECOLE, JOUR)
    assert valeurs["derniere_activite"] == "02/03/2026"


@pytest.mark.parametrize("champ", ["{prenom}", "{Prénom}", "{ PRENOM }"])
def test_a_field_may_be_typed_with_accents_and_capitals(champ: str) -> None:
    """The sheet is typed by people."""
    assert render(f"Bonjour {champ} !") == "Bonjour Laurence !"


def test_a_value_is_text_and_never_a_template() -> None:
    """A name with braces is not looked into."""
    assert render("{nom}", VALEURS | {"nom": "{prenom}"}) == "{prenom}"


@pytest.mark.parametrize(
    "texte",
    [
        "{prenom.__class__}",
        "{prenom[0]}",
        "{prenom!r}",
        "{prenom:>40}",
        "{prenom:{nom}}",
        "{}",
        "{0}",
        "{couleur}",
    ],
)
def test_what_is_not_a_field_is_refused_by_cell(texte: str) -> None:
    """Neither attributes nor formats: a template is not a program."""
    erreur = refusal(f"Bonjour {texte}")
    assert erreur.message.startswith("Feuille Modèles, cellule D2 : le champ {")
    assert "n'existe pas" in erreur.message
    assert "{telephone_ecole}" in erreur.conseil


def test_a_misspelt_field_is_recognised() -> None:
    """The advice begins with the field probably meant."""
    assert refusal("{derniere_activte}").conseil.startswith(
        "Voulez-vous dire {derniere_activite} ?"
    )


@pytest.mark.parametrize("texte", ["{prenom", "prenom}", "{{prenom}}", "{", "a } b", "{prenom}}"])
def test_a_stray_brace_is_refused_by_cell(texte: str) -> None:
    """A student must never receive « {prenom} »."""
    erreur = refusal(texte)
    assert erreur.message == "Feuille Modèles, cellule D2 : une accolade est seule ou doublée."


def test_a_missing_value_names_the_cell_the_student_and_where_to_type_it() -> None:
    """An empty phone of the school is to be typed in Paramètres."""
    valeurs = values_for(LAURENCE, DOSSIER, ECOLE._replace(telephone=" "), JOUR)
    erreur = refusal("Appelez le {telephone_ecole}", valeurs)
    assert "cellule D2" in erreur.message
    assert "{telephone_ecole} n'a pas de valeur pour Laurence ROYER" in erreur.message
    assert "feuille Paramètres" in erreur.conseil
    assert erreur.statut == 4


def test_what_an_earlier_text_said_and_is_not_so_is_said_by_check() -> None:
    """A school keeps its own texts; it is told of those that promise too much."""
    vieux = sms(
        "Bonjour {prenom}. Une pause n’annule\nrien à elle seule. Votre formation prend fin."
    )
    dites = [a.raison for a in check_modeles([vieux, *default_modeles()], "Modèles")]
    assert [d[:25] for d in dites] == ["Ce modèle dit « une pause", "Ce modèle dit « votre for"]


def test_a_fault_in_the_subject_says_so() -> None:
    """The subject lies in another cell of the same row."""
    modele = Modele(2, Moyen.EMAIL, "Pour {x}", "Bonjour", "D5")
    with pytest.raises(FichierInvalide, match=r"cellule D5, objet de la même ligne"):
        render_message([modele], 2, Moyen.EMAIL, VALEURS)


@pytest.mark.parametrize("modeles", [[], [Modele(4, Moyen.EMAIL, "Objet", "  \n", "D9")]])
def test_a_text_that_is_not_there_says_which_line_to_add(modeles: list[Modele]) -> None:
    """A plan of four steps needs a fourth text; an empty one is none."""
    with pytest.raises(FichierInvalide) as prise:
        render_message(modeles, 4, Moyen.EMAIL, VALEURS)
    assert prise.value.message.endswith("pour la 4e relance, moyen « Email ».")
    assert "ÉTAPE 4, MOYEN Email" in prise.value.conseil


def test_a_subject_is_one_line() -> None:
    """A line break typed in the cell would end the header."""
    modele = Modele(2, Moyen.EMAIL, "Bonjour\n{prenom}", "Texte", "D5")
    assert render_message([modele], 2, Moyen.EMAIL, VALEURS).objet == "Bonjour Laurence"


def test_an_sms_keeps_its_words_and_loses_its_curls() -> None:
    """Word's quotes and spaces would force UCS-2; accents are the text's own."""
    texte = "L’appli\u00a0: « oui »… – “non”\u202f!"
    assert render(texte) == 'L\'appli : "oui"... - "non" !'
    assert render("Vous êtes reçu") == "Vous êtes reçu"


def test_only_an_sms_loses_its_curls() -> None:
    """An email keeps French typography."""
    modele = Modele(2, Moyen.EMAIL, "Objet", "L’été « bleu »\u00a0!", "D5")
    rendu = render_message([modele], 2, Moyen.EMAIL, VALEURS)
    assert rendu.texte == "L’été « bleu »\u00a0!"


def test_decomposed_accents_are_composed() -> None:
    """A text typed on a Mac may hold « e » and an accent apart, which GSM-7 does not know."""
    assert segments(render("e\u0301te\u0301")).encodage == "GSM-7"


# Count of SMS (3GPP TS 23.038, 23.040)


@pytest.mark.parametrize(
    ("texte", "encodage", "caracteres", "nombre"),
    [
        ("", "GSM-7", 0, 0),
        ("é" * 160, "GSM-7", 160, 1),
        ("é" * 161, "GSM-7", 161, 2),
        ("a" * 306, "GSM-7", 306, 2),
        ("a" * 307, "GSM-7", 307, 3),
        ("€" * 80, "GSM-7", 160, 1),
        ("€" * 81, "GSM-7", 162, 2),
        ("a" * 152 + "€" + "a" * 152, "GSM-7", 306, 3),  # the pair is not split at 153
        ("a" * 151 + "€" + "a" * 153, "GSM-7", 306, 2),
        ("ê" * 70, "UCS-2", 70, 1),
        ("ê" * 71, "UCS-2", 71, 2),
        ("ê" * 134, "UCS-2", 134, 2),
        ("ê" * 135, "UCS-2", 135, 3),
        ("😀" * 35, "UCS-2", 70, 1),
        ("😀" * 66, "UCS-2", 132, 2),
        ("😀" * 67, "UCS-2", 134, 3),  # 33 pairs fit in 67, not 33 and a half
        ("€" * 70 + "ê", "UCS-2", 71, 2),  # the extension table costs nothing in UCS-2
    ],
)
def test_segments(texte: str, encodage: str, caracteres: int, nombre: int) -> None:
    """The limits of each encoding, and the characters of two places."""
    compte = segments(texte)
    assert (compte.encodage, compte.caracteres, compte.segments) == (encodage, caracteres, nombre)


def test_segments_show_what_forced_ucs2() -> None:
    """So that the secretary may choose another word."""
    assert segments("Ça va, François ? À bientôt, François").hors_gsm == ("ç", "À", "ô")


@pytest.mark.parametrize("lettre", "éèàùìòÉÇäöüñ£§¿@_\n")
def test_letters_of_the_gsm_alphabet_take_one_place(lettre: str) -> None:
    """3GPP TS 23.038, 6.2.1."""
    assert segments(lettre) == segments("a")


@pytest.mark.parametrize("lettre", "çêôîâûëïÀÈÊÔœ’«…\u00a0\x1b`")
def test_letters_outside_the_gsm_alphabet_force_ucs2(lettre: str) -> None:
    """Lower-case ç is out although Ç is in; the escape is not a character."""
    assert segments(f"a{lettre}").hors_gsm == (lettre,)


@given(st.text(alphabet="aé€[ê😀", max_size=700))
def test_segments_hold_the_whole_text(texte: str) -> None:
    """Never fewer SMS than the places ask for, at most one place lost in each."""
    compte = segments(texte)
    seul, chacun = (70, 67) if compte.hors_gsm else (160, 153)
    if compte.caracteres <= seul:
        assert compte.segments == bool(texte)
    else:
        assert (compte.segments - 1) * (chacun - 1) < compte.caracteres <= compte.segments * chacun


# Phone numbers


@pytest.mark.parametrize(
    ("tape", "lu"),
    [
        ("0612345678", "06 12 34 56 78"),
        ("06.12.34.56.78", "06 12 34 56 78"),
        ("06/12/34/56/78", "06 12 34 56 78"),
        ("612345678", "06 12 34 56 78"),  # Excel took it for a number
        ("+33 (0)6 12 34 56 78", "06 12 34 56 78"),
        ("0033612345678", "06 12 34 56 78"),
        ("33612345678", "06 12 34 56 78"),
        ("06\u00a012\u00a034\u00a056\u00a078", "06 12 34 56 78"),
        ("0692123456", "06 92 12 34 56"),  # La Réunion
        ("262692123456", "06 92 12 34 56"),
        ("0694 540747", "06 94 54 07 47"),  # given to nobody yet: read in pairs all the same
        ("+32470123456", "+32 470 12 34 56"),
    ],
)
def test_a_phone_number_is_read_in_pairs(tape: str, lu: str) -> None:
    """Whatever was typed, one French form; a foreign number keeps its country."""
    assert format_phone(tape) == lu


@pytest.mark.parametrize(
    "tape",
    ["", "06 12 34 56", "06 12 34 56 78 (mère)", "06 12 34 56 78 / 01 23 45 67 89", "inconnu", "-"],
)
def test_what_is_not_one_valid_number_is_left_as_typed(tape: str) -> None:
    """A word beside a number matters: it may not be the student's."""
    assert format_phone(tape) == tape


@pytest.mark.parametrize(
    ("tape", "compose"),
    [
        ("06 12 34 56 78", "+33612345678"),
        ("0692123456", "+262692123456"),
        ("0639 12 34 56", "+262639123456"),
        ("06 39 98 12 34", "+33639981234"),
        ("0690123456", "+590690123456"),
        ("0694123456", "+594694123456"),
        ("0596123456", "+596596123456"),
        ("612345678", "+33612345678"),
        ("+32470123456", "+32470123456"),
        ("06 12", ""),
        ("06 12 34 56 78 (mère)", ""),
        ("", ""),
    ],
)
def test_a_number_is_dialled_with_its_country(tape: str, compose: str) -> None:
    """Overseas numbers have a country of their own, without a département being said."""
    assert international(tape) == compose


def test_spoken_seconds_count_words() -> None:
    """26 words in ten seconds; punctuation is not spoken, an elision is one word."""
    assert spoken_seconds("mot, " * 26) == 10
    assert spoken_seconds("l'auto " * 26) == 10
    assert spoken_seconds("… !") == 0
