"""What the morning shows: call-backs first, what was said, who drifts; at 80 columns."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ecole_fabrique import ELEVES, Ecole, le, student
from terminal_essais import answer


def row(numero: str, nom: str, **autres: object) -> dict[str, object]:
    """A row of the tableau, inactive since April."""
    return {
        "ÉLÈVE": nom,
        "N° ÉLÈVE": numero,
        "DATE DE DERNIÈRE ACTIVITÉ": le("10/04/2026"),
        "DÉTECTÉ LE": le("01/11/2026"),
        **autres,
    }


@pytest.fixture
def ecole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ecole:
    """Long names, a promise at six, an answer of last month, and two who drift."""
    ecole = Ecole(tmp_path, monkeypatch)
    long_nom = "VAN-DER-LINDEN-ROCHEFOUCAULD Marie-Anastasia"
    ecole.start(
        [
            student("1", "ROYER Laurence", "10/04/2026", TÉLÉPHONE="0612345678"),
            student("2", "BÈGUE Tom", "10/04/2026", TÉLÉPHONE="0612345679"),
            student("3", "BERTIN Ana", "10/04/2026", TÉLÉPHONE="0612345680"),
            student("4", long_nom, "10/04/2026", EMAIL="marie.anastasia@fournisseur-exemple.fr"),
            student("5", "ZOLA Eve", "10/10/2026", TÉLÉPHONE="0612345681"),
            student("6", "ADAM Léo", "01/10/2026"),
            student("7", "PETIT Inès", "15/11/2026"),
        ],
        [
            row("1", "ROYER Laurence", **{"À RAPPELER LE": "24/11/2026 18:00"}),
            row(
                "2",
                "BÈGUE Tom",
                **{
                    "DATES DE RELANCES": "05/11/2026",
                    "MOYENS UTILISÉS": "Téléphone (message laissé)",
                    "CAUSE": "financière",
                    "COMMENTAIRE": "attend sa prime de décembre avant de reprendre des leçons",
                },
            ),
            row("3", "BERTIN Ana"),
            row("4", long_nom),
        ],
    )
    return ecole


def test_no_name_number_nor_word_is_broken_at_80_columns(ecole: Ecole) -> None:
    """Step and means are in the group's title, and the lines hold."""
    for commande in (("detect",), ("next",), ("list",), ("show", "2"), ("check",)):
        statut, ecran = answer(*commande, env={"COLUMNS": "80"})
        assert statut in (0, 4), ecran
        ecran = re.sub(r"\x1b\[[\d;]*m", "", ecran)
        assert max(map(len, ecran.splitlines())) <= 80, (commande, ecran)
    _, ecran = answer("detect", env={"COLUMNS": "80"})
    assert "06 12 34 56 80" in ecran
    assert "marie.anastasia@fournisseur-exemple.fr" in ecran
    assert "VAN-DER-LINDEN-ROCHEFOUCAULD" in ecran
    assert "Secrétariat · 1re relance · SMS ou téléphone : 1" in ecran
    assert "Responsable pédagogique · 2e relance · Téléphone ou courrier" in ecran


def test_call_backs_come_first_with_their_hour(ecole: Ecole) -> None:
    """Before every step; the calendar and ``next`` have them too."""
    fait = ecole.json("detect")
    assert [(r["numero"], r["le"], r["heure"]) for r in fait["rappels"]] == [
        ("1", "2026-11-24", "18:00")
    ]
    ecran = ecole.type("detect").sortie
    assert ecran.index("À rappeler, entretiens : 1") < ecran.index("Secrétariat ·")
    assert "18:00" in ecran and "1 à rappeler" in ecran
    assert [r["numero"] for r in ecole.json("next", "--ics", "r.ics")["rappels"]] == ["1"]
    assert "DTSTART:20261124T180000" in Path("r.ics").read_text("utf-8")
    (promis,) = ecole.json("list", "--etat", "a_rappeler")["dossiers"]
    assert promis["a_rappeler_le"] == "2026-11-24T18:00"


