"""The lines that commands add to a comment are read again as they were meant."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inactifs.procedure import notes
from inactifs.procedure.notes import Nature, Note, read_notes

JOURS = st.dates(date(2020, 1, 1), date(2060, 12, 31))
MOTIFS = st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), min_size=1, max_size=40).map(
    lambda t: " ".join(t.split()) or "x"
)


@given(JOURS, JOURS, JOURS, MOTIFS)
def test_what_is_noted_is_read_again(jour: date, fin: date, clos: date, motif: str) -> None:
    """Dates and reasons, among lines that people typed."""
    lignes = (
        "Opérée en septembre",
        notes.written(Nature.SUSPENSION, jour, motif, fin),
        notes.written(Nature.CLOTURE, clos),
        notes.written(Nature.CLOTURE, clos, motif),
        notes.written(Nature.REOUVERTURE, jour, motif),
        notes.written(Nature.REOUVERTURE, jour, motif, clos),
        f"Vu le {jour:%d/%m/%Y} : {motif}",
    )
    assert read_notes("\n".join(lignes)) == (
        Note(jour, Nature.SUSPENSION, motif, fin),
        Note(clos, Nature.CLOTURE),
        Note(clos, Nature.CLOTURE, motif),
        Note(jour, Nature.REOUVERTURE, motif),
        Note(clos, Nature.REPRISE),
        Note(jour, Nature.REOUVERTURE, motif),
    )


def test_what_was_altered_is_left_aside() -> None:
    """A day that does not exist, a mention without its day."""
    assert read_notes("Abandonniste : dossier clôturé le 31/02/2026") == ()
    assert read_notes("Abandonniste : dossier clôturé") == ()
    assert read_notes("") == ()


PHRASES = tomllib.loads((Path(__file__).parent / "phrases_personnes.toml").read_text("utf-8"))


@pytest.mark.parametrize("liste", PHRASES)
def test_what_is_about_the_person_is_seen_and_the_trade_is_not(liste: str) -> None:
    """On a hundred comments or more: at least 95 % of the first seen, at most 3 % of the others."""
    intimes, innocents = (PHRASES[liste][n].strip().splitlines() for n in ("intimes", "innocents"))
    assert min(len(intimes), len(innocents)) >= 60
    tues = [phrase for phrase in intimes if not notes.private_words(phrase)]
    assert len(tues) <= len(intimes) // 20, tues
    dites = {p: mots for p in innocents if (mots := notes.private_words(p))}
    assert len(dites) <= len(innocents) * 3 // 100, dites


@pytest.mark.parametrize(
    "faute", ["depresion", "ospitalisée", "alcolique", "enseinte", "cancere", "pas motiver"]
)
def test_a_slip_of_spelling_hides_nothing(faute: str) -> None:
    """Doubled letters, a silent h, « c » for « s »."""
    assert notes.private_words(f"Rappeler lundi, {faute}") == [faute]


def test_the_words_are_given_back_as_typed() -> None:
    """So that they are found in what was typed."""
    assert notes.private_words("Hospitalisée, puis Garde à vue.") == ["Hospitalisée", "Garde à vue"]
    assert notes.private_words("Visite médicale, puis Médicament") == ["Médicament"]


def test_a_short_word_is_known_by_its_beginning_and_an_end_may_be_a_choice() -> None:
    """« smic* » sees « smic », not only « smicarde »; « rigolo de|$ » sees « rigolo »."""
    assert notes.private_words("Payé au smic") == ["smic"]
    assert notes.private_words("Rigolo, rappeler lundi") == ["Rigolo"]
    assert notes.private_words("Rigolo au volant de la 208") == []
