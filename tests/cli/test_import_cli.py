"""``import`` as it is typed: any export in, the register out; what is told, refused, kept."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter
from ecole_fabrique import ELEVES, Ecole, student

from inactifs.cli.screen import progression

if sys.platform != "win32":
    import pty

EXPORTS = Path(__file__).parents[1] / "imports" / "exports"
LECONS = [
    ["Date de la leçon", "Nom et prénom", "Tél. portable", "Présence"],
    ["mar. 3 nov. 2026", "Mme Laurence ROYER", "612345678", "Effectuée"],
    ["2026-11-05T18:00:00+01:00", "le-gall elodie", "", "Présente"],
    ["1er décembre 2026", "LEGALL Élodie", "", "Réservé\nà confirmer"],
    ["04/12/2026 10:00", "royer laurence", "+33 6 12 34 56 78", "Annulé par l'élève"],
]
ATTENDU = {
    "ROYER": (datetime(2026, 11, 3), None),
    "LE GALL": (datetime(2026, 11, 5), datetime(2026, 12, 1)),
}


@pytest.fixture(scope="module")
def classeur(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Four students, two of them homonyms."""
    with pytest.MonkeyPatch.context() as patch:
        ecole = Ecole(tmp_path_factory.mktemp("ecole"), patch)
        ecole.json("init")
        ecole.fill(
            ELEVES,
            [
                student("1285", "ROYER Laurence", "02/10/2026", TÉLÉPHONE="06 12 34 56 78"),
                {"N° ÉLÈVE": "1286", "NOM": "LE GALL", "PRÉNOM": "Élodie"},
                student("1000", "BRETON Henri"),
                student("1009", "BRETON Henri"),
            ],
        )
        return ecole.classeur.read_bytes()


