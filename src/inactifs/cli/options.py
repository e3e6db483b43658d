"""The options that commands share, and how what is typed after them is read."""

from __future__ import annotations

import getpass
import os
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from inactifs.cli.commands import CLASSEUR_PAR_DEFAUT, usual_workbook
from inactifs.cli.screen import legible
from inactifs.dates import Sens, french, plausible, read_date, read_moment, read_typed_date
from inactifs.erreurs import Refus, UsageIncorrect
from inactifs.mots import simplify
from inactifs.procedure.modele import ISSUES_OFFERTES, Moyen, Rappel

T = TypeVar("T", bound=StrEnum)
M = TypeVar("M", bound=str)

OptClasseur = Annotated[
    Path | None,
    typer.Option(
        "--classeur",
        "-c",
        metavar="FICHIER",
        help=f"Le classeur Excel (sinon $INACTIFS_CLASSEUR, sinon {CLASSEUR_PAR_DEFAUT}).",
    ),
]
OptDate = Annotated[
    str | None,
    typer.Option(
        "--date",
        metavar="JOUR",
        help="Le jour où c'est fait : 24/11/2026, 24/11, hier… (sinon aujourd'hui).",
    ),
]
OptDateVue = Annotated[
    str | None,
    typer.Option(
        "--date",
        metavar="JOUR",
        help="Le jour auquel on se place : 24/11/2026, 24/11, hier… (sinon aujourd'hui).",
    ),
]
OptJson = Annotated[bool, typer.Option("--json", help="Répond par un document JSON.")]
OptSimulation = Annotated[
    bool, typer.Option("--simulation", help="Montre ce qui serait écrit, sans rien écrire.")
]
OptAttendre = Annotated[
    int,
    typer.Option(
        "--attendre",
        min=0,
        metavar="N",
        help="Attend jusqu'à N secondes que le classeur soit fermé, s'il est ouvert ailleurs.",
    ),
]
ArgEleve = Annotated[
    str | None,
    typer.Argument(
        metavar="ÉLÈVE", help="Un numéro, un nom, ou une partie d'un nom (TAB le complète)."
    ),
]
OptMotif = Annotated[str | None, typer.Option("--motif", metavar="TEXTE", help="Pourquoi.")]
OptJusquAu = Annotated[
    str | None,
    typer.Option(
        "--jusqu-au", metavar="JOUR", help="Le dernier jour de la suspension : 24/12/2026, 24/12…"
    ),
]
ArgEleves = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[ÉLÈVE]…", help="Un ou plusieurs élèves : numéro, nom, ou partie d'un nom."
    ),
]
OptMoyen = Annotated[
    str | None,
    typer.Option(
        "--moyen",
        "-m",
        metavar="MOYEN",
        help=f"Comment : {', '.join(Moyen)} (sinon demandé dans un terminal, ailleurs celui de "
        "l'étape).",
    ),
]
OptResultat = Annotated[
    str | None,
    typer.Option(
        "--resultat",
        "-r",
        metavar="ISSUE",
        help=f"Ce qui s'est passé : {', '.join(ISSUES_OFFERTES)}.",
    ),
]
OptLe = Annotated[
    str | None,
    typer.Option(
        "--le",
        metavar="MOMENT",
        help="Le jour, et l'heure, du rappel ou de l'entretien : mardi 18h, 21/12, +7…",
    ),
]
OptCause = Annotated[str | None, typer.Option("--cause", metavar="CAUSE", help="La cause donnée.")]
OptCommentaire = Annotated[
    str | None, typer.Option("--commentaire", "-t", metavar="TEXTE", help="Ce qu'il faut retenir.")
]
OptMalgreImports = Annotated[
    bool, typer.Option("--malgre-imports", help="Même si le dernier import des cours est ancien.")
]
OptOui = Annotated[bool, typer.Option("--oui", help="Le fait sans demander.")]


def today() -> date:
    """Today, or what ``$INACTIFS_AUJOURDHUI`` says it is (for training and tests)."""
    voulu = os.environ.get("INACTIFS_AUJOURDHUI", "").strip()
    if not voulu:
        return date.today()
    try:
        return plausible(read_date(voulu))
    except ValueError:
        raise UsageIncorrect(
            f"INACTIFS_AUJOURDHUI vaut « {voulu} », qui n'est pas une date.",
            "Donnez-lui par exemple 2026-12-15, ou supprimez cette variable.",
        ) from None


