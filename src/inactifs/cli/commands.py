"""The commands: what each one does in a sentence, an example, and where it lives."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from typing import NamedTuple

CLASSEUR_PAR_DEFAUT = "suivi_eleves.xlsx"
"""The workbook of the current folder, when neither ``-c`` nor ``$INACTIFS_CLASSEUR`` says."""

_CHEMIN_CITE = re.compile(r'"[^"]*(?:[\\/][^"]*|\.\w{2,5})"')


def unquoted(texte: str) -> str:
    """A path whose quotes are part of it, as ``set CHEMIN="…"`` keeps them, without them."""
    return texte[1:-1] if _CHEMIN_CITE.fullmatch(texte) else texte


def usual_workbook() -> str:
    """The workbook that is meant where the command says none."""
    return unquoted(os.environ.get("INACTIFS_CLASSEUR", "")) or CLASSEUR_PAR_DEFAUT


EXTENSIONS_CLASSEUR = (".xlsx", ".xlsm")


class Entree(NamedTuple):
    """A command before it is loaded: ``module.function`` of ``inactifs.cli``, its help.

    ``eleve``: its first argument is a student, so that TAB answers without loading it.
    """

    fonction: str
    aide: str
    exemple: str
    eleve: bool = False


class Famille(NamedTuple):
    """A group of commands: ``import cours``, ``import contacts``… ``sans``: the one that is meant
    when the first word is none of theirs, but a file."""

    aide: str
    entrees: Mapping[str, Entree]
    sans: Entree | None = None


ENTREES: Mapping[str, Entree | Famille] = {
    "init": Entree(
        "upkeep.init",
        "Crée le classeur, ou adopte celui de l'école sans rien y perdre.",
        'inactifs init --auto-ecole "Auto-école du Port"',
    ),
    "import": Famille(
        "Lit les exports (CSV, Excel) de vos logiciels : nommez-les, leur nature est reconnue.",
        {
            "eleves": Entree(
                "importer.eleves",
                "La liste des élèves, du logiciel de l'auto-école.",
                "inactifs import eleves eleves.csv",
            ),
            "cours": Entree(
                "importer.cours",
                "Les leçons du planning, faites et réservées.",
                "inactifs import cours planning.xlsx",
            ),
            "connexions": Entree(
                "importer.connexions",
                "Les connexions à PASS Rousseau.",
                "inactifs import connexions pass_rousseau.csv",
            ),
            "contacts": Entree(
                "importer.contacts",
                "Les visites, appels et emails venus des élèves.",
                "inactifs import contacts contacts.xlsx",
            ),
        },
        Entree(
            "importer.files",
            "Les exports de vos logiciels, dont la nature est reconnue.",
            "inactifs import exports/",
        ),
    ),
    "detect": Entree(
        "detect.detect",
        "La commande du matin : ouvre les dossiers des élèves inactifs, note les reprises, et "
        "montre qui contacter aujourd'hui.",
        "inactifs detect",
    ),
    "tournee": Entree(
        "round.tournee",
        "La tournée guidée : un élève à la fois, une touche pour noter, et le suivant.",
        "inactifs tournee",
    ),
    "next": Entree(
        "detect.next_steps", "Les étapes à faire, en retard et à venir.", "inactifs next --jours 7"
    ),
    "relance": Famille(
        "Les relances : le texte à envoyer, la trace de ce qui est fait.",
        {
            "message": Entree(
                "message.message",
                "Le texte à envoyer ou à dire pour l'étape due.",
                "inactifs relance message Royer",
                eleve=True,
            ),
            "add": Entree(
                "relance.add",
                "Note une relance : l'étape et la prochaine échéance sont calculées.",
                "inactifs relance add Royer -m sms -r sans-reponse",
                eleve=True,
            ),
            "corriger": Entree(
                "relance.correct",
                "Corrige ou retire la dernière relance d'un élève, quoi qu'on ait écrit depuis.",
                "inactifs relance corriger Royer --resultat plan",
                eleve=True,
            ),
        },
    ),
    "reponse": Entree(
        "answer.reponse",
        "L'élève a répondu plus tard à la dernière relance.",
        "inactifs reponse Royer --par sms -r plan",
        eleve=True,
    ),
    "recontacter": Entree(
        "answer.recontact",
        "Lève « ne plus contacter » : l'élève accepte de nouveau.",
        'inactifs recontacter Royer --motif "appelle pour reprendre"',
        eleve=True,
    ),
    "activite": Famille(
        "Les activités notées à la main.",
        {
            "add": Entree(
                "answer.activity",
                "Note à la main une activité : un cours, une connexion, un signe de vie.",
                "inactifs activite add Royer visite --date hier",
                eleve=True,
            )
        },
    ),
    "reprise": Entree(
        "outcomes.reprise",
        "L'élève a repris sa formation : le dossier se termine.",
        "inactifs reprise Royer",
        eleve=True,
    ),
    "pause": Entree(
        "outcomes.pause",
        "Suspend le dossier : rien n'est dû jusqu'à une date (stage, voyage, attente d'une date…).",
        'inactifs pause Royer --jusqu-au 15/01/2027 --motif "stage"',
        eleve=True,
    ),
    "reopen": Entree(
        "outcomes.reopen",
        "Rouvre le dernier dossier terminé (l'abandonniste revient, ou c'était une erreur).",
        'inactifs reopen Royer --motif "revient"',
        eleve=True,
    ),
    "close": Entree(
        "outcomes.close",
        "Clôture le dossier après les relances sans réponse : l'élève est « abandonniste ».",
        "inactifs close Royer",
    ),
    "list": Entree(
        "consult.list_dossiers",
        "Les dossiers du tableau, par état, responsable, mois, cause ou mot.",
        "inactifs list --etat a_relancer",
    ),
    "show": Entree(
        "consult.show_student",
        "Tout sur un élève : ses dates, ses dossiers, leur histoire, et la règle de chaque date.",
        "inactifs show Royer",
        eleve=True,
    ),
    "report": Entree(
        "report.report",
        "Le rapport du mois, son archive, le dossier de preuves ; ou plusieurs écoles.",
        "inactifs report --format html --sortie novembre.html",
    ),
    "purge": Entree(
        "purge.purge",
        "Anonymise les dossiers clos et les élèves partis depuis longtemps (RGPD).",
        "inactifs purge --simulation",
    ),
    "check": Entree(
        "upkeep.check",
        "Dit tout ce qui est faux ou douteux dans le classeur, cellule par cellule.",
        "inactifs check",
    ),
    "undo": Entree(
        "upkeep.undo",
        "Remet le classeur comme il était avant la dernière écriture.",
        "inactifs undo --liste",
    ),
}

CHOIX: Mapping[str, str] = {
    "MOYEN": "procedure.modele.Moyen",
    "PAR": "procedure.modele.ReponseMoyen",
    "ISSUE": "procedure.modele.ISSUES_OFFERTES",
    "ÉTAT": "cli.consult.ETATS",
    "ACTIVITÉ": "procedure.gestes.ACTIVITES",
    "FORMAT": "cli.report.FORMATS",
    "FORME": "cli.message.Format",
    "TRI": "procedure.matin.Tri",
    "ORDRE": "cli.consult.Ordre",
    "OÙ": "cli.consult.Dans",
}
"""Where the closed lists are, by the word that stands for them in the help pages."""


def choices(nature: str) -> Sequence[str]:
    """What may be typed where the help says ``nature``; nothing where it is no closed list."""
    module, _, nom = CHOIX.get(nature, "").rpartition(".")
    valeurs: Iterable[str] = getattr(import_module(f"inactifs.{module}"), nom) if module else ()
    return tuple(valeurs)


COMMANDES_DITES = {
    "creer": "init", "nouveau": "init", "adopter": "init", "importer": "import",
    "matin": "detect", "detecter": "detect", "detection": "detect", "inactifs": "detect",
    "suite": "next", "suivant": "next", "prochain": "next", "rappel": "next", "agenda": "next",
    "tour": "tournee", "corriger": "relance corriger", "repondre": "reponse",
    "relancer": "relance add", "appel": "relance add", "message": "relance message",
    "visite": "activite add", "noter": "activite add", "suspendre": "pause",
    "rouvrir": "reopen", "cloturer": "close", "cloture": "close", "abandon": "close",
    "liste": "list", "chercher": "list", "eleve": "show", "fiche": "show", "voir": "show",
    "rapport": "report", "bilan": "report", "archiver": "report --archiver",
    "verifier": "check", "controler": "check", "annuler": "undo", "retour": "undo",
    "anonymiser": "purge", "aide": "--help", "help": "--help",
}  # fmt: skip
"""The command meant by a French word that is not one, without accents."""
