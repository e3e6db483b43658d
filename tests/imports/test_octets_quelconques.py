"""Any bytes as a file: a result, or a clear refusal (exit 4), and never anything else."""

from __future__ import annotations

import random
from datetime import date

import pytest
from exports_fabrique import EXPORTS, HENRI_1, ROYER, importe
from hypothesis import example, given, settings
from hypothesis import strategies as st

from inactifs.erreurs import FichierInvalide
from inactifs.imports import Canal, rejets_csv

SIGNATURES = [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xfe", b"\xef\xbb\xbf",
              b"N\xc2\xb0 \xc3\xa9l\xc3\xa8ve;Date;Statut\n", "Élève\tDate\tSens\n".encode("utf-16")]  # fmt: skip  # noqa: E501


def result_or_refusal(canal: Canal, octets: bytes) -> None:
    """Import these bytes: a count that adds up, or a refusal with advice."""
    try:
        resultat = importe(canal, octets, [ROYER, HENRI_1])
    except FichierInvalide as refus:
        assert refus.message
        assert refus.conseil
        return
    rejets_csv(resultat)
    for eleve in resultat.eleves:
        for jour in (eleve.dernier_cours, eleve.prochain_cours, eleve.inscrit_le):
            assert jour is None or date(1990, 1, 1) <= jour <= date(2028, 12, 31)


@settings(deadline=None)
@given(st.sampled_from(list(Canal)), st.sampled_from(SIGNATURES), st.binary(max_size=400))
@example(Canal.COURS, b"", b"\x00")
def test_any_bytes(canal: Canal, signature: bytes, suite: bytes) -> None:
    """With and without the first bytes of a known format."""
    result_or_refusal(canal, signature + suite)


@settings(deadline=None)
@given(
    st.sampled_from(list(Canal)), st.text(alphabet='élèveDatStu;,\t|"\n\r/ 0126=+', max_size=300)
)
def test_any_text_in_the_letters_of_an_export(canal: Canal, texte: str) -> None:
    """Quotes, separators and line ends anywhere."""
    result_or_refusal(canal, "N° élève;Nom;Date;Statut;Sens\n1285;ROYER;".encode() + texte.encode())


@pytest.mark.parametrize("fichier", sorted(p.name for p in EXPORTS.iterdir()))
def test_a_damaged_export(fichier: str) -> None:
    """Real files with bytes changed, taken out, added, cut short."""
    hasard = random.Random(fichier)
    entier = (EXPORTS / fichier).read_bytes()
    for _ in range(40):
        octets = bytearray(entier)
        for _ in range(hasard.choice([1, 3, 30])):
            place = hasard.randrange(len(octets) or 1)
            match hasard.randrange(4):
                case 0:
                    octets[place : place + 1] = hasard.randbytes(1)
                case 1:
                    del octets[place : place + hasard.randrange(1, 500)]
                case 2:
                    octets[place:place] = hasard.randbytes(9)
                case _:
                    octets = octets[: place + 100]
        result_or_refusal(hasard.choice(list(Canal)), bytes(octets))


@pytest.mark.parametrize("garde", [582, 5141, 6305])
def test_a_damaged_workbook_prints_nothing(garde: int, capfd: pytest.CaptureFixture[str]) -> None:
    """An .xls cut short: the Rust library prints where it panicked; people must not see it."""
    with pytest.raises(FichierInvalide, match="abîmé"):
        importe(Canal.COURS, (EXPORTS / "lecons.xls").read_bytes()[:garde])
    assert capfd.readouterr() == ("", "")
