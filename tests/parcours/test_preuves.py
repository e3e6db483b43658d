"""``report --preuves``: facts for the auditor, in one folder and its zip."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import re
import shutil
import stat
import sys
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from inactifs.cli.execution import run

EXEMPLE = Path(__file__).parents[2] / "examples" / "suivi_eleves.xlsx"
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
NOVEMBRE = ("--mois", "2026-11")
NOM = "=HYPERLINK(1) <b>Œdipe</b>"


@pytest.fixture(scope="module")
def classeur() -> bytes:
    """The example's workbook, with free texts that name people."""
    livre = openpyxl.load_workbook(EXEMPLE)
    tableau = livre["Tableau de suivi"]
    entetes = {c.value: c.column for c in tableau[1]}
    tableau.cell(2, entetes["COMMENTAIRE"], "vu avec Mme Personne, 06 11 22 33 44")
    tableau.cell(2, entetes["CAUSE"], "garde de Jules Personne")
    tableau.cell(3, entetes["CAUSE"], "autre : Jules Personne")
    ligne = tableau.max_row + 1
    for champ, valeur in (
        ("ÉLÈVE", NOM),
        ("DATE DE DERNIÈRE ACTIVITÉ", date(2026, 5, 1)),
        ("DATES DE RELANCES", "02/11/2026\n09/11/2026"),
        ("MOYENS UTILISÉS", "SMS\nEmail (répondu)"),
        ("DÉTECTÉ LE", date(2026, 11, 2)),
        ("COMMENTAIRE", "Suspendu le 10/11/2026 jusqu'au 20/11/2026 : dit Mme Personne"),
    ):
        tableau.cell(ligne, entetes[champ], valeur)
    tableau.cell(ligne, entetes["ÉLÈVE"]).data_type = "s"  # a text that looks like a formula
    tableau.cell(ligne + 1, entetes["ÉLÈVE"], "Jules PERSONNE")
    tableau.cell(ligne + 1, entetes["DATES DE RELANCES"], "vu Mme Personne")
    tampon = io.BytesIO()
    livre.save(tampon)
    return tampon.getvalue()


@contextlib.contextmanager
def at(dossier: Path) -> Iterator[None]:
    """Commands typed in this folder, by Nadia, on 27/11/2026."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.chdir(dossier)
        monkeypatch.setenv("INACTIFS_AUJOURDHUI", "2026-11-27")
        monkeypatch.setenv("INACTIFS_PAR", "Nadia")
        monkeypatch.delenv("INACTIFS_CLASSEUR", raising=False)
        monkeypatch.setenv("PATH", "")  # no browser: the PDFs have their own test
        yield


@pytest.fixture
def ecole(classeur: bytes, tmp_path: Path) -> Iterator[Path]:
    """The folder in which commands are typed."""
    (tmp_path / "suivi_eleves.xlsx").write_bytes(classeur)
    with at(tmp_path):
        yield tmp_path


@pytest.fixture(scope="module")
def packs(classeur: bytes, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The month's evidence, with the names and without."""
    dossier = tmp_path_factory.mktemp("preuves")
    (dossier / "suivi_eleves.xlsx").write_bytes(classeur)
    with at(dossier):
        return dossier / write(*NOVEMBRE), dossier / write(*NOVEMBRE, "--anonyme")


@pytest.fixture(scope="module")
def rapport(packs: tuple[Path, Path]) -> Any:
    """The same month's report."""
    with at(packs[0].parent):
        return json.loads(type_command("report", "--json", "--mois", "2026-11")[1])


def type_command(*arguments: str) -> tuple[int, str]:
    """The exit status of a command, and all that it says."""
    dit = io.StringIO()
    with contextlib.redirect_stdout(dit), contextlib.redirect_stderr(dit):
        statut = run(arguments)
    return statut, dit.getvalue()


def write(*arguments: str) -> Path:
    """The folder of an evidence pack just written."""
    statut, dit = type_command("report", "--preuves", "--json", *arguments)
    assert statut == 0, dit
    return Path(json.loads(dit)["dossier"])


def everything(dossier: Path) -> Iterator[str]:
    """All that the folder and its zip say, workbooks inflated."""
    with zipfile.ZipFile(f"{dossier}.zip") as zip_:
        fichiers = {n: zip_.read(n) for n in zip_.namelist()}
    fichiers |= {f.name: f.read_bytes() for f in dossier.iterdir()}
    for nom, octets in fichiers.items():
        if nom.endswith(".xlsx"):
            with zipfile.ZipFile(io.BytesIO(octets)) as paquet:
                yield from (paquet.read(n).decode("utf-8", "replace") for n in paquet.namelist())
        yield octets.decode("utf-8", "replace")


