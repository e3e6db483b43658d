"""``purge`` on a school's own workbook: gone for good, and the figures are what they were."""

from __future__ import annotations

import contextlib
import errno
import html
import io
import json
import os
import sys
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from inactifs import depot
from inactifs.cli.execution import run
from inactifs.depot.kept import Ecriture, keep

AUJOURDHUI = "2026-11-24"
ELEVES = (
    ("N° ÉLÈVE", "NOM", "PRÉNOM", "NEPH", "TÉLÉPHONE", "EMAIL", "STATUT", "INSCRIT LE", "LIEU-DIT"),
    ("7", "ROYER", "Laurence", "123456789012", "0601020304", "l.royer@exemple.fr", "abandonniste",
     "15/09/2020", "3 rue des Lilas"),
    ("12", "N'GUYEN", "Zoé", "", "", "", "en formation", "01/10/2020", ""),
    ("31", "MARTIN", "Paul", "", "0655555555", "", "transféré", "02/09/2020", ""),
    ("32", "MARTIN", "Paul", "", "", "paul@exemple.fr", "", "20/10/2025", ""),
    ("45", "DÉPART", "Léa", "999988887777", "", "lea.d@exemple.fr", "permis obtenu",
     "15/11/2020", ""),
    ("50", "OUVERT", "Tom", "", "", "", "suspendu", "15/11/2020", ""),
    ("51", "RÉCENT", "Ève", "", "", "", "abandonniste", "15/11/2020", ""),
)  # fmt: skip
TABLEAU = (
    ("ÉLÈVE", "DATE DE DERNIÈRE ACTIVITÉ", "DATES DE RELANCES", "MOYENS UTILISÉS",
     "RÉSULTAT (REPRISE / ABANDON)", "COMMENTAIRE", "N° ÉLÈVE", "DÉTECTÉ LE", "CAUSE",
     "CLÔTURÉ LE"),
    ("ROYER Laurence", "01/03/2021", "01/07/2021\n08/07/2021", "SMS\nEmail", "ABANDON",
     "Sa mère, Mme ROYER : 06 99 88 77 66\nAbandonniste : dossier clôturé le 01/08/2021", "7",
     "01/07/2021", "financière", "01/08/2021"),
    ("BENOÎT Jean", "01/05/2019", "01/09/2019", "SMS", "abandonniste", "vu avec BENOÎT Claire", "",
     "01/09/2019", "déménage à Vannes", "01/10/2019"),
    ("Zoé N'Guyen", "01/03/2020", "01/07/2020", "SMS (répondu)", "REPRISE", "va mieux", "12",
     "01/07/2020", "", "10/07/2020"),
    ("OUVERT Tom", "01/03/2021", "01/07/2021", "SMS", "", "en attente", "50", "01/07/2021", "", ""),
    ("RÉCENT Ève", "01/03/2021", "01/07/2021\n01/12/2023", "SMS\nSMS (répondu)", "ABANDON", "",
     "51", "01/07/2021", "", "01/02/2024"),
)  # fmt: skip
PARTIS = (
    "ROYER", "Laurence", "123456789012", "0601020304", "l.royer", "DÉPART", "Léa", "999988887777",
    "lea.d@", "BENOÎT", "0655555555", "06 99 88",
)  # fmt: skip
MOIS = ("2019-09", "2019-10", "2020-07", "2021-07", "2021-08", "2024-02", "2026-10")


class Ecole:
    """A folder with the school's workbook, in which commands are typed."""

    def __init__(self, dossier: Path) -> None:
        self.classeur = dossier / "suivi.xlsx"

    def type(self, *arguments: str, jour: str = AUJOURDHUI) -> tuple[int, str]:
        """The exit status of a command, and all that it says."""
        arguments = (*arguments, "-c", str(self.classeur))
        voulues = {"INACTIFS_AUJOURDHUI": jour, "INACTIFS_PAR": "Secrétariat"}
        with _environ(voulues, ["inactifs", *arguments]), io.StringIO() as dit:
            with contextlib.redirect_stdout(dit), contextlib.redirect_stderr(dit):
                statut = run(arguments)
            return statut, dit.getvalue()

    def json(self, *arguments: str) -> Any:
        statut, dit = self.type(*arguments, "--json")
        assert statut == 0, dit
        return json.loads(dit)

    def rows(self, feuille: str) -> list[dict[str, Any]]:
        lignes = list(openpyxl.load_workbook(self.classeur)[feuille].iter_rows(values_only=True))
        return [dict(zip(lignes[0], ligne, strict=True)) for ligne in lignes[1:]]

    def figures(self) -> list[dict[str, Any]]:
        """The report of past months, without the names of its cases."""
        mois = [self.json("report", "--mois", m) for m in MOIS]
        for document in mois:
            for cas in document["dossiers"]:
                for champ in ("numero", "eleve", "telephone", "email", "commentaire"):
                    del cas[champ]
        return mois


