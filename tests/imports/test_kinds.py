"""An export of another kind is refused by what its columns plainly say; an odd one is read."""

from __future__ import annotations

import pytest
from exports_fabrique import EXPORTS, importe, xlsx_bytes

from inactifs.imports import Canal
from inactifs.imports.kinds import AutreExport

FICHIERS = {
    Canal.ELEVES: "eleves.csv",
    Canal.COURS: "planning.xlsx",
    Canal.CONNEXIONS: "pass_rousseau.csv",
    Canal.CONTACTS: "contacts.xlsx",
}
Lignes = list[list[str]]


@pytest.mark.parametrize("canal", list(Canal))
@pytest.mark.parametrize("vrai", list(Canal))
def test_the_schools_files_taken_for_one_another(canal: Canal, vrai: Canal) -> None:
    """Each of the four is refused as each of the others, and what it is, is said."""
    octets = (EXPORTS / FICHIERS[vrai]).read_bytes()
    if canal is vrai:
        assert importe(canal, octets).lignes
        return
    with pytest.raises(AutreExport) as refus:
        importe(canal, octets)
    assert refus.value.canal is vrai
    assert f"inactifs import {vrai} " in refus.value.conseil


CONTACTS = [["Date", "Élève", "Sens", "Canal", "Message"],
            ["02/11/2026", "ROYER Laurence", "Entrant", "Téléphone", "Rappelle demain"],
            ["03/11/2026", "ROYER Laurence", "Sortant", "SMS", "Relance"]]  # fmt: skip
APPELS = [["Jour", "Nom et prénom", "Type"],
          ["02/11/2026", "ROYER Laurence", "Appel entrant"],
          ["03/11/2026", "ROYER Laurence", "Visite"]]  # fmt: skip
SUIVIS = [["Date", "Élève", "Sens", "Moniteur", "Statut"],
          ["02/11/2026", "ROYER Laurence", "Reçu", "Karim", "Fait"]]  # fmt: skip
LECONS = [["Date", "Début", "Fin", "Élève", "Moniteur", "Prestation", "Statut", "Type"],
          ["02/11/2026", "10:00", "11:00", "ROYER Laurence", "Karim", "B", "Effectué", "Conduite"]]  # fmt: skip  # noqa: E501
PRESENCES = [["Date", "N° élève", "Présence", "Nature"],
             ["02/11/2026", "1285", "Présente", "Code"],
             ["03/11/2026", "1285", "Absente", "Code"]]  # fmt: skip
SESSIONS = [["Date", "Email", "Durée de connexion"],
            ["02/11/2026", "laurence.royer@exemple.fr", "00:35"]]  # fmt: skip


@pytest.mark.parametrize(
    ("canal", "lignes", "vrai"),
    [
        (Canal.CONNEXIONS, CONTACTS, Canal.CONTACTS),
        (Canal.COURS, CONTACTS, Canal.CONTACTS),
        (Canal.CONNEXIONS, CONTACTS[:1], Canal.CONTACTS),
        (Canal.CONNEXIONS, APPELS, Canal.CONTACTS),
        (Canal.COURS, SUIVIS, Canal.CONTACTS),
        (Canal.CONNEXIONS, LECONS, Canal.COURS),
        (Canal.CONTACTS, LECONS, Canal.COURS),
        (Canal.CONNEXIONS, PRESENCES, Canal.COURS),
        (Canal.CONTACTS, PRESENCES, Canal.COURS),
        (Canal.COURS, SESSIONS, Canal.CONNEXIONS),
    ],
)
def test_other_layouts_taken_for_one_another(canal: Canal, lignes: Lignes, vrai: Canal) -> None:
    """Columns that the kind asked for does not have, with the words of another in them."""
    with pytest.raises(AutreExport, match="ressemble à un export de") as refus:
        importe(canal, lignes)
    assert refus.value.canal is vrai
    assert importe(vrai, lignes).rejets == ()


QUI, QUAND = "1285", "02/11/2026"
ROYER = "ROYER Laurence"


@pytest.mark.parametrize(
    ("canal", "lignes"),
    [
        # a column's name is not enough
        (Canal.CONNEXIONS, [["N° élève", "Date", "Canal", "Sens"], [QUI, QUAND, "Web", "Aller"]]),
        (Canal.CONNEXIONS, [["N° élève", "Date", "Mode", "Statut"],
                            [QUI, QUAND, "Email", "Validé"]]),
        (Canal.CONNEXIONS, [["N° élève", "Date", "Moniteur"], [QUI, QUAND, "Karim"]]),
        (Canal.COURS, [["N° élève", "Date", "Sens"], [QUI, QUAND, "Port vers mairie"]]),
        # what says that it is of this kind weighs as much
        (Canal.CONNEXIONS, [["N° élève", "Dernière connexion", "Moniteur", "Statut"],
                            [QUI, QUAND, "Karim", "Inscrit"]]),
        (Canal.CONNEXIONS, [["N° élève", "Nom", "Inscrit le", "Financement", "Dernière connexion"],
                            [QUI, ROYER, "02/01/2026", "CPF", QUAND]]),
        (Canal.COURS, [["N° élève", "Date", "Canal de réservation", "Statut"],
                       [QUI, QUAND, "SMS", "Effectué"]]),
        (Canal.COURS, [["N° élève", "Date", "Moniteur", "Statut", "Dernière connexion"],
                       [QUI, QUAND, "Karim", "Effectué", QUAND]]),
        (Canal.CONTACTS, [["N° élève", "Date", "Sens", "Moniteur", "Statut"],
                          [QUI, QUAND, "Entrant", "Karim", "Réservé"]]),
        (Canal.ELEVES, [["N° élève", "Nom", "Moniteur", "Statut", "Dernière connexion"],
                        [QUI, ROYER, "Karim", "Inscrit", QUAND]]),
    ],
)  # fmt: skip
def test_an_odd_export_is_read_all_the_same(canal: Canal, lignes: Lignes) -> None:
    """No false refusal."""
    assert importe(canal, lignes).rejets == ()


