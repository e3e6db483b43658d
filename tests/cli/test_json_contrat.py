"""The JSON documents: the shapes of the contract, section 5, one document on stdout."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ecole_fabrique import ELEVES, TABLEAU, Ecole, le, student

ELEVE = {"numero", "eleve", "telephone", "email"}
CAS = {
    "ligne",
    "detecte_le",
    "derniere_activite",
    "relances",
    "resultat",
    "cause",
    "etat",
    "prochaine_echeance",
    "etape",
    "responsable",
    "suspendu_jusqu_au",
    "cloture_le",
    "commentaire",
}
ETAPE = {"etape", "echeance", "retard_jours", "moyens", "responsable", "optionnelle"}


@pytest.fixture(scope="module")
def rempli(tmp_path_factory: pytest.TempPathFactory) -> Iterator[bytes]:
    """One student to call, one to close, one back, one new, one without a date."""
    with pytest.MonkeyPatch.context() as patch:
        ecole = Ecole(tmp_path_factory.mktemp("ecole"), patch)
        ecole.json("init")
        ecole.fill(
            ELEVES,
            [
                student("1", "ROYER Laurence", "20/05/2026"),
                student("2", "MARTIN Élodie", "20/05/2026"),
                student("3", "LE GALL Noé", "20/11/2026"),
                student("4", "PETIT Zoé", "20/08/2026"),
                student("5", "SANS Date"),
            ],
        )
        ecole.fill(
            TABLEAU,
            [
                {
                    "ÉLÈVE": nom,
                    "N° ÉLÈVE": numero,
                    "DATE DE DERNIÈRE ACTIVITÉ": le("20/05/2026"),
                    "DÉTECTÉ LE": le("21/08/2026"),
                    "DATES DE RELANCES": relances,
                    "MOYENS UTILISÉS": "\n".join(["SMS"] * len(relances.split())),
                }
                for numero, nom, relances in (
                    ("1", "ROYER Laurence", "24/08/2026"),
                    ("2", "MARTIN Élodie", "24/08/2026\n31/08/2026\n14/09/2026"),
                    ("3", "LE GALL Noé", ""),
                )
            ],
        )
        yield ecole.classeur.read_bytes()


@pytest.fixture
def ecole(rempli: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ecole:
    """A copy of it."""
    ecole = Ecole(tmp_path, monkeypatch)
    ecole.classeur.write_bytes(rempli)
    return ecole


def test_detect(ecole: Ecole) -> None:
    """The morning, with each list's own fields."""
    lu = ecole.json("detect")
    assert set(lu) >= {
        "date",
        "classeur",
        "suivis",
        "nouveaux",
        "reprises",
        "a_relancer",
        "a_cloturer",
        "en_attente",
        "suspendus",
        "a_verifier",
        "imports",
        "perimes",
        "en_file",
        "ecrit",
    }
    assert (lu["date"], lu["suivis"], lu["en_attente"], lu["suspendus"]) == ("2026-11-24", 5, 0, 0)
    assert (lu["en_file"], lu["ecrit"]) == (0, True)
    (nouveau,) = lu["nouveaux"]
    assert set(nouveau) >= ELEVE | {"derniere_activite"}
    assert (nouveau["numero"], nouveau["derniere_activite"]) == ("4", "2026-08-20")
    (reprise,) = lu["reprises"]
    assert set(reprise) >= ELEVE | {"date"}
    assert (reprise["numero"], reprise["date"]) == ("3", "2026-11-20")
    assert all(set(e) >= ELEVE | ETAPE for e in lu["a_relancer"])
    due = next(e for e in lu["a_relancer"] if e["numero"] == "1")
    assert {champ: due[champ] for champ in ETAPE} == {
        "etape": 2,
        "echeance": "2026-08-31",
        "retard_jours": 85,
        "moyens": ["email"],
        "responsable": "Responsable pédagogique",
        "optionnelle": False,
    }
    (a_cloturer,) = lu["a_cloturer"]
    assert set(a_cloturer) >= ELEVE | {"relances"}
    assert a_cloturer["numero"] == "2"
    (a_verifier,) = lu["a_verifier"]
    assert set(a_verifier) >= {"cellule", "contenu", "raison"}
    assert lu["imports"] == {"cours": None, "connexions": None, "contacts": None}
    assert lu["perimes"] == ["cours", "connexions", "contacts"]


def test_next(ecole: Ecole) -> None:
    """Steps due and to come; the latter with a lateness that is not positive."""
    ecole.json("relance", "add", "1", "--moyen", "email")
    lu = ecole.json("next")
    assert set(lu) >= {"date", "etapes"}
    assert all(set(e) >= ELEVE | ETAPE for e in lu["etapes"])
    (venir,) = [e for e in lu["etapes"] if e["numero"] == "1"]
    assert (venir["etape"], venir["echeance"], venir["retard_jours"]) == (3, "2026-12-08", -14)


