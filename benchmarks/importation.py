"""How quick and how light ``import cours`` is beside pandas reading the same file.

    pip install '.[benchmark]'
    python benchmarks/importation.py > benchmarks/importation.txt

A planning of 200,000 lessons of 5,000 students, as a CSV and as a workbook. The whole command
is measured (start, register read, lines understood, workbook written), and so is the whole peer.
The files are made by another process: the peak of a process counts that of its parent.
"""

from __future__ import annotations

import csv
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from processus import INACTIFS, PYTHON, Essai, Mesure, compare, machine

LECONS, ELEVES, TOURS = 200_000, 5_000, 7
JOUR = date(2026, 11, 24)
ENTETE = ["Date", "Début", "Fin", "N° élève", "Nom", "Prénom", "Moniteur", "Prestation", "Statut"]
STATUTS = ["Effectué"] * 80 + ["Annulé"] * 8 + ["Absent"] * 5 + ["Réservé"] * 7
LIRE_CSV = "import pandas; t = pandas.read_csv({!r}, sep=';', encoding='cp1252'); "
LIRE_XLSX = "import pandas; t = pandas.read_excel({!r}{}); "
DERNIERES = (
    "t['Date'] = pandas.to_datetime(t['Date'], dayfirst=True); "
    "t[t['Statut'] == 'Effectué'].groupby('N° élève')['Date'].max()"
)


def main() -> None:
    """Make, measure, print."""
    print(f"Machine : {machine()}")
    print(f"{LECONS} leçons de {ELEVES} élèves ; médiane de {TOURS} tours, pics de mémoire.\n")
    with tempfile.TemporaryDirectory() as nom:
        dossier = Path(nom)
        subprocess.run([PYTHON, __file__, "fabriquer", nom], check=True)
        _csv(dossier)
        _xlsx(dossier)
        _stages(dossier)


def _csv(dossier: Path) -> None:
    chemin = dossier / "cours.csv"
    lire = LIRE_CSV.format(str(chemin))
    premier, encore, lit, calcule = compare(
        [
            _import(dossier, chemin, "avant.xlsx"),
            _import(dossier, chemin, "apres_csv.xlsx"),
            Essai([PYTHON, "-c", lire], {}),
            Essai([PYTHON, "-c", lire + DERNIERES], {}),
        ],
        TOURS,
    )
    _table(
        "CSV cp1252",
        [
            ("inactifs import cours", premier),
            ("  le même fichier une seconde fois", encore),
            ("pandas.read_csv", lit),
            ("  et la dernière leçon de chaque élève", calcule),
        ],
        lit,
    )


def _xlsx(dossier: Path) -> None:
    chemin = dossier / "cours.xlsx"
    premier, lit, calamine = compare(
        [
            _import(dossier, chemin, "avant.xlsx"),
            Essai([PYTHON, "-W", "ignore", "-c", LIRE_XLSX.format(str(chemin), "")], {}),
            Essai([PYTHON, "-c", LIRE_XLSX.format(str(chemin), ", engine='calamine'")], {}),
        ],
        3,
    )
    _table(
        "XLSX (3 tours)",
        [
            ("inactifs import cours", premier),
            ("pandas.read_excel", lit),
            ("pandas.read_excel, engine='calamine'", calamine),
        ],
        lit,
    )


def _import(dossier: Path, chemin: Path, depart: str) -> Essai:
    """The command on a fresh copy of a workbook."""
    classeur = dossier / "classeur.xlsx"
    return Essai(
        [*INACTIFS, "import", "cours", str(chemin), "-c", str(classeur)],
        {"INACTIFS_AUJOURDHUI": JOUR.isoformat()},
        lambda: shutil.copyfile(dossier / depart, classeur),
    )


def _table(titre: str, lignes: list[tuple[str, Mesure]], pair: Mesure) -> None:
    print(f"{titre:42}{'temps':>9}{'rapport':>9}{'mémoire':>11}{'rapport':>9}")
    for nom, mesure in lignes:
        print(
            f"{nom:42}{mesure.mediane:7.3f} s{mesure.mediane / pair.mediane:9.2f}"
            f"{mesure.memoire:7.0f} Mio{mesure.memoire / pair.memoire:9.2f}"
        )
    print()


def _stages(dossier: Path) -> None:
    """Where the time of one import goes, in a process of its own."""
    print("Où passe le temps (un import de chaque, étape par étape, secondes)")
    for fichier in ("cours.csv", "cours.xlsx"):
        shutil.copyfile(dossier / "avant.xlsx", dossier / "classeur.xlsx")
        commande = [PYTHON, __file__, "etapes", str(dossier), fichier]
        sortie = subprocess.run(commande, check=True, stdout=subprocess.PIPE).stdout
        etapes = ", ".join(f"{nom} {duree:.3f}" for nom, duree in json.loads(sortie).items())
        print(f"  {fichier} : {etapes}")


