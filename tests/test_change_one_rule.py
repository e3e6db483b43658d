"""« Change one rule »: each is changed in as few modules as CONTRIBUTING says, in a copy of the
source, and what was added is then used at the command line.

The fifth, a figure of the report, is ``tests/rendu/test_one_row_a_figure.py``.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import inactifs

pytestmark = pytest.mark.skipif(
    bool(sys.flags.ignore_environment), reason="an embedded Python does not read PYTHONPATH"
)

SOURCE = Path(inactifs.__file__).parent
SCRIPT = Path(__file__).parent.parent / "scripts" / "make_template.py"

ELEVES = """N° élève;Nom;Prénom;Téléphone;Formation;Financement;Inscrit le
1;ROYER;Laurence;06 12 34 56 78;B;CPF;01/02/2026
2;BLANC;Tom;06 12 34 56 79;B;;01/02/2026
"""
COURS = """N° élève;Nom;Prénom;Date;Heure;Statut
1;ROYER;Laurence;{jour};10:00;Effectuée
2;BLANC;Tom;{jour};11:00;Effectuée
"""


class Maison:
    """A copy of the source in which a rule is changed, and a school that works with it."""

    def __init__(self, dossier: Path) -> None:
        self.dossier = dossier
        self.src = dossier / "src" / "inactifs"
        shutil.copytree(SOURCE, self.src, ignore=shutil.ignore_patterns("__pycache__"))
        self.changed: set[str] = set()

    def change(self, module: str, *changements: tuple[str, str]) -> None:
        """Change lines of a module, each told by a text that is there once."""
        chemin = self.src / module
        texte = chemin.read_text("utf-8")
        for avant, apres in changements:
            assert texte.count(avant) == 1, (module, avant)
            texte = texte.replace(avant, apres)
        chemin.write_text(texte, "utf-8")
        self.changed.add(module)

    def insert(self, module: str, *ajouts: tuple[str, str]) -> None:
        """Add lines to a module, each before a text that is there once."""
        self.change(module, *((place, ajout + place) for place, ajout in ajouts))

    def run(self, *arguments: str, **environ: str) -> str:
        """What Python prints for these arguments, with the changed source."""
        connu = {"PYTHONPATH": str(self.src.parent), "INACTIFS_AUJOURDHUI": "2026-11-24"}
        fait = subprocess.run(
            [sys.executable, "-X", "utf8", *arguments],
            cwd=self.dossier,
            env=os.environ | connu | {"INACTIFS_PAR": "Essai"} | environ,
            capture_output=True,
            encoding="utf-8",
            stdin=subprocess.DEVNULL,
        )
        assert fait.returncode == 0, fait.stdout + fait.stderr
        return fait.stdout

    def json(self, *arguments: str) -> Any:
        """The document that a command prints."""
        return json.loads(self.run("-m", "inactifs", *arguments, "--json"))

    def complete(self, ligne: str) -> list[str]:
        """What TAB offers."""
        return self.run(
            "-m", "inactifs", _INACTIFS_COMPLETE="complete_bash", _INACTIFS_LIGNE=ligne
        ).split()

    def start(self, cours: str = "01/06/2026") -> None:
        """The template made again, as the recipes say; two students, inactive since ``cours``."""
        (self.dossier / "scripts").mkdir()
        shutil.copy(SCRIPT, self.dossier / "scripts")
        self.run("scripts/make_template.py")
        self.json("init", "--auto-ecole", "Auto-école du Port")
        for nom, contenu in (("eleves", ELEVES), ("cours", COURS.format(jour=cours))):
            (self.dossier / f"{nom}.csv").write_text(contenu, "utf-8")
            self.json("import", nom, f"{nom}.csv")
        self.json("detect")

    def cells(self, feuille: str, rang: int) -> dict[str, Any]:
        """A row as plain openpyxl reads it, by header."""
        onglet = openpyxl.load_workbook(self.dossier / "suivi_eleves.xlsx")[feuille]
        return {str(c.value): onglet.cell(rang, c.column).value for c in onglet[1]}

    def type_cell(self, feuille: str, entete: str, rang: int, valeur: object) -> None:
        """Type a value by hand, under a header wherever it stands."""
        livre = openpyxl.load_workbook(self.dossier / "suivi_eleves.xlsx")
        onglet = livre[feuille]
        (tete,) = (c for ligne in onglet.iter_rows() for c in ligne if c.value == entete)
        onglet.cell(tete.row + rang, tete.column).value = valeur  # type: ignore[assignment]
        livre.save(self.dossier / "suivi_eleves.xlsx")


@pytest.fixture
def maison(tmp_path: Path) -> Maison:
    return Maison(tmp_path)


def test_a_means_of_contact_is_two_modules(maison: Maison) -> None:
    """Its row and its text: written, read back, told as JSON, completed, said to be wrong."""
    maison.insert(
        "procedure/modele.py",
        ("    MESSAGE_VOCAL = ", '    WHATSAPP = "whatsapp", "WhatsApp", "telephone", "wapp"\n'),
    )
    maison.insert(
        "classeur/modeles.toml",
        (
            "[passages]",
            '[[modele]]\netape = 1\nmoyen = "whatsapp"\ntexte = "Bonjour {prenom} !"\n\n',
        ),
    )
    assert len(maison.changed) == 2
    maison.start()
    assert maison.complete("inactifs relance add Royer --moyen wh") == ["whatsapp"]
    texte = maison.json("relance", "message", "Royer", "--moyen", "whatsapp")
    assert (texte["texte"], texte["telephone"]) == ("Bonjour Laurence !", "06 12 34 56 78")
    cas = maison.json("relance", "add", "Royer", "--moyen", "whatsapp", "-r", "message-laisse")
    assert cas["relances"][0]["moyen"] == "whatsapp"
    assert maison.cells("Tableau de suivi", 3)["MOYENS UTILISÉS"] == "WhatsApp (message laissé)"
    maison.type_cell("Tableau de suivi", "MOYENS UTILISÉS", 2, "wapp")
    assert maison.json("show", "1")["dossiers"][0]["relances"][0]["moyen"] == "whatsapp"
    maison.json("relance", "add", "Blanc", "--moyen", "whatsapp", "-r", "faux-numero")
    assert "(faux numéro)" in maison.cells("Élèves", 3)["TÉLÉPHONE"]
    bilan = maison.json("report", "--mois", "2026-11")
    assert bilan["relances"]["par_moyen"] == {"whatsapp": 1}
    assert maison.json("check")["problemes"] == []


def test_a_column_of_the_tableau_is_three_modules(maison: Maison) -> None:
    """Its row, its field, where it is shown: written by init, kept by every write, told."""
    maison.insert(
        "classeur/schema.py",
        ('        Colonne("cloture_le", ', '        Colonne("agence", "AGENCE", T, 18),\n'),
    )
    maison.insert(
        "procedure/modele.py", ("    a_rappeler_le: Rappel | None", '    agence: str = ""\n')
    )
    maison.insert(
        "rendu/cases.py",
        ('        "cloture_le": iso(', '        "agence": dossier.agence or None,\n'),
        ('    Column("Clôturé le", ', '    Column("Agence", lambda x: x.dossier.agence, 16),\n'),
    )
    assert len(maison.changed) == 3
    maison.start()
    assert "AGENCE" in maison.cells("Tableau de suivi", 2)
    maison.type_cell("Tableau de suivi", "AGENCE", 1, "Port")
    avant = maison.json("list")["dossiers"]
    assert {d["eleve"]: d["agence"] for d in avant} == {"BLANC Tom": "Port", "ROYER Laurence": None}
    maison.json("relance", "add", "Blanc", "--moyen", "sms")
    maison.json("close", "Blanc", "--demande-eleve", "--oui")
    assert maison.cells("Tableau de suivi", 2)["AGENCE"] == "Port"
    maison.run("-m", "inactifs", "list", "--csv", "liste.csv")
    assert ";Agence;" in (maison.dossier / "liste.csv").read_text("utf-8-sig")
    assert maison.json("check")["problemes"] == []


def test_a_kind_of_import_is_four_modules(maison: Maison) -> None:
    """Its row and its criterion, what it is called, its headers, its command: recognised, read,
    dated in Paramètres, and its age told like the others'."""
    maison.insert(
        "procedure/modele.py",
        ('    CONTACTS = "contacts"', '    VISITES = "visites", Critere.CONTACT\n'),
    )
    maison.insert(
        "imports/kinds.toml",
        (
            "[kinds.contacts]",
            """[kinds.visites]
titre = "Visites au bureau"
export = "un cahier de visites"
sujets = '\\bcahier'
de = "de la visite"
champ = "dernier_contact"
recente = "La visite la plus récente de ce fichier est"
sans_effet = ["visite qui ne compte pas", "visites qui ne comptent pas"]

[[indice]]
canal = "visites"
poids = 5
entetes = ["guichet"]

""",
        ),
    )
    maison.insert(
        "imports/header_words.toml",
        ("[contacts]", '[visites]\ndate = ["passage au guichet", "date"]\n\n'),
        (
            "[jours.contacts]",
            '[jours.visites]\nevenement = ["guichet"]\ncourant = ["date"]\nautre = []\n\n',
        ),
    )
    maison.insert(
        "cli/commands.toml",
        (
            '["import contacts"]',
            '["import visites"]\nfonction = "importer.run"\naide = "Le cahier de visites."\n'
            'exemple = "inactifs import visites cahier.csv"\n\n',
        ),
    )
    assert len(maison.changed) == 4
    maison.start()
    cahier = "N° élève;Nom;Prénom;Passage au guichet\n1;ROYER;Laurence;20/11/2026\n"
    (maison.dossier / "cahier.csv").write_text(cahier, "utf-8")
    assert "visites" in maison.complete("inactifs import v")
    fait = maison.json("import", "visites", "cahier.csv")
    assert (fait["lignes"], fait["importees"]) == (1, 1)
    eleve = maison.json("show", "1")
    assert eleve["criteres"]["contact"] == "2026-11-20"
    assert maison.json("detect")["imports"]["visites"] == "2026-11-20"
    cahier = cahier.replace("1;ROYER;Laurence;20", "2;BLANC;Tom;21")
    (maison.dossier / "cahier.csv").write_text(cahier, "utf-8")
    maison.json("import", "cahier.csv")
    assert maison.json("show", "2")["criteres"]["contact"] == "2026-11-21"
    maison.json("detect")
    assert maison.json("check")["problemes"] == []


def test_a_threshold_by_another_trait_is_two_modules(maison: Maison) -> None:
    """By funding, where it is by formation: the header of its table, and whose word it compares."""
    maison.change(
        "classeur/schema.py",
        (
            '("formation", "FORMATION"), Colonne("seuil"',
            '("formation", "FINANCEMENT"), Colonne("seuil"',
        ),
    )
    maison.change(
        "procedure/modele.py",
        ("not self.seuils or not eleve.formation", "not self.seuils or not eleve.financement"),
        (
            "seuils.get(formation_key(eleve.formation)",
            "seuils.get(formation_key(eleve.financement)",
        ),
    )
    assert len(maison.changed) == 2
    maison.start(cours="10/09/2026")
    maison.type_cell("Paramètres", "FINANCEMENT", 1, "CPF")
    maison.type_cell("Paramètres", "SEUIL (MOIS)", 1, 1)
    assert [e["numero"] for e in maison.json("detect")["nouveaux"]] == ["1"]
    assert maison.json("show", "1")["inactif_depuis"] == "2026-10-11"
    assert maison.json("show", "2")["inactif_depuis"] is None
    assert maison.json("check")["problemes"] == []
