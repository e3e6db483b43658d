"""The procedure through the command line: what is refused, whose date is meant, what is shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from ecole_fabrique import ELEVES, TABLEAU, Ecole, le, student


@pytest.fixture(scope="module")
def ouverts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[bytes]:
    """Three students inactive since the summer, their dossiers opened on 24/11/2026."""
    with pytest.MonkeyPatch.context() as patch:
        ecole = Ecole(tmp_path_factory.mktemp("ecole"), patch)
        ecole.json("init")
        ecole.fill(ELEVES, [student(n, f"NOM{n} Zoé", "20/08/2026") for n in "123"])
        ecole.json("detect")
        yield ecole.classeur.read_bytes()


@pytest.fixture
def ecole(ouverts: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ecole:
    """A copy of their workbook, on the same day."""
    ecole = Ecole(tmp_path, monkeypatch)
    ecole.classeur.write_bytes(ouverts)
    return ecole


def relaunch(ecole: Ecole, numero: str, *jours: str) -> None:
    """Unanswered calls, each noted on its day."""
    for jour in jours:
        ecole.day(jour)
        ecole.json("relance", "add", numero, "--moyen", "sms")


# Which year a date without one is in


def test_a_december_day_typed_in_january_is_last_december(ecole: Ecole) -> None:
    """For what has been done; the next one for what is to come."""
    ecole.day("05/01/2027")
    cas = ecole.json("relance", "add", "1", "--moyen", "sms", "--date", "24/12")
    assert [r["date"] for r in cas["relances"]] == ["2026-12-24"]
    assert ecole.json("activite", "add", "1", "visite", "--date", "26/12")["date"] == "2026-12-26"
    pause = ecole.json("pause", "2", "--jusqu-au", "15/01", "--motif", "stage")
    assert pause["suspendu_jusqu_au"] == "2027-01-15"


def test_a_suspension_is_counted_from_the_day_of_the_relance(ecole: Ecole) -> None:
    """Noted a week late, it may be over already."""
    ecole.day("05/01/2027")
    options = ("--moyen", "sms", "--resultat", "plan", "--date", "28/12", "--jusqu-au", "30/12")
    cas = ecole.json("relance", "add", "1", *options)
    assert cas["suspendu_jusqu_au"] == "2026-12-30"


def test_a_lesson_is_on_the_nearest_day(ecole: Ecole) -> None:
    """Reserved for January, or taken in December."""
    ecole.day("28/12/2026")
    assert ecole.json("activite", "add", "1", "cours", "--date", "10/01")["date"] == "2027-01-10"
    assert ecole.json("activite", "add", "2", "cours", "--date", "24/12")["date"] == "2026-12-24"


def test_tomorrow_is_refused_however_it_is_typed(ecole: Ecole) -> None:
    """Without its year too: it is not taken for a day of last year."""
    for jour in ("25/11", "25/11/2026", "demain"):
        for commande in (
            ("relance", "add", "1", "--moyen", "sms"),
            ("activite", "add", "1", "visite"),
            ("reprise", "1"),
            ("detect",),
        ):
            assert ecole.refusal(*commande, "--date", jour)[0] == 3


@pytest.mark.parametrize("jour", ["01/01/0001", "31/12/9999"])
def test_a_day_out_of_reach_is_bad_usage(
    ecole: Ecole, monkeypatch: pytest.MonkeyPatch, jour: str
) -> None:
    """The workbook would not read it again."""
    for commande in (
        ("detect", "--date"),
        ("activite", "add", "1", "cours", "--date"),
        ("pause", "1", "--motif", "x", "--jusqu-au"),
    ):
        assert ecole.refusal(*commande, jour)[0] == 2
    monkeypatch.setenv("INACTIFS_AUJOURDHUI", le(jour).isoformat())
    assert ecole.refusal("detect")[0] == 2


# What the procedure refuses


def test_nothing_ends_before_its_last_relance(ecole: Ecole) -> None:
    """Whatever the way it ends."""
    relaunch(ecole, "1", "24/11/2026", "01/12/2026")
    for commande in (
        ("reprise", "1"),
        ("close", "1", "--demande-eleve", "--oui"),
        ("relance", "add", "1", "--moyen", "sms", "--resultat", "reprise"),
    ):
        statut, message = ecole.refusal(*commande, "--date", "30/11/2026")
        assert statut == 3
        assert "01/12/2026" in message


def test_a_dossier_is_not_reopened_before_its_end(ecole: Ecole) -> None:
    """The row's last activity would go back in time."""
    ecole.day("16/12/2026")
    ecole.json("close", "1", "--demande-eleve", "--oui")
    statut, message = ecole.refusal("reopen", "1", "--motif", "x", "--date", "15/12/2026")
    assert statut == 3
    assert "16/12/2026" in message


