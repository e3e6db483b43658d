"""``relance message --tous``: one file for each message due, a summary, nothing twice."""

from __future__ import annotations

import email
import email.policy
import stat
from pathlib import Path

import pytest
from ecole_fabrique import TABLEAU, Ecole, le, student


@pytest.fixture
def ecole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ecole:
    """Two first relances, one by email, and a student who answered."""
    ecole = Ecole(tmp_path, monkeypatch)
    ecole.start(
        [
            student("1", "ROYER Laurence", "10/06/2026", TÉLÉPHONE="0612345678"),
            student("2", "N'GUYEN/../Éva", "12/06/2026", TÉLÉPHONE="0698765432"),
            student("3", "BLANC Tom", "10/04/2026", EMAIL="tom@exemple.fr"),
        ],
        [
            {
                "ÉLÈVE": "BLANC Tom",
                "N° ÉLÈVE": "3",
                "DATE DE DERNIÈRE ACTIVITÉ": le("10/04/2026"),
                "DATES DE RELANCES": "15/11/2026",
                "MOYENS UTILISÉS": "SMS",
            }
        ],
    )
    return ecole


def test_each_message_is_a_file_beside_the_workbook(ecole: Ecole) -> None:
    """Readable by their owner alone; the names hold nothing that a folder would obey."""
    ecole.set("Téléphone de l'auto-école", "0240000000")
    fait = ecole.json("relance", "message", "--tous")
    dossier = ecole.classeur.with_name("messages_2026-11-24")
    assert fait["dossier"] == str(dossier)
    assert sorted(p.name for p in dossier.iterdir()) == [
        "1-royer-laurence-etape1-sms.txt",
        "2-n-guyen-eva-etape1-sms.txt",
        "3-blanc-tom-etape2-email.eml",
        "resume.txt",
    ]
    assert {stat.S_IMODE(p.stat().st_mode) for p in dossier.iterdir()} == {0o600}
    assert stat.S_IMODE(dossier.stat().st_mode) == 0o700
    sms = (dossier / "1-royer-laurence-etape1-sms.txt").read_text("utf-8")
    assert sms.startswith("ROYER Laurence (n° 1) : SMS au 06 12 34 56 78\n\nBonjour Laurence")
    courriel = (dossier / "3-blanc-tom-etape2-email.eml").read_bytes()
    assert email.message_from_bytes(courriel, policy=email.policy.default)["To"] == "tom@exemple.fr"
    resume = (dossier / "resume.txt").read_text("utf-8")
    assert "3 préparés sur 3 dus" in resume
    assert resume.index("Secrétariat") < resume.index("Responsable pédagogique")


def test_what_is_done_meanwhile_is_not_left_to_be_sent_again(ecole: Ecole) -> None:
    """Run again the same day, the message of a relance that is done has gone; other files stay."""
    ecole.set("Téléphone de l'auto-école", "0240000000")
    ecole.json("relance", "message", "--tous")
    dossier = ecole.classeur.with_name("messages_2026-11-24")
    (dossier / "mes notes.txt").write_text("à moi", "utf-8")
    ecole.json("relance", "add", "1", "--moyen", "sms")
    ecole.json("relance", "message", "--tous")
    noms = {p.name for p in dossier.iterdir()}
    assert "1-royer-laurence-etape1-sms.txt" not in noms
    assert {"mes notes.txt", "2-n-guyen-eva-etape1-sms.txt"} <= noms


def test_what_cannot_be_prepared_is_said_once_with_its_cell(ecole: Ecole) -> None:
    """The school's phone is missing: one reason for all those whom it stops."""
    resume = "\n".join(ecole.json("relance", "message", "--tous")["resume"])
    assert "0 préparés sur 3 dus" in resume
    assert resume.count("Feuille Modèles, cellule D2") == 1
    assert "N'GUYEN/../Éva (n° 2)\n  ROYER Laurence (n° 1)" in resume


def test_none_to_prepare_is_said(ecole: Ecole) -> None:
    """No folder is made for nothing; what is left of an earlier run goes."""
    ecole.set("Téléphone de l'auto-école", "0240000000")
    ecole.json("relance", "message", "--tous")
    for numero in "123":
        ecole.json("relance", "add", numero, "--moyen", "sms")
    fait = ecole.type("relance", "message", "--tous")
    assert (fait.statut, fait.sortie) == (0, "")
    assert fait.erreurs.startswith("Aucun message n'est à préparer au 24/11/2026.\n")
    assert "Le tout est dans" not in fait.erreurs
    dossier = ecole.classeur.with_name("messages_2026-11-24")
    assert [p.name for p in dossier.iterdir()] == ["resume.txt"]
    (dossier / "resume.txt").unlink()
    dossier.rmdir()
    assert ecole.json("relance", "message", "--tous")["fichiers"] == []
    assert not dossier.exists()


def test_none_that_could_be_prepared_is_said(ecole: Ecole) -> None:
    """The school's phone is missing."""
    fait = ecole.type("relance", "message", "--tous")
    assert "0 préparés sur 3 dus" in fait.sortie
    assert "Aucun message n'a pu être préparé" in fait.erreurs
    assert "Le tout est dans" not in fait.erreurs


def test_everybody_or_somebody_but_not_both(ecole: Ecole) -> None:
    """« --tous ROYER » is a mistake, not a folder."""
    assert ecole.refusal("relance", "message", "--tous", "ROYER")[0] == 2


def test_the_heading_says_where_to_send(ecole: Ecole) -> None:
    """« au » a number, « à » an address; a letter goes to neither. A name is quoted to be typed."""
    ecole.set("Téléphone de l'auto-école", "0240000000")
    ecole.fill(TABLEAU, [{"ÉLÈVE": "PETIT Inès", "DATE DE DERNIÈRE ACTIVITÉ": le("10/04/2026")}])
    for arguments, entete in (
        (("1",), "ROYER Laurence (n° 1) : SMS au 06 12 34 56 78"),
        (("3",), "BLANC Tom (n° 3) : Email à tom@exemple.fr"),
        (("1", "--moyen", "courrier"), "ROYER Laurence (n° 1) : Courrier\n"),
        (("petit",), 'inactifs relance add "PETIT Inès" --moyen sms'),
    ):
        fait = ecole.type("relance", "message", *arguments)
        assert entete in fait.erreurs, fait


def test_the_message_of_a_step_that_is_not_due_says_so(ecole: Ecole) -> None:
    """Who answered would be told that nobody has any news; the text is given all the same."""
    ecole.set("Téléphone de l'auto-école", "0240000000")
    doute = "Rien n'est à faire pour ROYER Laurence avant le 25/12/2026"
    assert doute not in ecole.type("relance", "message", "1").erreurs
    ecole.json("relance", "add", "1", "--moyen", "sms", "--resultat", "plan")
    fait = ecole.type("relance", "message", "1")
    assert (fait.statut, doute in fait.erreurs) == (0, True), fait
    assert "Laurence" in fait.sortie
