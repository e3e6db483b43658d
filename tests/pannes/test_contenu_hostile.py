"""From the command line: what somebody puts in an export or a workbook to do harm.

Text stays text in the workbook and in every file that is written; a file made to exhaust the
machine is refused quickly, within bounded memory.
"""

from __future__ import annotations

import csv
import email
import email.policy
import io
import os
import struct
import sys
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from commandes_essais import on_day, school, type_command
from depot_essais import end_of, fork

if sys.platform != "win32":
    import resource

BALISE = "<script>alert(1)</script>"
HOSTILES = (
    '=HYPERLINK("http://x.example";"clic")',
    "=cmd|' /C calc'!A0",
    "+33+1",
    "-2+3",
    "@SUM(1+1)",
    BALISE,
)
MEMOIRE = 400 << 20
"""Bytes that a command may take beyond what the tests themselves have."""
DELAI = 10.0
"""Seconds; the refusals take a fraction of one."""

posix = pytest.mark.skipif(os.name == "nt", reason="forks, and limits the memory")


@pytest.fixture(autouse=True)
def jour(monkeypatch: pytest.MonkeyPatch) -> None:
    """The day, and who types."""
    on_day(monkeypatch)


@pytest.fixture(scope="module")
def gabarit(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A sound workbook."""
    with pytest.MonkeyPatch.context() as env:
        on_day(env)
        return school(tmp_path_factory.mktemp("gabarit")).read_bytes()


@pytest.fixture
def classeur(gabarit: bytes, tmp_path: Path) -> Path:
    """A copy of it."""
    chemin = tmp_path / "suivi.xlsx"
    chemin.write_bytes(gabarit)
    return chemin


def bounded(action: Callable[[], None]) -> None:
    """``action`` in a child process of little memory, which must end soon."""

    def _action() -> None:
        occupe = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (occupe + MEMOIRE, occupe + MEMOIRE))
        action()

    debut = time.monotonic()
    assert end_of(fork(_action)) == 0
    assert time.monotonic() - debut < DELAI


def refused(*arguments: object) -> Callable[[], None]:
    """A command that must end with status 4 and a sentence."""

    def _type() -> None:
        fait = type_command(*arguments)
        assert fait.statut == 4, fait
        assert 0 < len(fait.erreurs.splitlines()) <= 3

    return _type


# What looks like a formula, like markup, like a header


def quoted(texte: str) -> str:
    """A field of a CSV."""
    return '"' + texte.replace('"', '""') + '"'


def test_what_is_imported_is_text_in_every_file(tmp_path: Path) -> None:
    """The workbook, the rejects, the report in HTML and XLSX, the calendar."""
    classeur = school(
        tmp_path,
        "N° élève;Nom;Prénom;Inscrit le\n"
        + "".join(f"{n};{quoted(t)};Zoé;02/01/2026\n" for n, t in enumerate(HOSTILES, 1)),
    )
    for arguments in (
        *(("relance", "add", n, "--commentaire", t, "--cause", t)
          for n, t in enumerate(HOSTILES, 1)),
        ("report", "--mois", "2026-11", "--format", "html", "--sortie", tmp_path / "r.html"),
        ("report", "--mois", "2026-11", "--format", "xlsx", "--sortie", tmp_path / "r.xlsx"),
        ("next", "--jours", "60", "--ics", tmp_path / "n.ics"),
    ):  # fmt: skip
        fait = type_command(*arguments, "-c", classeur)
        assert fait.statut == 0, fait
    for chemin, feuilles in (
        (classeur, {"Tableau de suivi", "Élèves", "Journal"}),
        (tmp_path / "r.xlsx", set()),
    ):
        trouves: dict[str, set[str]] = {t: set() for t in HOSTILES}
        for feuille in openpyxl.load_workbook(chemin):
            for cellule in (c for rangee in feuille.iter_rows() for c in rangee):
                assert cellule.hyperlink is None
                for texte in HOSTILES:
                    if texte in str(cellule.value):
                        assert cellule.data_type != "f", cellule
                        trouves[texte].add(feuille.title)
        for texte, ou in trouves.items():
            assert ou and feuilles <= ou, texte
    page = (tmp_path / "r.html").read_text("utf-8")
    assert BALISE not in page
    assert "<a href" not in page

    export, rejets = tmp_path / "cours.csv", tmp_path / "rejets.csv"
    lignes = "".join(f"{quoted(t)};{quoted(t)};Effectué\n" for t in HOSTILES)
    export.write_text("Élève;Date;Statut\n" + lignes, "utf-8")
    type_command("import", "cours", export, "--rejets", rejets, "-c", classeur)
    with rejets.open(encoding="utf-8-sig", newline="") as fichier:
        cellules = [c for ligne in csv.reader(fichier, delimiter=";") for c in ligne]
    assert all(any(t in c for c in cellules) for t in HOSTILES)
    assert not [c for c in cellules if c.startswith(("=", "+", "-", "@"))]


def test_no_header_slips_into_an_email(tmp_path: Path) -> None:
    """A name or an address with line breaks stays in its field."""
    classeur = school(
        tmp_path,
        'N° élève;Nom;Prénom;Email;Inscrit le\n7;ROYER;"Zoé\r\nBcc: a@x.example";'
        '"z@exemple.fr\r\nBcc: b@x.example";02/01/2026\n',
    )
    livre = openpyxl.load_workbook(classeur)
    livre["Élèves"]["C2"].value = "Zoé\r\nBcc: c@x.example"
    livre["Élèves"]["F2"].value = "z@exemple.fr\r\nBcc: d@x.example"
    livre.save(classeur)
    brouillon = tmp_path / "m.eml"
    fait = type_command("relance", "message", "7", "--moyen", "email", "--eml", brouillon,
                        "-c", classeur)  # fmt: skip
    if fait.statut == 0:
        lu = email.message_from_bytes(brouillon.read_bytes(), policy=email.policy.default)
        assert "Bcc" not in lu
    else:
        assert fait.statut in (3, 4), fait


def test_control_characters_and_escapes(classeur: Path, tmp_path: Path) -> None:
    """They neither break the workbook, nor change into other characters, nor reach a terminal."""
    export = tmp_path / "e.csv"
    export.write_bytes("N° élève;Nom;Prénom\n9;A_x0041_B;Zo\x07é\x1b[31m\u202e\n".encode())
    assert type_command("import", "eleves", export, "-c", classeur).statut == 0
    feuille = openpyxl.load_workbook(classeur)["Élèves"]
    noms = [(r[1], r[2]) for r in feuille.iter_rows(min_row=2, values_only=True) if r[0] == "9"]
    assert noms[0][0] in ("A_x0041_B", "A_x005F_x0041_B")  # openpyxl does not always unescape
    assert str(noms[0][1]).startswith("Zo")
    assert "\x1b" not in str(noms[0][1])
    assert '"A_x0041_B' in type_command("show", "9", "--json", "-c", classeur).sortie
    livre = openpyxl.load_workbook(classeur)
    livre["Tableau de suivi"]["F2"].value = "avant _x001B_[31m_x0007_ après"
    livre["Tableau de suivi"]["A2"].value = "ROYER _x001B_]0;titre_x0007_Laurence"
    livre.save(classeur)
    for commande in ("list", "show 7", "check", "detect", "report", "next", "relance add 7"):
        dit = type_command(*commande.split(), "-c", classeur)
        assert dit.statut == 0, dit
        assert "\x1b" not in dit.sortie + dit.erreurs, commande
        assert "\x07" not in dit.sortie + dit.erreurs, commande
    assert "\x1b" not in type_command("show", "Royer\x1b[2J", "-c", classeur).erreurs
    for format_ in ("html", "xlsx", "json"):
        sortie = tmp_path / f"r.{format_}"
        fait = type_command("report", "--format", format_, "--sortie", sortie, "-c", classeur)
        assert fait.statut == 0, fait


def test_a_cell_has_an_end(classeur: Path, tmp_path: Path) -> None:
    """More than 32,767 characters: refused before anything is written."""
    avant = classeur.read_bytes()
    for commande in (
        ("relance", "add", "7", "--commentaire", "é" * 32_768),
        ("pause", "7", "--jusqu-au", "24/12/2026", "--motif", "x" * 40_000),
    ):
        fait = type_command(*commande, "-c", classeur)
        assert fait.statut == 4, fait
        assert "32767" in fait.erreurs.replace("\u202f", "").replace(" ", "")
        assert classeur.read_bytes() == avant
    export = tmp_path / "e.csv"
    export.write_text(f"N° élève;Nom;Prénom\n9;{'N' * 40_000};Zoé\n", "utf-8")
    fait = type_command("import", "eleves", export, "-c", classeur)
    assert fait.statut in (0, 4), fait
    for feuille in openpyxl.load_workbook(classeur):
        for rangee in feuille.iter_rows(values_only=True):
            assert all(len(str(v)) <= 32_767 for v in rangee)


# What is made to exhaust the machine


def zip_of(membres: dict[str, bytes]) -> bytes:
    """An archive of these members."""
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as archive:
        for nom, contenu in membres.items():
            archive.writestr(nom, contenu)
    return sortie.getvalue()


def rewritten(data: bytes, nom: str, change: Callable[[bytes], bytes]) -> bytes:
    """A workbook with one part changed."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        membres = {n: archive.read(n) for n in archive.namelist()}
    membres[nom] = change(membres[nom])
    return zip_of(membres)


def bomb(data: bytes, nom: str, mebioctets: int, *, menteuse: bool) -> bytes:
    """A workbook with one more part, which inflates to so many MiB of spaces.

    ``menteuse``: it declares a thousand bytes.
    """
    bloc = b" " * (1 << 20)
    compresseur = zlib.compressobj(9, zlib.DEFLATED, -15)
    entete = compresseur.compress(bloc) + compresseur.flush(zlib.Z_FULL_FLUSH)
    repete = compresseur.compress(bloc) + compresseur.flush(zlib.Z_FULL_FLUSH)
    flux = entete + repete * (mebioctets - 1) + compresseur.flush()
    somme = 0
    for _ in range(mebioctets):
        somme = zlib.crc32(bloc, somme)
    taille = 1000 if menteuse else mebioctets << 20
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        membres = {n: archive.read(n) for n in archive.namelist() if n != nom}
    base = zip_of(membres)
    fin = base.rfind(b"PK\x05\x06")
    nombre, _, debut = struct.unpack("<HII", base[fin + 10 : fin + 20])
    champs = struct.pack("<HHHHHIII", 20, 0, 8, 0, 33, somme, len(flux), taille)
    local = b"PK\x03\x04" + champs + struct.pack("<HH", len(nom), 0) + nom.encode() + flux
    central = (
        b"PK\x01\x02" + struct.pack("<H", 20) + champs
        + struct.pack("<HHHHHII", len(nom), 0, 0, 0, 0, 0, debut) + nom.encode()
    )  # fmt: skip
    repertoire = base[debut:fin] + central
    return (
        base[:debut] + local + repertoire + b"PK\x05\x06"
        + struct.pack("<HHHHIIH", 0, 0, nombre + 1, nombre + 1, len(repertoire),
                      debut + len(local), 0)
    )  # fmt: skip


@posix
@pytest.mark.parametrize(
    ("partie", "menteuse"),
    [
        ("xl/media/image1.png", False),
        ("xl/worksheets/sheet1.xml", False),
        ("xl/worksheets/sheet1.xml", True),
    ],
)
def test_a_zip_bomb(classeur: Path, tmp_path: Path, partie: str, menteuse: bool) -> None:
    """As the workbook, and as an export."""
    piege = tmp_path / "piege.xlsx"
    piege.write_bytes(bomb(classeur.read_bytes(), partie, 1100, menteuse=menteuse))
    bounded(refused("detect", "-c", piege))
    bounded(refused("import", "eleves", piege, "-c", classeur))


def laughs(xml: bytes) -> bytes:
    """A part that declares ten entities, each ten of the one before, and uses the last."""
    entites = '<!ENTITY a0 "ha">' + "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 11)
    )
    debut = xml.index(b"?>") + 2 if xml.startswith(b"<?xml") else 0
    dtd = f"<!DOCTYPE x [{entites}]>".encode()
    reste = xml[debut:].replace(b"<t>ROYER<", b"<t>&a10;<").replace(b"<v>7</v>", b"<v>&a10;</v>")
    return xml[:debut] + dtd + reste


