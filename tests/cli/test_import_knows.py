"""What an import knows: the kind of each file, its age, how far it tells, what it takes back."""

from __future__ import annotations

from pathlib import Path

import pytest
from ecole_fabrique import ELEVES, TABLEAU, Ecole

REGISTRE = """N° élève;Nom;Prénom;Téléphone;Email;Inscrit le
1;DURAND;Zoé;06 12 34 56 78;zoe@exemple.fr;01/01/2026
2;PETIT;Élodie;07 00 12 34 56;elodie@exemple.fr;01/01/2026
3;GARÇON;Noël;06 33 44 55 66;noel@exemple.fr;01/01/2026"""
COURS = "Date;N° élève;Statut"


@pytest.fixture
def ecole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ecole:
    """Three students."""
    ecole = Ecole(tmp_path, monkeypatch)
    ecole.json("init")
    Path("eleves.csv").write_text(REGISTRE, encoding="utf-8")
    ecole.json("import", "eleves.csv")
    return ecole


def lessons(*lignes: str, nom: str = "cours.csv") -> str:
    """An export of lessons."""
    Path(nom).write_text("\n".join([COURS, *lignes]), encoding="utf-8")
    return nom


def next_lesson(ecole: Ecole, ligne: int) -> str:
    """PROCHAIN COURS of a row of the register."""
    jour = ecole.row(ligne, ELEVES)["PROCHAIN COURS"]
    return f"{jour:%d/%m/%Y}" if jour else ""


def test_each_file_of_a_folder_is_recognised(ecole: Ecole) -> None:
    """Whatever its name; what is no export is told; students come first."""
    Path("exports").mkdir()
    nouveau = REGISTRE.splitlines()[0] + "\n4;NOUVEAU;Léa;;;01/02/2026"
    for nom, contenu in {
        "a.csv": f"{COURS}\n20/11/2026;4;Effectué",
        "b.csv": "N° élève;Dernière connexion\n1;21/11/2026",
        "c.csv": "Date;N° élève;Sens;Canal\n22/11/2026;2;Entrant;Téléphone",
        "d.csv": nouveau,
        "notes.txt": "penser à rappeler Paul",
    }.items():
        Path("exports", nom).write_text(contenu, encoding="utf-8")
    fait = ecole.json("import", "exports")
    assert {f["fichier"]: f.get("nature") for f in fait["fichiers"]} == {
        "a.csv": "cours", "b.csv": "connexions", "c.csv": "contacts", "d.csv": "eleves",
        "notes.txt": None,
    }  # fmt: skip
    assert ecole.row(5, ELEVES)["DERNIER COURS"] is not None
    imports = ecole.json("detect", "--simulation")["imports"]
    assert imports == {"cours": "2026-11-20", "connexions": "2026-11-21", "contacts": "2026-11-22"}


def test_a_planning_tells_until_its_last_line(ecole: Ecole) -> None:
    """An old one is not made fresh by the day of its import; one with days to come is of today."""
    dit = ecole.json("import", "cours", lessons("20/08/2026;1;Effectué", "18/08/2026;2;Absent"))
    assert "La leçon la plus récente de ce fichier est du 20/08/2026" in str(dit["avertissements"])
    constat = ecole.json("detect", "--simulation")
    assert (constat["imports"]["cours"], "cours" in constat["perimes"]) == ("2026-08-20", True)
    ecole.json("import", "cours", lessons("20/08/2026;1;Effectué"), "--exporte-le", "23/11/2026")
    assert ecole.json("detect", "--simulation")["imports"]["cours"] == "2026-11-23"
    ecole.json("import", "cours", lessons("20/11/2026;1;Effectué", "05/12/2026;2;Réservé"))
    assert ecole.json("detect", "--simulation")["imports"]["cours"] == "2026-11-24"
    ecole.json("import", "cours", lessons("20/08/2026;1;Effectué"))  # what is known stays known
    assert ecole.json("detect", "--simulation")["imports"]["cours"] == "2026-11-24"


def test_an_export_of_the_future_is_refused(ecole: Ecole) -> None:
    """A slip of the keyboard."""
    assert ecole.refusal("import", "cours", lessons("20/11/2026;1;Effectué"),
                         "--exporte-le", "25/11/2026")[0] == 2  # fmt: skip


def test_an_empty_export_tells_nothing(ecole: Ecole) -> None:
    """A filter left on: nothing is noted."""
    avant = ecole.classeur.read_bytes()
    assert "cet import n'est pas noté" in ecole.type("import", "cours", lessons()).erreurs
    assert ecole.classeur.read_bytes() == avant


def test_the_second_download_is_the_newer_one(ecole: Ecole) -> None:
    """« eleves (1).csv » has the last word, in a folder as when named first."""
    Path("exports").mkdir()
    for nom, tel in (("eleves.csv", "06 11 11 11 11"), ("eleves (1).csv", "06 99 99 99 99")):
        Path("exports", nom).write_text(f"N° élève;Nom;Prénom;Téléphone\n1;DURAND;Zoé;{tel}")
    ecole.json("import", "eleves", "exports")
    assert ecole.row(2, ELEVES)["TÉLÉPHONE"] == "06 99 99 99 99"


