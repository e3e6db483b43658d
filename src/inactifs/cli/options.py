"""What is typed after a command, as the command takes it: days, words of a closed list, files."""

from __future__ import annotations

import getpass
import inspect
import os
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import is_dataclass
from datetime import date, datetime
from functools import partial
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar, get_args, get_type_hints

from inactifs.cli import commands
from inactifs.cli.commands import Parametre
from inactifs.cli.screen import legible
from inactifs.dates import Sens, french, plausible, read_date, read_moment, read_typed_date
from inactifs.erreurs import Refus, UsageIncorrect
from inactifs.mots import simplify
from inactifs.procedure.modele import Rappel

M = TypeVar("M", bound=str)


class Appel:
    """A command, loaded: its function, and what may be typed for each parameter of it.

    Its first parameter is its session, made of what is typed; the second value of its annotation
    says of which kind. A parameter that is a record stands for its fields, those for which the
    command has an option.
    """

    def __init__(self, nom: str) -> None:
        module, fonction = commands.COMMANDES[nom]["fonction"].split(".")
        self.fonction = getattr(import_module(f"inactifs.cli.{module}"), fonction)
        premier, *siens = inspect.signature(self.fonction, eval_str=True).parameters.values()
        session, genre = get_args(premier.annotation)
        dites = commands.said_of(nom, nom.partition(" ")[0], genre, "*")
        communs = inspect.signature(session, eval_str=True).parameters
        genres = {
            premier.name: {c: communs[c].annotation for c in commands.PARTIES[genre]["communes"]}
        }
        self.faire: dict[str, Callable[..., Any]] = {premier.name: partial(session, nom)}
        for sien in siens:
            genres[sien.name] = {sien.name: sien.annotation}
            if hasattr(sien.annotation, "_fields") or is_dataclass(sien.annotation):
                self.faire[sien.name] = sien.annotation
                genres[sien.name] = get_type_hints(sien.annotation)
        self.champs = {
            nom: [dites[c]._replace(genre=g) for c, g in types.items() if c in {*dites, nom}]
            for nom, types in genres.items()
        }
        rangs = list(dites)
        self.parametres = sorted(
            chain(*self.champs.values()), key=lambda p: rangs.index(p.nom) if p.option else -1
        )

    def __call__(self, **typees: Any) -> None:
        """Run it on what was typed for its parameters; None, or nothing, for the others."""
        donnees: dict[str, Any] = {}
        for nom, champs in self.champs.items():
            lus = {c.nom: read(c, v) for c in champs if (v := typees[c.nom]) not in (None, ())}
            donnees |= {nom: self.faire[nom](**lus)} if nom in self.faire else lus
        self.fonction(**donnees)


def read(parametre: Parametre, valeur: Any) -> Any:
    """What was typed for a parameter, as Python takes it; raises ``UsageIncorrect`` when it is no
    such value."""
    dit = parametre.formes[0] if parametre.option else parametre.nature.capitalize()
    genres = parametre.genres
    if parametre.nature in commands.CHOIX:
        return choice(commands.choices(parametre.nature), valeur, dit)
    if date in genres:
        return typed_day(valeur, dit)
    if list[Path] in genres:
        return [Path(chemin) for chemin in valeur]
    if int in genres and valeur.strip().isdecimal():
        return int(valeur)
    if int in genres:
        raise UsageIncorrect(f"{dit} demande un nombre entier positif.", commands.AIDE)
    return Path(valeur) if Path in genres else valeur


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
    return as_on_disk(classeur or Path(commands.usual_workbook()))


def as_on_disk(chemin: Path) -> Path:
    """The file of this name, its accents made of one character or two: a Mac writes « é » as e and
    an accent, and a keyboard does not."""
    if not chemin.name or chemin.name.isascii() or chemin.exists():
        return chemin
    formes = (chemin.with_name(unicodedata.normalize(f, chemin.name)) for f in ("NFC", "NFD"))
    return next((forme for forme in formes if forme.exists()), chemin)


def choice(mots: Iterable[M], texte: str, option: str) -> M:
    """The only one of ``mots`` that begins as typed, whatever the case and accents."""
    trouves = begun_by(texte, mots)
    if len(trouves) != 1:
        raise _unknown(texte, mots, option)
    return trouves[0]


def begun_by(texte: str, mots: Iterable[M]) -> list[M]:
    """The word that was typed, else those that begin so, whatever the case and accents."""
    dits, tape = {mot: simplify(mot) for mot in mots}, simplify(texte)
    exacts = [mot for mot, dit in dits.items() if dit == tape]
    return exacts or [mot for mot, dit in dits.items() if dit.startswith(tape)]


def part_of_one(texte: str, valeurs: Iterable[str], option: str) -> str:
    """``texte`` as ``simplify`` makes it, to be looked for in ``valeurs``, one of which has it."""
    connues, cherche = list(dict.fromkeys(filter(None, valeurs))), simplify(texte)
    if not cherche or not any(cherche in simplify(valeur) for valeur in connues):
        raise _unknown(texte, connues, option)
    return cherche


def _unknown(texte: str, mots: Iterable[str], option: str) -> UsageIncorrect:
    return UsageIncorrect(
        f"{option} : « {texte} » n'est pas connu.", f"Au choix : {', '.join(mots)}."
    )


def typed_day(texte: str, option: str, *, sens: Sens = "passe", depuis: date | None = None) -> date:
    """The date typed after ``option``; ``sens`` tells which year is meant where none is typed,
    ``depuis`` from which day one to come is counted."""
    try:
        return read_typed_date(texte, today(), sens=sens, depuis=depuis)
    except ValueError:
        raise UsageIncorrect(
            f"{option} : « {texte} » n'est pas une date.",
            "Tapez par exemple 24/11/2026, 24/11, 2026-11-24, hier, aujourd'hui, mardi ou +7.",
        ) from None


def typed_moment(texte: str, option: str, depuis: date) -> Rappel:
    """The day to come, with its hour if there is one, typed after ``option``."""
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
