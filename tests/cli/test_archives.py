"""``report --archiver``, ``close --documents``, ``check --archives``: evidence that stays."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from ecole_fabrique import ELEVES, TABLEAU, Ecole, le, student

import inactifs
from conftest import LIRE, Tenue
from inactifs.cli.commands import COMMANDES, below
from inactifs.depot.disk import remove_tree

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")

# What each command is given on an archived workbook. Those that only read are listed, so that a
# new command has to say on which side it is.
LISENT = {"list", "show", "next", "check", "report", "relance message"}
DEMANDENT = {"tournee"}
"""Those that do nothing where nobody answers; what they note is refused as elsewhere."""
ECRIVENT: dict[str, tuple[str, ...]] = {
    "init": ("--auto-ecole", "Autre"),
    "import eleves": ("eleves.csv",),
    "import cours": ("cours.csv",),
    "import connexions": ("cours.csv",),
    "import contacts": ("cours.csv",),
    "detect": (),
    "activite add": ("2", "visite"),
    "relance add": ("2", "--moyen", "sms"),
    "relance corriger": ("2", "--moyen", "email"),
    "reponse": ("2", "--resultat", "plan"),
    "recontacter": ("2", "--motif", "revient"),
    "reprise": ("2",),
    "pause": ("2", "--jusqu-au", "24/12/2026", "--motif", "stage"),
    "reopen": ("3", "--motif", "revient"),
    "close": ("1", "--oui"),
    "purge": ("--avant", "01/01/2025", "--oui"),
    "undo": (),
}


REGISTRE = [
    student("1", "ROYER Laurence", "31/07/2026", TÉLÉPHONE="0612345678"),
    student("2", "BENALI Samir", "15/08/2026"),
    student("3", "PETIT Zoé", "20/11/2026"),
]
DOSSIERS = [
    {
        "ÉLÈVE": "ROYER Laurence",
        "N° ÉLÈVE": "1",
        "DATE DE DERNIÈRE ACTIVITÉ": le("31/07/2026"),
        "DÉTECTÉ LE": le("02/11/2026"),
        "DATES DE RELANCES": "02/11/2026\n09/11/2026\n23/11/2026",
        "MOYENS UTILISÉS": "SMS\nEmail\nTéléphone",
        "CAUSE": "santé",
    },
    {
        "ÉLÈVE": "BENALI Samir",
        "N° ÉLÈVE": "2",
        "DATE DE DERNIÈRE ACTIVITÉ": le("15/08/2026"),
        "DÉTECTÉ LE": le("16/11/2026"),
        "DATES DE RELANCES": "16/11/2026",
        "MOYENS UTILISÉS": "SMS",
    },
    {
        "ÉLÈVE": "PETIT Zoé",
        "N° ÉLÈVE": "3",
        "DATE DE DERNIÈRE ACTIVITÉ": le("20/05/2026"),
        "DÉTECTÉ LE": le("21/10/2026"),
        "DATES DE RELANCES": "21/10/2026",
        "MOYENS UTILISÉS": "SMS",
        "RÉSULTAT (REPRISE / ABANDON)": "REPRISE",
        "CLÔTURÉ LE": le("20/11/2026"),
    },
]


@pytest.fixture(scope="module")
def modele(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One student to close, one to contact, one who resumed; November archived on 16/12/2026."""
    dossier = tmp_path_factory.mktemp("modele")
    with pytest.MonkeyPatch.context() as patch:
        ecole = Ecole(dossier, patch)
        ecole.json("init", "--auto-ecole", "Auto-école du Port")
        ecole.fill(ELEVES, REGISTRE)
        ecole.fill(TABLEAU, DOSSIERS)
        ecole.day("16/12/2026")
        archived(ecole)
    (dossier / "ROYER" / "code").mkdir(parents=True)
    (dossier / "ROYER" / "contrat signé.pdf").write_bytes(b"%PDF-1.4 contrat")
    (dossier / "ROYER" / "code" / "séries.txt").write_bytes(b"5 fautes\r\n")
    return dossier