def test_the_sheet_of_the_kind_asked_for_is_read() -> None:
    """The other sheet has a date and a student too."""
    connexions = [["Élève", "Date", "Score"], ["LE GALL Élodie", "05/11/2026", "35"]]
    octets = xlsx_bytes({"Échanges": CONTACTS, "Connexions": connexions})
    [eleve] = importe(Canal.CONNEXIONS, octets).eleves
    assert eleve.nom == "LE GALL"
    with pytest.raises(AutreExport):
        importe(Canal.CONNEXIONS, octets, feuille="Échanges")


def test_the_columns_that_say_so_may_be_taken_away() -> None:
    """The way out is said, and works."""
    with pytest.raises(AutreExport) as refus:
        importe(Canal.CONNEXIONS, PRESENCES)
    assert "« Présence »" in refus.value.message
    assert "si c'est bien un export de connexions, retirez" in refus.value.conseil
    assert importe(Canal.CONNEXIONS, [[*li[:2], *li[3:]] for li in PRESENCES]).importees == 2


@pytest.mark.parametrize(
    ("canal", "entetes", "ligne"),
    [
        (Canal.CONNEXIONS, ["Date", "N° élève", "Thème", "Formateur", "Statut"],
         [QUAND, QUI, "Priorités", "Karim", "Terminé"]),
        (Canal.CONNEXIONS, ["N° élève", "Date", "Date de fin", "Enseignant"],
         [QUI, QUAND, "01/03/2027", "Karim"]),
        (Canal.CONNEXIONS, ["Date", "N° élève", "Score", "Formateur", "Prestation", "Statut"],
         [QUAND, QUI, "35", "Karim", "Code", "Validé"]),
        (Canal.CONTACTS, ["Date", "N° élève", "Type", "Moniteur", "Statut"],
         [QUAND, QUI, "Reçu", "Karim", "Fait"]),
        (Canal.CONTACTS, ["Date", "N° élève", "Canal", "Moniteur", "Statut"],
         [QUAND, QUI, "Visite", "Karim", "Réservé"]),
        (Canal.COURS, ["Date", "N° élève", "Canal", "Origine", "Statut"],
         [QUAND, QUI, "SMS", "Élève", "Effectué"]),
        (Canal.COURS, ["Date", "N° élève", "Statut", "Dernière connexion"],
         [QUAND, QUI, "Effectué", QUAND]),
        (Canal.ELEVES, ["N° élève", "Nom", "Moniteur", "Date de début", "Statut"],
         [QUI, ROYER, "Karim", QUAND, "Inscrit"]),
        (Canal.ELEVES, ["N° élève", "Nom", "Téléphone", "Début", "Mode de contact"],
         [QUI, ROYER, "0612345678", QUAND, "SMS"]),
        (Canal.ELEVES, ["N° élève", "Nom", "Moniteur", "Absences", "Date début", "Dernière leçon"],
         [QUI, ROYER, "Karim", "0", QUAND, QUAND]),
    ],
)  # fmt: skip
def test_columns_that_other_kinds_have_too(
    canal: Canal, entetes: list[str], ligne: list[str]
) -> None:
    """A teacher, a status, a means of contact are in every kind of export."""
    assert importe(canal, [entetes, ligne]).rejets == ()


@pytest.mark.parametrize("canal", [Canal.CONNEXIONS, Canal.COURS])
@pytest.mark.parametrize(
    ("entetes", "cellules"),
    [
        (["Type"], ["Reçu", "Émis"]),
        (["Nature"], ["Venue à l'agence", "Relance"]),
        (["Direction"], ["Incoming", "Outgoing"]),
        (["À l'initiative de", "Moyen"], ["Élève", "École"]),
        (["Expéditeur"], ["Élève", "Auto-école"]),
        (["Type de contact", "Moniteur", "Suite"], ["Appel entrant", "SMS envoyé"]),
    ],
)
def test_a_column_that_says_who_called_is_of_contacts(
    canal: Canal, entetes: list[str], cellules: list[str]
) -> None:
    """Even with no means of contact, or beside a teacher."""
    reste = ["Karim"] * (len(entetes) - 1)
    lignes = [["Date", "N° élève", *entetes], *([QUAND, QUI, c, *reste] for c in cellules)]
    with pytest.raises(AutreExport) as refus:
        importe(canal, lignes)
    assert refus.value.canal is Canal.CONTACTS
    assert importe(Canal.CONTACTS, lignes).rejets == ()


def test_attendance_is_of_lessons() -> None:
    """In figures; and the words of English software."""
    lignes = [["Date", "N° élève", "Présence (0/1)"], [QUAND, QUI, "1"], [QUAND, QUI, "0"]]
    with pytest.raises(AutreExport):
        importe(Canal.CONNEXIONS, lignes)
    lecons = [["id", "lesson_date", "student_name", "instructor", "status"],
              ["88231", QUAND, "Laurence Royer", "Karim", "completed"]]  # fmt: skip
    with pytest.raises(AutreExport):
        importe(Canal.ELEVES, lecons)