@pytest.fixture
def ecole(classeur: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ecole:
    """A copy of it in the current folder."""
    ecole = Ecole(tmp_path, monkeypatch)
    ecole.classeur.write_bytes(classeur)
    return ecole


def written(nom: str, lignes: list[list[str]], *, encodage: str = "utf-8", avant: str = "",
            separateur: str = ";") -> Path:  # fmt: skip
    """A CSV in the current folder."""
    sortie = io.StringIO(newline="")
    csv.writer(sortie, delimiter=separateur).writerows(lignes)
    Path(nom).write_bytes((avant + sortie.getvalue()).encode(encodage))
    return Path(nom)


def workbook(nom: str, **feuilles: list[list[object]]) -> Path:
    """A workbook in the current folder, the first row of each sheet merged as a title."""
    with xlsxwriter.Workbook(nom, {"default_date_format": "dd/mm/yyyy"}) as livre:
        for titre, lignes in feuilles.items():
            feuille = livre.add_worksheet(titre)
            feuille.merge_range(0, 0, 0, 3, f"{titre} du mois")
            for rang, ligne in enumerate(lignes, 2):
                feuille.write_row(rang, 0, ligne)
    return Path(nom)


def lessons(ecole: Ecole) -> dict[str, tuple[object, object]]:
    """Last and next lesson, by name."""
    lignes = [ecole.row(rang, ELEVES) for rang in (2, 3)]
    return {ligne["NOM"]: (ligne["DERNIER COURS"], ligne["PROCHAIN COURS"]) for ligne in lignes}


@pytest.mark.parametrize(
    ("encodage", "separateur", "avant"),
    [
        ("utf-8", ";", ""),
        ("utf-8-sig", ",", ""),
        ("cp1252", ";", "sep=;\r\n"),
        ("utf-16", "\t", ""),
        ("mac_roman", "|", ""),
        ("cp1252", ";", "Auto-école du Port\r\n\r\nÉdité le;24/11/2026\r\n"),
    ],
)
def test_any_text_export(ecole: Ecole, encodage: str, separateur: str, avant: str) -> None:
    """Every encoding, separator, form of date, of name and of phone; a total below."""
    lignes = [*LECONS, ["Total", "4", "", ""]]
    written("plan.txt", lignes, encodage=encodage, separateur=separateur, avant=avant)
    compte = ecole.json("import", "cours", "plan.txt")
    assert (compte["lignes"], compte["importees"], compte["ignorees"]) == (4, 3, 1)
    assert compte["rejets"] == []
    assert lessons(ecole) == ATTENDU


@pytest.mark.parametrize("nom", ["planning.xlsx", "planning.xlsm", "export.csv"])
def test_a_workbook_whatever_its_name(ecole: Ecole, nom: str) -> None:
    """True dates, serial ones, phones as numbers, a title over merged cells, totals below."""
    lignes: list[list[object]] = [
        ["Date", "Élève", "Portable", "État"],
        [date(2026, 11, 3), "Royer, Laurence", 612345678, "Effectué"],
        [46331, "Élodie LE GALL", "", "Fait"],
        [datetime(2026, 12, 1, 10, 30), "Le Gall Élodie", "", "Planifié"],
        [],
        ["Total", "", "", 3],
    ]
    workbook(nom, Accueil=[["Bonjour"]], Planning=lignes)
    assert ecole.json("import", "cours", nom)["importees"] == 3
    assert lessons(ecole) == ATTENDU


@pytest.mark.parametrize("fichier", ["lecons.xls", "lecons.ods", "lecons.xlsx"])
def test_files_saved_by_libreoffice(ecole: Ecole, fichier: str) -> None:
    """The three formats say the same."""
    compte = ecole.json("import", "cours", str(EXPORTS / fichier))
    assert [r["ligne"] for r in compte["rejets"]] == [5, 6]
    assert ecole.row(2, ELEVES)["DERNIER COURS"] == datetime(2026, 10, 2)  # never moved back


def test_what_was_understood_comes_before_the_counts(ecole: Ecole) -> None:
    """Two lines, then one of counts."""
    written("plan.csv", LECONS)
    dit = ecole.type("import", "cours", "plan.csv").erreurs.splitlines()
    assert dit == [
        "plan.csv : CSV UTF-8, séparateur « ; », en-têtes ligne 1",
        "Date ← « Date de la leçon », élève ← « Nom et prénom », téléphone ← « Tél. portable », "
        "statut ← « Présence »",
        "4 lignes lues : 3 importées, 0 déjà connue, 1 qui ne compte pas (leçon annulée ou "
        "manquée), 0 rejetée.",
    ]


@pytest.mark.parametrize(
    ("canal", "lignes", "dit"),
    [
        ("cours", [["Date", "N° élève", "Statut"], ["12/11/2026", "1285", "Absent"],
                   ["13/11/2026", "1285", "Annulé"]],
         "2 qui ne comptent pas (leçons annulées ou manquées)"),
        ("connexions", [["N° élève", "Dernière connexion"], ["1285", "Jamais"],
                         ["1000", "12/11/2026"]],
         "1 qui ne compte pas (élève jamais connecté)"),
        ("connexions", [["Date", "N° élève", "Action"], ["12/11/2026", "1285", "Relance envoyée"],
                        ["13/11/2026", "1285", "Compte créé"], ["14/11/2026", "1285", "Connexion"]],
         "2 qui ne comptent pas (actions qui ne sont pas des connexions de l'élève)"),
        ("contacts", [["Date", "N° élève", "Sens"], ["12/11/2026", "1285", "Sortant"],
                      ["13/11/2026", "1285", "Émis"], ["13/11/2026", "1285", "Reçu"]],
         "2 qui ne comptent pas (contacts pris par l'auto-école)"),
        ("contacts", [["Date", "N° élève", "Sens"], ["12/11/2026", "1285", "Entrant"]],
         "0 qui ne compte pas, 0 rejetée"),
    ],
)  # fmt: skip
def test_why_lines_do_not_count_is_said(
    ecole: Ecole, canal: str, lignes: list[list[str]], dit: str
) -> None:
    """In the same line, in the words of the kind of export."""
    written("export.csv", lignes)
    assert dit in ecole.type("import", canal, "export.csv").erreurs.splitlines()[-1]


def test_the_same_file_twice_is_the_same_bytes(ecole: Ecole) -> None:
    """And every line is known the second time."""
    written("plan.csv", LECONS)
    ecole.json("import", "cours", "plan.csv")
    avant = ecole.classeur.read_bytes()
    encore = ecole.json("import", "cours", "plan.csv")
    assert (encore["inchangees"], encore["ecrit"]) == (3, False)
    assert ecole.classeur.read_bytes() == avant


def test_a_simulation_shows_before_and_after_and_writes_nothing(ecole: Ecole) -> None:
    """Each student changed, under the header of the register; no file of rejects either."""
    written("plan.csv", [*LECONS, ["x", "Inconnu Jean", "", "Fait"]])
    avant = ecole.classeur.read_bytes()
    fait = ecole.type("import", "cours", "plan.csv", "--simulation", "--rejets", "r.csv")
    assert fait.statut == 0
    tableau = [" ".join(ligne.replace("│", " ").split()) for ligne in fait.sortie.splitlines()]
    assert "ROYER Laurence DERNIER COURS 02/10/2026 03/11/2026" in tableau
    assert "LE GALL Élodie PROCHAIN COURS — 01/12/2026" in tableau
    assert "Simulation : rien n'a été écrit." in fait.erreurs
    assert ecole.classeur.read_bytes() == avant
    assert not Path("r.csv").exists()


def test_several_files_make_one_change_of_a_student(ecole: Ecole) -> None:
    """Before the first, after the last; one date each in the register."""
    for jour in (3, 10):
        lecon = [f"{jour:02}/11/2026", "Royer Laurence", "", "Fait"]
        written(f"{jour:02}.csv", [LECONS[0], lecon])
    fait = ecole.type("import", "cours", "03.csv", "10.csv", "--simulation")
    assert "1 élève changerait" in fait.sortie
    assert fait.sortie.count("ROYER Laurence") == 1
    [change] = [ligne for ligne in fait.sortie.splitlines() if "ROYER" in ligne]
    assert change.index("02/10/2026") < change.index("10/11/2026")
    assert ecole.json("import", "cours", "10.csv", "03.csv")["importees"] == 1
    assert lessons(ecole)["ROYER"] == (datetime(2026, 11, 10), None)


def test_a_folder_is_its_exports(ecole: Ecole) -> None:
    """In order of name; not the workbook, nor what an office hides beside an open file."""
    written("plan.csv", LECONS)
    workbook("Planning.XLSX", P=[["Date", "N° élève", "Statut"], ["12/11/2026", 1285, "Fait"]])
    Path("~$Planning.xlsx").write_bytes(b"\x05Marie")
    Path(".~lock.plan.csv#").write_text("Marie")
    Path("notice.pdf").write_bytes(b"%PDF-1.7")
    compte = ecole.json("import", "cours", ".")
    assert [c.split(" : ")[0] for c in compte["compris"][::2]] == ["Planning.XLSX", "plan.csv"]
    assert compte["lignes"] == 5
    assert lessons(ecole)["ROYER"] == (datetime(2026, 11, 12), None)


CONTACTS = [
    ["Date", "Élève", "Sens", "Canal", "Message"],
    ["10/11/2026", "ROYER Laurence", "Entrant", "Téléphone", "Rappelle demain"],
    ["12/11/2026", "LE GALL Élodie", "Sortant", "SMS", "Relance"],
]


def test_contacts_taken_for_logins_are_refused(ecole: Ecole) -> None:
    """Students who never logged in would pass for active; the right command is told."""
    Path("Mes exports").mkdir()
    written("Mes exports/contacts.csv", CONTACTS)
    avant = ecole.classeur.read_bytes()
    export = str(Path("Mes exports/contacts.csv"))
    fait = ecole.type("import", "connexions", export, "-c", "suivi_eleves.xlsx")
    assert (fait.statut, ecole.classeur.read_bytes() == avant) == (4, True)
    constat, conseil = fait.erreurs.splitlines()
    assert constat == (
        "contacts.csv ressemble à un export de contacts (colonnes « Sens », « Canal ») : "
        "rien n'a été écrit."
    )
    assert conseil.startswith(f'Lancez : inactifs import contacts "{export}" -c suivi_eleves.xlsx')
    assert ecole.json("import", "contacts", export)["importees"] == 1


def test_in_a_folder_the_files_of_another_kind_are_left_aside_and_told(ecole: Ecole) -> None:
    """One by one, with what to type for each."""
    written("contacts.csv", CONTACTS)
    written("plan.csv", [[*LECONS[0], "Moniteur"], *([*ligne, "Karim"] for ligne in LECONS[1:])])
    fait = ecole.type("import", "contacts", ".")
    assert fait.statut == 0
    assert [ligne for ligne in fait.erreurs.splitlines() if "plan.csv" in ligne] == [
        "plan.csv laissé de côté : il ressemble à un export de cours (colonnes « Présence », "
        "« Date de la leçon », « Moniteur »). Lancez : inactifs import cours plan.csv"
    ]
    assert lessons(ecole)["ROYER"] == (datetime(2026, 10, 2), None)
    assert ecole.row(2, ELEVES)["DERNIER CONTACT"] == datetime(2026, 11, 10)
    compte = ecole.json("import", "cours", ".")
    assert (compte["lignes"], len(compte["avertissements"])) == (4, 1)
    Path("contacts.csv").unlink()
    statut, message = ecole.refusal("import", "contacts", ".")
    assert (statut, message.startswith("Rien à importer : plan.csv ressemble à")) == (4, True)


def test_in_a_folder_a_file_that_is_not_understood_does_not_stop_the_others(ecole: Ecole) -> None:
    """Each file is all or nothing; it is told."""
    written("contacts.csv", CONTACTS)
    written("notes.csv", [["Machin", "Truc"], ["1", "2"]])
    fait = ecole.type("import", "contacts", ".")
    assert fait.statut == 0
    assert "notes.csv : colonnes non comprises" in fait.erreurs
    assert ecole.row(2, ELEVES)["DERNIER CONTACT"] == datetime(2026, 11, 10)


def test_a_folder_without_exports_is_refused(ecole: Ecole) -> None:
    """With what to give."""
    Path("vide").mkdir()
    statut, message = ecole.refusal("import", "cours", "vide")
    assert (statut, "ne contient aucun export" in message) == (4, True)


def test_one_bad_file_among_several_is_told_and_the_others_are_taken(ecole: Ecole) -> None:
    """Exit 4 only if none was read."""
    written("a.csv", LECONS)
    written("b.csv", [["Machin", "Truc"], ["1", "2"]])
    fait = ecole.json("import", "cours", "a.csv", "b.csv")
    bon, mauvais = fait["fichiers"]
    assert (bon["importees"], mauvais["fichier"]) == (3, "b.csv")
    assert mauvais["erreur"]["message"].startswith("b.csv : colonnes non comprises")
    statut, message = ecole.refusal("import", "cours", "b.csv")
    assert (statut, message[:5]) == (4, "b.csv")


def test_strict_writes_nothing_if_one_line_is_rejected(ecole: Ecole) -> None:
    """The first line and its reason; the rejects can be written all the same."""
    written("plan.csv", [*LECONS, ["02/11/2026", "BRETON Henri", "", "Fait"]])
    statut, message = ecole.refusal("import", "cours", "plan.csv", "--strict", "--rejets", "r.csv")
    assert statut == 4
    assert "1 ligne rejetée et --strict : rien n'a été écrit" in message
    assert "plan.csv, ligne 6 : 2 élèves répondent à « BRETON Henri »" in message
    assert b"BRETON Henri" in Path("r.csv").read_bytes()


def test_rejects_are_corrected_in_excel_and_imported_again(ecole: Ecole) -> None:
    """A CSV for Excel in France; a suggestion pasted in place of the name tells homonyms apart."""
    lignes = [
        ["Date", "Nom", "Prénom", "Statut"],
        ["02/11/2026", "BRETON", "Henri", "Effectué"],
        ["31/11/2026", "ROYER", "Laurence", "Effectué"],
        ["10/11/2026", "ROIER", "Laurence", "Effectué"],
    ]
    written("plan.csv", lignes)
    fait = ecole.type("import", "cours", "plan.csv", "--rejets", "r.csv")
    assert fait.statut == 0
    assert "3 lignes rejetées" in fait.sortie
    assert "écrites dans r.csv" in fait.erreurs
    octets = Path("r.csv").read_bytes()
    assert octets.startswith(b"\xef\xbb\xbfDate;Nom;")
    assert sys.platform == "win32" or Path("r.csv").stat().st_mode & 0o077 == 0
    rejets = list(csv.reader(io.StringIO(octets.decode("utf-8-sig")), delimiter=";"))
    assert [r[5] for r in rejets[1:]] == [
        "1000 BRETON Henri | 1009 BRETON Henri",
        "",
        "1285 ROYER Laurence",
    ]
    corriges = octets.decode("utf-8-sig")  # Excel saves what it opened in the code page of Windows
    for faux, juste in (("BRETON;Henri", "1009 BRETON;Henri"), ("31/11", "30/10"), ("ROIER", "1285 ROIER")):  # fmt: skip  # noqa: E501
        corriges = corriges.replace(faux, juste, 1)
    Path("r.csv").write_bytes(corriges.encode("cp1252"))
    compte = ecole.json("import", "cours", "r.csv", "--rejets", "encore.csv")
    assert (compte["importees"], compte["rejets"]) == (3, [])
    assert lessons(ecole)["ROYER"] == (datetime(2026, 11, 10), None)
    assert ecole.row(5, ELEVES)["DERNIER COURS"] == datetime(2026, 11, 2)
    assert not Path("encore.csv").exists()


@pytest.mark.parametrize("rejets", ["plan.csv", "./suivi_eleves.xlsx"])
def test_rejects_do_not_take_the_place_of_what_is_read(ecole: Ecole, rejets: str) -> None:
    """Neither the export nor the workbook is replaced."""
    avant = written("plan.csv", [LECONS[0], ["x", "y", "", "z"]]).read_bytes()
    assert ecole.refusal("import", "cours", "plan.csv", "--rejets", rejets)[0] == 2
    assert Path("plan.csv").read_bytes() == avant


def test_rejects_that_cannot_be_written_stop_the_import(ecole: Ecole) -> None:
    """Nothing is written unless all of it is."""
    written("plan.csv", [*LECONS, ["x", "y", "", "z"]])
    statut, message = ecole.refusal("import", "cours", "plan.csv", "--rejets", "absent/r.csv")
    assert (statut, str(Path("absent/r.csv")) in message) == (2, True)


def test_a_file_of_which_nothing_is_recognised_is_no_import(ecole: Ecole) -> None:
    """Its day is not noted: nobody is to be called inactive because of it."""
    written("plan.csv", [LECONS[0], ["02/11/2026", "Autre Ecole", "", "Fait"]])
    avant = ecole.classeur.read_bytes()
    assert "Aucune ligne n'a été reconnue" in ecole.type("import", "cours", "plan.csv").erreurs
    assert ecole.classeur.read_bytes() == avant
    assert ecole.json("detect", "--simulation")["imports"]["cours"] is None


def test_the_user_names_a_column_and_a_sheet(ecole: Ecole) -> None:
    """When the headers say nothing, or one only of two sheets is to be read."""
    entete: list[object] = ["Quand", "Qui", "Statut"]
    workbook("p.xlsx", Nov=[entete, ["03/11/2026", "1285", "Fait"]], Dec=[entete])
    colonnes = ("--colonne", "date=quand", "--colonne", "Élève=QUI")
    statut, message = ecole.refusal("import", "cours", "p.xlsx")
    assert statut == 4
    assert "« Quand », « Qui », « Statut »" in message
    lu = ecole.json("import", "cours", "p.xlsx", *colonnes, "--simulation")["compris"][0]
    assert "feuille « Nov », feuille « Dec »" in lu
    assert ecole.json("import", "cours", "p.xlsx", *colonnes, "--feuille", "nov")["importees"] == 1
    assert lessons(ecole)["ROYER"] == (datetime(2026, 11, 3), None)


@pytest.mark.parametrize(
    ("arguments", "statut", "conseil"),
    [
        (("absent.csv",), 4, "Vérifiez le nom du fichier"),
        (("plan.csv", "--colonne", "date"), 2, "--colonne date=Horaire"),
        (("plan.csv", "--colonne", "machin=Date"), 2, "Champs possibles : date, statut"),
        (("plan.csv", "--colonne", "date=Jourr"), 2, "« Date de la leçon »"),
        (("plan.csv", "--feuille", "Nov"), 2, "Retirez --feuille"),
        (("deux.csv",), 4, '--colonne "date=En-tête"'),
        (
            ("sans_date.csv",),
            4,
            'Si l\'un des en-têtes vus convient, dites-le : --colonne "date=En-tête"',
        ),
        (("quand.csv",), 4, '--colonne "date=Posé" ou --colonne "date=Quand c\'est"'),
        ((), 2, "--help"),
    ],
)
def test_refusals_say_what_to_type(
    ecole: Ecole, arguments: tuple[str, ...], statut: int, conseil: str
) -> None:
    """One or two lines, and the workbook as it was."""
    written("plan.csv", LECONS)
    written("deux.csv", [["Date", "Date", "Élève"], ["02/11/2026", "03/11/2026", "Royer Laurence"]])
    written("sans_date.csv", [["Élève", "Statut", "Moniteur"], ["Royer Laurence", "Fait", "K"]])
    deux = ["Royer Laurence", "01/09/2026", "02/11/2026"]
    written("quand.csv", [["Élève", "Posé", "Quand c'est"], deux])
    avant = ecole.classeur.read_bytes()
    fait = ecole.type("import", "cours", *arguments)
    assert fait.statut == statut, fait
    assert conseil in fait.erreurs.splitlines()[1]
    assert len(fait.erreurs.splitlines()) == 2
    assert ecole.classeur.read_bytes() == avant


@pytest.mark.skipif(sys.platform == "win32", reason="a shell, and ulimit")
@pytest.mark.parametrize(
    ("taille", "dit"), [(2 << 30, "dépasse 200 Mo"), (190 << 20, "une ligne démesurée")]
)
def test_an_enormous_line_is_refused_without_being_held(
    ecole: Ecole, taille: int, dit: str
) -> None:
    """A sparse file, and a process that has less memory than it is long."""
    with Path("plan.csv").open("wb") as fichier:
        fichier.write(b"Date;Nom\n02/11/2026;")
        fichier.truncate(taille)
    commande = f"ulimit -v 180000; exec {sys.executable} -m inactifs import cours plan.csv"
    fait = subprocess.run(["/bin/sh", "-c", commande], capture_output=True, encoding="utf-8")
    assert fait.returncode == 4
    assert dit in fait.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="/dev/fd")