@pytest.fixture
def ecole(modele: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ecole:
    """That school, without archives yet."""
    shutil.copytree(modele, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("archives"))
    ecole = Ecole(tmp_path, monkeypatch)
    ecole.day("16/12/2026")
    return ecole


@pytest.fixture
def archive(modele: Path, ecole: Ecole) -> Path:
    """Its November, archived."""
    cible = ecole.classeur.parent / "archives"
    shutil.copytree(modele / "archives", cible)
    return cible / "2026-11"


@pytest.fixture
def documents(ecole: Ecole) -> Path:
    """A student's folder."""
    return ecole.classeur.parent / "ROYER"


def archived(ecole: Ecole) -> Path:
    """November, archived."""
    return Path(ecole.json("report", "--mois", "2026-11", "--archiver")["archive"])


def modes(dossier: Path) -> set[int]:
    if sys.platform == "win32":
        return {0}  # rights are no mode bits there: see test_at_home_on_windows
    return {stat.S_IMODE(c.stat().st_mode) & 0o077 for c in (dossier, *dossier.rglob("*"))}


def files(ecole: Ecole) -> list[Path]:
    """Every file of the school, the tool's own lock left out."""
    return [
        c
        for c in sorted(ecole.classeur.parent.rglob("*"))
        if c.is_file() and ".inactifs" not in c.parts
    ]


# --- report --archiver -----------------------------------------------------------------------


def test_a_month_is_archived_with_what_it_was_made_from(ecole: Ecole) -> None:
    """The workbook byte for byte, the report in two forms, and a manifest that tells of them."""
    avant = ecole.classeur.read_bytes()
    dossier = archived(ecole)
    assert ecole.classeur.read_bytes() == avant
    assert dossier == ecole.classeur.parent / "archives" / "2026-11"
    noms = {c.name for c in dossier.iterdir()}
    assert noms == {
        "suivi_eleves.xlsx",
        "rapport-2026-11.html",
        "rapport-2026-11.xlsx",
        "manifeste.json",
    }
    assert (dossier / "suivi_eleves.xlsx").read_bytes() == avant
    assert openpyxl.load_workbook(dossier / "rapport-2026-11.xlsx")["Bilan"]["A1"].value
    manifeste = json.loads((dossier / "manifeste.json").read_text("utf-8"))
    for fichier in manifeste["fichiers"]:
        contenu = (dossier / fichier["nom"]).read_bytes()
        assert fichier["octets"] == len(contenu)
        assert fichier["sha256"] == hashlib.sha256(contenu).hexdigest()
    assert {f["nom"] for f in manifeste["fichiers"]} == noms - {"manifeste.json"}
    assert (manifeste["par"], manifeste["mois"]) == ("Secrétariat", "2026-11")
    assert manifeste["etabli_le"].startswith("2026-12-16T")
    assert manifeste["outil"].startswith("inactifs ")
    chiffres = manifeste["chiffres"]
    assert (chiffres["detectes"], chiffres["reprises"], chiffres["dossiers_ouverts_fin"]) == (
        2,
        1,
        2,
    )
    assert "0612345678" not in (dossier / "manifeste.json").read_text("utf-8")


def test_an_archive_is_private_and_is_never_overwritten(ecole: Ecole, archive: Path) -> None:
    """A second one for the month gets a number; the first stays what it was."""
    octets = {c.name: c.read_bytes() for c in archive.iterdir()}
    ecole.json("activite", "add", "2", "visite")
    (archive.parent / "2026-11-2").mkdir()
    troisieme = archived(ecole)
    assert troisieme.name == "2026-11-3"
    assert octets == {c.name: c.read_bytes() for c in archive.iterdir()}
    assert (troisieme / "suivi_eleves.xlsx").read_bytes() != octets["suivi_eleves.xlsx"]
    assert modes(troisieme) == modes(archive) == {0}


def test_the_screen_says_where_it_was_archived(ecole: Ecole) -> None:
    """And that the month was chosen by default."""
    fait = ecole.type("report", "--archiver")
    assert fait.statut == 0
    assert "archives/2026-11" in fait.erreurs.replace("\\", "/")
    assert "Mois choisi par défaut" in fait.sortie


def test_an_archive_is_not_archived(ecole: Ecole, archive: Path) -> None:
    """Nothing is put into an archive, not even another one."""
    avant = sorted(ecole.classeur.parent.rglob("*"))
    statut, message = ecole.refusal(
        "report", "--archiver", "-c", str(archive / "suivi_eleves.xlsx")
    )
    assert statut == 3
    assert "déjà une archive" in message
    assert sorted(ecole.classeur.parent.rglob("*")) == avant


@pytest.mark.skipif(os.name == "nt", reason="la taille des fichiers ne s'y limite pas")
def test_a_full_disk_leaves_no_archive(ecole: Ecole, documents: Path) -> None:
    """Half an archive is none; the dossier is not closed and the documents are where they were."""
    import resource

    (documents / "permis.jpg").write_bytes(os.urandom(1_000_000))
    avant = ecole.classeur.read_bytes()
    commande = ("close", "1", "--documents", str(documents), "--deplacer", "--oui")

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, 500_000))

    fait = subprocess.run(
        [sys.executable, "-m", "inactifs", *commande],
        preexec_fn=limit,
        env=os.environ | {"PYTHONPATH": str(Path(inactifs.__file__).parents[1])},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert fait.returncode == 1
    assert "plus de place" in fait.stderr
    assert ecole.classeur.read_bytes() == avant
    assert len(list(documents.rglob("*.*"))) == 3
    assert list((ecole.classeur.parent / "archives" / "dossiers").iterdir()) == []


def test_a_past_month_made_again_gives_the_same_figures(ecole: Ecole) -> None:
    """Whatever is done in the following months, reopening included."""
    alors = ecole.json("report", "--mois", "2026-11")
    ecole.json("close", "1", "--oui")
    ecole.json("relance", "add", "2", "--moyen", "email", "--resultat", "entretien")
    ecole.day("20/02/2027")
    ecole.json("reopen", "1", "--motif", "revient")
    ecole.json("reopen", "3", "--motif", "erreur")
    ecole.json("detect")
    ecole.json("close", "2", "--demande-eleve", "--oui")
    apres = ecole.json("report", "--mois", "2026-11")
    changeants = {"en_retard", "etabli_le", "imports", "perimes"}
    assert len(apres["dossiers"]) == len(alors["dossiers"])
    for cle in alors.keys() - changeants - {"dossiers"}:
        assert apres[cle] == alors[cle], cle
    decembre = ecole.json("report", "--mois", "2026-12")
    assert (decembre["abandons"], decembre["dossiers_ouverts_fin"]) == (1, 1)


def test_a_report_that_differs_from_its_archive_says_so(ecole: Ecole, archive: Path) -> None:
    """Somebody types into a past month: the archived figures are given beside the new ones."""
    assert "archivé le" not in ecole.type("report", "--mois", "2026-11").sortie
    ecole.fill(
        TABLEAU,
        [{"ÉLÈVE": "TARD Venu", "DÉTECTÉ LE": le("05/11/2026"), "DATES DE RELANCES": "05/11/2026"}],
    )
    sortie = " ".join(ecole.type("report", "--mois", "2026-11").sortie.split())
    assert "Le bilan archivé le 16/12/2026 donne : dossiers détectés 2 (et non 3)" in sortie


# --- an archived workbook is read, never written ---------------------------------------------


def test_every_command_is_on_one_side() -> None:
    """Those that read an archive, and those that must not write one."""
    assert {nom for nom in COMMANDES if not below(nom)} == LISENT | DEMANDENT | set(ECRIVENT)


@pytest.mark.parametrize("commande", ECRIVENT)
def test_no_command_writes_an_archived_workbook(ecole: Ecole, archive: Path, commande: str) -> None:
    """Exit 3, the bytes as they were, nothing beside them."""
    archive /= "suivi_eleves.xlsx"
    for nom, contenu in (("eleves", "N° élève;Nom\n9;NEUF"), ("cours", "N° élève;Date\n2;1/12/26")):
        (ecole.classeur.parent / f"{nom}.csv").write_text(contenu, "utf-8")
    avant = archive.read_bytes()
    fichiers = sorted(archive.parent.rglob("*"))
    arguments = (*commande.split(), *ECRIVENT[commande], "-c", str(archive), "--json")
    fait = ecole.type(*arguments)
    assert fait.statut == 3, fait
    assert "est une archive" in json.loads(fait.sortie)["erreur"]["message"]
    assert archive.read_bytes() == avant
    assert sorted(archive.parent.rglob("*")) == fichiers


def test_commands_read_an_archived_workbook(ecole: Ecole, archive: Path) -> None:
    """As it stood, after the current one has changed; the archive stays intact."""
    ecole.json("close", "1", "--oui")
    c = ("-c", str(archive / "suivi_eleves.xlsx"))
    assert ecole.json("show", "1", *c)["dossiers"][0]["etat"] == "a_cloturer"
    assert len(ecole.json("list", *c)["dossiers"]) == 3
    assert ecole.json("next", *c)["etapes"]
    assert ecole.json("report", "--mois", "2026-11", *c)["detectes"] == 2
    assert ecole.json("detect", "--simulation", *c)["suivis"] == 3
    assert ecole.json("check", *c)["problemes"] is not None
    assert ecole.json("check", "--archives", *c)["archives"][0]["intacte"]
    assert "est une archive" not in ecole.type("relance", "message", "2", *c).erreurs


# --- close --documents -----------------------------------------------------------------------


def test_documents_are_copied_with_the_record_of_the_case(ecole: Ecole, documents: Path) -> None:
    """Verified, told in the comment and the journal; the original stays."""
    avant = {c: c.read_bytes() for c in documents.rglob("*") if c.is_file()}
    clos = ecole.json("close", "1", "--documents", str(documents), "--oui")
    chemin = "archives/dossiers/1-laurence-royer"
    assert clos["documents"] == {"archive": chemin, "fichiers": 2, "laisses": []}
    dossier = ecole.classeur.parent / chemin
    for original, contenu in avant.items():
        copie = dossier / "documents" / original.relative_to(documents)
        assert copie.read_bytes() == contenu == original.read_bytes()
    assert modes(ecole.classeur.parent / "archives") == {0}
    assert ecole.row(2)["COMMENTAIRE"] == (
        f"Abandonniste : dossier clôturé le 16/12/2026\nDocuments archivés : {chemin}"
    )
    journal = openpyxl.load_workbook(ecole.classeur)["Journal"]
    detail = str(journal.cell(journal.max_row, 5).value)
    assert f"copie vérifiée (2 fichiers) : {chemin}" in detail
    (controle,) = ecole.json("check", "--archives")["archives"]
    assert (controle["nom"], controle["genre"]) == ("dossiers/1-laurence-royer", "dossier")
    assert controle["intacte"]


def test_the_record_tells_the_case_on_one_page(
    ecole: Ecole, documents: Path, tmp_path: Path
) -> None:
    """Criteria, relances, answers, mention, documents; self-contained."""
    ecole.json("close", "1", "--documents", str(documents), "--oui")
    fiche = ecole.classeur.parent / "archives/dossiers/1-laurence-royer/fiche.html"
    html = fiche.read_text("utf-8")
    texte = re.sub(r"\s+", " ", re.sub(r"<style>.*?</style>|<[^>]+>", " ", html, flags=re.S))
    for dit in (
        "ROYER Laurence (n°&nbsp;1)",
        "Leçon de conduite réservée ou suivie 31/07/2026",
        "inactif après plus de 3&nbsp;mois",
        "depuis le 01/11/2026",
        "09/11/2026 2e relance Email Responsable pédagogique 09/11/2026 Sans réponse",
        "Relances de suite sans réponse à la clôture&nbsp;: 3",
        "Cause notée&nbsp;: santé",
        "Abandonniste&nbsp;: dossier clôturé le 16/12/2026",
        "contrat signé.pdf",
        "code/séries.txt",
    ):
        assert dit in texte, dit
    assert not re.search(r"https?://|src=|href=|<script|url\((?!#)", html)
    if CHROMIUM is None:
        pytest.skip("Chromium absent : impression non vérifiée")
    pdf = tmp_path / "fiche.pdf"
    options = ("--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer")
    profil = f"--user-data-dir={tmp_path / 'profil'}"
    subprocess.run(
        [CHROMIUM, *options, profil, f"--print-to-pdf={pdf}", fiche.as_uri()],
        check=True,
        capture_output=True,
        timeout=120,
    )
    assert len(re.findall(rb"/MediaBox", pdf.read_bytes())) == 1


def test_documents_are_moved_only_when_asked_and_once_the_workbook_is_written(
    ecole: Ecole, documents: Path, tenue: Tenue
) -> None:
    """Nothing moves while the workbook is open elsewhere; then the whole folder does."""
    avant = {c.relative_to(documents) for c in documents.rglob("*")}
    commande = ("close", "1", "--documents", str(documents), "--deplacer", "--oui")
    ouvert = ecole.classeur.with_name(f"~${ecole.classeur.name}")
    ouvert.write_bytes(b"\x05Marie")
    tenue.hold(ouvert, LIRE)
    statut, _ = ecole.refusal(*commande)
    assert statut == 5
    assert {c.relative_to(documents) for c in documents.rglob("*")} == avant
    assert ecole.json("check", "--archives")["archives"] == []
    tenue.let_go()
    ouvert.unlink()
    ecole.json(*commande)
    assert not documents.exists()
    dossier = ecole.classeur.parent / "archives/dossiers/1-laurence-royer/documents"
    assert {c.relative_to(dossier) for c in dossier.rglob("*")} == avant


def test_one_file_may_be_given_too(ecole: Ecole, documents: Path) -> None:
    """A scanned contract, for instance."""
    contrat = documents / "contrat signé.pdf"
    ecole.json("close", "1", "--documents", str(contrat), "--deplacer", "--oui")
    dossier = ecole.classeur.parent / "archives/dossiers/1-laurence-royer/documents"
    assert [c.name for c in dossier.iterdir()] == ["contrat signé.pdf"]
    assert not contrat.exists()
    assert (documents / "code" / "séries.txt").exists()


def test_what_changed_since_its_copy_is_left_in_place(
    ecole: Ecole, documents: Path, tmp_path: Path
) -> None:
    """Somebody saves a document, or adds one, while the others are put away."""
    from inactifs.archives.documents import documents_in, remove_originals
    from inactifs.archives.storing import Manifeste, write_archive
    from inactifs.cli.options import timestamp

    fichiers = documents_in(documents, ecole.classeur, tmp_path / "archives")
    manifeste = Manifeste("dossier", timestamp(), "A", "inactifs")
    archive = write_archive(tmp_path / "archives" / "dossiers", "x", fichiers, manifeste)
    (documents / "contrat signé.pdf").write_bytes(b"signe depuis")
    (documents / "code" / "nouveau.txt").write_bytes(b"arrive depuis")
    restes = remove_originals(documents, fichiers, archive)
    assert {r.name for r in restes} == {"contrat signé.pdf", "nouveau.txt"}
    assert {c.name for c in documents.rglob("*")} == {"contrat signé.pdf", "code", "nouveau.txt"}


def test_an_archive_of_documents_is_never_overwritten(ecole: Ecole, documents: Path) -> None:
    """The student who gives up twice has two."""
    commande = ("close", "1", "--documents", str(documents), "--demande-eleve", "--oui")
    ecole.json(*commande)
    ecole.json("reopen", "1", "--motif", "revient")
    assert ecole.json(*commande)["documents"]["archive"].endswith("1-laurence-royer-2")
    assert [a["intacte"] for a in ecole.json("check", "--archives")["archives"]] == [True, True]


def _link(documents: Path) -> Path:
    if sys.platform == "win32":
        pytest.skip("links need a right there")
    (documents / "lien").symlink_to(documents / "contrat signé.pdf")
    return documents


def _empty(documents: Path) -> Path:
    vide = documents.parent / "vide"
    vide.mkdir()
    return vide


@pytest.mark.parametrize(
    ("quoi", "statut", "dit"),
    [
        (lambda d: d / "absent", 4, "n'existe pas"),
        (_empty, 4, "est vide"),
        (_link, 4, "est un lien"),
        (lambda d: d.parent, 3, "contient le classeur ou les archives"),
        (lambda d: d.parent / "suivi_eleves.xlsx", 3, "contient le classeur"),
        (lambda d: d.parent / "archives", 3, "contient le classeur ou les archives"),
    ],
)
def test_what_is_no_students_folder_is_refused(
    ecole: Ecole,
    archive: Path,
    documents: Path,
    quoi: Callable[[Path], Path],
    statut: int,
    dit: str,
) -> None:
    """Before anything is written or moved."""
    cible = quoi(documents)
    avant = files(ecole)
    refus, message = ecole.refusal("close", "1", "--documents", str(cible), "--deplacer", "--oui")
    assert refus == statut
    assert dit in message
    assert files(ecole) == avant


def test_documents_are_not_touched_by_a_simulation(ecole: Ecole, documents: Path) -> None:
    """It says where they would go."""
    fait = ecole.type(
        "close", "1", "--documents", str(documents), "--deplacer", "--oui", "--simulation"
    )
    assert "archives/dossiers/1-laurence-royer" in fait.erreurs
    assert "retiré" not in fait.erreurs
    assert len(list(documents.rglob("*.*"))) == 2
    assert not (ecole.classeur.parent / "archives").exists()


def test_a_number_never_leads_out_of_the_archives(ecole: Ecole, documents: Path) -> None:
    """A student's number is typed by people: « ../../1 » is a number, not a path."""
    ecole.fill(ELEVES, [student("../../x", "AVANT Zoé")])
    ecole.fill(
        TABLEAU, [{"ÉLÈVE": "AVANT Zoé", "N° ÉLÈVE": "../../x", "DÉTECTÉ LE": le("1/12/2026")}]
    )
    siens = documents.rename(documents.with_name("AVANT"))
    clos = ecole.json("close", "../../x", "--documents", str(siens), "--demande-eleve", "--oui")
    assert clos["documents"]["archive"] == "archives/dossiers/x-avant-zoe"


# --- check --archives ------------------------------------------------------------------------


def writable(chemin: Path) -> Path:
    chemin.chmod(0o600)
    return chemin


def _manifest(dossier: Path, avant: str, apres: str) -> None:
    manifeste = writable(dossier / "manifeste.json")
    texte = manifeste.read_text("utf-8")
    assert avant in texte
    manifeste.write_text(texte.replace(avant, apres, 1), "utf-8")


DEGATS: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "missing": (
        lambda d: writable(d / "rapport-2026-11.html").unlink(),
        "manquant",
        "rapport-2026-11.html",
    ),
    "changed": (
        lambda d: writable(d / "suivi_eleves.xlsx").write_bytes(b"PK"),
        "modifie",
        "suivi_eleves.xlsx",
    ),
    "link": (
        lambda d: (
            (d / "suivi_eleves.xlsx").rename(d.parent / "x.xlsx")
            and (d / "suivi_eleves.xlsx").symlink_to(d.parent / "x.xlsx")
        ),
        "modifie",
        "suivi_eleves.xlsx",
    ),
    "extra": (lambda d: (d / "ajout.txt").write_text("x"), "en_trop", "ajout.txt"),
    "figure": (
        lambda d: _manifest(d, '"detectes": 2', '"detectes": 1'),
        "manifeste",
        "manifeste.json",
    ),
    "garbage": (
        lambda d: writable(d / "manifeste.json").write_bytes(b"{"),
        "manifeste",
        "manifeste.json",
    ),
    "no manifest": (
        lambda d: writable(d / "manifeste.json").unlink(),
        "manifeste",
        "manifeste.json",
    ),
    "interrupted": (
        lambda d: (d.parent / ".2026-11.99.inactifs.tmp").mkdir(),
        "inachevee",
        "",
    ),
    "vanished": (remove_tree, "disparue", ""),
}