def test_show_and_list(ecole: Ecole) -> None:
    """A student with criteria and cases; the cases with their students."""
    lu = ecole.json("show", "Royer")
    assert set(lu) >= ELEVE | {
        "statut",
        "criteres",
        "derniere_activite",
        "inactif_depuis",
        "dossiers",
    }
    assert lu["criteres"] == {"cours": "2026-05-20", "connexion": None, "contact": None}
    assert (lu["derniere_activite"], lu["inactif_depuis"]) == ("2026-05-20", "2026-08-21")
    (cas,) = lu["dossiers"]
    assert set(cas) >= CAS
    (relance,) = cas["relances"]
    assert {c: relance[c] for c in ("date", "moyen", "repondu")} == {
        "date": "2026-08-24",
        "moyen": "sms",
        "repondu": False,
    }
    liste = ecole.json("list")
    assert set(liste) >= {"date", "dossiers"}
    assert all(set(d) >= ELEVE | CAS for d in liste["dossiers"])
    assert [d["etat"] for d in liste["dossiers"]] == ["a_relancer", "a_cloturer", "actif"]


@pytest.mark.parametrize(
    ("commande", "etat"),
    [
        (("relance", "add", "1", "--moyen", "sms"), "en_attente"),
        (("relance", "add", "1", "--resultat", "plan"), "suspendu"),
        (("reprise", "1"), "reprise"),
        (("pause", "1", "--jusqu-au", "31/12", "--motif", "stage"), "suspendu"),
        (("close", "2", "--oui"), "abandon"),
    ],
)
def test_a_command_on_one_case(ecole: Ecole, commande: tuple[str, ...], etat: str) -> None:
    """Student and case after the write; the same, with nothing written, under --simulation."""
    avant = ecole.classeur.read_bytes()
    essai = ecole.json(*commande, "--simulation")
    assert ecole.classeur.read_bytes() == avant
    lu = ecole.json(*commande)
    assert set(lu) >= ELEVE | CAS
    assert lu["etat"] == etat
    assert {c: lu[c] for c in CAS} == {c: essai[c] for c in CAS}
    assert ecole.json("show", lu["numero"])["dossiers"][0]["etat"] == etat


def test_reopen(ecole: Ecole) -> None:
    """The abandonniste who comes back, after the write."""
    ecole.json("close", "2", "--oui")
    lu = ecole.json("reopen", "2", "--motif", "revient")
    assert set(lu) >= ELEVE | CAS
    assert (lu["etat"], lu["resultat"], lu["cloture_le"]) == ("suspendu", None, None)


def test_a_student_no_longer_followed_has_nothing_due(ecole: Ecole) -> None:
    """Also in the answer to a relance that is noted all the same."""
    ecole.fill(ELEVES, [student("6", "PARTI Luc", "20/05/2026", STATUT="transféré")])
    ecole.fill(TABLEAU, [{"ÉLÈVE": "PARTI Luc", "N° ÉLÈVE": "6", "DÉTECTÉ LE": le("21/08/2026")}])
    lu = ecole.json("relance", "add", "6", "--moyen", "sms")
    assert (lu["etat"], lu["prochaine_echeance"], lu["etape"]) == ("suspendu", None, None)


@pytest.mark.parametrize(
    ("commande", "statut", "code"),
    [
        (("detecter",), 2, "usage"),
        (("detect", "x"), 2, "usage"),
        (("detect", "--hier"), 2, "usage"),
        (("relance",), 2, "usage"),
        (("relance", "add"), 2, "usage"),
        (("relance", "add", "1", "--moyen", "pigeon"), 2, "usage"),
        (("relance", "add", "1", "--jusqu-au", "bientôt"), 2, "usage"),
        (("next", "--jours", "deux"), 2, "usage"),
        (("close",), 2, "usage"),
        (("pause", "1", "--motif", "x"), 2, "usage"),
        (("close", "2"), 3, "refus"),
        (("close", "1", "--oui"), 3, "refus"),
        (("reopen", "1", "--motif", "x"), 3, "refus"),
        (("reprise", "4"), 3, "refus"),
        (("detect", "--date", "demain"), 3, "refus"),
        (("detect", "-c", "absent.xlsx"), 4, "fichier"),
        (("show", "Personne"), 6, "eleve"),
    ],
)
def test_an_error(ecole: Ecole, commande: tuple[str, ...], statut: int, code: str) -> None:
    """One document on stdout, nothing on stderr, its status; nothing is written."""
    avant = ecole.classeur.read_bytes()
    fait = ecole.type(*commande, "--json")
    assert (fait.statut, fait.erreurs) == (statut, "")
    lu: dict[str, Any] = json.loads(fait.sortie)
    assert set(lu) == {"erreur"}
    assert set(lu["erreur"]) >= {"code", "message", "conseil"}
    assert lu["erreur"]["code"] == code
    assert lu["erreur"]["message"].endswith((".", "?"))
    assert ecole.classeur.read_bytes() == avant
