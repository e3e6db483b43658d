"""The list of students: new, changed, never emptied."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from exports_fabrique import HENRI_1, LE_GALL, ROYER, csv_bytes, importe, updated, xlsx_bytes

from inactifs.erreurs import FichierInvalide
from inactifs.imports import Canal, ResultatImport
from inactifs.imports.merging import split_name, status
from inactifs.procedure.modele import Eleve, is_followed
from inactifs.registre import Registre

ENTETE = ["N° élève", "Nom", "Prénom", "NEPH", "Portable", "Courriel", "Inscrit le", "Statut"]


def students(*lignes: list[str], eleves: tuple[Eleve, ...] = (ROYER, LE_GALL)):  # type: ignore[no-untyped-def]
    """The import of these lines."""
    return importe(Canal.ELEVES, [ENTETE, *lignes], eleves)


def written(resultat: ResultatImport) -> tuple[Eleve, ...]:
    """The students changed, what the export said being left aside (DIT PAR L'EXPORT)."""
    nus = [(replace(e, dit_export=""), resultat.avant.get(e.numero)) for e in resultat.eleves]
    return tuple(nu for nu, avant in nus if nu != avant)


def test_a_new_student_has_every_field_as_text() -> None:
    """The NEPH and the phone keep their zeros, or get them back from a spreadsheet."""
    entete = [*ENTETE, "Formation", "Mode de financement"]
    ligne = ["1300", "Diallo", "Awa", "10203040507", "612345679", "awa@exemple.fr",
             "02/11/2026", "En formation", "B", "CPF"]  # fmt: skip
    resultat = importe(Canal.ELEVES, [entete, ligne])
    assert written(resultat) == (
        Eleve(
            "1300", "Diallo", "Awa", "010203040507", "0612345679", "awa@exemple.fr", "B", "CPF",
            date(2026, 11, 2), "En formation",
        ),
    )  # fmt: skip
    assert (resultat.nouveaux, resultat.importees, resultat.avant) == (1, 1, {})


def test_a_field_is_changed_never_emptied() -> None:
    """The phone changes, the empty email does not; the dates of activity stay."""
    avant = replace(ROYER, dernier_cours=date(2026, 11, 2))
    resultat = students(
        ["1285", "ROYER", "Laurence", "", "0700000001", "", "", ""], eleves=(avant,)
    )
    assert written(resultat) == (replace(avant, telephone="0700000001"),)
    assert resultat.avant == {"1285": avant}
    assert resultat.nouveaux == 0


@pytest.mark.parametrize(
    "ligne",
    [
        ["1285", "Royer", "laurence", "", "", "", "", ""],
        ["1285", "ROYER", "Laurence", "10203040506", "+33 6 12 34 56 78", "", "", ""],
        ["1285", "ROYER", "Laurence", "", "", "Laurence.ROYER@exemple.fr", "01/01/2020", ""],
    ],
)
def test_what_is_only_written_otherwise_is_no_change(ligne: list[str]) -> None:
    """Case, spaces, the form of a phone; an enrolment is not moved back."""
    resultat = students(ligne)
    assert (resultat.inchangees, written(resultat)) == (1, ())


def test_an_abandonniste_stays_so_until_reopened() -> None:
    """The software may still say « En formation »; it may say « Permis obtenu »."""
    avant = replace(ROYER, statut="abandonniste")
    ligne = ["1285", "ROYER", "Laurence", "", "", "", "", "En formation"]
    assert written(students(ligne, eleves=(avant,))) == ()
    [apres] = students([*ligne[:7], "Permis obtenu"], eleves=(avant,)).eleves
    assert apres.statut == "Permis obtenu"


@pytest.mark.parametrize(
    ("lu", "ecrit", "suivi"),
    [
        ("Permis obtenu", "Permis obtenu", False),
        ("TRANSFÉRÉE", "TRANSFÉRÉE", False),
        ("Suspendue", "Suspendue", False),
        ("Reçue au permis", "Permis obtenu", False),
        ("Permis réussi", "Permis obtenu", False),
        ("Reçue", "Reçue", True),  # the file, the code or the licence
        ("Réussi", "Réussi", True),
        ("Parti", "Transféré", False),
        ("Abandon", "Abandonniste", False),
        ("En pause", "Suspendu", False),
        ("Archivé", "Archivé", True),
        ("Reçu au code", "Reçu au code", True),
        ("En formation", "En formation", True),
        ("", "", True),
    ],
)
def test_the_words_of_statut(lu: str, ecrit: str, suivi: bool) -> None:
    """Synonyms of the four that are not followed; the others are kept, and followed."""
    assert status(lu) == ecrit
    assert is_followed(status(lu)) is suivi


def test_a_statut_that_is_not_known_is_told() -> None:
    """These students stay followed: somebody should know."""
    resultat = students(["1300", "Diallo", "Awa", "", "", "", "", "Archivé"])
    assert resultat.avertissements == (
        "Le statut « Archivé » n'est pas connu : 1 élève reste suivi.",
    )


def test_a_student_twice_in_the_file() -> None:
    """The last word on each field; the same file again changes nothing."""
    lignes = (
        ["1300", "Diallo", "Awa", "", "0611111111", "awa@exemple.fr", "", ""],
        ["1300", "DIALLO", "Awa", "", "0622222222", "", "", ""],
    )
    resultat = students(*lignes)
    [eleve] = resultat.eleves
    assert (eleve.telephone, eleve.email) == ("0622222222", "awa@exemple.fr")
    assert (resultat.importees, resultat.nouveaux) == (2, 1)
    registre = updated(Registre([ROYER]), resultat)
    encore = students(*lignes, eleves=tuple(registre))
    assert (encore.importees, encore.inchangees, encore.eleves) == (0, 2, ())


@pytest.mark.parametrize(
    ("ligne", "raison"),
    [
        (["1285", "DURAND", "Paul", "", "", "", "", ""], "le n° 1285 est celui de ROYER Laurence"),
        (["", "Diallo", "Awa", "", "", "", "", ""], "ni n° d'élève ni NEPH"),
        (["1300", "", "", "", "0611111111", "", "", ""], "le nom manque"),
        (["1300", "Diallo", "Awa", "", "", "", "bientôt", ""], "n'est pas une date d'inscription"),
        (["1300", "Diallo", "Awa", "", "", "", "25/11/2026", ""], "dans l'avenir"),
        (["1300", "Diallo", "Awa", "", "", "", "01/01/1900", ""], "avant 1990"),
        (["1300", "Diallo", "Awa", "2,05381E+11", "", "", "", ""], "abîmé par un tableur"),
        (["1300", "Diallo" * 6000, "Awa", "", "", "", "", ""], "trop long"),
    ],
)
def test_students_that_are_rejected(ligne: list[str], raison: str) -> None:
    """The line is not taken at all, and says why."""
    resultat = students(ligne)
    assert resultat.eleves == ()
    assert [raison in r.raison for r in resultat.rejets] == [True]


def test_two_people_under_one_number_in_the_file() -> None:
    """The second is rejected."""
    resultat = students(
        ["1300", "Diallo", "Awa", "", "", "", "", ""],
        ["1300", "Nguyen", "Linh", "", "", "", "", ""],
    )
    assert [e.nom for e in resultat.eleves] == ["Diallo"]
    assert "celui de Diallo Awa plus haut dans le fichier" in resultat.rejets[0].raison


def test_without_numbers_the_neph_is_one() -> None:
    """A known student is found by NEPH; a new one takes it for a number."""
    lignes = [
        ["NEPH", "Nom et prénom", "Téléphone"],
        ["010203040506", "ROYER Laurence", "0700000001"],
        ["205380810795", "DIALLO Awa", "0611111111"],
    ]
    resultat = importe(Canal.ELEVES, lignes)
    assert [(e.numero, e.nom, e.prenom) for e in resultat.eleves] == [
        ("1285", "ROYER", "Laurence"),
        ("205380810795", "DIALLO", "Awa"),
    ]
    assert resultat.nouveaux == 1


def test_a_new_namesake_without_number_is_not_taken_for_the_first() -> None:
    """The same name with another email may be somebody else: it is rejected."""
    lignes = [["NEPH", "Nom", "Prénom", "Email"],
              ["205380810799", "Breton", "Henri", "autre@exemple.fr"]]  # fmt: skip
    resultat = importe(Canal.ELEVES, lignes, [HENRI_1])
    assert resultat.eleves == ()
    assert resultat.rejets[0].suggestions == ("1000 BRETON Henri",)


def test_a_neph_shared_by_two_numbers_is_told() -> None:
    """A person enrolled twice, or a mistake."""
    resultat = students(["1300", "ROYER", "Laurence", "010203040506", "", "", "", ""])
    assert resultat.nouveaux == 1
    assert resultat.avertissements == ("Même NEPH que le n° 1285 : ROYER Laurence (ligne 2).",)


@pytest.mark.parametrize(
    ("complet", "parties"),
    [
        ("ROYER Laurence", ("ROYER", "Laurence")),
        ("Laurence ROYER", ("ROYER", "Laurence")),
        ("LE GALL Anne-Marie", ("LE GALL", "Anne-Marie")),
        ("Royer, Laurence", ("Royer", "Laurence")),
        ("Royer Laurence", ("Royer Laurence", "")),
        ("ROYER LAURENCE", ("ROYER LAURENCE", "")),
        ("", ("", "")),
    ],
)
def test_a_full_name_is_split_only_where_it_says(complet: str, parties: tuple[str, str]) -> None:
    """Capitals or a comma; else nothing is guessed."""
    assert split_name(complet) == parties


def test_the_columns_in_any_order() -> None:
    """As PASS Rousseau or the school's software give them."""
    ordre = [3, 7, 1, 0, 6, 2, 5, 4]
    ligne = ["1300", "Diallo", "Awa", "205380810795", "0611111111", "a@b.fr", "02/11/2026", "Actif"]
    droit = importe(Canal.ELEVES, csv_bytes([ENTETE, ligne]))
    melange = importe(
        Canal.ELEVES, csv_bytes([[ENTETE[i] for i in ordre], [ligne[i] for i in ordre]])
    )
    assert melange.eleves == droit.eleves


def test_somebody_called_page_is_somebody() -> None:
    """« Page 1/2 » is the foot of a printed list, PAGE Alain a student."""
    lignes = [["Nom", "Prénom", "N° élève"], ["PAGE", "Alain", "2000"], ["Page 1/2", "", ""]]
    resultat = importe(Canal.ELEVES, lignes)
    assert [e.nom_complet for e in resultat.eleves] == ["PAGE Alain"]
    assert resultat.rejets == ()


def test_a_full_name_in_the_only_column_of_names() -> None:
    """« Nom » without « Prénom »: the capitals tell."""
    lignes = [["N° élève", "Nom"], ["2000", "DE LA TOUR Jean-Marc"], ["2001", "Diallo"]]
    eleves = importe(Canal.ELEVES, lignes).eleves
    assert [(e.nom, e.prenom) for e in eleves] == [("DE LA TOUR", "Jean-Marc"), ("Diallo", "")]


def test_the_number_of_a_row_makes_no_second_student() -> None:
    """The register knows the NEPH."""
    lignes = [["N°", "Nom", "Prénom", "NEPH"], ["1", "ROYER", "Laurence", ROYER.neph]]
    resultat = importe(Canal.ELEVES, lignes)
    assert (resultat.nouveaux, resultat.inchangees) == (0, 1)


def test_american_enrolment_dates_are_refused_as_a_whole() -> None:
    """As those of lessons: 02/03/2026 would be read as another day."""
    lignes = [["N° élève", "Nom", "Inscrit le"]]
    lignes += [
        [f"200{n}", "DIALLO", j] for n, j in enumerate(("02/13/2026", "02/03/2026", "11/23/2025"))
    ]
    with pytest.raises(FichierInvalide, match="mois/jour/année"):
        importe(Canal.ELEVES, lignes)


def test_a_line_that_is_rejected_is_said_to_be_of_its_own_sheet() -> None:
    """Two sheets of students: the line that cannot be taken is on the first."""
    entete = ["N° élève", "Nom", "Prénom", "Formation"]
    feuilles = {
        "Agence Nord": [entete, ["2001", "ROYER", "Laurence", "B"], ["2002", "", "", "B"]],
        "Agence Sud": [entete, ["2003", "LE GALL", "Élodie", "B"]],
    }
    (rejet,) = importe(Canal.ELEVES, xlsx_bytes(feuilles)).rejets
    assert rejet.fichier.endswith("feuille « Agence Nord »")
    assert rejet.ligne == 3
