"""TAB: what may come next on the line, whatever the shell."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from inactifs.cli.commands import ENTREES, Famille, choices, usual_workbook
from inactifs.cli.shells import Proposition, answer, read_line
from inactifs.erreurs import ErreurInactifs

if TYPE_CHECKING:
    from inactifs.procedure.modele import Regles


def complete(environ: Mapping[str, str]) -> str:
    """The answer to a shell that asks, through ``_INACTIFS_COMPLETE``, what may come next."""
    coquille = environ["_INACTIFS_COMPLETE"].removeprefix("complete_")
    saisie = read_line(coquille, environ)
    reponse = answer(coquille, saisie, propositions(saisie.mots, saisie.incomplet))
    return f"{reponse}\n" if reponse else ""


def propositions(mots: Sequence[str], incomplet: str) -> list[Proposition]:
    """What may stand in the place of ``incomplet`` after ``mots``; nothing for a file."""
    if _a_student_follows(mots) and not incomplet.startswith("-"):
        return _students(incomplet)
    if mots and mots[0] == "close" and not incomplet.startswith("-") and mots[-1][:1] != "-":
        return _closable(incomplet)
    if (place := _reached(mots)) is None:
        return []
    commande, attendue, libres = place
    if attendue is not None:
        return _values(attendue, incomplet)
    if incomplet.startswith("-"):
        options = [p for p in commande.params if p.param_type_name == "option" and not p.hidden]
        noms = ((nom, p.help or "") for p in options for nom in p.opts if nom[:2] == "--")
        return _beginning(noms, incomplet)
    if hasattr(commande, "list_commands"):
        return _beginning(((n, e.aide) for n, e in commande.entrees.items()), incomplet)
    arguments = [p for p in commande.params if p.param_type_name == "argument"]
    if arguments and (libres < len(arguments) or arguments[-1].nargs == -1):
        return _values(arguments[min(libres, len(arguments) - 1)], incomplet)
    return []


def _reached(mots: Sequence[str]) -> tuple[Any, Any, int] | None:
    """The command that ``mots`` lead to, the option whose value follows, how many arguments are
    given; None when there is no such command."""
    import typer

    from inactifs.cli.application import app

    commande: Any = typer.main.get_command(app)
    attendue, libres = None, 0
    for mot in mots:
        if attendue is not None:
            if "--classeur" in attendue.opts:
                os.environ["INACTIFS_CLASSEUR"] = os.path.expanduser(mot)  # noqa: PTH111
            attendue = None
        elif mot.startswith("-"):
            option = next((p for p in commande.params if mot in p.opts), None)
            attendue = None if option is None or option.is_flag else option
        elif hasattr(commande, "list_commands"):
            commande = commande.get_command(None, mot)
            if commande is None:
                return None
        else:
            libres += 1
    return commande, attendue, libres


def _a_student_follows(mots: Sequence[str]) -> bool:
    """Whether ``mots`` are just a command whose first argument is a student: the most frequent
    case, answered without loading the command nor Typer, which would be most of the wait."""
    entrees = ENTREES
    for rang, mot in enumerate(mots, start=1):
        entree = entrees.get(mot)
        if isinstance(entree, Famille):
            entrees = entree.entrees
        else:
            return entree is not None and entree.eleve and rang == len(mots)
    return False


def _values(parametre: Any, incomplet: str) -> list[Proposition]:
    """The values of an option or of an argument, known by what its help calls it."""
    nature = (parametre.metavar or "").strip("[]…")
    if nature == "ÉLÈVE":
        return _students(incomplet)
    valeurs = _CALCULEES[nature]() if nature in _CALCULEES else choices(nature)
    return _beginning(((v, "") for v in valeurs), incomplet)


def _students(incomplet: str) -> list[Proposition]:
    """Names, with numbers beside them; the number itself when it is what is typed, or when two
    students have the same name."""
    from collections import Counter

    from inactifs.classeur.names import names_like

    try:
        with open(usual_workbook(), "rb") as classeur:  # noqa: PTH123 - pathlib would be a part of the wait
            trouves = names_like(classeur.read(), incomplet)[:100]
    except (OSError, ErreurInactifs):  # an error has no place in a line being typed
        return []
    combien = Counter(nom for nom, _ in trouves)
    return [
        Proposition(numero, nom)
        if numero and (combien[nom] > 1 or (incomplet and numero.startswith(incomplet)))
        else Proposition(nom, f"n° {numero}" if numero else "")
        for nom, numero in trouves
    ]


def _closable(incomplet: str) -> list[Proposition]:
    """Those who may be closed, with their numbers; everybody where nobody may be."""
    from inactifs.cli.outcomes import closable
    from inactifs.cli.session import Session

    try:
        noms = [(p.nom, p.numero) for p, _ in closable(Session("close"))]
    except ErreurInactifs:
        return []
    if not noms:
        return _students(incomplet)
    return _beginning(((nom, f"n° {n}" if n else "") for nom, n in noms), incomplet)


def _mois() -> Sequence[str]:
    """The last twelve months, the latest first."""
    from inactifs.cli.options import today

    dernier = today().year * 12 + today().month - 1
    return [f"{m // 12}-{m % 12 + 1:02}" for m in range(dernier, dernier - 12, -1)]


def _regles() -> Regles:
    """The rules that the workbook sets; the procedure's own where it cannot be read."""
    from inactifs.classeur.reading import read_rules_only
    from inactifs.cli.options import workbook_path
    from inactifs.procedure.modele import Regles

    try:
        return read_rules_only(workbook_path(None).read_bytes())
    except (OSError, ErreurInactifs):
        return Regles()


_CALCULEES: Mapping[str, Callable[[], Sequence[str]]] = {
    "JOUR": lambda: ("hier", "aujourd'hui", "demain"),
    "MOMENT": lambda: ("demain", "+7", *import_module("inactifs.dates").JOURS),
    "AAAA-MM": _mois,
    "CAUSE": lambda: _regles().causes,
    "RESPONSABLE": lambda: [*dict.fromkeys(e.responsable for e in _regles().plan)],
}
"""The lists that the day or the workbook makes, by the word that stands for them in the help."""


def _beginning(paires: Iterable[tuple[str, str]], incomplet: str) -> list[Proposition]:
    from inactifs.mots import simplify

    debut = simplify(incomplet)
    return [Proposition(v, aide) for v, aide in paires if simplify(v).startswith(debut)]
