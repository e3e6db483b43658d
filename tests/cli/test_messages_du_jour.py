"""``relance message --tous``: one file for each message due, a summary, nothing twice."""

from __future__ import annotations

import csv
import email
import email.policy
import io
import stat
import sys
from pathlib import Path

import openpyxl
import pytest
from ecole_fabrique import ELEVES, TABLEAU, Ecole, le, student


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
    if sys.platform != "win32":
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


@pytest.fixture
def prete(ecole: Ecole) -> Ecole:
    """The same school, whose phone is known, and a name that a spreadsheet would obey."""
    ecole.set("Téléphone de l'auto-école", "0240000000")
    ecole.fill(
        ELEVES,
        [student("4", "=1+1 Évil", "10/06/2026", TÉLÉPHONE="0692123456", EMAIL="e@exemple.fr")],
    )
    ecole.json("detect")
    return ecole


def test_all_the_messages_are_one_page(prete: Ecole) -> None:
    """Grouped by means, with links to call and write; it asks nothing of the network."""
    fait = prete.json("relance", "message", "--tous", "--format", "page")
    page = Path(fait["fichier"]).read_text("utf-8")
    assert Path(fait["fichier"]).name == "messages_2026-11-24.html"
    assert page.index("SMS : 3") < page.index("Email : 1")
    assert 'href="sms:+33612345678?&amp;body=Bonjour%20Laurence' in page
    assert 'href="sms:+262692123456?&amp;body=' in page
    assert 'href="tel:+33612345678"' in page
    assert 'href="mailto:tom@exemple.fr?subject=' in page
    assert "http" not in page.replace("http-equiv", "")
    assert "=1+1 Évil (n° 4)" in page
    if sys.platform != "win32":
        assert stat.S_IMODE(Path(fait["fichier"]).stat().st_mode) == 0o600


def test_a_page_says_what_was_said_before(prete: Ecole) -> None:
    """The relances made, what came of them, the remark: whoever calls has them in sight."""
    prete.json("relance", "add", "3", "--moyen", "email", "--commentaire", "écrit aussi à son père")
    prete.day("20/12/2026")
    fait = prete.json("relance", "message", "--tous", "--format", "page", "--sortie", "p.html")
    page = Path(fait["fichier"]).read_text("utf-8")
    assert "24/11/2026 Email · « écrit aussi à son père »" in page


def test_a_table_is_what_sms_services_take(prete: Ecole) -> None:
    """UTF-8 with its mark, « ; », international numbers, no formula."""
    fait = prete.json("relance", "message", "--tous", "--format", "csv", "--sortie", "sms.csv")
    octets = Path(fait["fichier"]).read_bytes()
    assert octets.startswith(b"\xef\xbb\xbf")
    lignes = list(csv.DictReader(io.StringIO(octets.decode("utf-8-sig")), delimiter=";"))
    par_numero = {ligne["N° élève"]: ligne for ligne in lignes}
    assert par_numero["1"]["Téléphone"] == "+33612345678"
    assert par_numero["1"]["Texte"].startswith("Bonjour Laurence")
    assert par_numero["1"]["prenom"] == "Laurence"
    assert par_numero["4"]["Élève"] == "'=1+1 Évil"
    assert par_numero["4"]["Téléphone"] == "+262692123456"
    fait = prete.json("relance", "message", "--tous", "--format", "xlsx")
    feuille = openpyxl.load_workbook(fait["fichier"]).worksheets[0]
    lues = {str(r[0].value): r for r in feuille.iter_rows()}
    assert (lues["4"][1].value, lues["4"][1].data_type) == ("=1+1 Évil", "s")
    assert (lues["1"][3].value, lues["1"][3].data_type) == ("+33612345678", "s")


def test_a_format_goes_with_everybody(ecole: Ecole) -> None:
    """One student's message is shown, or is a draft."""
    assert ecole.refusal("relance", "message", "1", "--format", "page")[0] == 2
    assert ecole.refusal("relance", "message", "--tous", "--format", "doc")[0] == 2


def test_what_follows_an_answer_speaks_of_what_was_agreed(prete: Ecole) -> None:
    """Not of silence; and who answered is said to have, before the day comes."""
    prete.json("relance", "add", "1", "--moyen", "telephone", "--resultat", "entretien")
    avant = prete.type("relance", "message", "1")
    assert "ROYER Laurence a répondu le 24/11/2026 (entretien)" in avant.erreurs
    prete.day("26/12/2026")
    fait = prete.json("relance", "message", "1", "--moyen", "sms")
    assert "Le 24/11/2026, nous avions convenu d'un entretien." in fait["texte"]
    assert "sans nouvelles" not in fait["texte"]
    assert fait["dit"] == "24/11/2026 Téléphone (répondu : entretien)"
    prete.json("relance", "add", "1", "--moyen", "sms")
    prete.day("10/01/2027")
    assert "nous avions convenu" not in prete.json("relance", "message", "1")["texte"]


def test_the_call_sheet_has_one_line_a_student(prete: Ecole) -> None:
    """To be printed, and filled in by hand."""
    fait = prete.type("detect", "--fiche", "appels.html")
    assert (fait.statut, "Fiche d'appels écrite : appels.html" in fait.erreurs) == (0, True)
    page = Path("appels.html").read_text("utf-8")
    assert page.count('<td class="boite">') == 4 * 9
    assert "Secrétariat · 1re relance · SMS ou Téléphone : 3" in page
    assert page.index("=1+1 Évil") < page.index("N&#39;GUYEN") < page.index("ROYER")
    assert "15/11/2026 SMS" in page
    assert prete.refusal("detect", "--fiche", "appels.doc")[0] == 2
