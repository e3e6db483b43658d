"""What a list of students replaces in the register, and what it never does."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from ecole_fabrique import ELEVES, Ecole


@pytest.fixture
def ecole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ecole:
    """Two students, from the school's software."""
    ecole = Ecole(tmp_path, monkeypatch)
    ecole.json("init")
    zoe = "00042;DURAND;Zoé;06 12 34 56 78;zoe@exemple.fr;En formation"
    imported(ecole, [zoe, "00043;PETIT;Élodie;07 00 12 34 56;elodie@exemple.fr;En formation"])
    return ecole


def imported(
    ecole: Ecole,
    lignes: list[str],
    entete: str = "N° élève;Nom;Prénom;Téléphone;Email;Statut",
) -> dict[str, object]:
    """The JSON of the import of these lines."""
    Path("liste.csv").write_text("\n".join([entete, *lignes]), encoding="utf-8")
    return ecole.json("import", "eleves", "liste.csv")


@pytest.mark.parametrize(
    ("telephone", "email"),
    [("6,12E+08", ""), ("NC", "N/C"), ("-", "néant"), ("#N/A", "#N/A"), ("bât. B", "0612345678"),
     ("00 00 00 00 00", "zoe"), ("zoe@exemple.fr", "0612345678")],
)  # fmt: skip
def test_what_is_no_number_nor_address_replaces_none(
    ecole: Ecole, telephone: str, email: str
) -> None:
    """Neither what stands for nothing, nor what Excel made of a number, nor a shifted column."""
    imported(ecole, [f"00042;DURAND;Zoé;{telephone};{email};En formation"])
    ligne = ecole.row(2, ELEVES)
    assert (ligne["TÉLÉPHONE"], ligne["EMAIL"]) == ("06 12 34 56 78", "zoe@exemple.fr")


def test_what_is_no_number_is_told(ecole: Ecole) -> None:
    """With the line."""
    dit = imported(ecole, ["00042;DURAND;Zoé;6,12E+08;;En formation"])
    assert "Ce ne sont pas des téléphones, non repris : « 6,12E+08 » (ligne 2)." in str(dit)


def test_what_was_corrected_by_hand_is_kept_and_told_once(ecole: Ecole) -> None:
    """Until the export says something else, which is then the last word."""
    livre = openpyxl.load_workbook(ecole.classeur)
    livre[ELEVES]["E2"], livre[ELEVES]["J2"] = "06 99 88 77 66", "Suspendu"
    livre.save(ecole.classeur)
    semaine = ["00042;DURAND;Zoé;06 12 34 56 78;zoe@exemple.fr;En formation"]
    dit = str(imported(ecole, semaine))
    assert "l'export dit encore téléphone « 06 12 34 56 78 », le classeur « 06 99 88 77 66 »" in dit
    assert "l'export dit encore statut « En formation », le classeur « Suspendu »" in dit
    ligne = ecole.row(2, ELEVES)
    assert (ligne["TÉLÉPHONE"], ligne["STATUT"]) == ("06 99 88 77 66", "Suspendu")
    assert "dit encore" not in str(imported(ecole, semaine))
    imported(ecole, ["00042;DURAND;Zoé;06 55 55 55 55;zoe@exemple.fr;En formation"])
    assert ecole.row(2, ELEVES)["TÉLÉPHONE"] == "06 55 55 55 55"


@pytest.mark.parametrize("numero", ["42", "00042", "n°42", "0042"])
def test_zeros_make_no_second_student(ecole: Ecole, numero: str) -> None:
    """Of one name; Excel drops zeros."""
    assert imported(ecole, [f"{numero};DURAND;Zoé;;;"])["nouveaux"] == 0
    assert ecole.row(4, ELEVES)["NOM"] is None


def test_a_new_number_for_the_same_person_is_rejected(ecole: Ecole) -> None:
    """Another software's numbers: which one to keep is the school's choice."""
    dit = imported(ecole, ["E-9001;DURAND;Zoé;06 12 34 56 78;zoe@exemple.fr;En formation"])
    assert dit["nouveaux"] == 0
    assert "déjà au registre sous le n° 00042" in str(dit["rejets"])


