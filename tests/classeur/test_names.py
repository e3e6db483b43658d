"""TAB reads the register's names in its own way: it must see what the commands see."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

import openpyxl
import pytest
import xlsxwriter

from inactifs.classeur.names import names_like
from inactifs.classeur.reading import read_eleves_only

ENTETES = ("Téléphone", "N° ÉLÈVE", "PRÉNOM", "NOM")
LIGNES = (
    ("0612345678", "12", "Élodie", "LE GALL"),
    ("", "E-7", "Jean-Noël", "D'ARC & FILS"),
    ("", "8", "", "ROYER"),
    ("", "", "Sans", "NUMÉRO"),
    ("0699", "9", "Łukasz", "NOWAK_x0041_"),
)


def by_openpyxl() -> bytes:
    """Texts in the cells, a title above the headers, numbers typed as numbers."""
    classeur = openpyxl.Workbook()
    feuille = classeur.active
    feuille.title = "Eleves"
    feuille.append(("Le registre",))
    feuille.append(())
    for ligne in (ENTETES, *LIGNES):
        feuille.append([int(v) if v.isdigit() and len(v) < 3 else v for v in ligne])
    return _bytes(classeur.save)


def by_xlsxwriter() -> bytes:
    """Shared texts, one of them in several runs."""
    sortie = io.BytesIO()
    with xlsxwriter.Workbook(sortie) as classeur:
        feuille = classeur.add_worksheet("Élèves")
        gras = classeur.add_format({"bold": True})
        for rang, ligne in enumerate((ENTETES, *LIGNES)):
            for colonne, valeur in enumerate(ligne):
                feuille.write_string(rang, colonne, valeur)
        feuille.write_rich_string(1, 3, "LE ", gras, "GALL")
        feuille.write_formula(3, 3, '="ROY"&"ER"', None, "ROYER")
    return sortie.getvalue()


def with_prefixes() -> bytes:
    """The same with a prefix on every element, as some libraries write."""
    return _rewrite(by_xlsxwriter(), lambda xml: re.sub(rb"<(/?)(?=[a-z])", rb"<\1x:", xml).replace(
        b"xmlns=", b"xmlns:x=", 1))  # fmt: skip


def with_references_last() -> bytes:
    """The same, the reference not being the first attribute of a cell."""
    return _rewrite(
        by_xlsxwriter(), lambda xml: re.sub(rb'<c (r="[A-Z]+\d+") (t="\w+")', rb"<c \2 \1", xml)
    )


@pytest.mark.parametrize(
    "fabrique", (by_openpyxl, by_xlsxwriter, with_prefixes, with_references_last)
)
def test_names_are_those_of_the_register(fabrique: Callable[[], bytes]) -> None:
    """Whatever wrote the file, the names are those that calamine reads."""
    data = fabrique()
    attendus = [(f"{nom} {prenom}".strip(), n) for n, nom, prenom in read_eleves_only(data)]
    assert len(attendus) == 4
    assert names_like(data, "") == attendus


@pytest.mark.parametrize(
    ("debut", "numeros"),
    (
        ("elo", ["12"]),
        ("le g", ["12"]),
        ("gall élo", ["12"]),
        ("noel", ["E-7"]),
        ("arc", ["E-7"]),
        ("luk", ["9"]),
        ("E-7", ["E-7"]),
        ("oyer", []),
        ("1", ["12"]),
    ),
)
def test_a_word_begins_a_word_of_the_name(debut: str, numeros: list[str]) -> None:
    """Accents, case and order do not matter; a number is known by its beginning."""
    assert [numero for _, numero in names_like(by_xlsxwriter(), debut)] == numeros


def test_no_register_no_name() -> None:
    """A workbook without a sheet Élèves has no names."""
    assert names_like(_bytes(openpyxl.Workbook().save), "a") == []


def _bytes(save: Callable[[io.BytesIO], object]) -> bytes:
    sortie = io.BytesIO()
    save(sortie)
    return sortie.getvalue()


def _rewrite(data: bytes, change: Callable[[bytes], bytes]) -> bytes:
    sortie = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as avant, zipfile.ZipFile(sortie, "w") as apres:
        for nom in avant.namelist():
            contenu = avant.read(nom)
            apres.writestr(nom, change(contenu) if "worksheets/sheet" in nom else contenu)
    return sortie.getvalue()
