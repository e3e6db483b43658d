"""What the commands say: the same words everywhere, and what to do next."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from ecole_fabrique import ELEVES, Ecole, student
from terminal_essais import answer


@pytest.fixture
def ecole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ecole:
    """Two students to contact."""
    ecole = Ecole(tmp_path, monkeypatch)
    ecole.start(
        [
            student("1", "ROYER Laurence", "10/06/2026", TÉLÉPHONE="0612345678"),
            student("2", "ROUX Léa", "12/06/2026"),
        ],
    )
    return ecole


def test_who_waits_for_the_daily_limit_is_told_so(ecole: Ecole) -> None:
    """By the commands that want a dossier, and by ``show``; « detect » has been run already."""
    ecole.set("Nouveaux dossiers par jour, au plus", 2)
    ecole.fill(ELEVES, [student("3", "BLANC Tom", "20/06/2026")])
    ecole.json("detect")
    dit = "BLANC Tom attend son tour : au plus 2 nouveaux dossiers sont ouverts par jour."
    for commande in (
        ("relance", "add", "3", "--moyen", "sms"),
        ("relance", "message", "3"),
        ("reprise", "3"),
        ("close", "3", "--demande-eleve", "--oui"),
    ):
        assert ecole.refusal(*commande) == (3, dit)
    fait = ecole.type("relance", "add", "3")
    assert "Augmentez cette limite dans « Paramètres »" in fait.erreurs
    assert dit in ecole.type("show", "3").sortie
    ecole.day("25/11/2026")
    ecole.json("detect")
    assert "attend son tour" not in ecole.type("show", "3").sortie
    assert ecole.json("relance", "add", "3")["relances"]


def test_who_is_active_has_no_dossier_and_waits_for_nothing(ecole: Ecole) -> None:
    """The limit is no answer there."""
    ecole.set("Nouveaux dossiers par jour, au plus", 2)
    ecole.fill(ELEVES, [student("4", "ROBIN Clara", "20/11/2026")])
    message = "ROBIN Clara (n° 4) n'a pas de dossier d'inactivité."
    assert ecole.refusal("relance", "add", "4") == (3, message)
    assert "Cet élève n'est pas inactif" in ecole.type("relance", "add", "4").erreurs
    ecole.fill(ELEVES, [student("5", "PETIT Inès", "20/01/2026", STATUT="permis obtenu")])
    assert "son statut est « permis obtenu »" in ecole.type("relance", "add", "5").erreurs
    assert "Aucun dossier d'inactivité." in ecole.type("show", "4").sortie


RAPPEL = "rien sur la santé ni la vie privée dans le tableau, l'élève a le droit de le lire (CNIL)"


@pytest.mark.parametrize(
    ("mot", "commande"),
    [
        ("Dépression", ("relance", "add", "1", "--commentaire", "Dépression depuis juin")),
        ("hospitalisée", ("relance", "add", "1", "--cause", "autre : hospitalisée")),
        ("divorce", ("pause", "1", "--jusqu-au", "24/12", "--motif", "en plein divorce")),
        ("maladie", ("close", "1", "--demande-eleve", "--oui", "--motif", "maladie")),
    ],
)
def test_a_private_word_is_answered_by_a_reminder(
    ecole: Ecole, mot: str, commande: tuple[str, ...]
) -> None:
    """On stderr, with the JSON too: it is written as typed, and may be taken back."""
    fait = ecole.type(*commande, "--simulation")
    assert f"« {mot} » : {RAPPEL}" in fait.erreurs
    assert "Retirez-le" not in fait.erreurs
    fait = ecole.type(*commande, "--json")
    assert (fait.statut, "CNIL" in fait.erreurs, "CNIL" in fait.sortie) == (0, True, False), fait
    assert "Retirez-le de la cellule, ou annulez avec « inactifs undo »." in fait.erreurs


def test_in_a_terminal_other_words_are_asked_for_before_writing(ecole: Ecole) -> None:
    """Nothing private is written that somebody would have to take back."""
    statut, ecran = answer(
        "pause", "1", "--jusqu-au", "24/12", "--motif", "hospitalisé", reponses=["absent"]
    )
    assert statut == 0, ecran
    assert f"« hospitalisé » : {RAPPEL}" in " ".join(ecran.split())
    assert str(ecole.row(2)["COMMENTAIRE"]).endswith("jusqu'au 24/12/2026 : absent")


def test_waiting_for_an_exam_is_offered_as_a_reason_to_pause(ecole: Ecole) -> None:
    """The first of a short list, and words of one's own at its end."""
    demande = ("pause", "1", "--jusqu-au", "24/12")
    statut, ecran = answer(*demande, reponses=["1"])
    assert (statut, "1. attente d'une date d'examen" in ecran) == (0, True), ecran
    assert str(ecole.row(2)["COMMENTAIRE"]).endswith(": attente d'une date d'examen")
    assert answer(*demande, reponses=["5", "récoltes"])[0] == 0
    assert str(ecole.row(2)["COMMENTAIRE"]).endswith(": récoltes")