@pytest.mark.parametrize("degat", DEGATS)
def test_every_damage_is_named(ecole: Ecole, archive: Path, degat: str) -> None:
    """By archive and file, with exit 4; the archives that are whole are said to be."""
    if degat == "link" and sys.platform == "win32":
        pytest.skip("links need a right there")
    abime, nature, fichier = DEGATS[degat]
    shutil.copytree(archive, archive.with_name("2026-11-2"))
    abime(archive)
    fait = ecole.type("check", "--archives", "--json")
    assert fait.statut == 4
    controles = {c["nom"]: c for c in json.loads(fait.sortie)["archives"]}
    defauts = [(d["nature"], d["fichier"]) for c in controles.values() for d in c["defauts"]]
    assert defauts == [(nature, fichier)]
    assert controles["2026-11-2"]["intacte"]
    ecran = ecole.type("check", "--archives")
    assert ecran.statut == 4
    assert fichier in ecran.sortie
    assert "à vérifier" in ecran.sortie


def test_a_sealed_manifest_may_not_point_outside(ecole: Ecole) -> None:
    """Nothing outside the archive is read for a manifest that was made up."""
    from inactifs.archives.storing import Fichier, Manifeste, from_json, to_json
    from inactifs.cli.options import timestamp

    for nom in ("../secret", "/etc/hostname"):
        manifeste = Manifeste("bilan", timestamp(), "A", "i", {}, (Fichier(nom, 1, "0"),))
        with pytest.raises(ValueError, match="hors de l'archive"):
            from_json(to_json(manifeste))


