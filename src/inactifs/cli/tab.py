"""TAB in bash, zsh, fish and PowerShell: what they pass on, what may come next, what teaches them.

Typer's own scripts insert « LE GALL Élodie » as three words and keep only what begins exactly
as typed; ours quote it, and « elo » finds it.
"""

from __future__ import annotations

import os
import re
import shlex
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from os.path import commonprefix
from pathlib import Path
from typing import NamedTuple

from inactifs.cli import commands
from inactifs.cli.commands import COMMANDES, Parametre
from inactifs.cli.screen import printable
from inactifs.erreurs import ErreurInactifs, UsageIncorrect
from inactifs.mots import fold, simplify

SHELLS = ("bash", "zsh", "fish", "powershell")


class Proposition(NamedTuple):
    """What TAB may put in the place of what is typed, and a word of help."""

    valeur: str
    aide: str = ""


class Saisie(NamedTuple):
    """The line as typed: the words before, then the one being typed, without its quotes; the quote
    that is still open, and the « --moyen= » which the shell replaces along with the value."""

    mots: tuple[str, ...]
    incomplet: str
    guillemet: str = ""
    option: str = ""


def read_line(coquille: str, environ: Mapping[str, str]) -> Saisie:
    """What is typed, from what the script of ``coquille`` passes on."""
    guillemet = ""
    if coquille == "bash":
        (*mots, incomplet), guillemet = _split(environ.get("_INACTIFS_LIGNE", ""))
    else:
        mots = environ.get("_INACTIFS_MOTS", "").split("\n")
        incomplet = environ.get("_INACTIFS_MOT", "")
        if incomplet[:1] in {"'", '"'}:
            guillemet, incomplet = incomplet[0], incomplet[1:]
        elif coquille == "fish":
            incomplet = re.sub(r"\\(.)", r"\1", incomplet)
    if incomplet.startswith("--") and "=" in incomplet:
        option, _, incomplet = incomplet.partition("=")
        return Saisie((*mots[1:], option), incomplet, guillemet, f"{option}=")
    return Saisie(tuple(mots[1:]), incomplet, guillemet)


def _split(ligne: str) -> tuple[list[str], str]:
    """The words of a bash line, the last one being typed (empty after a space), and the quote
    left open in it. NUL stands for the cursor, even after a space or a backslash."""
    for guillemet in ("", "'", '"'):
        with suppress(ValueError):  # the quote that closes it is another
            *mots, dernier = shlex.split(f"{ligne}\0{guillemet}")
            return [*mots, dernier.removesuffix("\0")], guillemet
    return [""], ""


_PROTEGES = {
    "'": ("'", r"'\\''"),
    '"': (r'(["\\$`])', r"\\\1"),
    "": (r"([\s\\'\"$`&;|<>()*?\[\]{}!#~])", r"\\\1"),
}
"""What bash would take for itself after a quote, or without one, and how it is kept from it."""


def answer(coquille: str, saisie: Saisie, propositions: Sequence[Proposition]) -> str:
    """What the script of ``coquille`` reads back, one proposition a line."""
    option, tape = saisie.option, saisie.incomplet
    choix = [(_turned(printable(p.valeur), tape), printable(p.aide)) for p in propositions]
    if coquille == "bash":
        # It inserts what all the answers begin with, and shows them when nothing more is sure.
        # Where it would take away a part of what is typed (« ro » before ROYER and Rose), one
        # more line, which begins otherwise, keeps it from doing so.
        commun = commonprefix([v for v, _ in choix])  # noqa: RUF071 - letter by letter
        if len(choix) > 1 and not _fold(commun).startswith(_fold(tape)):
            lignes = [f"{v} ({aide})" if aide else v for v, aide in choix]
            lignes.append(f"({len(choix)} possibilités)")
        else:
            lignes = [re.sub(*_PROTEGES[saisie.guillemet], v) for v, _ in choix]
    elif coquille == "fish":  # it keeps what begins as typed, accents included
        lignes = [f"{option}{_keep_typed(v, tape)}\t{aide}" for v, aide in choix]
    elif coquille == "zsh":
        largeur = max((len(v) for v, _ in choix), default=0)
        lignes = [f"{option}{v}\t{v:<{largeur}}  {aide}".rstrip() for v, aide in choix]
    else:
        lignes = [f"{v}\t{option}{_for_powershell(v)}\t{aide or v}" for v, aide in choix]
    return "\n".join(lignes)