def test_a_column_code_is_no_number(ecole: Ecole) -> None:
    """« Obtenu » twice: the NEPH keys the students."""
    lignes = ["BLANC;Ethan;123456789012;Obtenu", "GUÉRIN;Lola;123456789013;En cours",
              "BOYER;Maël;123456789014;Obtenu"]  # fmt: skip
    dit = imported(ecole, lignes, "Nom;Prénom;NEPH;Code")
    assert (dit["nouveaux"], dit["rejets"]) == (3, [])
    assert ecole.row(4, ELEVES)["N° ÉLÈVE"] == "123456789012"


def test_the_rank_of_a_row_is_no_number(ecole: Ecole) -> None:
    """1, 2, 3… beside students whom the register knows under other numbers."""
    connus = ["1;DURAND;Zoé;zoe@exemple.fr", "2;PETIT;Élodie;elodie@exemple.fr"]
    dit = imported(ecole, [*connus, "3;ROYER;Eva;e@x.fr"], "N°;Nom;Prénom;Email")
    assert (dit["nouveaux"], dit["inchangees"], len(dit["rejets"])) == (0, 2, 1)


def test_of_two_lines_the_formation_in_progress_wins(ecole: Ecole) -> None:
    """Whatever their order, and it is told."""
    lignes = ["13;LEROY;Max;En formation", "13;LEROY;Max;Permis obtenu"]
    for ordre in (lignes, lignes[::-1]):
        dit = imported(ecole, ordre, "N° élève;Nom;Prénom;Statut")
        assert "la formation en cours est retenue" in str(dit["avertissements"])
        assert ecole.row(4, ELEVES)["STATUT"] == "En formation"


def test_who_has_left_is_read_or_told(ecole: Ecole) -> None:
    """A date of licence is a STATUT; « Archivé » is not guessed."""
    dit = imported(ecole, ["21;GIRARD;Rose;12/03/2026;Oui", "22;BON;Luc;;Oui"],
                   "N° élève;Nom;Prénom;Permis obtenu le;Archivé")  # fmt: skip
    assert ecole.row(4, ELEVES)["STATUT"] == "Permis obtenu"
    assert ecole.row(5, ELEVES)["STATUT"] is None
    assert "La colonne « Archivé » n'est pas lue ; elle dit « Oui »" in str(dit["avertissements"])


def test_an_ambiguous_success_is_told(ecole: Ecole) -> None:
    """The file, the code or the licence: they stay followed."""
    dit = imported(ecole, ["11;FAURE;Tom;Reçu"], "N° élève;Nom;Prénom;État du dossier")
    assert "« Reçu » ne dit pas de quel examen" in str(dit["avertissements"])
    assert ecole.json("show", "11")["statut"] == "Reçu"


def test_optional_columns_come_with_their_first_value(ecole: Ecole) -> None:
    """End of contract, hours, code, legal representative, address."""
    entete = ("N° élève;Nom;Prénom;Fin de contrat;Heures restantes;Code obtenu le;"
              "Représentant légal;Adresse;Code postal;Ville")  # fmt: skip
    assert "ADRESSE" not in ecole.row(2, ELEVES)
    zoe = "42;DURAND;Zoé;30/06/2027;12;03/02/2026;DURAND Paul;3 rue des Lilas;69000;LYON"
    imported(ecole, [zoe], entete)
    ligne = ecole.row(2, ELEVES)
    assert ligne["ADRESSE"] == "3 rue des Lilas, 69000 LYON"
    assert (ligne["HEURES RESTANTES"], ligne["REPRÉSENTANT LÉGAL"]) == ("12", "DURAND Paul")
    assert f"{ligne['FIN DE CONTRAT']:%d/%m/%Y} {ligne['CODE OBTENU LE']:%d/%m/%Y}" == (
        "30/06/2027 03/02/2026"
    )


def test_another_column_of_the_name_fills_an_empty_one(ecole: Ecole) -> None:
    """« Nom d'usage » is empty for most."""
    imported(ecole, ["50;;MARTIN;Léa"], "N° élève;Nom d'usage;Nom de naissance;Prénom")
    assert ecole.row(4, ELEVES)["NOM"] == "MARTIN"
