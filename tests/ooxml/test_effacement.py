"""What hangs on cells that were emptied: shared strings, notes, links."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import xlsxwriter

from inactifs.ooxml.erasure import erase, texts_around, unreadable_parts
from inactifs.ooxml.workbook import Workbook


def book() -> bytes:
    """Shared strings, one of them used twice; notes and links on three rows."""
    tampon = io.BytesIO()
    with xlsxwriter.Workbook(tampon) as classeur:
        feuille = classeur.add_worksheet("Élèves")
        for ligne, nom in enumerate(("ROYER & fils", "MARTIN", "PETIT")):
            feuille.write_string(ligne, 0, nom)
            feuille.write_url(ligne, 1, f"mailto:{ligne + 1}@exemple.fr", string=f"Écrire à {nom}")
            feuille.write_comment(ligne, 0, f"La mère de {nom}")
        classeur.add_worksheet("Copie").write_string(0, 0, "MARTIN")
    return tampon.getvalue()


def parts(data: bytes) -> dict[str, str]:
    """Every part, inflated."""
    with zipfile.ZipFile(io.BytesIO(data)) as paquet:
        return {nom: paquet.read(nom).decode("utf-8", "replace") for nom in paquet.namelist()}


def emptied(data: bytes, *cellules: tuple[int, int]) -> bytes:
    """The workbook with these cells of the first sheet written over."""
    livre = Workbook(data)
    for ligne, colonne in cellules:
        livre.sheet("Élèves").set(ligne, colonne, "neutre")
    return livre.to_bytes()


def test_a_string_that_no_cell_uses_any_more_is_emptied() -> None:
    """The string of another sheet's cell stays, at its rank."""
    avant = emptied(book(), (1, 1), (2, 1))
    assert "<t>ROYER &amp; fils</t>" in parts(avant)["xl/sharedStrings.xml"]
    apres = erase(avant, {}, "x").data
    textes = parts(apres)["xl/sharedStrings.xml"]
    assert "<t>ROYER &amp; fils</t>" not in textes
    assert "<t>MARTIN</t>" in textes
    relu = openpyxl.load_workbook(io.BytesIO(apres))
    assert relu["Copie"]["A1"].value == "MARTIN"
    assert [c.value for c in relu["Élèves"]["A"]] == ["neutre", "neutre", "PETIT"]


def test_notes_and_links_of_these_rows_go_and_no_other() -> None:
    """The note stays in its place, without its words; the link's target goes too."""
    efface = erase(emptied(book(), (1, 1), (1, 2)), {"Élèves": {1}}, "Note effacée")
    assert (efface.notes, efface.links) == (1, 1)
    tout = "".join(parts(efface.data).values())
    assert "ROYER" not in tout
    assert "mailto:1@" not in tout
    feuille = openpyxl.load_workbook(io.BytesIO(efface.data))["Élèves"]
    assert [c.comment.text for c in feuille["A"] if c.comment] == [
        "Note effacée",
        "La mère de MARTIN",
        "La mère de PETIT",
    ]
    assert [c.hyperlink.target if c.hyperlink else None for c in feuille["B"]] == [
        None,
        "mailto:2@exemple.fr",
        "mailto:3@exemple.fr",
    ]


def test_when_the_last_link_goes_so_does_the_list() -> None:
    """The schema wants one link at least in ``hyperlinks``."""
    efface = erase(book(), {"Élèves": {1, 2, 3}}, "x")
    assert efface.links == 3
    assert "<hyperlinks" not in parts(efface.data)["xl/worksheets/sheet1.xml"]
    openpyxl.load_workbook(io.BytesIO(efface.data))


def test_a_thread_loses_its_words_and_its_mentions() -> None:
    """Threaded comments are another part, linked to the same sheet."""
    fil = (
        '<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/'
        'threadedcomments"><threadedComment ref="A1" id="{1}"><text>Appeler ROYER</text><mentions>'
        '<mention mentionpersonId="{2}" mentionId="{3}" startIndex="8" length="5"/></mentions>'
        '</threadedComment><threadedComment ref="A2" id="{4}"><text>MARTIN</text>'
        "</threadedComment></ThreadedComments>"
    )
    lien = (
        '<Relationship Id="rId99" Type="http://schemas.microsoft.com/office/2017/10/relationships/'
        'threadedComment" Target="../threadedComments/threadedComment1.xml"/></Relationships>'
    )
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w") as paquet:
        for nom, texte in parts(book()).items():
            if nom == "xl/worksheets/_rels/sheet1.xml.rels":
                texte = texte.replace("</Relationships>", lien)
            paquet.writestr(nom, texte)
        paquet.writestr("xl/threadedComments/threadedComment1.xml", fil)
    apres = parts(erase(tampon.getvalue(), {"Élèves": {1}}, "Note effacée").data)
    reste = apres["xl/threadedComments/threadedComment1.xml"]
    assert "ROYER" not in reste
    assert "<mention " not in reste
    assert "<text>Note effacée</text>" in reste
    assert "<text>MARTIN</text>" in reste


def test_nothing_to_erase_is_the_same_bytes() -> None:
    """Every string is used, no row is concerned."""
    data = book()
    assert erase(data, {"Copie": {1}}, "x").data == data


def test_texts_outside_of_cells_are_found_and_embedded_documents_named() -> None:
    """Notes, links, names of sheets; not the cells, which are read as cells."""
    textes = {texte for _, texte in texts_around(book())}
    assert {"La mère de PETIT", "mailto:3@exemple.fr", "Copie"} <= textes
    assert "PETIT" not in textes
    tampon = io.BytesIO(book())
    with zipfile.ZipFile(tampon, "a") as paquet:
        paquet.writestr("xl/embeddings/contrat.docx", b"PK")
    assert unreadable_parts(tampon.getvalue()) == ["xl/embeddings/contrat.docx"]
