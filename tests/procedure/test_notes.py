"""The lines that commands add to a comment are read again as they were meant."""

from __future__ import annotations

from datetime import date

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