def sheet(dossier: Path, nom: str) -> list[tuple[Any, ...]]:
    """The rows of a sheet of the evidence, header left out."""
    feuille = openpyxl.load_workbook(dossier / "preuves.xlsx")[nom]
    return list(feuille.iter_rows(min_row=2, values_only=True))


def test_the_pack_is_a_folder_and_a_zip_of_it_with_every_hash(packs: tuple[Path, Path]) -> None:
    """Readable by their owner alone; the zip unpacks into a folder."""
    dossier, _ = packs
    assert dossier.name == "preuves-2026-11"
    manifeste = json.loads((dossier / "manifeste.json").read_text("utf-8"))
    hashes = {f["nom"]: f["sha256"] for f in manifeste["fichiers"]}
    with zipfile.ZipFile(f"{dossier}.zip") as zip_:
        contenu = {n: zip_.read(n) for n in zip_.namelist()}
    assert set(contenu) == {f"preuves-2026-11/{n}" for n in (*hashes, "manifeste.json")}
    for nom, empreinte in hashes.items():
        for octets in ((dossier / nom).read_bytes(), contenu[f"preuves-2026-11/{nom}"]):
            assert hashlib.sha256(octets).hexdigest() == empreinte
    source = (dossier.parent / "suivi_eleves.xlsx").read_bytes()
    assert manifeste["sha256_du_classeur"] == hashlib.sha256(source).hexdigest()
    for chemin in (dossier, Path(f"{dossier}.zip"), *dossier.iterdir()):
        assert sys.platform == "win32" or stat.S_IMODE(chemin.stat().st_mode) & 0o077 == 0
    assert not [f for f in dossier.parent.iterdir() if f.name.endswith(".tmp")]


def test_the_listing_is_the_months_relances_with_true_dates(
    packs: tuple[Path, Path], rapport: Any
) -> None:
    """Dates, means, outcomes, as many as the report counts; a formula is a name."""
    dossier, _ = packs
    relances = sheet(dossier, "Relances")
    assert len(relances) == rapport["relances"]["total"]
    siennes = [r for r in relances if r[1] == NOM]
    assert [(r[0].date(), r[3], r[4], r[5], r[9]) for r in siennes] == [
        (date(2026, 11, 2), "1re relance", "SMS", "Sans réponse", "Suspendu"),
        (date(2026, 11, 9), "2e relance", "Email", "Répondu", "Suspendu"),
    ]
    page = (dossier / "preuves.html").read_text("utf-8")
    assert "&lt;b&gt;Œdipe&lt;/b&gt;" in page
    assert "<b>Œdipe" not in page


def test_the_figures_are_the_reports_and_each_is_defined(
    packs: tuple[Path, Path], rapport: Any
) -> None:
    """Real numbers, with the sentence that says what they are."""
    chiffres = {c[0]: c for c in sheet(packs[0], "Chiffres")}
    assert chiffres["Taux de reprise"][1] == pytest.approx(rapport["taux_reprise"], abs=1e-4)
    assert chiffres["Abandons"][3] == rapport["douze_mois"]["abandons"]
    assert chiffres["Taux de reprise"][5] == rapport["definitions"]["taux_reprise"]
    assert all(ligne[-1] for ligne in chiffres.values())


def test_the_procedure_is_the_one_that_the_workbook_sets(ecole: Path) -> None:
    """A threshold and a plan changed in Excel show in the evidence."""
    classeur = openpyxl.load_workbook("suivi_eleves.xlsx")
    for ligne in classeur["Paramètres"].iter_rows():
        if ligne[0].value == "Inactif après (mois)":
            ligne[1].value = 5
        if ligne[0].value == "Relance écrite" or "Relance écrite" in [c.value for c in ligne]:
            ligne[[c.value for c in ligne].index("Relance écrite")].value = "Courrier de Mars"
    classeur.save("suivi_eleves.xlsx")
    dossier = write()
    procedure = dict(sheet(dossier, "Procédure"))
    assert procedure["Un élève est inactif après"] == "plus de 5\u00a0mois"
    plan = {ligne[0]: ligne[1:] for ligne in sheet(dossier, "Plan de relance")}
    assert "Courrier de Mars" in plan["2e relance"]
    page = (dossier / "preuves.html").read_text("utf-8")
    assert "plus de 5&nbsp;mois" in page
    assert "Courrier de Mars" in page


