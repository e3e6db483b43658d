"""The lines that commands add to a comment are read again as they were meant."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

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
        notes.paused(jour, fin, motif),
        notes.closed(clos),
        notes.closed(clos, motif),
        notes.reopened(jour, motif),
        notes.reopened(jour, motif, clos),
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
INTIMES, INNOCENTES = (PHRASES[liste].strip().splitlines() for liste in ("intimes", "innocents"))


def test_what_is_about_the_person_is_seen_and_the_trade_is_not() -> None:
    """On two hundred comments: at least 95 % of the first seen, at most 3 % of the others."""
    assert (len(INTIMES), len(INNOCENTES)) == (100, 100)
    tues = [phrase for phrase in INTIMES if not notes.private_words(phrase)]
    assert len(tues) <= 5, tues
    dites = {p: mots for p in INNOCENTES if (mots := notes.private_words(p))}
    assert len(dites) <= 3, dites


def test_the_words_are_given_back_as_typed() -> None:
    """So that they are found in what was typed."""
    assert notes.private_words("Hospitalisée, puis Garde à vue.") == ["Hospitalisée", "Garde à vue"]
    assert notes.private_words("Visite médicale, puis Médicament") == ["Médicament"]
