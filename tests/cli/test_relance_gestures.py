"""Answers that come later, corrections, several students at once, and contact refused."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from ecole_fabrique import TABLEAU, Ecole, le, student


@pytest.fixture
def ecole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ecole:
    """Three students to contact, on the rows 2 to 4 of the tableau."""
    ecole = Ecole(tmp_path, monkeypatch)
    ecole.start(
        [
            student("1", "ROYER Laurence", "10/06/2026", TÉLÉPHONE="0612345678"),
            student("2", "ROUX Léa", "11/06/2026", TÉLÉPHONE="0612345679"),
            student("3", "BLANC Tom", "12/06/2026", EMAIL="tom@exemple.fr"),
        ]
    )
    ecole.set("Téléphone de l'auto-école", "0240000000")
    return ecole


def test_a_later_answer_belongs_to_the_relance_that_was_made(ecole: Ecole) -> None:
    """By SMS, two days after the SMS: no relance is invented; a second answer replaces it."""
    ecole.json("relance", "add", "1", "-m", "sms")
    ecole.day("26/11/2026")
    lu = ecole.json("reponse", "1", "--par", "telephone", "-r", "plan", "--le", "+7")
    (relance,) = lu["relances"]
    assert (relance["date"], relance["issue"], relance["repondu_le"]) == (
        "2026-11-24", "plan", "2026-11-26",
    )  # fmt: skip
    assert (lu["etat"], lu["a_rappeler_le"]) == ("suspendu", "2026-12-03")
    assert ecole.row(2)["MOYENS UTILISÉS"] == (
        "SMS (répondu le 26/11/2026 par téléphone : plan de reprise)"
    )
    lu = ecole.json("reponse", "1", "--par", "sms", "-r", "entretien")
    assert [r["issue"] for r in lu["relances"]] == ["entretien"]
    assert lu["a_rappeler_le"] is None


def test_an_answer_to_nothing_is_refused_with_what_to_type(ecole: Ecole) -> None:
    """Without any relance; or with an outcome that is no answer."""
    statut, dit = ecole.refusal("reponse", "1", "--par", "sms", "-r", "plan")
    assert (statut, "aucune relance" in dit) == (3, True)
    ecole.json("relance", "add", "1")
    assert ecole.refusal("reponse", "1", "-r", "sans-reponse")[0] == 2


def test_a_call_back_has_its_hour_in_the_tableau(ecole: Ecole) -> None:
    """« mardi 18h », and not with --jusqu-au."""
    ecole.json("relance", "add", "1", "-m", "telephone", "-r", "rappeler", "--le", "mardi 18h")
    assert ecole.row(2)["À RAPPELER LE"] == datetime(2026, 12, 1, 18)
    assert ecole.refusal(
        "relance", "add", "2", "-r", "rappeler", "--le", "mardi", "--jusqu-au", "15/12"
    )[0] == 2  # fmt: skip
    assert ecole.refusal("relance", "add", "2", "-r", "rappeler", "--le", "bientôt")[0] == 2


def test_the_last_relance_is_corrected_or_removed_whatever_was_written_since(ecole: Ecole) -> None:
    """Its day, its means, its outcome; what another student's relance wrote stays."""
    ecole.json("relance", "add", "1", "-m", "sms")
    ecole.json("relance", "add", "2", "-m", "sms")
    lu = ecole.json("relance", "corriger", "1", "-m", "telephone", "-r", "message-laisse")
    assert [(r["moyen"], r["issue"]) for r in lu["relances"]] == [("telephone", "message-laisse")]
    assert ecole.row(2)["MOYENS UTILISÉS"] == "Téléphone (message laissé)"
    assert ecole.row(3)["MOYENS UTILISÉS"] == "SMS"
    assert ecole.json("relance", "corriger", "1", "--retirer")["relances"] == []
    assert ecole.row(2)["DATES DE RELANCES"] is None
    assert ecole.refusal("relance", "corriger", "1", "--retirer")[0] == 3
    assert ecole.refusal("relance", "corriger", "2")[0] == 2
    assert ecole.refusal("relance", "corriger", "2", "--jour", "demain")[0] == 3


def test_a_reprise_noted_by_mistake_is_corrected(ecole: Ecole) -> None:
    """The dossier that the relance ended is open again."""
    ecole.json("relance", "add", "1", "-m", "sms", "-r", "reprise")
    lu = ecole.json("relance", "corriger", "1", "-r", "sans-reponse")
    assert (lu["resultat"], lu["etat"]) == (None, "en_attente")


