"""Makes ``suivi_eleves.xlsx`` through the tool's own commands, as of 24/11/2026."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

import openpyxl

ICI = Path(__file__).parent
CLASSEUR = ICI / "suivi_eleves.xlsx"
JOUR = date(2026, 11, 24)
CODE = date(2026, 3, 12)
MINEURS = {14: "Mme Fontaine, 06 39 98 50 14", 36: "M. Roussel, 06 39 98 50 36"}
FINIS = {17: date(2026, 10, 31), 32: date(2026, 11, 15)}
"""Those who have a legal representative, and those whose contract has ended."""
NOMS = [
    "Royer Laurence",
    "Martin Lucas",
    "Le Gall Élodie",
    "Benali Samir",
    "Dubois Chloé",
    "Moreau Hugo",
    "Petit Inès",
    "Garcia Mathis",
    "Roux Léa",
    "Fournier Noé",
    "Girard Emma",
    "Bonnet Jules",
    "Dupont Manon",
    "Lambert Théo",
    "Fontaine Sarah",
    "Rousseau Adam",
    "Vincent Jade",
    "Muller Louis",
    "Lefèvre Zoé",
    "Faure Nina",
    "André Paul",
    "Mercier Lina",
    "Blanc Tom",
    "Guérin Alice",
    "Boyer Rayan",
    "Garnier Eva",
    "Chevalier Axel",
    "François Lou",
    "Legrand Maël",
    "Gauthier Anna",
    "Perrin Nolan",
    "Robin Clara",
    "Clément Ilyes",
    "Morin Rose",
    "Nicolas Sacha",
    "Henry Mila",
    "Roussel Gabin",
    "Mathieu Agathe",
    "Masson Timéo",
    "Marchand Lucie",
]


def run(jour: date, *arguments: str) -> None:
    """One command, on the day it is done."""
    environnement = os.environ | {
        "INACTIFS_AUJOURDHUI": jour.isoformat(),
        "INACTIFS_CLASSEUR": str(CLASSEUR),
        "INACTIFS_PAR": "Secrétariat",
    }
    subprocess.run(
        [sys.executable, "-m", "inactifs", *arguments],
        env=environnement,
        check=True,
        stderr=subprocess.DEVNULL,
    )


def csv(dossier: Path, nom: str, lignes: list[str]) -> str:
    chemin = dossier / nom
    chemin.write_text("\n".join(lignes) + "\n", encoding="utf-8-sig")
    return str(chemin)


def type_in_parametres(valeurs: dict[str, str]) -> None:
    """What the school types in Paramètres before anything else."""
    classeur = openpyxl.load_workbook(CLASSEUR)
    for libelle, valeur, *_ in classeur["Paramètres"].iter_rows():
        if libelle.value in valeurs:
            valeur.value = valeurs[libelle.value]
    classeur.save(CLASSEUR)


def main() -> None:
    CLASSEUR.unlink(missing_ok=True)
    numeros = [str(1001 + i) for i in range(len(NOMS))]
    # The last lesson of each: ten are active, the others have drifted away since the spring.
    derniers = [JOUR - timedelta(days=(5 + 6 * i if i < 10 else 125 + 3 * i)) for i in range(40)]
    with tempfile.TemporaryDirectory() as temporaire:
        dossier = Path(temporaire)
        eleves = [
            "N° élève;Nom;Prénom;Téléphone;Email;Formation;Date d'inscription;Statut;Adresse;"
            "Fin de contrat;Heures restantes;Code obtenu le;Représentant légal"
        ]
        cours = ["Date;N° élève;Statut"]
        for i, (numero, nom) in enumerate(zip(numeros, NOMS, strict=True)):
            famille, _, prenom = nom.rpartition(" ")
            eleves.append(
                f"{numero};{famille.upper()};{prenom};06 39 98 {i:02} {99 - i:02};"
                f"eleve{numero}@exemple.fr;{'AAC' if i in MINEURS else 'B'};15/01/2026;"
                f"En formation;{i + 1} rue du Phare, 29000 Quimper;"
                f"{FINIS.get(i, JOUR + timedelta(30 * (i % 7 + 2))):%d/%m/%Y};{i * 7 % 13};"
                f"{f'{CODE:%d/%m/%Y}' if i % 3 else ''};{MINEURS.get(i, '')}"
            )
            cours.append(f"{derniers[i]:%d/%m/%Y};{numero};Effectué")
        connexions = ["N° élève;Dernière connexion", f"1001;{JOUR - timedelta(2):%d/%m/%Y}"]
        contacts = [
            "Date;N° élève;Canal;Sens",
            f"{JOUR - timedelta(3):%d/%m/%Y};1002;Visite;Entrant",
        ]
        debut = date(2026, 10, 15)
        run(debut, "init", "--auto-ecole", "Auto-école du Port")
        type_in_parametres(
            {
                "Téléphone de l'auto-école": "02 61 91 00 00",
                "Email de l'auto-école": "contact@exemple.fr",
            }
        )
        run(debut, "import", "eleves", csv(dossier, "eleves.csv", eleves))
        passes = [cours[0], *(c for c, d in zip(cours[1:], derniers, strict=True) if d <= debut)]
        run(debut, "import", "cours", csv(dossier, "passes.csv", passes))
        run(debut, "detect")
        for numero in numeros[20:30]:
            run(debut, "relance", "add", numero, "--moyen", "sms")
        for numero in numeros[20:26]:
            run(debut + timedelta(7), "relance", "add", numero, "--moyen", "email")
        for numero in numeros[20:23]:
            run(debut + timedelta(21), "relance", "add", numero, "--moyen", "telephone")
        run(debut + timedelta(22), "close", numeros[20], "--oui", "--malgre-imports")
        run(date(2026, 11, 20), "relance", "add", numeros[28], "--moyen", "telephone",
            "--resultat", "entretien", "--cause", "emploi du temps")  # fmt: skip
        run(date(2026, 11, 18), "reprise", numeros[29])
        run(
            date(2026, 11, 19), "pause", numeros[30], "--jusqu-au", "15/01/2027", "--motif", "stage"
        )
        run(date(2026, 11, 23), "relance", "add", numeros[31], "--moyen", "sms")
        run(date(2026, 11, 20), "relance", "add", numeros[15], "--moyen", "telephone",
            "--resultat", "rappeler", "--le", "24/11/2026 18:00",
            "--commentaire", "après son travail, dès 18 h")  # fmt: skip
        run(date(2026, 11, 17), "relance", "add", numeros[34], "--moyen", "sms")
        run(date(2026, 11, 19), "reponse", numeros[34], "--par", "sms", "--resultat", "plan",
            "--cause", "financière", "--commentaire", "reprend avec sa prime de décembre",
            "--jusqu-au", "15/12/2026")  # fmt: skip
        run(date(2026, 11, 18), "relance", "add", numeros[16], "--moyen", "telephone",
            "--resultat", "message-laisse")  # fmt: skip
        run(date(2026, 11, 16), "relance", "add", numeros[37], "--moyen", "telephone",
            "--resultat", "refus-contact")  # fmt: skip
        run(JOUR, "import", "cours", csv(dossier, "cours.csv", cours), "--exporte-le", "24/11/2026")
        run(
            JOUR,
            "import",
            "connexions",
            csv(dossier, "connexions.csv", connexions),
            "--exporte-le",
            "24/11/2026",
        )
        run(
            JOUR,
            "import",
            "contacts",
            csv(dossier, "contacts.csv", contacts),
            "--exporte-le",
            "24/11/2026",
        )
        run(JOUR, "detect")
    for reste in (ICI / ".inactifs").rglob("*"):
        if reste.is_file():
            reste.unlink()


if __name__ == "__main__":
    main()
