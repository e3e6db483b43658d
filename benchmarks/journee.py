"""A day of twenty students due, SMS and calls, done with the guided round in a real terminal.

    python benchmarks/journee.py [FOLDER]

Types in tmux what a secretary would, waits for each screen, and counts: the keys, those that type
a day or a comment apart, and the seconds that the program takes. Every screen is kept in FOLDER,
at 80 and at 100 columns, and searched for a name, a number or a word that is broken.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

from faker import Faker
from processus import INACTIFS

from inactifs.classeur.adoption import new_workbook
from inactifs.classeur.reading import read_classeur
from inactifs.classeur.values import Changements, Ecole
from inactifs.classeur.writing import apply
from inactifs.procedure.modele import Dossier, Eleve, Moyen, Relance

JOUR = date(2026, 11, 24)
NOMS = ("DE LA ROCHEFOUCAULD-MONTBEL Marie-Charlotte", "N'GUYEN Thi Hong Éloïse", "LÉVÊQUE Zoé")
SMS, APPELS = 12, 8
NOTES = [*["\r"] * SMS, "\r", "2", "3|mardi 18h\r", "4|\r", "c|appeler le soir\r", "2", "7", "p",
         "5|+7\r", "9", "o"]  # fmt: skip
"""The keys, in order; after « | », what is typed at the question that follows."""


def main() -> None:
    dossier = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp())
    dossier.mkdir(exist_ok=True, parents=True)
    for largeur in (80, 100):
        classeur = dossier / f"suivi_{largeur}.xlsx"
        eleves = make(classeur)
        touches, tapees, duree, ecrans = day(classeur, largeur)
        (dossier / f"ecrans_{largeur}.txt").write_text(f"\n{'=' * largeur}\n".join(ecrans))
        print(
            f"{largeur} columns: {SMS + APPELS} students, {touches} keys and {tapees} characters "
            f"of days and comments, {duree:.1f} s; last screen:\n{ecrans[-1].strip()}\n"
        )
        for faute in broken(ecrans, eleves, largeur):
            print(f"  broken: {faute}")


def make(chemin: Path) -> list[Eleve]:
    """300 students; twenty are due: an SMS for twelve, a last call for eight."""
    faux = Faker("fr_FR")
    faux.seed_instance(2026)
    eleves, dossiers = [], []
    for rang in range(300):
        complet = (
            NOMS[rang] if rang < len(NOMS) else f"{faux.last_name().upper()} {faux.first_name()}"
        )
        nom = " ".join(m for m in complet.split() if m.isupper())
        prenom = " ".join(m for m in complet.split() if not m.isupper())
        du = rang < SMS + APPELS
        cours = JOUR - timedelta(days=130 + rang if du else 5)
        eleve = Eleve(str(rang + 1), nom, prenom, telephone=f"06{rang:08}", dernier_cours=cours,
                      email=f"{faux.user_name()}@exemple.fr")  # fmt: skip
        eleves.append(eleve)
        if SMS <= rang < SMS + APPELS:
            jours = (JOUR - timedelta(days=30), JOUR - timedelta(days=20))
            relances = tuple(map(Relance, jours, (Moyen.SMS, Moyen.EMAIL)))
            dossiers.append(Dossier(eleve=f"{nom} {prenom}", numero=eleve.numero, relances=relances,
                                    derniere_activite=cours, detecte_le=jours[0]))  # fmt: skip
    vierge = new_workbook(Ecole("Auto-école du Port", "0240000000"))
    imports = dict.fromkeys(("cours", "connexions", "contacts"), JOUR)
    change = Changements(eleves=eleves, dossiers=dossiers, imports=imports)
    chemin.write_bytes(apply(vierge, "", read_classeur(vierge, ""), change, JOUR))
    subprocess.run([*INACTIFS, "detect", "-c", str(chemin)], check=True, capture_output=True,
                   env=os.environ | {"INACTIFS_AUJOURDHUI": JOUR.isoformat()})  # fmt: skip
    return eleves[: SMS + APPELS]


def day(classeur: Path, largeur: int) -> tuple[int, int, float, list[str]]:
    """The keys pressed, the characters typed at questions, the seconds, and the screens."""
    journal = classeur.with_suffix(".log")
    journal.write_bytes(b"")
    env = f"INACTIFS_AUJOURDHUI={JOUR.isoformat()}"
    commande = " ".join(["env", env, *INACTIFS, "tournee", "-c", str(classeur)])
    tmux("kill-server", check=False)
    tmux("new-session", "-d", "-x", str(largeur), "-y", "30", "sh")
    tmux("set-option", "remain-on-exit", "on")
    tmux("pipe-pane", f"cat >> {journal}")
    tmux("send-keys", "-l", f"clear; exec {commande}\r")
    ecrans, touches, tapees, duree = [screen(journal, 0)[0]], 0, 0, 0.0
    for note in NOTES:
        touche, _, reponse = note.partition("|")
        for frappe in filter(None, (touche, reponse)):
            time.sleep(0.05)  # what is pressed before the question is there is not taken
            lu, debut = journal.stat().st_size, time.perf_counter()
            tmux("send-keys", "-l", frappe)
            ecran, fin = screen(journal, lu)
            ecrans.append(ecran)
            duree += fin - debut
        touches += len(touche)
        tapees += len(reponse)
    tmux("kill-server", check=False)
    return touches, tapees, duree, ecrans


def screen(journal: Path, lu: int) -> tuple[str, float]:
    """The screen, once a question has come after ``lu`` bytes shown, or the command has ended; and
    when it came."""
    patience = time.monotonic() + 30
    while time.monotonic() < patience:
        quand = time.perf_counter()
        montre = journal.read_bytes()[lu:].decode(errors="ignore").rstrip()
        fini = tmux("display-message", "-p", "#{pane_dead}").strip() == "1"
        if fini or montre.endswith("\u00a0:"):
            time.sleep(0.03)
            return re.sub(r"\n*Pane is dead.*", "", tmux("capture-pane", "-p").rstrip()), quand
        time.sleep(0.002)
    sys.exit(f"no screen after:\n{tmux('capture-pane', '-p')}")


def broken(ecrans: list[str], eleves: list[Eleve], largeur: int) -> Iterator[str]:
    """The names and numbers that a screen holds in two pieces, the words cut at the margin."""
    for rang, ecran in enumerate(ecrans, 1):
        lignes = ecran.splitlines()
        uni = re.sub(r"\s+", " ", ecran)
        for eleve in eleves:
            par_deux = " ".join(re.findall("..", eleve.telephone))
            for entier in (f"{eleve.nom} {eleve.prenom}", par_deux, eleve.email):
                if entier in uni and not any(entier in ligne for ligne in lignes):
                    yield f"screen {rang}: {entier}"
        for ligne, suivante in pairwise(lignes):
            if len(ligne) == largeur and ligne[-1].isalnum() and suivante[:1].isalnum():
                yield f"screen {rang}: {ligne[-20:]}|{suivante[:20]}"


def tmux(*mots: str, check: bool = True) -> str:
    fait = subprocess.run(["tmux", "-L", "journee", *mots], check=check, capture_output=True)
    return fait.stdout.decode()


if __name__ == "__main__":
    main()
