"""A wrong number: marked in the register, not proposed again, forgotten once it is mended."""

from __future__ import annotations

from pathlib import Path

import pytest
from ecole_fabrique import ELEVES, Ecole, student


@pytest.fixture
def ecole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ecole:
    """A student to contact, by telephone or by email, whose number turns out to be wrong."""
    ecole = Ecole(tmp_path, monkeypatch)
    ecole.json("init", "--auto-ecole", "Auto-école du Port")
    eleve = student(
        "7", "ROYER Laurence", "10/06/2026", TÉLÉPHONE="06 12 34 56 78", EMAIL="l@ex.fr"
    )
    ecole.fill(ELEVES, [eleve])
    ecole.set("Téléphone de l'auto-école", "0240000000")
    ecole.json("detect")
    ecole.json("relance", "add", "7", "--moyen", "sms", "--resultat", "faux-numero")
    return ecole


def phone(ecole: Ecole) -> object:
    return ecole.row(2, ELEVES)["TÉLÉPHONE"]


def test_the_register_says_that_the_number_is_wrong(ecole: Ecole) -> None:
    """Beside the number, where whoever wants to dial it will look; once only."""
    assert phone(ecole) == "06 12 34 56 78 (faux numéro)"
    ecole.json("relance", "add", "7", "--moyen", "telephone", "--resultat", "faux-numero")
    assert phone(ecole) == "06 12 34 56 78 (faux numéro)"
    assert ecole.row(2)["MOYENS UTILISÉS"] == "SMS (faux numéro)\nTéléphone (faux numéro)"


def test_another_means_is_proposed(ecole: Ecole) -> None:
    """The step stays due: by email, then by letter when the address is wrong too."""
    ecran = ecole.type("next").sortie
    assert "l@ex.fr" in ecran and "(faux" in ecran
    message = ecole.json("relance", "message", "7")
    assert (message["etape"], message["moyen"]) == (1, "email")
    assert "courrier" in ecole.type("detect").sortie
    ecole.json("relance", "add", "7", "--resultat", "faux-numero")
    assert ecole.row(2, ELEVES)["EMAIL"] == "l@ex.fr (adresse erronée)"
    assert ecole.json("relance", "message", "7")["moyen"] == "courrier"
    statut, phrase = ecole.refusal("relance", "message", "7", "--eml", "a.eml")
    assert statut == 4
    assert "notée erronée" in phrase


def test_the_same_number_imported_again_keeps_the_mark(ecole: Ecole) -> None:
    """The other software does not know; a new number takes the mark away."""
    export = ecole.classeur.with_name("eleves.csv")
    export.write_text("N° élève;Nom;Prénom;Téléphone\n7;ROYER;Laurence;0612345678\n", "utf-8")
    assert ecole.json("import", "eleves", str(export))["inchangees"] == 1
    assert phone(ecole) == "06 12 34 56 78 (faux numéro)"
    export.write_text("N° élève;Nom;Prénom;Téléphone\n7;ROYER;Laurence;0698765432\n", "utf-8")
    ecole.json("import", "eleves", str(export))
    assert "faux" not in str(phone(ecole))
    assert ecole.json("relance", "message", "7")["moyen"] == "sms"


def test_an_answer_on_that_number_takes_the_mark_away(ecole: Ecole) -> None:
    """Somebody answered: the number is right after all."""
    ecole.json("relance", "add", "7", "--moyen", "telephone", "--resultat", "entretien")
    assert phone(ecole) == "06 12 34 56 78"


def test_a_relance_on_that_number_is_answered_by_a_doubt(ecole: Ecole) -> None:
    """It is noted as said; a letter, or an answer, is no reason to doubt."""
    doute = "La feuille Élèves dit ce numéro faux"
    assert doute in ecole.type("relance", "add", "7", "--moyen", "sms").erreurs
    assert doute not in ecole.type("relance", "add", "7", "--moyen", "courrier").erreurs
    fait = ecole.type("relance", "add", "7", "--moyen", "telephone", "--resultat", "plan")
    assert doute not in fait.erreurs