def test_peace_is_kept_until_it_is_lifted_with_a_reason(ecole: Ecole) -> None:
    """Neither a relance nor a message; ``recontacter`` says why it is over."""
    ecole.json("relance", "add", "1", "-m", "telephone", "-r", "refus-contact")
    for commande in (("relance", "add", "1"), ("relance", "message", "1")):
        assert ecole.refusal(*commande)[0] == 3
    assert ecole.json("show", "1")["dossiers"][0]["etat"] == "ne_plus_contacter"
    assert ecole.refusal("recontacter", "1")[0] == 2
    assert ecole.refusal("recontacter", "2", "--motif", "x")[0] == 3
    assert ecole.json("recontacter", "1", "--motif", "appelle")["numero"] == "1"
    assert ecole.json("relance", "message", "1")["texte"]


def test_peace_typed_in_the_tableau_alone_is_kept_and_said(ecole: Ecole) -> None:
    """Of a student of the register too, in a later case as well; ``check`` names the cell."""
    clos = {"RÉSULTAT (REPRISE / ABANDON)": "REPRISE", "CLÔTURÉ LE": le("01/07/2026")}
    dit = {"DATES DE RELANCES": "20/06/2026", "MOYENS UTILISÉS": "SMS (ne plus contacter)"}
    ecole.fill(TABLEAU, [{"ÉLÈVE": "BLANC Tom", "N° ÉLÈVE": "3", **dit, **clos}])
    for commande in (("relance", "add", "3"), ("relance", "message", "3")):
        assert ecole.refusal(*commande)[0] == 3
    assert [e["numero"] for e in ecole.json("detect")["a_relancer"]] == ["2", "1"]
    (dite,) = (p for p in ecole.json("check")["problemes"] if "ne plus contacter" in p["contenu"])
    assert (dite["cellule"], "NE PLUS CONTACTER" in dite["raison"]) == ("D5", True)
    ecole.json("recontacter", "3", "--motif", "appelle")
    assert ecole.json("relance", "message", "3")["texte"]


def test_several_at_once_are_one_write_and_one_undo(ecole: Ecole) -> None:
    """One line each in the journal; « FAURE Nina » without quotes is still one student."""
    lu = ecole.json("relance", "add", "1", "roux", "3", "-m", "sms", "-t", "campagne")
    assert [d["numero"] for d in lu["dossiers"]] == ["1", "2", "3"]
    assert lu["refuses"] == []
    assert [ecole.row(n)["MOYENS UTILISÉS"] for n in (2, 3, 4)] == ["SMS"] * 3
    ecole.json("undo")
    assert [ecole.row(n)["MOYENS UTILISÉS"] for n in (2, 3, 4)] == [None] * 3
    assert ecole.json("relance", "add", "ROUX", "Léa", "-m", "sms")["numero"] == "2"


def test_those_that_the_procedure_refuses_are_named_and_may_be_left_out(ecole: Ecole) -> None:
    """Nothing is written without --sauf-refus; only some options go with several students."""
    ecole.json("reprise", "2")
    statut, dit = ecole.refusal("relance", "add", "1", "2", "3", "-m", "sms")
    assert (statut, "ROUX Léa" in dit) == (3, True)
    lu = ecole.json("relance", "add", "1", "2", "3", "-m", "sms", "--sauf-refus")
    assert [d["numero"] for d in lu["dossiers"]] == ["1", "3"]
    assert [(r["numero"], r["code"]) for r in lu["refuses"]] == [("2", "refus")]
    for options in (("-r", "plan"), ("--le", "mardi"), ("--cause", "santé")):
        assert ecole.refusal("relance", "add", "1", "3", *options)[0] == 2
    assert ecole.refusal("relance", "add", "1", "99")[0] == 6


def test_a_lot_is_noted_once(ecole: Ecole) -> None:
    """What ``relance message --tous`` prepared, by the means of each file; not twice."""
    ecole.json("relance", "message", "--tous")
    lot = next(ecole.classeur.parent.glob("messages_*"))
    lu = ecole.json("relance", "add", "--lot", str(lot))
    assert [(d["numero"], d["relances"][0]["moyen"]) for d in lu["dossiers"]] == [
        ("1", "sms"), ("2", "sms"), ("3", "email"),
    ]  # fmt: skip
    statut, dit = ecole.refusal("relance", "add", "--lot", str(lot))
    assert (statut, "déjà notée" in dit) == (3, True)
    assert ecole.refusal("relance", "add", "--lot", str(ecole.classeur.parent))[0] == 4
    assert ecole.refusal("relance", "add", "1", "--lot", str(lot))[0] == 2
