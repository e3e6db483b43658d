"""``list`` and ``show``: filters, orders, files, and the story of a case."""

from __future__ import annotations

import csv
import io
import stat
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from ecole_fabrique import ELEVES, TABLEAU, Ecole, le, student

PIEGE = '=HYPERLINK("http://x";"y")'


@pytest.fixture(scope="module")
def rempli(tmp_path_factory: pytest.TempPathFactory) -> Iterator[bytes]:
    """Four students; three cases, two of them open."""
    with pytest.MonkeyPatch.context() as patch:
        ecole = Ecole(tmp_path_factory.mktemp("ecole"), patch)
        fill(ecole)
        yield ecole.classeur.read_bytes()


@pytest.fixture
def ecole(rempli: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ecole:
    """A copy of it, on 20/12/2026."""
    ecole = Ecole(tmp_path, monkeypatch)
    ecole.classeur.write_bytes(rempli)
    ecole.day("20/12/2026")
    return ecole


def fill(ecole: Ecole) -> None:
    """Make the workbook, and type what is in it."""
    ecole.json("init", "--auto-ecole", "Auto-école du Port")
    ecole.fill(
        ELEVES,
        [
            student("1", "ROYER Laurence", "31/08/2026", TÉLÉPHONE="0612345678"),
            student("2", "ÉMILE Zoé", "10/04/2026", STATUT="abandonniste"),
            student("3", "DA-SILVA Inês", "20/05/2026"),
            student("4", "BENALI Samir", "20/11/2026"),
        ],
    )
    ecole.fill(
        TABLEAU,
        [
            {
                "ÉLÈVE": "ROYER Laurence",
                "N° ÉLÈVE": "1",
                "DATE DE DERNIÈRE ACTIVITÉ": le("31/08/2026"),
                "DÉTECTÉ LE": le("01/12/2026"),
                "DATES DE RELANCES": "01/12/2026\n10/12/2026",
                "MOYENS UTILISÉS": "SMS\nEmail",
                "CAUSE": "santé",
            },
            {
                "ÉLÈVE": "ÉMILE Zoé",
                "N° ÉLÈVE": "2",
                "DATE DE DERNIÈRE ACTIVITÉ": le("10/04/2026"),
                "DÉTECTÉ LE": le("15/07/2026"),
                "RÉSULTAT (REPRISE / ABANDON)": "ABANDON",
                "CLÔTURÉ LE": le("10/08/2026"),
                "COMMENTAIRE": "Abandonniste : dossier clôturé le 10/08/2026 (déménage)",
            },
            {
                "ÉLÈVE": "DA-SILVA Inês",
                "N° ÉLÈVE": "3",
                "DATE DE DERNIÈRE ACTIVITÉ": le("20/05/2026"),
                "DÉTECTÉ LE": le("24/08/2026"),
                "CAUSE": "financière",
                "COMMENTAIRE": PIEGE,
            },
        ],
    )


@pytest.mark.parametrize(
    ("options", "attendus"),
    [
        ((), "123"),
        (("--etat", "a_relancer"), "3"),
        (("--etat", "en-att"), "1"),
        (("--responsable", "direction"), "1"),
        (("--responsable", "Secrétariat"), "3"),
        (("--cause", "SANTE"), "1"),
        (("--mois", "2026-07"), "2"),
        (("--mois", "08/2026"), "23"),
        (("--mois", "2026-09"), "3"),
        (("--mois", "2027-01"), "13"),
        (("--mois", "2026-06"), ""),
        (("emile",), "2"),
        (("royer sante",), "1"),
        (("déménage",), "2"),
        (("--etat", "a_relancer", "--cause", "santé"), ""),
        (("--tri", "eleve"), "321"),
        (("--tri", "activite"), "231"),
        (("--tri", "detection"), "231"),
        (("--tri", "ech"), "312"),
    ],
)
def test_what_is_listed(ecole: Ecole, options: tuple[str, ...], attendus: str) -> None:
    """By state, responsible, cause, month and text, together; in the order asked for."""
    lus = ecole.json("list", *options)
    assert lus["date"] == "2026-12-20"
    assert "".join(d["numero"] for d in lus["dossiers"]) == attendus


@pytest.mark.parametrize(
    "options",
    [
        ("--etat", "perdu"),
        ("--tri", "age"),
        ("--mois", "décembre"),
        ("--etat", "a_"),
        ("--cause", "xyz"),
        ("--cause", "!"),
        ("--responsable", "zorro"),
    ],
)
def test_an_unknown_filter_is_bad_usage(ecole: Ecole, options: tuple[str, str]) -> None:
    """Named, with what may be typed."""
    statut, message = ecole.refusal("list", *options)
    assert statut == 2
    assert options[1] in message


def test_an_unknown_responsable_or_cause_is_answered_by_those_that_exist(ecole: Ecole) -> None:
    """``next`` too; a cause of the list that nobody gave, or that somebody typed, is known."""
    statut, message = ecole.refusal("next", "--responsable", "zorro")
    assert (statut, message) == (2, "--responsable : « zorro » n'est pas connu.")
    dit = ecole.type("next", "--responsable", "zorro").erreurs
    assert "Au choix : Secrétariat, Responsable pédagogique, Direction." in dit
    assert "empêchement personnel, " in ecole.type("list", "--cause", "xyz").erreurs
    assert ecole.json("next", "--responsable", "pédagogique")["etapes"] == []
    assert ecole.json("list", "--cause", "déménagement")["dossiers"] == []
    ecole.json("relance", "add", "3", "--cause", "grève")
    assert len(ecole.json("list", "--cause", "grev")["dossiers"]) == 1


@pytest.mark.parametrize("commande", ["report", "list", "show", "next", "check"])
def test_the_day_of_what_is_only_looked_at(ecole: Ecole, commande: str) -> None:
    """Nothing is done on that day: --date says from which one it is seen."""
    aide = ecole.type(commande, "--help").sortie
    assert "Le jour auquel on se place" in aide
    assert "Le jour où c'est fait" not in aide


def test_an_empty_list_says_so(ecole: Ecole) -> None:
    """Nothing that answers is not an error."""
    fait = ecole.type("list", "personne")
    assert (fait.statut, fait.sortie) == (0, "Aucun dossier ne correspond.\n")


def test_the_csv_opens_in_excel_in_france(ecole: Ecole) -> None:
    """Its mark, « ; », dates as in France, no formula; readable by its owner alone."""
    fait = ecole.type("list", "--csv", "liste.csv")
    assert (fait.statut, fait.sortie) == (0, "")
    assert "Liste écrite (3 dossiers) : liste.csv" in fait.erreurs
    octets = Path("liste.csv").read_bytes()
    assert octets.startswith(b"\xef\xbb\xbf")
    assert sys.platform == "win32" or stat.S_IMODE(Path("liste.csv").stat().st_mode) == 0o600
    lignes = list(csv.DictReader(io.StringIO(octets.decode("utf-8-sig")), delimiter=";"))
    assert [ligne["Élève"] for ligne in lignes] == ["ROYER Laurence", "ÉMILE Zoé", "DA-SILVA Inês"]
    assert lignes[0]["Dernière activité"] == "31/08/2026"
    assert lignes[0]["Relances faites"] == "01/12/2026 SMS\n10/12/2026 Email"
    assert lignes[0]["Téléphone"] == "06 12 34 56 78"
    assert lignes[2]["Commentaire"] == f"'{PIEGE}"


def test_the_workbook_has_true_dates_filters_and_a_print_setup(ecole: Ecole) -> None:
    """A list to sort, filter and print, in which text stays text."""
    assert ecole.type("list", "--etat", "a_relancer", "--xlsx", "liste.xlsx").statut == 0
    assert sys.platform == "win32" or stat.S_IMODE(Path("liste.xlsx").stat().st_mode) == 0o600
    feuille = openpyxl.load_workbook("liste.xlsx")["Dossiers"]
    entetes = [c.value for c in feuille[1]]
    (ligne,) = feuille.iter_rows(min_row=2)
    cellules = dict(zip(entetes, ligne, strict=True))
    assert cellules["Élève"].value == "DA-SILVA Inês"
    assert cellules["Dernière activité"].value == datetime(2026, 5, 20)
    assert cellules["Commentaire"].value == PIEGE
    assert cellules["Commentaire"].data_type == "s"
    assert feuille.auto_filter.ref == "A1:R2"
    assert (feuille.page_setup.orientation, feuille.page_setup.fitToWidth) == ("landscape", 1)
    assert feuille.print_title_rows == "$1:$1"


@pytest.mark.parametrize(
    "commande",
    [
        ("list", "--csv"),
        ("list", "--xlsx"),
        ("next", "--ics"),
        ("report", "--format", "xlsx", "--sortie"),
    ],
)
def test_what_is_written_never_replaces_a_workbook(ecole: Ecole, commande: tuple[str, ...]) -> None:
    """Whatever way its name is typed, and another school's neither; an older list is replaced."""
    Path("ailleurs.xlsm").write_bytes(ecole.classeur.read_bytes())
    cibles = ["suivi_eleves.xlsx", "ailleurs.xlsm"]
    if sys.platform != "win32":  # links need a right there
        Path("lien.xlsx").symlink_to(ecole.classeur)
        cibles.append("./lien.xlsx")
    for cible in cibles:
        statut, message = ecole.refusal(*commande, cible)
        assert statut == 2
        assert cible.removeprefix("./") in message
    for _ in range(2):
        assert ecole.type(*commande, "neuf.xlsx").statut == 0


def test_unreadable_rows_are_owned_up_to(ecole: Ecole) -> None:
    """A list that leaves rows out says how many."""
    ecole.fill(TABLEAU, [{"ÉLÈVE": "BENALI Samir", "DATES DE RELANCES": "bientôt"}])
    fait = ecole.type("list")
    assert "Lignes illisibles, absentes de cette liste : 1" in fait.erreurs
    assert "inactifs check" in fait.erreurs
    assert "Ligne 5 illisible" in ecole.type("show", "Benali").sortie


# The story of a case


def events(ecole: Ecole, qui: str, rang: int = -1) -> list[tuple[str, str, str]]:
    """(date, text, rule) of each event of a case."""
    histoire = ecole.json("show", qui)["dossiers"][rang]["histoire"]
    return [(e["date"], e["texte"], e["regle"]) for e in histoire]


def test_the_story_gives_each_date_its_rule(ecole: Ecole) -> None:
    """From the last lesson to the next step, in order of time."""
    assert events(ecole, "Royer") == [
        ("2026-08-31", "Dernier cours", ""),
        ("2026-12-01", "Inactif depuis ce jour", "dernier cours le 31/08/2026 + 3 mois"),
        ("2026-12-01", "Dossier ouvert", "plus de 3 mois sans activité, constatés ce jour"),
        (
            "2026-12-01",
            "1re relance : SMS, sans réponse",
            "due le 01/12/2026 : dès la détection",
        ),
        (
            "2026-12-10",
            "2e relance : Email, sans réponse",
            "due le 08/12/2026 : 7 jours après la 1re, faite le 01/12/2026 ; "
            "faite avec 2 jours de retard",
        ),
        ("2026-12-24", "3e relance due", "14 jours après la 2e, faite le 10/12/2026"),
    ]


def test_the_story_is_told_in_the_terminal(ecole: Ecole) -> None:
    """The same dates and rules, under the criteria, within 100 columns."""
    dit = ecole.type("show", "1").sortie
    assert "ROYER Laurence (n° 1)" in dit
    assert "ne compte plus depuis le 01/12/2026" in dit
    assert "Inactif depuis le 01/12/2026 : dernier cours le 31/08/2026 + 3 mois." in dit
    assert "  08/12/2026" not in dit
    assert "24/12/2026  3e relance due" in dit
    assert "(14 jours après la 2e, faite le 10/12/2026)" in dit
    assert max(map(len, dit.splitlines())) <= 100


def test_answers_pauses_and_closings_are_in_the_story(ecole: Ecole) -> None:
    """What the commands themselves wrote is told again, with its reason."""
    ecole.json("relance", "add", "3", "--moyen", "sms", "--resultat", "plan", "--jusqu-au", "31/12")
    ecole.day("02/01/2027")
    ecole.json("pause", "3", "--jusqu-au", "15/01", "--motif", "stage")
    ecole.day("16/01/2027")
    ecole.json("close", "3", "--demande-eleve", "--motif", "déménage", "--oui")
    ecole.day("01/02/2027")
    ecole.json("reopen", "3", "--motif", "a rappelé")
    dits = [(jour, texte) for jour, texte, _ in events(ecole, "3")]
    assert dits == [
        ("2026-05-20", "Dernier cours"),
        ("2026-08-24", "Dossier ouvert"),
        ("2026-12-20", "1re relance : SMS, répondu : plan de reprise"),
        ("2027-01-02", "Suspendu : stage"),
        ("2027-01-16", "Clôturé : abandonniste"),
        ("2027-02-01", "Dernier signe de vie de l'élève"),
        ("2027-02-01", "La date de dernière activité de la ligne avance"),
        ("2027-02-01", "Dossier rouvert : a rappelé"),
        ("2027-05-02", "1re relance due"),
    ]
    regles = {texte: regle for _, texte, regle in events(ecole, "3")}
    assert "repart à zéro" in regles["1re relance : SMS, répondu : plan de reprise"]
    assert regles["Suspendu : stage"] == "rien n'est dû jusqu'au 15/01/2027"
    assert regles["Clôturé : abandonniste"] == "à la demande de l'élève, déménage"
    assert regles["1re relance due"] == ("le lendemain de la suspension, qui finit le 01/05/2027")


def test_an_abandonniste_who_takes_a_lesson_is_seen(ecole: Ecole) -> None:
    """In the story, and every morning until the dossier is reopened."""
    ecole.json("activite", "add", "2", "cours", "--date", "15/12")
    assert events(ecole, "2")[-1] == (
        "2026-12-15",
        "Un cours après la clôture, alors que l'élève est abandonniste",
        "plus personne ne le suit : « inactifs reopen » s'il revient",
    )
    (a_voir,) = ecole.json("detect")["a_verifier"]
    assert (a_voir["cellule"], a_voir["contenu"]) == ("E3", "ÉMILE Zoé")
    assert "15/12/2026" in a_voir["raison"]
    assert "reopen 2" in a_voir["remede"]
    ecole.json("reopen", "2", "--motif", "revient")
    assert ecole.json("detect")["a_verifier"] == []


def test_who_is_not_followed_is_called_neither_active_nor_inactive(ecole: Ecole) -> None:
    """« Actif, inactif à partir du… » would announce a dossier that is never opened."""
    ecran = ecole.type("show", "2").sortie
    assert "abandonniste (la procédure ne suit pas cet élève)" in ecran
    assert "nactif" not in ecran.split("Dossier de la ligne")[0]
    assert "ne compte plus" not in ecran
    assert "Inactif depuis le 01/12/2026" in ecole.type("show", "1").sortie


def test_the_other_known_student_has_no_story(ecole: Ecole) -> None:
    """Active, without a case: the verdict alone, with its rule."""
    lu = ecole.json("show", "Benali")
    assert (lu["inactif_depuis"], lu["dossiers"]) == (None, [])
    dit = ecole.type("show", "Benali").sortie
    assert "Actif ; inactif à partir du 21/02/2027 si rien ne se passe" in dit
    assert "Aucun dossier d'inactivité." in dit