def test_a_reservation_gone_from_a_planning_that_covers_its_day_is_taken_back(
    ecole: Ecole,
) -> None:
    """The planning tells of half the students; the import says so, and the journal."""
    ecole.json("import", "cours", lessons("10/12/2026;2;Réservé", "12/12/2026;1;Réservé"))
    ecole.day("15/12/2026")
    semaine = lessons("08/12/2026;1;Effectué", "12/12/2026;1;Effectué", "14/12/2026;3;Effectué")
    dit = ecole.json("import", "cours", semaine)
    assert (
        "PETIT Élodie : réservation du 10/12/2026 retirée : n'est plus au planning."
        in dit["avertissements"]
    )
    assert (next_lesson(ecole, 3), ecole.row(3, ELEVES)["DERNIER COURS"]) == ("", None)


def test_a_planning_of_few_students_takes_nothing_back(ecole: Ecole) -> None:
    """One teacher's, say: it says so."""
    ecole.json("import", "cours", lessons(*(f"1{n}/12/2026;{n};Réservé" for n in (1, 2, 3))))
    ecole.day("15/12/2026")
    dit = ecole.json("import", "cours", lessons("10/12/2026;3;Effectué", "14/12/2026;3;Effectué"))
    assert "ne parle que de 1 des 3 élèves" in str(dit["avertissements"])
    assert next_lesson(ecole, 3) == "12/12/2026"


def test_an_older_export_does_not_revive_a_reservation(ecole: Ecole) -> None:
    """Cancelled by a later one, in a command before."""
    ancien = lessons("20/11/2026;1;Effectué", "10/12/2026;2;Réservé", nom="export.csv")
    ecole.json("import", "cours", ancien)
    ecole.json("import", "cours", lessons("23/11/2026;1;Effectué", "10/12/2026;2;Annulé"))
    assert next_lesson(ecole, 3) == ""
    dit = ecole.json("import", "cours", ancien)
    assert "Export plus ancien que le dernier importé" in str(dit["avertissements"])
    assert next_lesson(ecole, 3) == ""


def test_a_reprise_that_rested_on_a_reservation_is_taken_back_with_it(ecole: Ecole) -> None:
    """The case is open again where it stood, its relance counted, and no rate counts it."""
    ecole.json("import", "cours", lessons("01/02/2026;1;Effectué", "24/11/2026;3;Effectué"))
    ecole.json("detect")
    ecole.json("relance", "add", "2", "--moyen", "sms")
    ecole.json("import", "cours", lessons("10/12/2026;2;Réservé"))
    assert [r["numero"] for r in ecole.json("detect")["reprises"]] == ["2"]
    ecole.day("25/11/2026")
    dit = ecole.json("import", "cours", lessons("10/12/2026;2;Annulé"))
    assert "PETIT Élodie : la reprise ne tient plus, dossier rouvert." in dit["avertissements"]
    [dossier] = ecole.json("show", "2")["dossiers"]
    assert (dossier["resultat"], len(dossier["relances"])) in (("", 1), (None, 1))
    ecole.json("detect")
    assert ecole.row(4, TABLEAU).get("ÉLÈVE") != "PETIT Élodie"


def test_a_rejected_line_says_the_name_that_it_holds(ecole: Ecole) -> None:
    """And who has that surname."""
    Path("cours.csv").write_text(
        "Date;Commentaire très long;Élève;Statut\n"
        "20/11/2026;Rendez-vous donné par téléphone avec le moniteur;Durand;Effectué",
        encoding="utf-8",
    )
    [rejet] = ecole.json("import", "cours", "cours.csv")["rejets"]
    assert (rejet["eleve"], rejet["suggestions"]) == ("Durand", ["1 DURAND Zoé"])
    assert rejet["raison"] == "1 élève s'appelle « Durand » : le prénom manque"
    assert "Durand : " in ecole.type("import", "cours", "cours.csv").sortie


def test_a_column_said_once_is_known_the_next_time(ecole: Ecole) -> None:
    """Kept in Paramètres, under the header seen, beside those of other exports; and shown."""
    Path("a.csv").write_text("Quand;N° élève;Statut\n20/11/2026;1;Effectué", encoding="utf-8")
    Path("b.csv").write_text("Truc;N° élève;Statut\n21/11/2026;2;Effectué", encoding="utf-8")
    for nom, entete in (("a.csv", "Quand"), ("b.csv", "Truc")):
        ecole.json("import", "cours", nom, "--colonne", f"date={entete}")
    for nom, jour in (("a.csv", "20"), ("b.csv", "21")):
        Path(nom).write_text(Path(nom).read_text("utf-8").replace(f"{jour}/11", "23/11"), "utf-8")
        dit = ecole.type("import", "cours", nom).erreurs
        assert "Colonne retenue d'un import d'avant : date ←" in dit
    assert {f"{ecole.row(n, ELEVES)['DERNIER COURS']:%d/%m}" for n in (2, 3)} == {"23/11"}
    assert ecole.json("import", "a.csv")["nature"] == "cours"