@contextlib.contextmanager
def _environ(voulues: dict[str, str], argv: list[str]) -> Iterator[None]:
    avant, typed = dict(os.environ), sys.argv
    os.environ.update(voulues)
    sys.argv = argv
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(avant)
        sys.argv = typed


def contents(fichier: Path) -> str:
    """All that a workbook's package says, every part inflated, entities undone: with lxml,
    openpyxl writes « Zo&#233; »."""
    with zipfile.ZipFile(fichier) as paquet:
        tout = "\n".join(paquet.read(n).decode("utf-8", "replace") for n in paquet.namelist())
    return html.unescape(tout)


def _write(classeur: xlsxwriter.Workbook, nom: str, lignes: Sequence[Sequence[str]]) -> Any:
    """A sheet of shared strings and true dates, as Excel saves them."""
    feuille = classeur.add_worksheet(nom)
    jour = classeur.add_format({"num_format": "dd/mm/yyyy"})
    for r, ligne in enumerate(lignes):
        for c, valeur in enumerate(ligne):
            if (
                len(valeur) == 10
                and valeur[2] == valeur[5] == "/"
                and "RELANCES" not in lignes[0][c]
            ):
                feuille.write_datetime(r, c, date(*map(int, reversed(valeur.split("/")))), jour)
            elif "@" in valeur:
                feuille.write_url(r, c, f"mailto:{valeur}", string=valeur)
            else:
                feuille.write_string(r, c, valeur)
    return feuille


