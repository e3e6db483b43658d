"""What every workbook of the gallery holds, the exports typed in, and packages put together."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import date

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SHEET_ML = "application/vnd.openxmlformats-officedocument.spreadsheetml"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MS = "http://schemas.microsoft.com/office"
TABLEAU = "Tableau de suivi"
TITRE = "Suivi des élèves inactifs : année 2026"
ENTETE = 3  # the row of the headers
ENTETES = (
    "ÉLÈVE", "DATE DE DERNIÈRE ACTIVITÉ", "DATES DE RELANCES", "MOYENS UTILISÉS",
    "RÉSULTAT (REPRISE / ABANDON)", "COMMENTAIRE", "MONITEUR",
)  # fmt: skip
LIGNES = (
    ("MOREL Jeanne", date(2026, 3, 2), "01/09/2026", "SMS", None, "À rappeler le soir", "Paul"),
    ("PETIT Luc", date(2025, 10, 10), "12/01/2026\n20/01/2026", "SMS\nEmail", "REPRISE",
     "A repris en février", "Inès"),
)  # fmt: skip
ELEVES_CSV = """N° élève;Nom;Prénom;Téléphone;Email;Inscrit le
1001;MOREL;Jeanne;06 12 34 56 01;jeanne@exemple.fr;02/09/2025
1002;PETIT;Luc;06 12 34 56 02;luc@exemple.fr;02/09/2025
1003;ROUX;Léa;06 12 34 56 03;lea@exemple.fr;12/01/2026
1004;FABRE;Tom;06 12 34 56 04;tom@exemple.fr;12/01/2026
"""
COURS_CSV = """N° élève;Nom;Date leçon
1001;MOREL;02/03/2026
1002;PETIT;10/11/2026
1003;ROUX;05/05/2026
1004;FABRE;06/05/2026
"""
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63"
    "f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


def unzipped(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(content: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return out.getvalue()


class Chantier:
    """A package being completed: parts, relationships and content types go together."""

    def __init__(self, data: bytes) -> None:
        self.parts: dict[str, str | bytes] = dict(unzipped(data))

    def text(self, name: str) -> str:
        data = self.parts[name]
        return data if isinstance(data, str) else data.decode()

    def change(self, name: str, old: str, new: str) -> None:
        """Replace the first ``old``, which must be there."""
        text = self.text(name)
        assert old in text, (name, old)
        self.parts[name] = text.replace(old, new, 1)

    def add(self, part: str, content: str | bytes, content_type: str = "") -> None:
        self.parts[part] = content
        if content_type:
            self.change(
                "[Content_Types].xml", "</Types>",
                f'<Override PartName="/{part}" ContentType="{content_type}"/></Types>',
            )  # fmt: skip

    def link(self, source: str, kind: str, target: str, mode: str = "") -> str:
        """A relationship of ``source``; its Id."""
        folder, _, name = source.rpartition("/")
        rels = f"{folder}/_rels/{name}.rels".lstrip("/")
        if rels not in self.parts:
            self.parts[rels] = (
                f'{XML}<Relationships xmlns="{PACKAGE}/relationships"></Relationships>'
            )
        number = f"rId{90 + self.text(rels).count('<Relationship ')}"
        kind = kind if "://" in kind else f"{RELS}/{kind}"
        mode = f' TargetMode="{mode}"' if mode else ""
        self.change(
            rels, "</Relationships>",
            f'<Relationship Id="{number}" Type="{kind}" Target="{target}"{mode}/></Relationships>',
        )  # fmt: skip
        return number

    def to_bytes(self) -> bytes:
        return zipped(self.parts)
