"""What is typed after a command: its arguments and options (``commands.toml``), and how they are
read."""

from __future__ import annotations

import getpass
import inspect
import os
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import is_dataclass
from datetime import date, datetime
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Annotated, Any, NamedTuple, TypeVar, get_args, get_type_hints

import typer

from inactifs.cli.commands import CHOIX, PARTIES, choices, usual_workbook
from inactifs.cli.screen import legible
from inactifs.dates import Sens, french, plausible, read_date, read_moment, read_typed_date
from inactifs.erreurs import Refus, UsageIncorrect
from inactifs.mots import simplify
from inactifs.procedure.modele import Rappel

M = TypeVar("M", bound=str)

COMMUNES = {
    "lecture": ("date_", "classeur", "json_"),
    "écriture": ("date_", "classeur", "json_", "simulation", "attendre"),
    "sans jour": ("classeur", "json_", "simulation", "attendre"),
    "retour": ("classeur", "json_", "attendre"),
}
"""The options that come with each kind of session; ``--json`` is read by ``screen``."""


def with_options(fonction: Callable[..., None], commande: str) -> Callable[..., None]:
    """``fonction`` as Typer takes it: its parameters, those of its session, what ``commands.toml``
    says of each, in its order; a word of a closed list, and a day, come to it as such.

    Its first parameter is its session, made of what is typed; the second value of its annotation
    says of which kind. A parameter that is a record stands for its fields, those for which the
    command has an option.
    """
    premier, *siens = inspect.signature(fonction, eval_str=True).parameters.values()
    session, genre = get_args(premier.annotation)
    lignes = _lines(commande, commande.partition(" ")[0], genre, "*")
    siennes = inspect.signature(session, eval_str=True).parameters
    champs = {p.name: _fields(p, lignes) for p in siens}
    champs["session"] = [siennes[nom] for nom in COMMUNES[genre]]
    faire = {p.name: p.annotation for p in siens} | {"session": partial(session, commande)}

    def run(**typees: Any) -> None:
        donnees: dict[str, Any] = {}
        for nom, parties in champs.items():
            lues = {
                c.name: _read(c.annotation, lignes[c.name], typees[c.name])
                for c in parties
                if typees[c.name] is not None
            }
            donnees |= lues if [c.name for c in parties] == [nom] else {nom: faire[nom](**lues)}
        fonction(**donnees)

    tous = [_as_typed(c, lignes[c.name]) for c in chain(*champs.values())]
    rangs = list(lignes)
    tous.sort(key=lambda p: rangs.index(p.name) if lignes[p.name].option else -1)
    run.__signature__ = inspect.Signature(tous)  # type: ignore[attr-defined]
    run.__annotations__ = {p.name: p.annotation for p in tous}
    return run


def _fields(parametre: inspect.Parameter, lignes: Mapping[str, _Ligne]) -> list[inspect.Parameter]:
    """What is typed for a parameter: itself, or the fields of a named tuple or a dataclass."""
    genre = parametre.annotation
    if not (hasattr(genre, "_fields") or is_dataclass(genre)):
        return [parametre]
    genres = get_type_hints(genre)
    champs = inspect.signature(genre).parameters.values()
    return [c.replace(annotation=genres[c.name]) for c in champs if c.name in lignes]


class _Ligne(NamedTuple):
    """An option in ``commands.toml``: « --moyen », « -m »; what its value is called; its help."""

    noms: list[str]
    nature: str
    aide: str

    @property
    def option(self) -> bool:
        """Whether it is one, or an argument."""
        return self.noms[0].startswith("--")


def _lines(*parties: str) -> dict[str, _Ligne]:
    """What ``commands.toml`` says in these parts, by parameter: the first one has the last word."""
    lignes: dict[str, _Ligne] = {}
    for partie in parties:
        for cle, dit in PARTIES.get(partie, {}).items():
            if cle in ("fonction", "aide", "exemple", "premier"):  # of the command itself
                continue
            noms = cle.split()
            nom = noms[0].lstrip("-").replace("-", "_")
            nom = f"{nom}_" if nom in ("date", "format", "json") else nom  # as Python has them
            nature, aide = ("", dit) if isinstance(dit, str) else dit
            lignes.setdefault(nom, _Ligne(noms, nature, aide))
    return lignes


def _as_typed(parametre: inspect.Parameter, ligne: _Ligne) -> inspect.Parameter:
    """A parameter as Typer reads it on the line."""
    genre = parametre.annotation
    if lue := _is_read(genre, ligne):
        genre = str | None
    aide = ligne.aide
    if "{valeurs}" in aide:
        aide = aide.replace("{valeurs}", ", ".join(choices(ligne.nature)))
    if ligne.option:
        minimum = 0 if genre in (int, int | None) else None
        info = typer.Option(
            *ligne.noms, metavar=ligne.nature or None, help=aide, min=minimum, readable=False
        )
    else:  # who opens a file says why it cannot be read
        info = typer.Argument(metavar=ligne.nature, help=aide, readable=False)
    return parametre.replace(
        kind=parametre.KEYWORD_ONLY,
        annotation=Annotated[genre, info],
        default=None if lue else parametre.default,
    )


def _is_read(annotation: Any, ligne: _Ligne) -> bool:
    """Whether a parameter is a word of a closed list, or a day."""
    return ligne.nature in CHOIX or date in (annotation, *get_args(annotation))


def _read(annotation: Any, ligne: _Ligne, valeur: Any) -> Any:
    """What was typed, as its parameter takes it."""
    if not _is_read(annotation, ligne):
        return valeur
    if ligne.nature in CHOIX:
        nom = ligne.noms[0] if ligne.option else ligne.nature.capitalize()
        return choice(choices(ligne.nature), valeur, nom)
    return typed_day(valeur, ligne.noms[0])


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


def choice(mots: Iterable[M], texte: str, option: str) -> M:
    """The only one of ``mots`` that begins as typed, whatever the case and accents."""
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
    """``texte`` as ``simplify`` makes it, to be looked for in ``valeurs``, one of which has it."""
    connues, cherche = list(dict.fromkeys(filter(None, valeurs))), simplify(texte)
    if not cherche or not any(cherche in simplify(valeur) for valeur in connues):
        raise UsageIncorrect(
            f"{option} : « {texte} » n'est pas connu.", f"Au choix : {', '.join(connues)}."
        )
    return cherche


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
