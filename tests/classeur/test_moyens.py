"""MOYENS UTILISÉS: whatever is written is read back, and so is what people type."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inactifs.classeur.cells import pair, read_moyens, written_moyen
from inactifs.procedure.modele import Issue, Moyen, Relance, ReponseMoyen

JOUR = date(2026, 11, 24)


@st.composite
def relances(draw: st.DrawFn) -> Relance:
    """Any relance that the tool may write."""
    issue = draw(st.sampled_from(Issue))
    plus_tard = draw(st.integers(0, 400)) if issue.repondu else 0
    return Relance(
        JOUR,
        draw(st.none() | st.sampled_from(Moyen)),
        issue,
        JOUR + timedelta(days=plus_tard) if plus_tard else None,
        draw(st.none() | st.sampled_from(ReponseMoyen)) if issue.repondu else None,
    )


@given(st.lists(relances(), min_size=1, max_size=6))
def test_every_value_written_is_read_back(faites: list[Relance]) -> None:
    """Means, outcome, day and way of the answer: nothing is lost, nothing is guessed."""
    texte = "\n".join(written_moyen(r) for r in faites)
    assert pair([JOUR] * len(faites), read_moyens(texte)) == faites


T, S = Moyen.TELEPHONE, Moyen.SMS


@pytest.mark.parametrize(
    ("typed", "attendue"),
    [
        ("Téléphone (répondu)", Relance(JOUR, T, Issue.REPONDU)),
        ("Téléphone (répondu : plan de reprise)", Relance(JOUR, T, Issue.PLAN)),
        ("Tél (rép. plan de reprise)", Relance(JOUR, T, Issue.PLAN)),
        ("tel - rdv", Relance(JOUR, T, Issue.ENTRETIEN)),
        ("Appel (à rappeler)", Relance(JOUR, T, Issue.RAPPELER)),
        ("SMS (répondu, entretien prévu)", Relance(JOUR, S, Issue.ENTRETIEN)),
        ("SMS (ne veut plus être contactée)", Relance(JOUR, S, Issue.REFUS_CONTACT)),
        ("Email (adresse erronée)", Relance(JOUR, Moyen.EMAIL, Issue.ADRESSE_FAUSSE)),
        ("Courrier (NPAI)", Relance(JOUR, Moyen.COURRIER, Issue.ADRESSE_FAUSSE)),
        ("tél (msg laissé)", Relance(JOUR, T, Issue.MESSAGE_LAISSE)),
        (
            "SMS (répondu le 26/11/2026 par téléphone : plan de reprise)",
            Relance(JOUR, S, Issue.PLAN, date(2026, 11, 26), ReponseMoyen.TELEPHONE),
        ),
        (
            "sms (a répondu le 26/11 par tel)",
            Relance(JOUR, S, Issue.REPONDU, date(2026, 11, 26), ReponseMoyen.TELEPHONE),
        ),
        (
            "SMS (répondu en visite le 02/12/26 : reprise)",
            Relance(JOUR, S, Issue.REPRISE, date(2026, 12, 2), ReponseMoyen.VISITE),
        ),
        ("? (répondu : abandon)", Relance(JOUR, None, Issue.ABANDON)),
    ],
)
def test_hand_typed_spellings(typed: str, attendue: Relance) -> None:
    """As schools write them."""
    assert pair([JOUR], read_moyens(typed)) == [attendue]


@pytest.mark.parametrize(
    "typed",
    [
        "SMS (répondu : peut-être)",
        "pigeon (répondu)",
        "SMS (répondu le 20/11/2026)",
        "SMS (faux numéro le 26/11/2026)",
    ],
)
def test_what_cannot_be_understood_is_refused(typed: str) -> None:
    """An answer before its relance, a word of no list: never guessed."""
    with pytest.raises(ValueError, match=r"."):
        pair([JOUR], read_moyens(typed))