def test_what_was_said_last_is_shown(ecole: Ecole) -> None:
    """Day, means, outcome, cause, remark: below the name."""
    ecran = " ".join(ecole.type("detect").sortie.split())
    dit = "05/11/2026 Téléphone (message laissé) · cause : financière · « attend sa prime de"
    assert dit in ecran
    assert dit in " ".join(ecole.type("list").sortie.split())
    (dossier,) = ecole.json("list", "bègue")["dossiers"]
    (relance,) = dossier["relances"]
    assert (relance["issue"], relance["repondu_le"]) == ("message-laisse", None)


def test_those_who_drift_are_under_what_is_due(ecole: Ecole) -> None:
    """Five weeks without a lesson and none to come; ten at most, all in the list."""
    fait = ecole.json("detect")
    assert [(d["numero"], d["dernier_cours"], d["semaines"]) for d in fait["decrochent"]] == [
        ("6", "2026-10-01", 7),
        ("5", "2026-10-10", 6),
    ]
    ecran = ecole.type("detect").sortie
    assert ecran.index("Secrétariat ·") < ecran.index("Décrochent, sans cours prévu : 2")
    ecole.fill(ELEVES, [student(str(n), f"X{n} Luc", "05/10/2026") for n in range(20, 32)])
    assert "… et 4 autres : inactifs list --etat decroche" in ecole.type("detect").sortie
    assert len(ecole.json("list", "--etat", "decroche")["decrochent"]) == 14


def test_who_asked_for_peace_is_written_to_by_nobody(ecole: Ecole) -> None:
    """Neither alone nor with the others; the morning counts them."""
    ecole.set("Téléphone de l'auto-école", "0240000000")
    ecole.json("relance", "add", "3", "--moyen", "sms", "--resultat", "refus-contact")
    ecole.day("30/12/2026")
    statut, dit = ecole.refusal("relance", "message", "3")
    assert (statut, "ne plus être contacté" in dit) == (3, True)
    fait = ecole.json("relance", "message", "--tous", "--format", "csv", "--malgre-imports")
    assert "BERTIN" not in Path(fait["fichier"]).read_text("utf-8-sig")
    matin = ecole.json("detect")
    assert matin["ne_plus_contacter"] == 1
    assert "3" not in {s["numero"] for s in matin["a_relancer"]}


def test_a_contract_that_ended_is_said_before_a_call(ecole: Ecole) -> None:
    """Cold calling needs consent since 11 August 2026."""
    ecole.add_column(ELEVES, "FIN DE CONTRAT", {"3": le("31/10/2026")})
    ecole.add_column(ELEVES, "REPRÉSENTANT LÉGAL", {"3": "Mme Anne BERTIN, 06 11 22 33 44"})
    ecole.add_column(ELEVES, "HEURES RESTANTES", {"3": "6"})
    ecole.set("Téléphone de l'auto-école", "0240000000")
    for commande in (("detect",), ("relance", "message", "3"), ("show", "3")):
        fait = ecole.type(*commande)
        ecran = " ".join((fait.sortie + fait.erreurs).split())
        assert "contrat fini le 31/10/2026 : n'appeler qu'avec son accord préalable" in ecran
        assert "Mme Anne BERTIN, 06 11 22 33 44" in ecran
    assert "Heures restantes : 6" in ecole.type("show", "3").sortie
    par_heures = ecole.json("list", "--tri", "heures")["dossiers"]
    assert par_heures[0]["numero"] == "3"


def test_closing_says_the_paid_hours_that_remain(ecole: Ecole) -> None:
    """What is closed is the follow-up; the contract goes on."""
    ecole.add_column(ELEVES, "HEURES RESTANTES", {"3": "6,5"})
    ecole.add_column(ELEVES, "FIN DE CONTRAT", {"3": le("31/12/2026")})
    dit = ecole.type("close", "3", "--demande-eleve", "--simulation")
    assert "Heures payées qui restent : 6,5, contrat jusqu'au 31/12/2026" in dit.erreurs, dit