@posix
@pytest.mark.parametrize("partie", ["xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"])
def test_a_billion_laughs(classeur: Path, tmp_path: Path, partie: str) -> None:
    """No entity is expanded, in the workbook nor in an export."""
    piege = tmp_path / "piege.xlsx"
    livre = xlsxwriter.Workbook(piege)
    feuille = livre.add_worksheet("Tableau de suivi")
    feuille.write_row(0, 0, ["N° ÉLÈVE", "NOM", "PRÉNOM", "ÉLÈVE", "DATE DE DERNIÈRE ACTIVITÉ"])
    feuille.write_row(1, 0, ["7", "ROYER", "Laurence", "ROYER Laurence", "02/01/2026"])
    livre.close()
    assert type_command("check", "-c", piege).statut == 0
    piege.write_bytes(rewritten(piege.read_bytes(), partie, laughs))
    bounded(refused("init", piege))

    def _read() -> None:
        for arguments in (("check", "-c", piege), ("import", "eleves", piege, "-c", classeur)):
            fait = type_command(*arguments)
            assert fait.statut in (0, 4), fait
            assert "haha" not in fait.sortie + fait.erreurs

    bounded(_read)


def test_a_path_in_a_member(classeur: Path, tmp_path: Path) -> None:
    """Nothing is ever unpacked: refused, or left in the archive."""
    piege = tmp_path / "sous" / "piege.xlsx"
    piege.parent.mkdir()
    with zipfile.ZipFile(io.BytesIO(classeur.read_bytes())) as archive:
        membres = {n: archive.read(n) for n in archive.namelist()}
    piege.write_bytes(zip_of(membres | {"../evade.txt": b"x", "/tmp/evade.txt": b"x"}))
    avant = sorted(tmp_path.rglob("*"))
    assert type_command("check", "-c", piege).statut == 4
    assert type_command("relance", "add", "7", "-c", piege).statut == 4
    assert type_command("import", "eleves", piege, "-c", classeur).statut in (0, 4)
    assert [p for p in sorted(tmp_path.rglob("*")) if "evade" in p.name] == []
    assert set(avant) <= set(tmp_path.rglob("*"))


@posix
@pytest.mark.parametrize("motif", [b"\0", b"a;", b'"a'], ids=["zeros", "fields", "quotes"])
def test_a_csv_of_one_line_without_end(classeur: Path, tmp_path: Path, motif: bytes) -> None:
    """Two gigabytes of zeros, that the disk does not even hold; then of letters."""
    export = tmp_path / "cours.csv"
    with export.open("wb") as fichier:
        fichier.write(b"N\xc2\xb0 \xc3\xa9l\xc3\xa8ve;Date;Statut\n")
        if motif != b"\0":
            for _ in range(3):
                fichier.write(motif * (1 << 20))
    os.truncate(export, 2 << 30 if motif == b"\0" else export.stat().st_size)
    bounded(refused("import", "cours", export, "-c", classeur))