def timestamp() -> datetime:
    """Now, to the second; the day is the one that ``today`` says."""
    return datetime.combine(today(), datetime.now().time().replace(microsecond=0))


def operator() -> str:
    """Who types: ``$INACTIFS_PAR``, else the login name."""
    if nom := legible(os.environ.get("INACTIFS_PAR", "")).strip():
        return nom
    try:
        return legible(getpass.getuser())
    except (OSError, KeyError, ImportError):  # no login name on this machine
        return "inconnu"


def workbook_path(classeur: Path | None) -> Path:
    """The workbook that is meant."""
    return as_on_disk(classeur or Path(usual_workbook()))


def as_on_disk(chemin: Path) -> Path:
    """The file of this name, its accents made of one character or two: a Mac writes « é » as e and
    an accent, and a keyboard does not."""
    formes = (chemin.with_name(unicodedata.normalize(f, chemin.name)) for f in ("NFC", "NFD"))
    if not chemin.name or chemin.name.isascii() or chemin.exists():
        return chemin
    return next((forme for forme in formes if forme.exists()), chemin)


def choice(genre: Iterable[T], texte: str, option: str) -> T:
    """The only value of ``genre`` that begins as typed, whatever the case and accents.

    Raises:
        UsageIncorrect: none does, or several do.
    """
    return one_of(texte, genre, option)


def one_of(texte: str, mots: Iterable[M], option: str) -> M:
    """The only one of ``mots`` that begins as typed, whatever the case and accents.

    Raises:
        UsageIncorrect: none does, or several do.
    """
    trouves = begun_by(texte, mots)
    if len(trouves) != 1:
        raise UsageIncorrect(
            f"{option} : « {texte} » n'est pas connu.", f"Au choix : {', '.join(mots)}."
        )
    return trouves[0]


def begun_by(texte: str, mots: Iterable[M]) -> list[M]:
    """The word that was typed, else those that begin so, whatever the case and accents."""
    mots, tape = list(mots), simplify(texte)
    return [m for m in mots if simplify(m) == tape] or [
        m for m in mots if simplify(m).startswith(tape)
    ]


def part_of_one(texte: str, valeurs: Iterable[str], option: str) -> str:
    """``texte`` as ``simplify`` makes it, to be looked for in ``valeurs``.

    Raises:
        UsageIncorrect: none of them has it.
    """
    connues, cherche = list(dict.fromkeys(filter(None, valeurs))), simplify(texte)
    if not cherche or not any(cherche in simplify(valeur) for valeur in connues):
        raise UsageIncorrect(
            f"{option} : « {texte} » n'est pas connu.", f"Au choix : {', '.join(connues)}."
        )
    return cherche


def typed_day(texte: str, option: str, *, sens: Sens = "passe", depuis: date | None = None) -> date:
    """The date typed after ``option``; ``depuis``: the day from which one to come is counted.

    ``sens`` tells which year is meant where none is typed.
    """
    try:
        return read_typed_date(texte, today(), sens=sens, depuis=depuis)
    except ValueError:
        raise UsageIncorrect(
            f"{option} : « {texte} » n'est pas une date.",
            "Tapez par exemple 24/11/2026, 24/11, 2026-11-24, hier, aujourd'hui, mardi ou +7.",
        ) from None


def typed_moment(texte: str, option: str, depuis: date) -> Rappel:
    """The day to come, with its hour if there is one, typed after ``option``.

    Raises:
        UsageIncorrect: it is none.
    """
    try:
        return Rappel(*read_moment(texte, today(), depuis=depuis))
    except ValueError:
        raise UsageIncorrect(
            f"{option} : « {texte} » n'est pas un jour.",
            "Tapez par exemple mardi, mardi 18h, 21/12 18h, 21/12/2026 18:00 ou +7.",
        ) from None


def command_day(texte: str | None) -> date:
    """The day on which the command is done, never later than today."""
    jour = typed_day(texte, "--date") if texte else today()
    if jour > today():
        raise Refus(
            f"La date du {french(jour)} est dans le futur : nous sommes le {french(today())}.",
            "Donnez après --date le jour où cela a été fait.",
        )
    return jour