def test_imports_have_an_age_and_cases_are_told_whole(packs: tuple[Path, Path]) -> None:
    """How old each import is; one reprise, one abandon, one open case at least."""
    dossier, _ = packs
    imports = {i[0]: i[2:] for i in sheet(dossier, "Imports")}
    assert imports["Cours"] == (3, "récent")
    assert imports["Élèves"] == (43, "ancien")
    recits: dict[str, list[str]] = {}
    for eleve, _, _, texte, _ in sheet(dossier, "Parcours"):
        recits.setdefault(eleve, []).append(texte)
    fins = {textes[-1] for textes in recits.values()}
    assert {"Reprise : dossier terminé", "Clôturé : abandonniste"} <= fins
    assert 3 <= len(recits) <= 6


def test_facts_are_shown_and_no_conformity_is_claimed(packs: tuple[Path, Path]) -> None:
    """Whatever the month; the unreadable row is owned up to."""
    page = (packs[0] / "preuves.html").read_text("utf-8")
    assert "ne vaut pas attestation de conformité" in page
    assert not re.search(r"conforme|certifi", page.replace("attestation de conformité", ""))
    assert "Ligne illisible" in page


def test_without_names_nothing_gives_anybody_away(packs: tuple[Path, Path]) -> None:
    """Names, phones, addresses, comments, reasons, free causes, the content of bad cells."""
    _, dossier = packs
    classeur = openpyxl.load_workbook(dossier.parent / "suivi_eleves.xlsx", read_only=True)
    entetes, *lignes = classeur["Élèves"].iter_rows(values_only=True)
    rangs = [entetes.index(c) for c in ("NOM", "TÉLÉPHONE", "EMAIL", "NEPH")]
    interdits = {str(ligne[r]) for ligne in lignes for r in rangs if ligne[r]}
    assert dossier.name == "preuves-2026-11-anonyme"
    tout = "\n".join(everything(dossier))
    mots = set(re.findall(r"[\w@.'-]+", tout))
    assert interdits & mots == set()
    for mot in ("Personne", "PERSONNE", "06 11", "Œdipe", "HYPERLINK", "Jules"):
        assert mot not in tout
    assert "N° 1021" in tout
    assert re.search(r"Sans numéro \(ligne \d+\)", tout)


def test_the_figures_do_not_depend_on_the_names(packs: tuple[Path, Path]) -> None:
    """The same numbers, with or without them."""
    avec, sans = packs
    assert sheet(avec, "Chiffres") == sheet(sans, "Chiffres")
    assert sorted(str(r[:1] + r[3:]) for r in sheet(avec, "Relances")) == sorted(
        str(r[:1] + r[3:]) for r in sheet(sans, "Relances")
    )


def test_a_pack_is_never_written_over_another(ecole: Path) -> None:
    """A folder or a zip of the name: the next one gets a number."""
    assert write("--sortie", "audit.2026").name == "audit.2026"
    assert write("--sortie", "audit.2026").name == "audit.2026-2"
    Path("autre.zip").write_bytes(b"garde")
    assert write("--sortie", "autre.zip").name == "autre-2"
    assert Path("autre.zip").read_bytes() == b"garde"


def test_when_the_zip_cannot_be_written_nothing_stays(ecole: Path) -> None:
    """Its place is taken by a folder: the evidence is whole or not at all."""
    gene = ecole / f".preuves-2026-11.zip.{os.getpid()}.inactifs.tmp"
    gene.mkdir()
    statut, dit = type_command("report", "--preuves", *NOVEMBRE)
    assert statut != 0
    assert "preuves-2026-11.zip" in dit
    assert sorted(f.name for f in ecole.iterdir()) == [gene.name, "suivi_eleves.xlsx"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("--anonyme",),
        ("--preuves", "--format", "html"),
        ("--preuves", "--archiver"),
        ("--preuves", "a.xlsx", "b.xlsx"),
        ("--depuis", "01/01/2026"),
        ("--eleve", "1021"),
        ("--graine", "3"),
        ("--preuves", "--mois", "2026-11", "--depuis", "01/01/2026"),
        ("--preuves", "--depuis", "01/10/2026", "--jusqu-au", "01/09/2026"),
    ],
)
def test_what_does_not_go_together_is_refused(ecole: Path, arguments: tuple[str, ...]) -> None:
    """Exit 2, and nothing is written."""
    statut, dit = type_command("report", *arguments)
    assert (statut, bool(dit)) == (2, True)
    assert [f.name for f in ecole.iterdir()] == ["suivi_eleves.xlsx"]


def test_a_month_without_anything_still_makes_a_pack(ecole: Path) -> None:
    """Long before the school kept a tableau."""
    page = (write("--mois", "2024-01") / "preuves.html").read_text("utf-8")
    assert "Aucune relance n’est datée de cette période." in page
    assert "Aucun dossier n’était ouvert dans la période." in page