def test_the_last_relance_is_waived_for_a_reason(ecole: Ecole) -> None:
    """Named students only, a reason given, and the mention says it only where it is so."""
    relaunch(ecole, "1", "24/11/2026", "01/12/2026")
    relaunch(ecole, "2", "24/11/2026", "01/12/2026", "15/12/2026")
    assert ecole.refusal("close", "1", "--oui")[0] == 3
    assert ecole.refusal("close", "1", "--sans-derniere-relance", "--oui")[0] == 2
    blanc = ("--sans-derniere-relance", "--motif", "  ", "--oui")
    assert ecole.refusal("close", "1", *blanc)[0] == 2
    sans = ("--sans-derniere-relance", "--motif", "injoignable", "--oui")
    assert ecole.refusal("close", "--tous", *sans)[0] == 2
    assert ecole.refusal("close", "--tous", "--demande-eleve", "--oui")[0] == 2
    ecole.json("close", "1", "2", *sans)
    mention = "Abandonniste : dossier clôturé le 15/12/2026"
    assert ecole.row(2)["COMMENTAIRE"] == f"{mention} (sans la dernière relance : injoignable)"
    assert ecole.row(3)["COMMENTAIRE"] == f"{mention} (injoignable)"


def test_closing_everybody_leaves_the_suspended_alone(ecole: Ecole) -> None:
    """All their relances are made, and they wait until a day: the others are closed."""
    for numero in "12":
        relaunch(ecole, numero, "24/11/2026", "01/12/2026", "15/12/2026")
        ecole.day("24/11/2026")
    ecole.day("15/12/2026")
    ecole.json("pause", "1", "--jusqu-au", "15/01/2027", "--motif", "stage")
    assert [d["numero"] for d in ecole.json("close", "--tous", "--oui")["dossiers"]] == ["2"]
    assert ecole.row(2)["RÉSULTAT (REPRISE / ABANDON)"] is None
    statut, message = ecole.refusal("close", "1", "--oui")
    assert statut == 3
    assert "15/01/2027" in message
    ecole.day("16/01/2027")
    assert [
        d["numero"] for d in ecole.json("close", "--tous", "--oui", "--malgre-imports")["dossiers"]
    ] == ["1"]


def test_a_row_that_cannot_be_read_does_not_stop_the_others(ecole: Ecole) -> None:
    """Closing everybody leaves it aside; closing its student says which cell."""
    for numero in "12":
        relaunch(ecole, numero, "24/11/2026")
        relaunch(ecole, numero, "01/12/2026")
        relaunch(ecole, numero, "15/12/2026")
        ecole.day("24/11/2026")
    ecole.fill(TABLEAU, [{"ÉLÈVE": "NOM1 Zoé", "N° ÉLÈVE": "1", "DATES DE RELANCES": "bientôt"}])
    ecole.day("15/12/2026")
    assert [d["numero"] for d in ecole.json("close", "--tous", "--oui")["dossiers"]] == ["2"]
    statut, message = ecole.refusal("close", "1", "--oui")
    assert statut == 4
    assert "C5" in message


@pytest.mark.parametrize(
    ("champ", "commande"),
    [
        ("DERNIER COURS", "activite add 1 cours"),
        ("DERNIER CONTACT", "activite add 1 visite"),
        ("DERNIER CONTACT", "relance add 1 --moyen sms --resultat entretien"),
        ("DERNIER CONTACT", "reprise 1"),
    ],
)
def test_a_date_of_the_register_that_cannot_be_read_is_not_written_over(
    champ: str, commande: str, ecole: Ecole
) -> None:
    """What somebody meant by it is theirs to say: the cell is named (exit 4)."""
    livre = openpyxl.load_workbook(ecole.classeur)
    onglet = livre[ELEVES]
    (cellule,) = (onglet.cell(2, c.column) for c in onglet[1] if c.value == champ)
    cellule.value = "vers Noël"
    livre.save(ecole.classeur)
    statut, message = ecole.refusal(*commande.split())
    assert statut == 4
    assert f"Élèves, cellule {cellule.coordinate} : « vers Noël »" in message


def test_an_import_leaves_it_alone_and_goes_on_with_the_others(ecole: Ecole) -> None:
    """One cell is not worth a planning: it is named, the other students are brought up to date."""
    livre = openpyxl.load_workbook(ecole.classeur)
    onglet = livre[ELEVES]
    colonne = next(c.column for c in onglet[1] if c.value == "DERNIER COURS")
    onglet.cell(2, colonne).value = "vers Noël"
    livre.save(ecole.classeur)
    export = ecole.classeur.with_name("cours.csv")
    export.write_text("Date;N° élève\n20/11/2026;1\n20/11/2026;2\n", "utf-8")
    statut, message = ecole.refusal("import", "cours", str(export), "--strict")
    assert statut == 4
    assert "« vers Noël »" in message
    avis = " ".join(ecole.json("import", "cours", str(export))["avertissements"])
    assert f"Élèves, cellule {onglet.cell(2, colonne).coordinate} : « vers Noël »" in avis
    assert ecole.row(2, ELEVES)["DERNIER COURS"] == "vers Noël"
    assert ecole.row(3, ELEVES)["DERNIER COURS"].date() == le("20/11/2026")