def _for_powershell(valeur: str) -> str:
    if re.fullmatch(r"[\w.:/=-]+", valeur):
        return valeur
    return "'" + re.sub("(['‘’‚‛])", r"\1\1", valeur) + "'"


def _turned(valeur: str, tape: str) -> str:
    """« Élodie LE GALL » for « elo »: the same name from the word that begins as typed."""
    mots, debut = valeur.split(), _fold(tape)
    tours = (" ".join(mots[rang:] + mots[:rang]) for rang in range(len(mots)))
    return next((tour for tour in tours if _fold(tour).startswith(debut)), valeur)


def _keep_typed(valeur: str, tape: str) -> str:
    """``valeur`` with its beginning as typed where only accents differ."""
    debut = valeur[: len(tape)]
    if debut.casefold() != tape.casefold() and _fold(debut) == _fold(tape):
        return tape + valeur[len(tape) :]
    return valeur


def _fold(texte: str) -> str:
    return fold(texte.replace("’", "'"))


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


def script(coquille: str) -> str:
    """What teaches a shell to complete ``inactifs``."""
    return Path(__file__).with_name(f"completion_{coquille}.txt").read_text("utf-8")


def shell() -> tuple[str, str]:
    """The shell of this terminal, by its name in ``SHELLS``, and its program; raises
    ``UsageIncorrect`` when it is another one."""
    from shellingham import ShellDetectionFailure, detect_shell  # type: ignore[import-untyped]

    try:
        nom, programme = detect_shell()
    except ShellDetectionFailure:
        nom, programme = "", ""
    nom = "powershell" if nom == "pwsh" else nom
    if nom not in SHELLS:
        raise UsageIncorrect(
            f"La complétion par TAB n'existe pas pour ce terminal{f' ({nom})' if nom else ''}.",
            "Sous Windows, ouvrez PowerShell ; ailleurs, bash, zsh ou fish.",
        )
    return nom, programme


def install() -> str:
    """Write the script where this terminal's shell reads it at each start; what to tell the person.
    Raises ``UsageIncorrect`` as :func:`shell`, ``ErreurInactifs`` when it cannot be written."""
    from inactifs.depot.faults import write_fault  # TAB answers without it

    coquille, programme = shell()
    try:
        if coquille == "powershell":
            chemin = _powershell_profile(programme)
            _add(chemin, script(coquille))
        else:
            fish = coquille == "fish"  # which looks there by itself
            ou = "fish/completions/inactifs.fish" if fish else f"inactifs/tab.{coquille}"
            chemin = Path.home() / ".config" / ou
            chemin.parent.mkdir(parents=True, exist_ok=True)
            chemin.write_text(script(coquille), "utf-8")
            if not fish:
                _add(Path.home() / f".{coquille}rc", f"source {shlex.quote(str(chemin))}\n")
    except OSError as faute:
        raise ErreurInactifs(
            f"Impossible d'écrire « {faute.filename} » : {write_fault(faute)}.",
            "Voyez « inactifs --show-completion », à copier vous-même.",
        ) from faute
    return f"TAB est installé ({chemin}). Fermez ce terminal et ouvrez-en un autre."


def _add(fichier: Path, texte: str) -> None:
    """Add ``texte`` at the end of a start-up file, unless it is there already."""
    fichier.parent.mkdir(parents=True, exist_ok=True)
    avant = fichier.read_text("utf-8", errors="surrogateescape") if fichier.exists() else ""
    if texte not in avant:
        saut = "" if avant.endswith("\n") or not avant else "\n"
        with fichier.open("a", encoding="utf-8") as suite:
            suite.write(saut + texte)


def _powershell_profile(programme: str) -> Path:
    import subprocess

    demande = "[Console]::OutputEncoding = [Text.Encoding]::UTF8; $PROFILE"
    dit = subprocess.run(
        [programme, "-NoProfile", "-Command", demande],
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    return Path(dit.stdout.strip())
