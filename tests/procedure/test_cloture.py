"""May a dossier be closed, and if not why not (contract, section 3)."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from inactifs.procedure import cloture
from inactifs.procedure.cloture import Demande, end_as_abandon, end_as_reprise, refusal_to_close
from inactifs.procedure.gestes import Propos, add_relance
from inactifs.procedure.modele import (
    PLAN_DE_RELANCE,
    Dossier,
    Eleve,
    Issue,
    Moyen,
    Regles,
    Resultat,
)

REGLES = Regles()
JOURS_DU_PLAN = ("24/11/2026", "01/12/2026", "15/12/2026")


def le(texte: str) -> date:
    """The day written as in the contract."""
    return datetime.strptime(texte, "%d/%m/%Y").date()


DOSSIER = Dossier(
    "ROYER Laurence", "1", derniere_activite=le("20/08/2026"), detecte_le=le("24/11/2026")
)


def relaunch(
    dossier: Dossier, jour: str, issue: Issue = Issue.SANS_REPONSE, **kw: object
) -> Dossier:
    """``dossier`` after a call on ``jour``."""
    aujourdhui = kw.pop("aujourdhui", le(jour))
    propos = Propos(le(jour), issue, Moyen.TELEPHONE, **kw)  # type: ignore[arg-type]
    return add_relance(dossier, None, propos, REGLES, aujourdhui).dossier  # type: ignore[arg-type]


def after(*jours: str) -> Dossier:
    """The dossier after unanswered calls on these days."""
    dossier = DOSSIER
    for jour in jours:
        dossier = relaunch(dossier, jour)
    return dossier


# Closing


@pytest.mark.parametrize(
    ("dossier", "jour", "permis"),
    [
        pytest.param(after(), "24/12/2026", False, id="no relance"),
        pytest.param(after("24/11/2026"), "24/12/2026", False, id="one relance"),
        pytest.param(after("24/11/2026", "01/12/2026"), "24/12/2026", False, id="two relances"),
        pytest.param(after(*JOURS_DU_PLAN), "15/12/2026", True, id="three, on the very day"),
        pytest.param(after(*JOURS_DU_PLAN), "14/12/2026", False, id="a day before the third"),
        pytest.param(
            replace(after(*JOURS_DU_PLAN), suspendu_jusqu_au=le("20/12/2026")),
            "20/12/2026",
            False,
            id="three, the suspension's last day",
        ),
        pytest.param(
            replace(after(*JOURS_DU_PLAN), suspendu_jusqu_au=le("20/12/2026")),
            "21/12/2026",
            True,
            id="three, the suspension over",
        ),
        pytest.param(
            replace(after(*JOURS_DU_PLAN), derniere_activite=le("16/12/2026")),
            "31/12/2026",
            False,
            id="three, then an activity on the row",
        ),
        pytest.param(
            end_as_reprise(after(*JOURS_DU_PLAN), None, le("16/12/2026")).dossier,
            "31/12/2026",
            False,
            id="ended already as reprise",
        ),
        pytest.param(
            end_as_abandon(after(*JOURS_DU_PLAN), None, le("16/12/2026")).dossier,
            "31/12/2026",
            False,
            id="closed already",
        ),
    ],
)
def test_may_it_be_closed(dossier: Dossier, jour: str, permis: bool) -> None:
    """Three unanswered relances in a row, no activity since, no suspension running."""
    refus = refusal_to_close(dossier, None, REGLES, le(jour))
    assert (refus is None) is permis
    if refus is not None:
        assert refus.statut == 3
        assert "ROYER Laurence" in refus.message
        assert refus.conseil


@pytest.mark.parametrize(
    ("jour", "permis"), [("15/12/2026", False), ("24/12/2026", False), ("25/12/2026", True)]
)
def test_the_delay_to_answer_must_have_passed(jour: str, permis: bool) -> None:
    """Ten days after the third relance of 15/12."""
    refus = refusal_to_close(after(*JOURS_DU_PLAN), None, Regles(delai_reponse=10), le(jour))
    assert (refus is None) is permis


@pytest.mark.parametrize(
    ("jours", "permis"),
    [
        pytest.param((), False, id="none done"),
        pytest.param(("24/11/2026",), False, id="one done"),
        pytest.param(("24/11/2026", "01/12/2026"), True, id="two done"),
        pytest.param(JOURS_DU_PLAN, True, id="all done"),
    ],
)
def test_the_optional_third_relance_may_be_waived(jours: tuple[str, ...], permis: bool) -> None:
    """With --sans-derniere-relance two are enough, and one is not."""
    refus = refusal_to_close(after(*jours), None, REGLES, le("24/12/2026"), Demande(True))
    assert (refus is None) is permis


def test_only_an_optional_step_may_be_waived() -> None:
    """A school that makes its third relance compulsory keeps it so."""
    plan = (*PLAN_DE_RELANCE[:2], replace(PLAN_DE_RELANCE[2], optionnelle=False))
    dossier = after("24/11/2026", "01/12/2026")
    assert refusal_to_close(dossier, None, Regles(plan=plan), le("24/12/2026"), Demande(True))


def test_the_refusal_points_to_the_waiver() -> None:
    """Two relances done: what to type is said."""
    refus = refusal_to_close(after("24/11/2026", "01/12/2026"), None, REGLES, le("24/12/2026"))
    assert refus is not None
    assert "--sans-derniere-relance" in refus.conseil
    assert "--motif" in refus.conseil


@pytest.mark.parametrize("sans_derniere", [False, True])
@pytest.mark.parametrize(
    ("champ", "jour", "permis"),
    [
        pytest.param("dernier_cours", "10/12/2026", False, id="a lesson"),
        pytest.param("prochain_cours", "20/01/2027", False, id="a lesson reserved in the future"),
        pytest.param("derniere_connexion", "16/12/2026", False, id="a login"),
        pytest.param("dernier_contact", "02/12/2026", False, id="a visit"),
        pytest.param("dernier_cours", "20/08/2026", True, id="the activity already on the row"),
        pytest.param("derniere_connexion", "01/06/2026", True, id="an older login"),
    ],
)
def test_no_closing_when_there_is_activity_since(
    champ: str, jour: str, permis: bool, sans_derniere: bool
) -> None:
    """The register knows better than the tableau, even before the next detect."""
    eleve = Eleve("1", "ROYER", "Laurence", **{champ: le(jour)})  # type: ignore[arg-type]
    refus = refusal_to_close(
        after(*JOURS_DU_PLAN),
        eleve,
        REGLES,
        le("31/12/2026"),
        Demande(sans_derniere),
    )
    assert (refus is None) is permis


def test_closing_writes_the_mention_asked_for() -> None:
    """ABANDON, CLÔTURÉ LE and the mention, below the comments already there."""
    dossier = end_as_abandon(
        replace(after(*JOURS_DU_PLAN), commentaire="Rien"), None, le("05/01/2027")
    ).dossier
    assert (dossier.resultat, dossier.cloture_le) == (Resultat.ABANDON, le("05/01/2027"))
    assert dossier.commentaire.splitlines() == [
        "Rien",
        "Abandonniste : dossier clôturé le 05/01/2027",
    ]
    assert dossier.relances == after(*JOURS_DU_PLAN).relances


def test_every_refusal_has_its_sentence_and_every_sentence_its_refusal() -> None:
    """« refus.toml » and the gestures name the same ones."""
    dossier = Path(cloture.__file__).parent
    phrases = tomllib.loads((dossier / "refus.toml").read_text("utf-8"))
    code = "".join((dossier / nom).read_text("utf-8") for nom in ("cloture.py", "gestes.py"))
    nommes = set(re.findall(r'"([a-z_]+)"', code))
    assert set(phrases) <= nommes
    assert set(re.findall(r'refused\("(\w+)"', code)) <= set(phrases)
