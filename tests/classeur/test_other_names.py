"""Packages that Excel opens though their parts bear other names than those it gives."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
from lecture_fabrique import ENTETES, dossier, workbook

from inactifs.classeur.reading import read_classeur
from inactifs.ooxml.workbook import Workbook

SAIN = workbook({"Tableau de suivi": [ENTETES, dossier(derniere_activite="01/07/2026")]})


def rebuilt(change: Callable[[str, bytes], tuple[str, bytes]]) -> bytes:
    """The package with other names, or other contents."""
    sortie = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(SAIN)) as avant,
        zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as apres,
    ):
        for info in avant.infolist():
            apres.writestr(*change(info.filename, avant.read(info)))
    return sortie.getvalue()


def backslashes(nom: str, contenu: bytes) -> tuple[str, bytes]:
    """« xl\\workbook.xml », as some writers of Windows have it."""
    return nom.replace("/", "\\"), contenu


def elsewhere(nom: str, contenu: bytes) -> tuple[str, bytes]:
    """The main part is « book/main.xml »."""
    for avant, apres in (
        ("xl/workbook.xml", "book/main.xml"),
        ("xl/_rels/workbook.xml.rels", "book/_rels/main.xml.rels"),
    ):
        nom = nom.replace(avant, apres)
        contenu = contenu.replace(avant.encode(), apres.encode())
    if nom.endswith("main.xml.rels"):
        contenu = contenu.replace(b'Target="', b'Target="/xl/')
    return nom, contenu


@pytest.mark.parametrize("change", [backslashes, elsewhere])
def test_they_are_read_and_written(change: Callable[[str, bytes], tuple[str, bytes]]) -> None:
    """And the names stay what they were."""
    data = rebuilt(change)
    (lu,) = read_classeur(data, "suivi.xlsx").dossiers
    assert lu.eleve == "ROYER Laurence"
    livre = Workbook(data)
    livre.sheet("Tableau de suivi").set(2, 6, "noté")
    apres = livre.to_bytes()
    (lu,) = read_classeur(apres, "suivi.xlsx").dossiers
    assert lu.commentaire == "noté"
    noms = [zipfile.ZipFile(io.BytesIO(d)).namelist() for d in (data, apres)]
    assert noms[0] == noms[1]
