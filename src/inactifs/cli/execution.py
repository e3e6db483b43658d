"""Running what was typed: the only boundary where errors become sentences and statuses."""

from __future__ import annotations

import errno
import glob
import os
import re
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

from inactifs import __version__
from inactifs.cli import commands, screen
from inactifs.cli.commands import Parametre
from inactifs.cli.screen import json_text, legible, readable, say
from inactifs.erreurs import ErreurInactifs, Interrompu, UsageIncorrect

_ENTIER = "le classeur est entier, comme avant ou déjà écrit."
_DERNIERE = "« inactifs undo --liste » dit quelle est la dernière écriture."


def run(arguments: Sequence[str]) -> int:
    """Run the command of ``arguments``; the process's exit status (contract, section 6)."""
    screen.en_json = "--json" in arguments
    try:
        typees = [a if os.path.exists(a) else legible(a) for a in as_typed(arguments)]  # noqa: PTH110
        nom, suite = commands.begun(typees)
        statut = (_obey if commands.is_command(nom, suite) else _of_group)(nom, suite)
        sys.stdout.flush()
        return statut
    except ErreurInactifs as erreur:
        return _report(erreur)
    except KeyboardInterrupt:
        return _report(Interrompu(f"Interrompu : {_ENTIER}", _DERNIERE))
    except (Exception, SystemExit) as faute:
        if not _is_closed_pipe(faute):
            return _report(_unexpected(faute))
        # « inactifs list | head »: the command is done, what is still to be printed goes nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def as_typed(arguments: Sequence[str]) -> list[str]:
    """The arguments without the quotes that were kept, and with the files that « *.csv » stands
    for, in order of name: Windows leaves both to the program."""
    dits: list[str] = []
    for rang, argument in enumerate(arguments):
        option, egal, valeur = argument.partition("=")
        if argument.startswith("-"):
            dits.append(option + egal + commands.unquoted(valeur))
            continue
        dit = commands.unquoted(argument)
        apres_option = rang > 0 and arguments[rang - 1].startswith("-")
        fichiers: list[str] = []
        if not apres_option and re.search(r"[*?]", dit):
            fichiers = sorted(glob.glob(dit.replace("[", "[[]")))  # noqa: PTH207
        dits += fichiers or [dit]
    return dits


def _obey(nom: str, arguments: Sequence[str]) -> int:
    """Run a command as Typer parses it: texts, or several, of which ``Appel`` makes what the
    command takes; its exit status. Raises ``UsageIncorrect``, ``KeyboardInterrupt``."""
    from typer import Abort, Exit, TyperException
    from typer.core import TyperArgument, TyperCommand, TyperOption

    from inactifs.cli.options import Appel

    appel = Appel(nom)

    def show(contexte: Any, _: object, oui: bool) -> None:
        if oui:
            print(commands.help_page(nom, appel.parametres))
            contexte.exit()

    aide = TyperOption(param_decls=["--help", "-h"], is_flag=True, is_eager=True, callback=show)
    params: list[Any] = [
        TyperOption(param_decls=[p.nom, *p.formes], is_flag=not p.nature, multiple=p.liste)
        if p.option
        else TyperArgument(param_decls=[p.nom], nargs=-1 if p.liste else 1)
        for p in appel.parametres
    ]
    commande = TyperCommand(nom, params=[aide, *params], callback=appel, add_help_option=False)
    try:
        with commande.make_context(f"inactifs {nom}", list(arguments)) as contexte:
            if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
                # from now on Ctrl-C unwinds the command, so that nothing is left half done
                signal.signal(signal.SIGINT, signal.default_int_handler)
            commande.invoke(contexte)
    except Exit as sortie:
        return sortie.exit_code
    except Abort:
        raise KeyboardInterrupt from None
    except TyperException as faute:
        raise _in_french(faute, appel.parametres) from None
    return 0


def _in_french(faute: Any, parametres: Sequence[Parametre]) -> UsageIncorrect:
    """The parser's English sentence, in French, with what was probably meant."""
    texte, option = faute.format_message(), getattr(faute, "option_name", "")
    if "No such option" in texte:
        formes = (forme for p in parametres for forme in p.formes)
        return commands.no_such_option(option, [*formes, "--help"])
    if "does not take a value" in texte:
        return UsageIncorrect(f"L'option {option} ne prend pas de valeur.", commands.AIDE)
    if option:
        return UsageIncorrect(f"L'option {option} demande une valeur.", commands.AIDE)
    en_trop = re.search(r"unexpected extra argument.*? \((.*)\)$", texte, re.DOTALL)
    if en_trop is None:
        return UsageIncorrect("La commande n'est pas comprise.", commands.AIDE)
    conseil = _instead(en_trop[1], parametres, faute.ctx.params)
    return UsageIncorrect(f"« {en_trop[1]} » est en trop.", conseil or commands.AIDE)


