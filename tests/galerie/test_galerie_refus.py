"""What cannot be edited safely is refused before anything is written, with what to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from galerie_excel import excel
from galerie_fabrique import ELEVES_CSV, Chantier

from inactifs.cli.execution import run

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
XLS = Path(__file__).parents[1] / "imports" / "exports" / "lecons.xls"
PROTECTION = '<sheetProtection password="83AF" sheet="1" objects="1" scenarios="1"/>'
HACHAGE = (
    '<sheetProtection algorithmName="SHA-512" hashValue="AAAA" saltValue="BBBB" '
    'spinCount="100000" sheet="1"/>'
)


def encrypted() -> bytes:
    """The container in which Excel puts a workbook that has a password to open."""
    names = ("Root Entry", "EncryptionInfo", "EncryptedPackage")
    return OLE + b"".join(name.encode("utf-16-le").ljust(128, b"\0") for name in names)


def shared() -> bytes:
    """A workbook shared in the old way: its changes are tracked."""
    site = Chantier(excel())
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.revisionHeaders+xml"
    site.add("xl/revisions/revisionHeaders.xml", "<headers/>", kind)
    site.link("xl/workbook.xml", "revisionHeaders", "revisions/revisionHeaders.xml")
    return site.to_bytes()


def signed() -> bytes:
    """A workbook with a digital signature."""
    site = Chantier(excel())
    kind = "application/vnd.openxmlformats-package.digital-signature-"
    site.add("_xmlsignatures/origin.sigs", b"", f"{kind}origin")
    site.add("_xmlsignatures/sig1.xml", "<Signature/>", f"{kind}xmlsignature+xml")
    return site.to_bytes()


def protected(element: str) -> bytes:
    """The tableau's sheet is protected."""
    site = Chantier(excel())
    site.change("xl/worksheets/sheet2.xml", "</sheetData>", f"</sheetData>{element}")
    return site.to_bytes()


def locked_structure() -> bytes:
    """No sheet may be added."""
    site = Chantier(excel())
    site.change("xl/workbook.xml", "<bookViews>",
                '<workbookProtection lockStructure="1"/><bookViews>')  # fmt: skip
    return site.to_bytes()


@pytest.mark.parametrize(
    ("fabrique", "raison", "remede"),
    [
        (encrypted, "mot de passe", "retirez le mot de passe"),
        (XLS.read_bytes, ".xls", "enregistrez-le au format .xlsx"),
        (shared, "partagé", "cessez le partage"),
        (signed, "signature", "Retirez la signature"),
        (lambda: protected(PROTECTION), "« Tableau de suivi » est protégée", "Ôter la protection"),
        (lambda: protected(HACHAGE), "« Tableau de suivi » est protégée", "Ôter la protection"),
        (locked_structure, "structure du classeur est protégée", "ôtez la protection"),
    ],
    ids=["chiffre", "xls", "partage", "signe", "protege", "protege_sha512", "structure"],
)
def test_the_file_is_untouched_and_the_mend_is_said(
    fabrique: Callable[[], bytes],
    raison: str,
    remede: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Exit status 4, one reason, one advice; no copy nor temporary file is left."""
    (tmp_path / "e.csv").write_text(ELEVES_CSV, "utf-8")
    classeur = tmp_path / "suivi.xlsx"
    classeur.write_bytes(avant := fabrique())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("INACTIFS_CLASSEUR", str(classeur))
    monkeypatch.setenv("INACTIFS_AUJOURDHUI", "2026-11-24")
    for commande in ("init", "import eleves e.csv", "detect"):
        assert run(commande.split()) == 4, commande
        sortie, message = capsys.readouterr()
        assert raison in message and remede in message, message
        assert sortie == "" and len(message.splitlines()) <= 3
        assert classeur.read_bytes() == avant
    restes = {f.name for f in tmp_path.rglob("*") if f.is_file() and f.name != "verrou"}
    assert restes == {"e.csv", "suivi.xlsx"}