def test_a_legend_under_the_tableau_is_nobody(ecole: Ecole) -> None:
    """« Légende : … » in the column ÉLÈVE is no student to call, and stays as it is."""
    livre = openpyxl.load_workbook(ecole.classeur)
    onglet = livre[TABLEAU]
    onglet.cell(onglet.max_row + 3, 1).value = "Légende : en rouge, à rappeler"
    ligne = onglet.max_row
    livre.save(ecole.classeur)
    assert "Légende" not in str(ecole.json("next")["etapes"])
    ecole.json("detect")
    assert [c.value for c in openpyxl.load_workbook(ecole.classeur)[TABLEAU][ligne][1:]] == (
        [None] * (onglet.max_column - 1)
    )


# What the morning shows


def test_two_open_rows_of_a_student_are_one_to_call(ecole: Ecole) -> None:
    """The last is followed by every command, the other is to be looked at."""
    ecole.fill(
        TABLEAU,
        [
            {
                "ÉLÈVE": "Zoé Nom1",
                "DATE DE DERNIÈRE ACTIVITÉ": le("20/08/2026"),
                "DÉTECTÉ LE": le("23/11/2026"),
            }
        ],
    )
    matin = ecole.json("detect")
    assert sorted(e["numero"] for e in matin["a_relancer"]) == ["1", "2", "3"]
    assert [a["cellule"] for a in matin["a_verifier"]] == ["A5"]
    assert ecole.json("detect")["ecrit"] is False
    assert ecole.json("relance", "add", "1", "--moyen", "sms")["ligne"] == 2
    assert ecole.row(5)["DATES DE RELANCES"] is None
    assert [e["numero"] for e in ecole.json("next")["etapes"]].count("1") == 1
    ecole.day("25/11/2026")
    ecole.json("activite", "add", "1", "cours")
    assert [r["numero"] for r in ecole.json("detect")["reprises"]] == ["1"]
    fins = [ecole.row(ligne)["RÉSULTAT (REPRISE / ABANDON)"] for ligne in (2, 5)]
    assert fins == ["REPRISE", "REPRISE"]
    assert ecole.json("detect")["ecrit"] is False


def test_unknown_statuts_are_followed_and_shown_once_each(ecole: Ecole) -> None:
    """One line a word, at its first student."""
    mots = ("résilié", "Résilié", "en attente", "transférée")
    ecole.fill(
        ELEVES,
        [student(f"9{n}", f"AUTRE{n}", "20/08/2026", STATUT=m) for n, m in enumerate(mots)],
    )
    matin = ecole.json("detect")
    assert {e["numero"] for e in matin["nouveaux"]} == {"90", "91", "92"}
    assert [(a["cellule"], a["contenu"]) for a in matin["a_verifier"]] == [
        ("J5", "résilié"),
        ("J7", "en attente"),
    ]
    assert "AUTRE0 et 1 de plus" in matin["a_verifier"][0]["raison"]


def test_a_row_of_homonyms_is_shown_every_morning(ecole: Ecole) -> None:
    """Nobody can be called until its number is typed."""
    ecole.fill(ELEVES, [student("4", "NOM1 Zoé", "20/08/2026")])
    ecole.fill(TABLEAU, [{"ÉLÈVE": "NOM1 Zoé", "DATE DE DERNIÈRE ACTIVITÉ": le("20/08/2026")}])
    matin = ecole.json("detect")
    assert [a["cellule"] for a in matin["a_verifier"]] == ["A5"]
    assert "n° 1, 4" in matin["a_verifier"][0]["raison"]


def test_a_simulation_writes_nothing_and_says_so(ecole: Ecole) -> None:
    """« ecrit » is false, whatever would be written."""
    ecole.day("25/11/2026")
    ecole.json("activite", "add", "1", "cours")
    avant = ecole.classeur.read_bytes()
    matin = ecole.json("detect", "--simulation")
    assert ([r["numero"] for r in matin["reprises"]], matin["ecrit"]) == (["1"], False)
    assert ecole.classeur.read_bytes() == avant


def test_the_journal_notes_a_sign_of_life_only_when_there_is_one(ecole: Ecole) -> None:
    """Not for a hand-typed row whose number and day of detection are filled in."""
    ecole.fill(ELEVES, [student("4", "AUTRE Léa", "20/08/2026")])
    ecole.fill(
        TABLEAU,
        [
            {
                "ÉLÈVE": "AUTRE Léa",
                "DATE DE DERNIÈRE ACTIVITÉ": le("20/08/2026"),
                "SUSPENDU JUSQU'AU": le("31/12/2026"),
            }
        ],
    )
    assert ecole.json("detect")["ecrit"] is True
    journal = openpyxl.load_workbook(ecole.classeur)["Journal"]
    dits = [str(c.value) for c in journal["E"]]
    assert not any("Signe de vie" in dit for dit in dits)
    ecole.day("25/11/2026")
    ecole.json("activite", "add", "4", "visite")
    ecole.json("detect")
    journal = openpyxl.load_workbook(ecole.classeur)["Journal"]
    assert "Signe de vie du 25/11/2026 : dossier suspendu" in [c.value for c in journal["E"]]