def stages(dossier: Path, fichier: str) -> None:
    """Time the stages of an import in this process; print them as JSON."""
    etapes: dict[str, float] = {}
    depart = time.perf_counter()

    def lap(nom: str) -> None:
        nonlocal depart
        etapes[nom] = time.perf_counter() - depart
        depart = time.perf_counter()

    import inactifs.cli.importer  # noqa: F401
    from inactifs import depot
    from inactifs.classeur import reading, values, writing
    from inactifs.imports import Canal, import_file
    from inactifs.registre import Registre

    lap("modules")
    source = depot.read(dossier / "classeur.xlsx")
    contenu = reading.read_classeur(source.data, "classeur.xlsx")
    lap("lire le registre")
    with (dossier / fichier).open("rb") as flux:
        lu = import_file(Canal.COURS, flux, fichier, Registre(contenu.registre), JOUR)
    assert (lu.lignes, len(lu.rejets)) == (LECONS, 0), lu
    lap("lire l'export")
    changements = values.Changements(eleves=list(lu.eleves), imports={"cours": JOUR})
    writing.apply(source.data, "classeur.xlsx", contenu, changements, JOUR)
    lap("écrire le registre")
    print(json.dumps(etapes))


def make_files(dossier: Path) -> None:
    """The planning in both formats, the workbook before the import and after it."""
    from faker import Faker

    from inactifs.classeur.adoption import new_workbook
    from inactifs.classeur.reading import read_classeur
    from inactifs.classeur.values import Changements, Ecole
    from inactifs.classeur.writing import apply
    from inactifs.imports import Canal, import_file
    from inactifs.procedure.modele import Eleve
    from inactifs.registre import Registre

    faux, hasard = Faker("fr_FR"), random.Random(2026)
    faux.seed_instance(2026)
    eleves = [
        Eleve(str(10_000 + n), faux.last_name().upper(), faux.first_name(), f"{n:012}",
              f"06{n:08}", f"eleve{n}@exemple.fr", inscrit_le=date(2024, 1, 8))
        for n in range(ELEVES)
    ]  # fmt: skip
    moniteurs = [faux.name() for _ in range(8)]
    lecons: list[tuple[date, list[str]]] = []
    for _ in range(LECONS):
        eleve, statut, heure = (
            hasard.choice(eleves),
            hasard.choice(STATUTS),
            hasard.randrange(8, 19),
        )
        ecart = hasard.randrange(1, 40) if statut == "Réservé" else -hasard.randrange(500)
        lecons.append(
            (
                JOUR + timedelta(days=ecart),
                [f"{heure:02}:00", f"{heure + 1:02}:00", eleve.numero, eleve.nom, eleve.prenom,
                 hasard.choice(moniteurs), "B manuelle", statut],
            )
        )  # fmt: skip
    lecons.sort(key=lambda lecon: lecon[0])
    _write(dossier, lecons)
    vierge = new_workbook(Ecole("Auto-école du Port"))
    avant = apply(vierge, "", read_classeur(vierge, ""), Changements(eleves=eleves), JOUR)
    (dossier / "avant.xlsx").write_bytes(avant)
    with (dossier / "cours.csv").open("rb") as flux:
        lu = import_file(Canal.COURS, flux, "cours.csv", Registre(eleves), JOUR)
    changements = Changements(eleves=list(lu.eleves), imports={"cours": JOUR})
    (dossier / "apres_csv.xlsx").write_bytes(
        apply(avant, "", read_classeur(avant, ""), changements, JOUR)
    )


def _write(dossier: Path, lecons: list[tuple[date, list[str]]]) -> None:
    import xlsxwriter

    with (dossier / "cours.csv").open("w", encoding="cp1252", newline="") as fichier:
        ecrit = csv.writer(fichier, delimiter=";")
        ecrit.writerow(ENTETE)
        ecrit.writerows([f"{jour:%d/%m/%Y}", *cellules] for jour, cellules in lecons)
    with xlsxwriter.Workbook(
        str(dossier / "cours.xlsx"), {"default_date_format": "dd/mm/yyyy"}
    ) as livre:
        feuille = livre.add_worksheet("Planning")
        feuille.write_row(0, 0, ENTETE)
        for rang, (jour, cellules) in enumerate(lecons, 1):
            feuille.write_datetime(rang, 0, jour)
            for colonne, texte in enumerate(cellules, 1):
                feuille.write_string(rang, colonne, texte)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["fabriquer", nom]:
            make_files(Path(nom))
        case ["etapes", nom, fichier]:
            stages(Path(nom), fichier)
        case _:
            main()