def _instead(en_trop: str, parametres: Sequence[Parametre], donnes: Mapping[str, Any]) -> str:
    """A day goes with an option; « FAURE Nina » is two words, where the command takes a student."""
    datee = any("--date" in p.formes for p in parametres)
    if datee and re.fullmatch(r"\d{1,2}/\d{1,2}(/\d+)?", en_trop):
        return f"Pour un autre jour qu'aujourd'hui : --date {en_trop}"
    arguments = [p for p in parametres if not p.option]
    if not arguments or "ÉLÈVE" not in arguments[0].nature:
        return ""
    mots = [*(str(donnes[p.nom]) for p in arguments), *en_trop.split()]
    nom = " ".join(mots[: len(mots) - len(arguments) + 1])
    if any(mot.isdigit() for mot in nom.split()):
        return ""
    return f'Un nom de plusieurs mots va entre guillemets : "{nom}".'


def _of_group(nom: str, suite: Sequence[str]) -> int:
    """What is typed before any command, or without one; after the name of a group, its help.
    Raises ``UsageIncorrect``: it is neither a command nor an option of that group."""
    if not suite and not nom:
        from inactifs.cli.detect import welcome

        welcome()
        return 0
    if not suite:
        raise commands.no_such_command(nom)
    mot, siennes = suite[0], list(commands.said_of("inactifs").values()) if not nom else []
    connues = ["--help", *(p.formes[0] for p in siennes)]
    if mot in ("--help", "-h"):
        print(commands.help_page(nom, siennes, groupe=True))
    elif mot not in connues and mot.startswith("-"):
        raise commands.no_such_option(mot, connues)
    elif mot not in connues:
        raise commands.no_such_command(nom, mot)
    elif mot == "--version":
        print(f"inactifs {__version__}")
    else:
        from inactifs.cli.tab import install, script, shell

        if mot == "--show-completion":
            print(script(shell()[0]))
        else:
            say(install())
    return 0


def _is_closed_pipe(faute: BaseException) -> bool:
    """Whether nobody listens any more: rich ends there; once « | more » was left, Windows says
    « invalid argument », again at each try."""
    if isinstance(faute, BrokenPipeError | SystemExit):
        return True
    if not isinstance(faute, OSError) or faute.errno != errno.EINVAL or faute.filename is not None:
        return False
    try:
        sys.stdout.flush()
        os.write(sys.stdout.fileno(), b"")  # what could not be flushed is held no longer
    except OSError as encore:
        return encore.errno == errno.EINVAL
    return False


def _report(erreur: ErreurInactifs) -> int:
    document = json_text({"erreur": erreur.document}, sys.stdout, None)
    if screen.en_json and _printed(document, sys.stdout):
        return erreur.statut
    for phrase in filter(None, (erreur.message, erreur.conseil)):
        _printed(readable(phrase, sys.stderr), sys.stderr)
    return erreur.statut


def _printed(texte: str, flux: TextIO) -> bool:
    """Print a text at once; whether it could be (a full disk, a closed pipe say no more)."""
    try:
        print(texte, file=flux, flush=True)
    except OSError:
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), flux.fileno())
        return False
    return True


def _unexpected(faute: BaseException) -> ErreurInactifs:
    """Note where the fault happened, without a word of anybody's data."""
    import traceback
    from datetime import datetime

    from typer import get_app_dir

    journal = Path(get_app_dir("inactifs")) / "erreurs.log"
    cadres = traceback.extract_tb(faute.__traceback__)
    lignes = [f"{datetime.now():%Y-%m-%d %H:%M:%S} {type(faute).__name__}"]
    lignes += [f"  {Path(c.filename).name}:{c.lineno} {c.name}" for c in cadres]
    try:
        journal.parent.mkdir(parents=True, exist_ok=True)
        with journal.open("a", encoding="utf-8") as fichier:
            fichier.write("\n".join(lignes) + "\n")
        ou = f"Le détail technique est dans {journal}."
    except OSError:
        ou = f"Détail technique : {lignes[0]}, {lignes[-1].strip()}."
    return ErreurInactifs(f"Une erreur imprévue est survenue : {_ENTIER}", f"{_DERNIERE} {ou}")