def test_other_words_and_the_list_s_causes_are_not(ecole: Ecole) -> None:
    """« empêchement personnel » is of the list; « rappeler le soir » is nobody's private life."""
    fait = ecole.type(
        "relance",
        "add",
        "1",
        "--cause",
        "empêchement personnel",
        "--commentaire",
        "Rappeler après 18 h, permis B",
    )
    assert (fait.statut, "CNIL" in fait.erreurs) == (0, False), fait
    assert "CNIL" not in ecole.type("reprise", "1").erreurs


@pytest.mark.parametrize("premier", ["plan", "sans-reponse", "faux-numero"])
@pytest.mark.parametrize("second", ["plan", "sans-reponse"])
def test_a_second_try_bears_the_same_name_everywhere(
    ecole: Ecole, premier: str, second: str
) -> None:
    """What ``relance add`` says is what ``show`` and the journal say."""
    nom = "1re relance (nouvel essai)"
    ecole.json("relance", "add", "1", "--moyen", "sms", "--resultat", premier)
    fait = ecole.type("relance", "add", "1", "--moyen", "telephone", "--resultat", second)
    assert f"{nom} de ROYER Laurence notée : Téléphone" in fait.erreurs
    assert "avant l'échéance" not in fait.erreurs
    assert "Le plan prévoyait" not in fait.erreurs
    assert f"24/11/2026  {nom} : Téléphone" in ecole.type("show", "1").sortie
    journal = openpyxl.load_workbook(ecole.classeur)["Journal"]
    assert str(journal.cell(journal.max_row, 5).value).startswith(f"{nom} du 24/11/2026")


def test_what_is_to_be_typed_is_shown_as_a_shell_takes_it(ecole: Ecole) -> None:
    """« … » would be two more words."""
    assert ecole.refusal("reopen", "1") == (2, 'Il manque --motif "…".')
    assert ecole.refusal("pause", "1", "--jusqu-au", "24/12") == (2, 'Il manque --motif "…".')


def test_what_is_noted_agrees_with_its_gender(ecole: Ecole) -> None:
    """« une visite notée », « un cours noté »."""
    for activite, accord in (("visite", "notée."), ("cours", "noté.")):
        fait = ecole.type("activite", "add", "1", activite, "--simulation")
        assert f"{activite} du 24/11/2026 {accord}" in fait.erreurs, fait


def test_undo_says_whose_line_is_taken_back(ecole: Ecole) -> None:
    """By the journal; of a morning's many, the first."""
    ecole.json("relance", "add", "2", "--moyen", "sms")
    assert "« relance add » du 24/11/2026" in (dit := ecole.type("undo").erreurs)
    assert ", pour ROUX Léa. Le classeur est comme avant." in dit
    assert ", pour ROYER Laurence, ROUX Léa." in ecole.type("undo").erreurs
    ecole.fill(ELEVES, [student(str(n), f"PETIT Inès{n}", "12/06/2026") for n in range(3, 7)])
    ecole.json("detect")
    assert " et 3 autres." in ecole.type("undo").erreurs