def test_twelve_months_are_told_by_default_and_any_other_days_on_demand(ecole: Path) -> None:
    """Up to today while the month is running; the drop-out rate has its headcount and period."""
    dossier = write()
    assert dossier.name == "preuves-2025-12-01-2026-11-30"
    manifeste = json.loads((dossier / "manifeste.json").read_text("utf-8"))
    assert (manifeste["depuis"], manifeste["jusqu_au"]) == ("2025-12-01", "2026-11-27")
    chiffres = {c[0]: c for c in sheet(dossier, "Chiffres")}
    taux, effectif = chiffres["Taux d'abandon sur élèves suivis"][1:3]
    abandons, eleves = (int(n) for n in effectif.split(" sur "))
    assert [c[0] for c in sheet(dossier, "Actions")] == []
    assert taux == pytest.approx(abandons / eleves)
    page = " ".join((dossier / "preuves.html").read_text("utf-8").split())
    assert "du 01/12/2025 au 30/11/2026, arrêtée au 27/11/2026" in page
    for mot in ("indicateur 12", "indicateur 2", "écoles de conduite", "Taux d’abandon par"):
        assert mot in page.replace("\u00a0", " "), mot
    autre = write("--depuis", "01/09/2026", "--jusqu-au", "15/10/2026")
    assert {r[0].month for r in sheet(autre, "Relances")} <= {9, 10}


def test_the_stories_are_drawn_at_random_and_the_seed_is_said(ecole: Path) -> None:
    """The same workbook tells the same ones; another seed or a name chooses others."""
    told = {r[1] for r in sheet(write(*NOVEMBRE), "Parcours")}
    assert {r[1] for r in sheet(write(*NOVEMBRE), "Parcours")} == told
    tirages = {
        frozenset(r[1] for r in sheet(write(*NOVEMBRE, "--graine", str(n)), "Parcours"))
        for n in range(4)
    }
    assert len(tirages) > 1
    dossier = write(*NOVEMBRE, "--graine", "3")
    assert "avec la graine 3" in (dossier / "preuves.html").read_text("utf-8")
    tous = {str(r[2]) for r in sheet(dossier, "Relances") if r[2]}
    (demande, *_) = sorted(tous - told) or sorted(tous)
    ajoute = write(*NOVEMBRE, "--eleve", demande)
    assert {r[1] for r in sheet(ajoute, "Parcours")} == told | {demande}


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium absent : aucun PDF à regarder")
def test_each_document_is_a_pdf_as_well(ecole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Loose beside the others and in the zip; without a browser, what to install is said."""
    statut, dit = type_command("report", "--preuves", *NOVEMBRE)
    assert statut == 0
    assert "Chromium" in dit
    assert CHROMIUM is not None
    monkeypatch.setenv("PATH", f"{Path(CHROMIUM).parent}:/bin")
    dossier = write(*NOVEMBRE)
    pdfs = {f.name for f in dossier.glob("*.pdf")}
    assert pdfs == {"preuves.pdf", "preuves-tableaux.pdf"}
    assert all((dossier / nom).read_bytes().startswith(b"%PDF-") for nom in pdfs)
    with zipfile.ZipFile(f"{dossier}.zip") as zip_:
        assert {f"{dossier.name}/{nom}" for nom in pdfs} <= set(zip_.namelist())


def test_what_the_director_found_and_decided_is_in_the_evidence(ecole: Path) -> None:
    """A sheet of their own; without names, what names a student is not reproduced."""
    livre = openpyxl.load_workbook("suivi_eleves.xlsx")
    nom = livre["Élèves"]["B2"].value
    feuille = livre.create_sheet("Actions")
    feuille.append(["Date", "Constat", "Décision", "Responsable", "Fait le"])
    feuille.append([date(2026, 11, 2), "Relances tardives", "Un créneau le lundi", "Nadia", None])
    feuille.append(["mi-novembre", f"{nom} attend", "Rappeler", "Nadia", date(2026, 11, 20)])
    livre.save("suivi_eleves.xlsx")
    actions = sheet(write(*NOVEMBRE), "Actions")
    assert [str(a[0])[:11].strip() for a in actions] == ["2026-11-02", "mi-novembre"]
    assert actions[0][1:4] == ("Relances tardives", "Un créneau le lundi", "Nadia")
    anonymes = sheet(write(*NOVEMBRE, "--anonyme"), "Actions")
    assert anonymes[0] == actions[0]
    assert "non reproduit" in str(anonymes[1][1])
    assert anonymes[1][2] == "Rappeler"
