"""TAB: what may come next on the line, whatever the shell."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from inactifs.cli import commands
from inactifs.cli.commands import COMMANDES, Parametre
from inactifs.cli.shells import Proposition, answer, read_line
from inactifs.erreurs import ErreurInactifs
from inactifs.mots import simplify


def complete(environ: Mapping[str, str]) -> str:
    """The answer to a shell that asks, through ``_INACTIFS_COMPLETE``, what may come next."""
    coquille = environ["_INACTIFS_COMPLETE"].removeprefix("complete_")
    saisie = read_line(coquille, environ)
    reponse = answer(coquille, saisie, propositions(saisie.mots, saisie.incomplet))
    return f"{reponse}\n" if reponse else ""


def propositions(mots: Sequence[str], incomplet: str) -> list[Proposition]:
    """What may stand in the place of ``incomplet`` after ``mots``; nothing for a file."""
    nom, suite = commands.begun(mots)
    option = incomplet.startswith("-")
    if not (option or suite) and "premier" in COMMANDES.get(nom, {}):
        return _students(incomplet)  # the most frequent case: the command is not even loaded
    if nom == "close" and not option and mots[-1][:1] != "-":
        return _closable(incomplet)
    if commands.is_command(nom, suite):
        return _after_command(nom, suite, incomplet)
    if suite:
        return []
    if option:
        return _options(commands.said_of("inactifs").values() if not nom else (), incomplet)
    return _beginning(commands.below(nom).items(), incomplet)


def _after_command(nom: str, suite: Sequence[str], incomplet: str) -> list[Proposition]:
    """The value of an option just typed, an option, or an argument."""
    from inactifs.cli.options import Appel

    parametres = Appel(nom).parametres
    attendue, libres = None, 0
    for mot in suite:
        if attendue is not None:
            if attendue.nom == "classeur":
                os.environ["INACTIFS_CLASSEUR"] = os.path.expanduser(mot)  # noqa: PTH111
            attendue = None
        elif mot.startswith("-"):
            attendue = next((p for p in parametres if mot in p.formes and p.nature), None)
        else:
            libres += 1
    if attendue is None and incomplet.startswith("-"):
        return _options(parametres, incomplet)
    arguments = [p for p in parametres if not p.option]
    if attendue is None and arguments and (libres < len(arguments) or arguments[-1].liste):
        attendue = arguments[min(libres, len(arguments) - 1)]
    nature = attendue.nature.strip("[]…") if attendue else ""
    if nature == "ÉLÈVE":
        return _students(incomplet)
    return _beginning(((valeur, "") for valeur in _values(nature)), incomplet)


def _values(nature: str) -> Sequence[str]:
    """The closed list that stands for ``nature`` in the help, or the one that the day or the
    workbook makes (the procedure's own where it cannot be read)."""
    from inactifs.classeur.reading import read_rules_only
    from inactifs.cli.options import today, workbook_path
    from inactifs.dates import JOURS, Mois
    from inactifs.procedure.modele import Regles

    if nature == "JOUR":
        return ("hier", "aujourd'hui", "demain")
    if nature == "MOMENT":
        return ("demain", "+7", *JOURS)
    if nature == "AAAA-MM":
        return [Mois.of(today()).shifted(-rang).iso for rang in range(12)]
    if nature not in ("CAUSE", "RESPONSABLE"):
        return commands.choices(nature)
    try:
        regles = read_rules_only(workbook_path(None).read_bytes())
    except (OSError, ErreurInactifs):
        regles = Regles()
    responsables = dict.fromkeys(etape.responsable for etape in regles.plan)
    return regles.causes if nature == "CAUSE" else [*responsables]


def _students(incomplet: str) -> list[Proposition]:
    """Names, with numbers beside them; the number itself when it is what is typed, or when two
    students have the same name."""
    from inactifs.classeur.names import names_like

    try:
        with open(commands.usual_workbook(), "rb") as classeur:  # noqa: PTH123 - pathlib would be a part of the wait
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
        noms = [(p.nom, f"n° {p.numero}" * bool(p.numero)) for p, _ in closable(Session("close"))]
    except ErreurInactifs:
        return []
    return _beginning(noms, incomplet) if noms else _students(incomplet)


def _options(parametres: Iterable[Parametre], incomplet: str) -> list[Proposition]:
    return _beginning(((p.formes[0], p.aide) for p in parametres if p.option), incomplet)


def _beginning(paires: Iterable[tuple[str, str]], incomplet: str) -> list[Proposition]:
    debut = simplify(incomplet)
    return [Proposition(v, aide) for v, aide in paires if simplify(v).startswith(debut)]