def test_looking_at_an_archive_does_not_damage_it(ecole: Ecole, archive: Path) -> None:
    """What the system leaves in a folder, and folders that are the school's, are not ours."""
    (archive / ".DS_Store").write_bytes(b"x")
    (archive / ".~lock.suivi_eleves.xlsx#").write_bytes(b"x")
    (archive.parent / "Photos 2025").mkdir()
    assert ecole.json("check", "--archives")["archives"][0]["intacte"]
    assert "rien à signaler" in ecole.type("check", "--archives").sortie


def test_no_archive_is_said(ecole: Ecole) -> None:
    """Nothing to verify is not a fault."""
    assert ecole.json("check", "--archives")["archives"] == []
    assert "Aucune archive" in ecole.type("check", "--archives").erreurs


def test_the_json_report_goes_to_the_file_that_is_named(ecole: Ecole) -> None:
    """``--sortie r.json`` writes it; ``--json`` prints it as well."""
    fichier = ecole.classeur.with_name("r.json")
    assert "{" not in ecole.type("report", "--mois", "2026-11", "--sortie", str(fichier)).sortie
    ecrit = json.loads(fichier.read_text("utf-8"))
    assert ecrit["mois"] == "2026-11"
    assert ecole.json("report", "--mois", "2026-11", "--sortie", str(fichier)) == ecrit
