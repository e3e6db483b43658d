"""The plain peer of ``detect``: pandas finds the inactive students, openpyxl adds their rows."""

import sys

import openpyxl
import pandas as pd

entree, sortie, jour = sys.argv[1], sys.argv[2], pd.Timestamp(sys.argv[3])
eleves = pd.read_excel(entree, sheet_name="Élèves", dtype={"N° ÉLÈVE": str})
tableau = pd.read_excel(entree, sheet_name="Tableau de suivi", dtype={"N° ÉLÈVE": str})
activites = eleves[["DERNIER COURS", "PROCHAIN COURS", "DERNIÈRE CONNEXION", "DERNIER CONTACT"]]
derniere = activites.apply(pd.to_datetime).max(axis=1).fillna(pd.to_datetime(eleves["INSCRIT LE"]))
inactifs = eleves[derniere + pd.DateOffset(months=3) < jour].assign(derniere=derniere)
nouveaux = inactifs[~inactifs["N° ÉLÈVE"].isin(tableau["N° ÉLÈVE"])]

classeur = openpyxl.load_workbook(entree)
feuille = classeur["Tableau de suivi"]
entetes = {c.value: c.column for c in feuille[1]}
for ligne, eleve in enumerate(nouveaux.to_dict("records"), start=feuille.max_row + 1):
    valeurs = {
        "ÉLÈVE": f"{eleve['NOM']} {eleve['PRÉNOM']}",
        "DATE DE DERNIÈRE ACTIVITÉ": eleve["derniere"].date(),
        "N° ÉLÈVE": eleve["N° ÉLÈVE"],
        "DÉTECTÉ LE": jour.date(),
        "PROCHAINE ÉCHÉANCE": jour.date(),
        "ÉTAPE": "1re relance",
        "RESPONSABLE": "Secrétariat",
    }
    for entete, valeur in valeurs.items():
        feuille.cell(ligne, entetes[entete], valeur)
classeur.save(sortie)