def test_a_pipe_is_read_as_a_file(ecole: Ecole) -> None:
    """« inactifs import cours <(…) »."""
    lecture, ecriture = os.pipe()
    os.write(ecriture, written("plan.csv", LECONS).read_bytes())
    os.close(ecriture)
    assert ecole.json("import", "cours", f"/dev/fd/{lecture}")["importees"] == 3
    os.close(lecture)


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal as POSIX has it (pty)")
@pytest.mark.parametrize(("attente", "montre"), [(0.0, True), (3600.0, False)])
def test_progress_is_shown_in_a_terminal_when_it_lasts(
    monkeypatch: pytest.MonkeyPatch, attente: float, montre: bool
) -> None:
    """The file and the rows read, on stderr; nothing at all for a short import."""
    maitre, esclave = pty.openpty()
    with os.fdopen(esclave, "w", encoding="utf-8") as terminal:
        monkeypatch.setattr(sys, "stderr", terminal)
        with progression("lignes", attente) as avance:
            avance("planning [1].xlsx", 512, 2000)
            avance("planning [1].xlsx", 2000, 2000)
        terminal.write("fin")
    vu = ""
    while not vu.endswith("fin"):  # a terminal gives what it has, not all at once
        vu += os.read(maitre, 65536).decode()
    os.close(maitre)
    assert ("Lecture de planning [1].xlsx" in vu and "2000 lignes" in vu) is montre
    assert montre or vu == "fin"


def test_no_progress_outside_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is mixed with what a script reads."""
    with progression("lignes", 0) as avance:
        avance("plan.csv", 1, 2)
    assert capsys.readouterr() == ("", "")
