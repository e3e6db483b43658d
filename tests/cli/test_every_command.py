"""What every command does alike: a bad value of Paramètres, the names in ``undo``, TAB, filters."""

from __future__ import annotations

from pathlib import Path

import pytest
from ecole_fabrique import Ecole, le, student

from inactifs.cli.tab import propositions


@pytest.fixture
def ecole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ecole:
    """Three students: one to contact, one to close, one who comes."""
    ecole = Ecole(tmp_path, monkeypatch)
    ecole.start(
        [
            student("1", "ROYER Laurence", "10/06/2026"),
            student("2", "BLANC Tom", "10/04/2026"),
            student("3", "PONS Zoé", "20/11/2026"),
        ],
        [
            {
                "ÉLÈVE": "BLANC Tom",
                "N° ÉLÈVE": "2",
                "DATE DE DERNIÈRE ACTIVITÉ": le("10/04/2026"),
                "DATES DE RELANCES": "15/10/2026\n22/10/2026\n05/11/2026",
                "MOYENS UTILISÉS": "SMS\nEmail\nTéléphone",
            }
        ],
    )
    return ecole


@pytest.mark.parametrize(
    "commande",
    [
        "detect", "next", "list", "show 1", "report", "report --preuves", "purge --oui",
        "relance add 1", "relance add 1 2", "relance message 1", "relance message --tous",
        "relance corriger 2 --retirer", "reponse 2 -r plan", "recontacter 1 --motif x",
        "activite add 1 appel", "reprise 1", "pause 1 --jusqu-au 24/12 --motif x",
        "reopen 1 --motif x", "close 2 --oui", "close --tous --oui",
    ],
)  # fmt: skip
def test_a_bad_value_of_parametres_is_refused_by_cell(ecole: Ecole, commande: str) -> None:
    """Never the default in its place, whatever the command; nothing is written."""
    ecole.set("Inactif après (mois)", "trois mois environ")
    statut, dit = ecole.refusal(*commande.split())
    assert (statut, "Paramètres" in dit) == (4, True), dit


def test_undo_names_the_students_and_what_was_done(ecole: Ecole) -> None:
    """Two writes of one second included."""
    ecole.json("relance", "add", "1", "-m", "sms", "-r", "message-laisse")
    ecole.json("relance", "add", "2", "-m", "courrier", "-r", "plan")
    faits = [v["fait"] for v in ecole.json("undo", "--liste")["versions"][:2]]
    assert "BLANC Tom" in faits[0]
    assert "plan" in faits[0]
    assert "ROYER Laurence" in faits[1]
    assert "message-laisse" in faits[1]
    assert "ROYER" not in faits[0]


def test_undo_tells_each_write_of_one_second_apart(ecole: Ecole) -> None:
    """Whatever another command wrote between the two."""
    ecole.json("activite", "add", "1", "visite")
    ecole.json("relance", "add", "2", "-m", "courrier", "-r", "plan")
    ecole.json("activite", "add", "1", "cours", "--date", "demain")
    faits = [v["fait"] for v in ecole.json("undo", "--liste")["versions"][:3]]
    assert ["ROYER" in f for f in faits] == [True, False, True]
    assert ["BLANC" in f for f in faits] == [False, True, False]


def test_a_name_is_not_looked_for_in_the_responsible(ecole: Ecole) -> None:
    """« pons » is in « responsable » : only where it is asked for."""
    assert ecole.json("list", "secr")["dossiers"] == []
    trouves = ecole.json("list", "secr", "--dans", "responsable")["dossiers"]
    assert [d["numero"] for d in trouves] == ["1"]
    assert ecole.json("list", "royer", "--dans", "nom")["dossiers"][0]["numero"] == "1"
    assert ecole.json("list", "royer", "--dans", "cause")["dossiers"] == []


def test_tab_offers_those_who_may_be_closed_and_the_months(ecole: Ecole) -> None:
    assert [p.valeur for p in propositions(["close"], "")] == ["BLANC Tom"]
    assert [p.valeur for p in propositions(["list", "--mois"], "2026-1")][:2] == [
        "2026-11", "2026-10",
    ]  # fmt: skip


def test_a_reserved_lesson_and_an_sms_are_noted_by_hand(ecole: Ecole) -> None:
    """``activite add`` knows SMS; only a lesson may be to come."""
    ecole.json("activite", "add", "1", "sms", "--date", "hier")
    assert ecole.json("show", "1")["criteres"]["contact"] == "2026-11-23"
    ecole.json("activite", "add", "1", "cours", "--date", "demain")
    assert ecole.refusal("activite", "add", "1", "sms", "--date", "demain")[0] == 3
