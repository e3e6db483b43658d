"""Exports that say one thing and look like another: the right day on the right student, or a
refusal that names the column and what to type."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from ecole_fabrique import Ecole

ELEVES = (
    "N° élève;Nom;Prénom;Email;Inscrit le\r\n1;DURAND;Zoé;ana@x.fr;01/01/2026\r\n"
    "2;PETIT;Élodie;luc@x.fr;01/01/2026\r\n3;GARÇON;Noël;eva@x.fr;01/01/2026\r\n"
)


@pytest.fixture(scope="module")
def classeur(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Three students, of whom nothing is known."""
    with pytest.MonkeyPatch.context() as patch:
        ecole = Ecole(tmp_path_factory.mktemp("ecole"), patch)
        ecole.json("init")
        Path("eleves.csv").write_text(ELEVES, encoding="utf-8")
        ecole.json("import", "eleves", "eleves.csv")
        return ecole.classeur.read_bytes()


@pytest.fixture
def ecole(classeur: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ecole:
    """A copy of it in the current folder."""
    ecole = Ecole(tmp_path, monkeypatch)
    ecole.classeur.write_bytes(classeur)
    return ecole


def criteres(ecole: Ecole, numero: int) -> dict[str, str | None]:
    """What is known of a student, by criterion."""
    return dict(ecole.json("show", str(numero))["criteres"])


def sheets(chemin: str, **feuilles: list[list[object]]) -> None:
    """A workbook of these sheets, as a generator that computes nothing writes it."""
    livre = openpyxl.Workbook()
    livre.remove(livre.worksheets[0])
    for nom, lignes in feuilles.items():
        feuille = livre.create_sheet(nom)
        for ligne in lignes:
            feuille.append(ligne)
    livre.save(chemin)


ENTETE: list[object] = ["Date", "N° élève", "Élève", "Statut"]
PASSEE: list[object] = [date(2026, 11, 20), "1", "DURAND Zoé", "Effectué"]
RESERVEE: list[object] = [date(2026, 12, 2), "2", "PETIT Élodie", "Réservé"]


def test_every_sheet_and_stacked_table_is_read(ecole: Ecole) -> None:
    """Not the one with most columns: DURAND and PETIT would be called inactive."""
    plus = [*ENTETE, "NEPH"], [date(2026, 11, 3), "3", "GARÇON Noël", "Effectué", None]
    sheets("planning.xlsx", B=[ENTETE, PASSEE, [], ["Leçons à venir"], ENTETE[:1] + ENTETE[2:],
                               [RESERVEE[0], *RESERVEE[2:]]], Moto=[*map(list, plus)])  # fmt: skip
    ecole.json("import", "cours", "planning.xlsx")
    jours = [criteres(ecole, n)["cours"] for n in (1, 2, 3)]
    assert jours == ["2026-11-20", "2026-12-02", "2026-11-03"]


def test_a_sheet_of_cancellations_is_one(ecole: Ecole) -> None:
    """Its name says so, where no column does."""
    sheets("a.xlsx", Leçons=[ENTETE[:3], PASSEE[:3]], Annulations=[ENTETE[:3], RESERVEE[:3]])
    lu = ecole.json("import", "cours", "a.xlsx")
    assert (lu["importees"], lu["ignorees"]) == (1, 1)
    assert criteres(ecole, 2)["cours"] is None


@pytest.mark.parametrize(
    ("canal", "entetes", "cellules", "critere"),
    [
        ("cours", "Date et heure;N° élève;Jour de la leçon;Statut",
         "02/08/2026 10:12;1;18/11/2026;Fait", "cours"),
        ("cours", "Date;Début;Fin;N° élève;Statut",
         "02/08/2026;18/11/2026 10:00;18/11/2026 11:00;1;Fait", "cours"),
        ("cours", "Date;Créneau;N° élève;Statut", "02/08/2026;18/11/2026 10:00-11:00;1;Fait",
         "cours"),
        ("connexions", "Date;Email;Dernière utilisation du pass", "02/01/2026;ana@x.fr;18/11/2026",
         "connexion"),
        ("contacts", "Date;Appel du;N° élève;Sens", "24/11/2026;18/11/2026;1;Entrant", "contact"),
        ("connexions", "Nom;Prénom;Identifiant;Dernière activité sur la plateforme",
         "DURAND;Zoé;1;2026-11-18T07:31:00", "connexion"),
        ("connexions", "Email;Dernière connexion PASS Rousseau", "ana@x.fr;18/11/2026",
         "connexion"),
        ("contacts", "Le;Élève;Sens de l'échange", "18-11-26;DURAND Zoé;reçu", "contact"),
        ("connexions", "Email;Dernière connexion", "ana@x.fr;2026-11-17T23:30:00Z", "connexion"),
        ("cours", "Date d'examen;N° élève;Résultat", "18/11/2026;1;Favorable", "cours"),
        ("cours", "Date;N° élève;Statut", "Nov 18, 2026;1;Fait", "cours"),
    ],
)  # fmt: skip
def test_the_day_is_that_of_the_column_that_names_it(
    ecole: Ecole, canal: str, entetes: str, cellules: str, critere: str
) -> None:
    """Never the day of the booking, of the purchase, of the typing; and it is France's."""
    Path("e.csv").write_text(f"{entetes}\n{cellules}\n", encoding="utf-8")
    ecole.json("import", canal, "e.csv")
    assert criteres(ecole, 1)[critere] == "2026-11-18"


@pytest.mark.parametrize(
    ("canal", "lignes", "dit", "tait"),
    [
        ("cours", "Date facture;N° élève;Montant TTC\n01/11/2026;1;52", "« Date facture »",
         "date=Date facture"),
        ("cours", "Date;N° facture;N° élève;Prestation;Montant\n01/11/2026;F1;1;Leçon;52",
         "une liste de factures", "date=Date"),
        ("connexions", "Email;Date de création;Date d'expiration\nana@x.fr;01/01/2026;20/11/2026",
         "il manque la date", "date=Date d"),
        ("cours", "Date;Pour le;N° élève;Statut\n02/08/2026;18/11/2026;1;Fait",
         '--colonne "date=Pour le"', "jamais"),
        ("cours", "Date,Time,Student ID,Status\n11/05/2026,2:00 PM,1,Completed",
         "jour/mois ou mois/jour", "jamais"),
        ("cours", "Lesson Date,Student ID,Status\n11/05/2026,1,Completed\n11/13/2026,3,Completed",
         "mois/jour/année", "jamais"),
        ("cours", "Date;N° élève;Présence\n20/11/2026;1;X\n20/11/2026;2;V", "« X », « V »",
         "jamais"),
        ("cours", "Date;N° élève;Statut\n05/12/2026;1;0\n20/11/2026;2;1", "« 0 », « 1 »",
         "jamais"),
    ],
)  # fmt: skip
def test_what_nothing_settles_is_refused(
    ecole: Ecole, canal: str, lignes: str, dit: str, tait: str
) -> None:
    """The column, the reason, what to type; never an advice that leads to a wrong day."""
    Path("e.csv").write_text(lignes + "\n", encoding="utf-8")
    avant = ecole.classeur.read_bytes()
    fait = ecole.type("import", canal, "e.csv")
    assert fait.statut == 4
    assert dit in fait.erreurs
    assert tait not in fait.erreurs
    assert ecole.classeur.read_bytes() == avant


def test_in_a_log_only_the_student_s_own_acts_count(ecole: Ecole) -> None:
    """« Email de relance envoyé » is no login."""
    Path("journal.csv").write_text(
        "Date;Utilisateur;Action\n20/11/2026 09:00;ana@x.fr;Email de relance envoyé\n"
        "20/11/2026 09:05;luc@x.fr;Compte réinitialisé par l'auto-école\n"
        "12/03/2026 18:00;ana@x.fr;Connexion\n21/11/2026 10:00;eva@x.fr;Truc\n",
        encoding="utf-8",
    )
    lu = ecole.json("import", "connexions", "journal.csv")
    assert [r["raison"] for r in lu["rejets"]] == ["l'action « Truc » n'est pas connue"]
    assert criteres(ecole, 1)["connexion"] == "2026-03-12"
    assert criteres(ecole, 2)["connexion"] is None


@pytest.mark.parametrize("cellule", ["=DATE(2026,11,20)", "#VALUE!"])
def test_a_cell_that_shows_nothing_is_not_a_student_who_never_logged_in(
    ecole: Ecole, cellule: str
) -> None:
    """The line is rejected, and the import is not noted."""
    sheets("c.xlsx", F=[["N° élève", "Dernière connexion"], ["1", cellule]])
    lu = ecole.json("import", "connexions", "c.xlsx")
    assert "la cellule de « Dernière connexion » affiche" in lu["rejets"][0]["raison"]
    assert ecole.json("detect", "--simulation")["imports"]["connexions"] is None


@pytest.mark.parametrize(
    "abime",
    [
        lambda o: o.replace("Liberté".encode(), b"Libert\xc3"),
        lambda o: b"\n".join(
            ligne.decode().encode("cp1252") if n else ligne
            for n, ligne in enumerate(o.split(b"\n"))
        ),
        lambda o: o.decode().encode("cp850"),
        lambda o: o.decode("cp1252").encode(),
        lambda o: o + b"\0" * 64,
    ],
)
def test_names_are_right_whatever_spoiled_the_bytes(ecole: Ecole, abime: object) -> None:
    """One byte, one line, a code page, double encoding, a padded end."""
    octets = (
        "Numero;Nom;Prenom;Note\n2;PETIT;Élodie;Libert\u00e9\n3;GARÇON;Noël;é\n4;LEFÈVRE;Gaël;à\n"
    ).encode()
    Path("e.csv").write_bytes(abime(octets))  # type: ignore[operator]
    ecole.json("import", "eleves", "e.csv")
    noms = [ecole.json("show", str(n))["eleve"] for n in (2, 3, 4)]
    assert noms == ["PETIT Élodie", "GARÇON Noël", "LEFÈVRE Gaël"]


def test_dates_half_changed_by_a_spreadsheet_are_refused(ecole: Ecole) -> None:
    """True ones up to the 12th, texts beyond: the first have their day and month exchanged."""
    sheets("d.xlsx", F=[ENTETE, ["20/11/2026", *PASSEE[1:]], [date(2026, 5, 11), *RESERVEE[1:]]])
    assert "d'un autre pays" in ecole.refusal("import", "cours", "d.xlsx")[1]


def test_packages_under_other_names_are_read(ecole: Ecole) -> None:
    """Backslashes in the names of the members: Excel opens it."""
    sheets("p.xlsx", F=[ENTETE, PASSEE])
    avant = zipfile.ZipFile(io.BytesIO(Path("p.xlsx").read_bytes()))
    with zipfile.ZipFile("q.xlsx", "w") as apres:
        for nom in avant.namelist():
            apres.writestr(nom.replace("/", "\\"), avant.read(nom))
    assert ecole.json("import", "cours", "q.xlsx")["importees"] == 1


def test_a_day_as_a_title_above_its_lessons(ecole: Ecole) -> None:
    """And a month as the name of a sheet above its days."""
    Path("j.csv").write_text(
        "Heure;Élève;N° élève;Statut\nMardi 3 novembre 2026;;;\n10:00;DURAND Zoé;1;Fait\n"
        "Mercredi 4 novembre 2026;;;\n10:00;PETIT Élodie;2;Fait\n",
        encoding="utf-8",
    )
    ecole.json("import", "cours", "j.csv")
    assert [criteres(ecole, n)["cours"] for n in (1, 2)] == ["2026-11-03", "2026-11-04"]
    mois = {"Novembre 2026": [["Jour", *ENTETE[1:]], [17, "3", "GARÇON Noël", "Effectué"]]}
    sheets("m.xlsx", **mois)
    ecole.json("import", "cours", "m.xlsx")
    assert criteres(ecole, 3)["cours"] == "2026-11-17"


def test_a_column_that_is_not_used_is_not_said_to_be(ecole: Ecole) -> None:
    """« Code » is that of the exam: the NEPH is the student's number."""
    Path("liste.csv").write_text(
        "Nom;Prénom;NEPH;Code;Inscrit le\nBLANC;Ethan;123456789012;Obtenu;01/01/2026\n"
        "GUÉRIN;Lola;123456789013;En cours;01/01/2026\n", encoding="utf-8",
    )  # fmt: skip
    dit = ecole.json("import", "eleves", "liste.csv")["compris"][1]
    assert dit == (
        "Nom ← « Nom », prénom ← « Prénom », NEPH ← « NEPH », inscrit le ← « Inscrit le »"
    )
    assert criteres(ecole, 123456789012)