@pytest.fixture(scope="module")
def adoptee(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The school's workbook, adopted, after a few commands."""
    ecole = Ecole(tmp_path_factory.mktemp("ecole"))
    with xlsxwriter.Workbook(ecole.classeur) as classeur:
        _write(classeur, "Tableau de suivi", TABLEAU).write_comment("A2", "Mme ROYER a rappelé")
        _write(classeur, "Élèves", ELEVES)
    for arguments in (
        ("init",),
        ("reopen", "Royer", "--motif", "la sœur de Laurence ROYER a appelé"),
        ("close", "7", "--demande-eleve", "--motif", "dit Mme ROYER", "--oui"),
        ("relance", "add", "50", "--moyen", "email"),
    ):
        jour = "2021-09-02" if arguments[0] in ("init", "reopen") else "2021-10-03"
        statut, dit = ecole.type(*arguments, jour=jour)
        assert statut == 0, dit
    return ecole.classeur.read_bytes()


@pytest.fixture
def ecole(adoptee: bytes, tmp_path: Path) -> Ecole:
    copie = Ecole(tmp_path)
    copie.classeur.write_bytes(adoptee)
    return copie


@pytest.fixture(scope="module")
def purgee(adoptee: bytes, tmp_path_factory: pytest.TempPathFactory) -> tuple[Ecole, Any, Any]:
    """The school after its purge, its figures before, and what the purge answered."""
    ecole = Ecole(tmp_path_factory.mktemp("purgee"))
    ecole.classeur.write_bytes(adoptee)
    chiffres = ecole.figures()
    for arguments in (("activite", "add", "12", "visite"), ("undo",), ("detect",)):
        assert ecole.type(*arguments)[0] == 0  # each keeps a version that names everybody
    return ecole, chiffres, ecole.json("purge", "--oui")


def test_no_name_is_left_in_any_byte_of_the_workbook(purgee: tuple[Ecole, Any, Any]) -> None:
    """Every part inflated: shared strings, notes, links, journal; the others' names stay."""
    ecole, _, fait = purgee
    tout = contents(ecole.classeur)
    assert [mot for mot in PARTIS if mot in tout] == []
    for garde in ("N'GUYEN", "MARTIN", "paul@exemple.fr", "OUVERT", "RÉCENT", "va mieux"):
        assert garde in tout
    assert (fait["anonymises"], fait["dossiers"], fait["ecrit"]) == (4, 2, True)
    assert fait["gardes"] == {"suivi": 2, "ouvert": 1, "recent": 1}


def test_the_figures_of_past_months_are_the_same(purgee: tuple[Ecole, Any, Any]) -> None:
    """Dates, means, outcomes, causes, reopenings and enrolments still count."""
    ecole, avant, _ = purgee
    assert sum(m["abandons"] for m in avant) >= 3
    assert ecole.figures() == avant


def test_the_neutral_number_is_the_same_everywhere(purgee: tuple[Ecole, Any, Any]) -> None:
    """Tableau, register and journal, where the purge itself names nobody."""
    ecole, _, _ = purgee
    royer = ecole.rows("Tableau de suivi")[0]
    numero, nom = royer["N° ÉLÈVE"], royer["ÉLÈVE"]
    assert numero.startswith("ANON-")
    assert royer["COMMENTAIRE"].splitlines() == [
        "Abandonniste : dossier clôturé le 01/08/2021",
        "Dossier rouvert le 02/09/2021 : motif retiré",
        "Abandonniste : dossier clôturé le 03/10/2021 (à la demande de l'élève)",
    ]
    eleve = next(e for e in ecole.rows("Élèves") if e["N° ÉLÈVE"] == numero)
    assert (eleve["NOM"], eleve["PRÉNOM"], eleve["STATUT"]) == (nom, None, "abandonniste")
    journal = ecole.rows("Journal")
    siennes = [e for e in journal if e["ÉLÈVE"] == nom]
    assert [(e["COMMANDE"], e["DÉTAIL"]) for e in siennes] == [("reopen", None), ("close", None)]
    assert journal[-1]["COMMANDE"] == "purge"
    assert journal[-1]["ÉLÈVE"] is None
    assert "4 personnes, 2 dossiers" in journal[-1]["DÉTAIL"]


def test_no_version_is_kept_from_before_and_undo_says_why(
    purgee: tuple[Ecole, Any, Any],
) -> None:
    """The tool's own copies named them."""
    ecole, _, _ = purgee
    gardes = [f.name for f in (ecole.classeur.parent / ".inactifs").rglob("*") if f.is_file()]
    assert sorted(gardes) == ["index.json", "verrou"]
    statut, dit = ecole.type("undo")
    assert statut == 3
    assert "purge : elle ne s'annule pas" in dit


def test_a_second_purge_finds_nobody_and_writes_nothing(purgee: tuple[Ecole, Any, Any]) -> None:
    """Those who are anonymised already are not again."""
    ecole, _, _ = purgee
    avant = ecole.classeur.read_bytes()
    fait = ecole.json("purge", "--oui")
    assert (fait["anonymises"], fait["ecrit"], fait["gardes"]["deja"]) == (0, False, 4)
    assert ecole.classeur.read_bytes() == avant


def test_check_finds_nothing_more_to_say_of_them(ecole: Ecole) -> None:
    """Rows, register and journal still agree; the student who is unknown is no longer sought."""
    avant = ecole.json("check")["problemes"]
    ecole.json("purge", "--oui")
    apres = ecole.json("check")["problemes"]
    assert len(apres) < len(avant)
    assert not any("ANON" in p["contenu"] or "Anonymisé" in p["contenu"] for p in apres)


def test_what_only_the_school_can_empty_is_pointed_at(ecole: Ecole) -> None:
    """Its own column, its own sheet, a free cause, what lies outside; nobody is named there."""
    classeur = openpyxl.load_workbook(ecole.classeur)
    copie = classeur.create_sheet("Synthèse")
    copie["B2"] = "Laurence Royer, et Tom OUVERT"
    copie["B3"] = "rappeler au +33 6 01 02 03 04"
    copie["B4"] = "MARTIN Paul"  # somebody who stays bears this name
    classeur.save(ecole.classeur)
    for nom in ("7-laurence-royer", "12-n-guyen-zoe", "7-laurence-royer-2"):
        (ecole.classeur.parent / "archives" / "dossiers" / nom).mkdir(parents=True)
    (ecole.classeur.parent / ".inactifs" / "ancien.xlsx").mkdir(parents=True)
    fait = ecole.json("purge", "--oui")
    lieux = {r["lieu"]: r["cellules"] for r in fait["a_vider"]}
    assert lieux["feuille « Synthèse »"] == ["B2", "B3"]
    assert lieux["feuille « Élèves », colonne « LIEU-DIT »"] == ["I2"]
    assert lieux["feuille « Tableau de suivi », causes écrites librement"] == ["I3"]
    ailleurs = fait["hors_de_portee"]
    assert "archives" in ailleurs[0]
    assert ["7-laurence-royer :" in ailleurs[1], "7-laurence-royer-2 :" in ailleurs[2]] == [
        True
    ] * 2
    assert "ancien.xlsx" in ailleurs[3]
    assert "Royer" not in json.dumps(fait, ensure_ascii=False)


@pytest.mark.parametrize("ferme", ["archives/dossiers", ".inactifs"])
def test_a_folder_that_cannot_be_listed_is_said(
    ecole: Ecole, monkeypatch: pytest.MonkeyPatch, ferme: str
) -> None:
    """The documents of those who left may be in it: the school looks; the purge is done."""
    dossier = ecole.classeur.parent / ferme
    dossier.mkdir(parents=True, exist_ok=True)

    def closed(lister: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def _list(chemin: Any = ".") -> Any:
            if Path(chemin) == dossier:
                raise PermissionError(errno.EACCES, "Permission denied", str(chemin))
            return lister(chemin)

        return _list

    for nom in ("listdir", "scandir"):
        monkeypatch.setattr(os, nom, closed(getattr(os, nom)))
    statut, dit = ecole.type("purge", "--oui")
    assert statut == 0, dit
    phrase = " ".join(dit.split())
    assert f"{ferme} : ce dossier ne peut pas être lu (votre compte n'a pas le droit" in phrase
    assert "ROYER" not in str(ecole.rows("Élèves"))


def test_a_simulation_shows_and_writes_nothing(ecole: Ecole) -> None:
    """Nor does it make the tool's folder."""
    avant = ecole.classeur.read_bytes()
    statut, dit = ecole.type("purge", "--simulation")
    assert statut == 0
    assert "ROYER Laurence" in dit
    assert "01/03/2021 (dernière activité)" not in dit  # the reopening was a later sign of life
    assert "4 personnes seraient anonymisées" in dit
    assert "rien n'a été écrit" in dit
    assert ecole.classeur.read_bytes() == avant
    personnes = ecole.json("purge", "--simulation")["personnes"]
    assert {p["numero"] for p in personnes} == {"7", "31", "45", ""}
    assert not (ecole.classeur.parent / ".inactifs").exists()


@pytest.mark.parametrize(
    ("arguments", "raison"),
    [
        ((), "--oui"),
        (("--avant", "01/01/2026", "--oui"), "un an"),
        (("--avant", "01/01/2030", "--oui"), "un an"),
    ],
)
def test_a_purge_without_consent_or_too_recent_is_refused(
    ecole: Ecole, arguments: tuple[str, ...], raison: str
) -> None:
    """Exit 3, nothing written: outside a terminal nobody is asked."""
    avant = ecole.classeur.read_bytes()
    statut, dit = ecole.type("purge", *arguments)
    assert (statut, raison in dit) == (3, True)
    assert ecole.classeur.read_bytes() == avant


def test_an_earlier_date_takes_fewer(ecole: Ecole) -> None:
    """Only who gave no sign of life since then."""
    fait = ecole.json("purge", "--avant", "01/06/2019", "--oui")
    assert (fait["anonymises"], fait["dossiers"]) == (1, 1)
    assert "BENOÎT" not in contents(ecole.classeur)
    assert "ROYER" in contents(ecole.classeur)


def test_the_journal_of_a_kept_homonym_is_left_and_said(ecole: Ecole) -> None:
    """MARTIN Paul left in 2020, another one is still here: the journal only knows the name."""
    assert ecole.type("activite", "add", "32", "visite")[0] == 0
    fait = ecole.json("purge", "--oui")
    assert fait["homonymes_du_journal"] == 1
    assert ecole.rows("Journal")[-2]["ÉLÈVE"] == "MARTIN Paul"


def test_a_formula_in_a_cell_to_write_stops_everything(ecole: Ecole) -> None:
    """Exit 4, naming the cell; the workbook and the versions are untouched."""
    classeur = openpyxl.load_workbook(ecole.classeur)
    classeur["Élèves"]["B2"] = '=UPPER("royer")'
    classeur.save(ecole.classeur)
    avant = ecole.classeur.read_bytes()
    statut, dit = ecole.type("purge", "--oui")
    assert statut == 4
    assert "B2" in dit
    assert ecole.classeur.read_bytes() == avant


def test_an_unreadable_row_keeps_its_person(ecole: Ecole) -> None:
    """It cannot be written, so nothing of theirs is; the others go."""
    classeur = openpyxl.load_workbook(ecole.classeur)
    classeur["Tableau de suivi"]["C2"] = "bientôt"
    classeur.save(ecole.classeur)
    fait = ecole.json("purge", "--oui")
    assert (fait["anonymises"], fait["gardes"]["douteux"]) == (3, 1)
    assert "ROYER" in contents(ecole.classeur)


def test_who_stays_is_said_in_a_sentence(ecole: Ecole) -> None:
    """How many, who they are, and why nothing of theirs changes."""
    _, dit = ecole.type("purge", "--simulation")
    dit = " ".join(dit.split())  # a long line goes on below
    assert "Rien ne change pour : 2 élèves en formation ; 1 personne" in dit
    assert "1 personne dont un dossier est ouvert" in dit
    assert "1 personne avec un signe de vie depuis le" in dit


def test_a_row_that_may_be_a_followed_students_is_kept(ecole: Ecole) -> None:
    """Another number, the name of somebody who is followed: a typing error, perhaps."""
    classeur = openpyxl.load_workbook(ecole.classeur)
    classeur["Tableau de suivi"]["G4"] = "1Z"
    classeur.save(ecole.classeur)
    assert ecole.json("purge", "--oui")["gardes"]["douteux"] == 1
    assert "Zoé N'Guyen" in contents(ecole.classeur)


def test_a_purge_that_was_interrupted_is_finished_by_the_next_write(ecole: Ecole) -> None:
    """Killed before the versions were removed: none can be gone back to meanwhile."""
    ecole.json("activite", "add", "12", "visite")
    source = depot.read(ecole.classeur)
    ecole.json("purge", "--oui")
    apres = depot.read(ecole.classeur)
    keep(
        ecole.classeur,
        source.data,
        Ecriture(datetime(2026, 11, 24), "Secrétariat", "purge"),
        source.empreinte,
        apres.empreinte,
    )
    assert depot.versions(ecole.classeur) == []
    assert ecole.type("undo", "--force")[0] == 3
    ecole.json("activite", "add", "12", "connexion")
    assert [v.commande for v in depot.versions(ecole.classeur)] == ["activite add"]
    assert ecole.type("undo")[0] == 0
    assert depot.read(ecole.classeur).data == apres.data


def test_a_purge_that_never_took_place_removes_nothing(ecole: Ecole) -> None:
    """Killed between the copy and the swap: the workbook is the one before, undo goes back."""
    ecole.json("activite", "add", "12", "visite")
    source = depot.read(ecole.classeur)
    keep(
        ecole.classeur,
        source.data,
        Ecriture(datetime(2026, 11, 24), "Secrétariat", "purge"),
        source.empreinte,
        "0" * 64,
    )
    assert [v.commande for v in depot.versions(ecole.classeur)] == ["activite add"]
    assert ecole.type("undo")[0] == 0


def test_hours_due_keep_somebody_unless_named_and_the_rule_is_said(ecole: Ecole) -> None:
    """What is kept elsewhere, and longer, is said too; the optional columns are emptied."""
    classeur = openpyxl.load_workbook(ecole.classeur)
    feuille = classeur["Élèves"]
    colonne = feuille.max_column + 1
    feuille.cell(1, colonne, "HEURES RESTANTES")
    feuille.cell(2, colonne, "6 h")
    classeur.save(ecole.classeur)
    _, dit = ecole.type("purge", "--simulation")
    dit = " ".join(dit.split())
    for mot in ("Règle appliquée", "À garder ailleurs", "L. 213-1", "ROYER Laurence (n° 7) : 6 h"):
        assert mot in dit, mot
    assert ecole.json("purge", "--simulation")["gardes"]["heures"] == 1
    assert ecole.json("purge", "--oui", "--avec", "7")["anonymises"] == 4
    assert "ROYER" not in contents(ecole.classeur)
    assert "6 h" not in [c.value for c in openpyxl.load_workbook(ecole.classeur)["Élèves"][2]]
