"""The journal's lines: what a command writes is read back, so that ``check`` sees what is gone."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inactifs.classeur.journal import (
    Fait,
    answered,
    dossier_opened,
    read_fact,
    relance_corrected,
    relance_made,
    relance_removed,
    reprise_seen,
    sign_seen,
)
from inactifs.classeur.values import EntreeJournal
from inactifs.procedure.modele import Critere, Issue, Moyen, Relance, Resultat

JOURS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
RELANCES = st.builds(Relance, JOURS, st.none() | st.sampled_from(Moyen), st.sampled_from(Issue))
FINS = {Issue.REPRISE: Resultat.REPRISE, Issue.ABANDON: Resultat.ABANDON}


def fact(commande: str, detail: str) -> Fait:
    """What a line of the journal tells."""
    return read_fact(EntreeJournal(datetime(2026, 11, 24), "Nadia", commande, "ROYER", detail))


@given(RELANCES, st.sampled_from(["", "Email", "SMS ou Téléphone"]), st.none() | JOURS)
def test_a_relance_is_read_back(relance: Relance, prevu: str, due: date | None) -> None:
    """Its day, its outcome, and when it was due."""
    detail = relance_made("2e relance (nouvel essai)", relance, prevu, due)
    issue = FINS.get(relance.issue, "ouvert")
    assert fact("relance add", detail) == Fait(None, relance.date, issue, due)


@given(RELANCES, JOURS)
def test_corrections_and_answers_are_read_back(relance: Relance, jour: date) -> None:
    """The relance that is no longer, the one that is, and how the dossier goes on."""
    issue = FINS.get(relance.issue, "ouvert")
    corrige = fact("relance corriger", relance_corrected(jour, relance))
    assert corrige == Fait(jour, relance.date, issue)
    assert fact("relance corriger", relance_removed(jour)) == Fait(avant=jour, issue="ouvert")
    assert fact("reponse", answered(jour, relance, "Téléphone")) == Fait(issue=issue)


@pytest.mark.parametrize(
    ("commande", "detail", "issue"),
    [
        ("detect", reprise_seen(Critere.COURS, date(2026, 11, 1)), Resultat.REPRISE),
        ("detect", sign_seen(date(2026, 11, 1)), "ouvert"),
        ("detect", dossier_opened(None), "ouvert"),
        ("close", "Abandonniste : dossier clôturé le 24/11/2026", Resultat.ABANDON),
        ("reprise", "Reprise notée", Resultat.REPRISE),
        ("reopen", "Dossier rouvert : erreur", "ouvert"),
        ("pause", "Suspendu jusqu'au 24/12/2026 : stage", None),
        ("activite add", "appel du 24/11/2026", None),
        ("relance add", "1re relance du 24/11/2026 : SMS, abandon", Resultat.ABANDON),
    ],
)
def test_other_lines(commande: str, detail: str, issue: object) -> None:
    """Those of today, and of workbooks of before."""
    assert fact(commande, detail).issue == issue
