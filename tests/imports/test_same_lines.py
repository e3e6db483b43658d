"""The same lines say the same, however the file holds them."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import pytest
from exports_fabrique import HENRI_1, LE_GALL, ROYER, csv_bytes, importe, xlsx_bytes
from hypothesis import given, settings
from hypothesis import strategies as st

from inactifs.imports import Canal, ResultatImport
from inactifs.imports.tables import TexteDelimite
from inactifs.procedure.modele import Eleve

ENTETE = ["N° élève", "Nom", "Prénom", "Date", "Statut"]
POLONAIS = Eleve("1287", "ŁUKASIK", "Łucja")
REGISTRE = (ROYER, LE_GALL, HENRI_1, POLONAIS)
QUI = [
    *(["1285", "ROYER", p] for p in ("Laurence", "laurence", "Henri")),
    ["1286", "LE GALL", "Élodie"],
    ["", "BRETON", "Henri"],
    ["9999", "ROYER", "Laurence"],
    ["1286", "ROYER", "Laurence"],
    ["1287", "?UKASIK", "?ucja"],
]
LIGNES = st.lists(
    st.tuples(
        st.sampled_from(QUI),
        st.sampled_from(["03/11/2026", "2/11/26", "24/12/2026", "32/11/2026", ""]),
        st.sampled_from(["Effectué", "Annulé", "Réservé", "Peut-être"]),
        st.integers(-2, 2),  # cells too few, or too many
    ).map(lambda t: [*t[0], *t[1:3], *["x"] * t[3]][: 5 + t[3]]),
    max_size=30,
)


def _said(resultat: ResultatImport) -> ResultatImport:
    """All that is not how the file was read, nor where a row ends."""
    rejets = tuple(replace(r, cellules=(), contenu="") for r in resultat.rejets)
    return replace(resultat, compris=("", resultat.compris[1]), entetes=(), rejets=rejets)


@settings(max_examples=150, deadline=None)
@given(lignes=LIGNES)
def test_plain_quoted_or_in_a_workbook(lignes: list[list[str]]) -> None:
    """Rows of a text, with quotes or without, and of a sheet."""
    plein = csv_bytes([ENTETE, *lignes], encodage="cp1252")
    entre_guillemets = plein.replace(b";Statut\r\n", b';"Statut"\r\n', 1)
    attendu = _said(importe(Canal.COURS, plein, REGISTRE))
    assert _said(importe(Canal.COURS, entre_guillemets, REGISTRE)) == attendu
    assert _said(importe(Canal.COURS, xlsx_bytes({"F": [ENTETE, *lignes]}), REGISTRE)) == attendu


@pytest.mark.parametrize("fin", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("encodage", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_lines_that_two_blocks_share(encodage: str, fin: str) -> None:
    """Wherever a block of the file ends: in a line, a letter, between the two ends of a line."""
    entete = "Nom;Date" + fin
    suite = "".join(f"ÉLÈVE {n};é{fin}" for n in range(40))
    reste = (1 << 16) - len((entete + "x;" + fin).encode(encodage))
    for ecart in range(0, 44, 3):
        largeur = (reste - ecart) // (2 if encodage == "utf-16" else 1)
        octets = f"{entete}{'x' * largeur};{fin}{suite}".encode(encodage)
        texte = TexteDelimite(io.BytesIO(octets), "x.csv")
        attendues = [
            ["Nom", "Date"],
            ["x" * largeur, ""],
            *([f"ÉLÈVE {n}", "é"] for n in range(40)),
        ]
        assert list(texte.rows(";")) == attendues


def test_a_row_of_another_length_far_in_the_file() -> None:
    """The line number that is told is the file's, before, in and after the block that has it."""
    lignes = [["1285", "ROYER", "Laurence", "03/11/2026", "Effectué", "B"]] * 9000
    for rang in (10, 4000, 8990):
        lignes[rang] = ["7777", "INCONNU", "Jean", "03/11/2026", "Effectué"]
    lignes[4001] = ["8888", "INCONNU", "Jean", "03/11/2026", "Effectué", "B"]
    resultat = importe(Canal.COURS, [[*ENTETE, "Permis"], *lignes], REGISTRE)
    assert [r.ligne for r in resultat.rejets] == [12, 4002, 4003, 8992]
    assert (resultat.lignes, resultat.importees) == (9000, 8996)
    (eleve,) = resultat.eleves
    assert (eleve.numero, eleve.dernier_cours) == ("1285", date(2026, 11, 3))
