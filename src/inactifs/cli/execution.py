"""Running one command: the only boundary where errors become sentences and statuses."""

from __future__ import annotations

import errno
import glob
import os
import re
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

from typer import Abort, Exit, TyperException, get_app_dir

from inactifs.cli.commands import COMMANDES_DITES, unquoted
from inactifs.cli.screen import json_text, legible, readable, speak_json, speaks_json
from inactifs.erreurs import ErreurInactifs, Interrompu, UsageIncorrect
from inactifs.mots import simplify

_ENTIER = "le classeur est entier, comme avant ou déjà écrit."
_DERNIERE = "« inactifs undo --liste » dit quelle est la dernière écriture."


def run(arguments: Sequence[str]) -> int:
    """Run the command of ``arguments``; the process's exit status (contract, section 6)."""
    speak_json("--json" in arguments)
    try:
        from inactifs.cli.application import app

        typees = [a if os.path.exists(a) else legible(a) for a in as_typed(arguments)]  # noqa: PTH110
        statut = app(typees, prog_name="inactifs", standalone_mode=False)
        sys.stdout.flush()
        if statut == Interrompu.statut:  # what Typer makes of Ctrl-C
            raise KeyboardInterrupt
        return statut if isinstance(statut, int) else 0
    except ErreurInactifs as erreur:
        return _report(erreur)
    except TyperException as faute:
        return _report(_in_french(faute))
    except Exit as sortie:
        return sortie.exit_code
    except (Abort, KeyboardInterrupt):
        return _report(Interrompu(f"Interrompu : {_ENTIER}", _DERNIERE))
    except (BrokenPipeError, SystemExit):  # « inactifs list | head », as Typer ends it
        return _nobody_listens()
    except OSError as faute:
        return _nobody_listens() if _is_closed_pipe(faute) else _report(_unexpected(faute))
    except Exception as faute:
        return _report(_unexpected(faute))


def as_typed(arguments: Sequence[str]) -> list[str]:
    """The arguments without the quotes that were kept, and with the files that « *.csv » stands
    for: Windows leaves both to the program."""
    dits: list[str] = []
    for rang, argument in enumerate(arguments):
        option, egal, valeur = argument.partition("=")
        if argument.startswith("-"):
            dits.append(option + egal + unquoted(valeur))
            continue
        dit = unquoted(argument)
        apres_option = rang > 0 and arguments[rang - 1].startswith("-")
        dits += [dit] if apres_option or not re.search(r"[*?]", dit) else _files(dit)
    return dits


def _files(motif: str) -> list[str]:
    """The files that a pattern stands for, in order of name; itself when there is none."""
    return sorted(glob.glob(motif.replace("[", "[[]"))) or [motif]  # noqa: PTH207


def _is_closed_pipe(faute: OSError) -> bool:
    """Whether « | more » was left: Windows says « invalid argument », again at each try."""
    if faute.errno != errno.EINVAL or faute.filename is not None:
        return False
    try:
        sys.stdout.flush()
        os.write(sys.stdout.fileno(), b"")  # what could not be flushed is held no longer
    except OSError as encore:
        return encore.errno == errno.EINVAL
    return False


def _nobody_listens() -> int:
    """The command is done; what is still to be printed goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _report(erreur: ErreurInactifs) -> int:
    document = json_text({"erreur": erreur.document}, sys.stdout, None)
    if speaks_json() and _printed(document, sys.stdout):
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


_PHRASES = (
    (r"No such option: (\S+).*?(?:options?: (.*?)\)?)?$", "L'option {0} n'existe pas."),
    (r"No such command '(.*?)'.*?(?:Did you mean (.*?)\?)?$", "La commande « {0} » n'existe pas."),
    (r"Missing argument '(.*?)'", "Il manque {0}."),
    (r"Missing option '(.*?)'", "Il manque l'option {0}."),
    (r"Missing command", "Il manque la suite de la commande."),
    (r"Got unexpected extra argument\(?s?\)? \((.*)\)", "« {0} » est en trop."),
    (r"Option '(.*?)' requires (?:an|\d+) argument", "L'option {0} demande une valeur."),
    (r"Option '(.*?)' does not take a value", "L'option {0} ne prend pas de valeur."),
    (r"Invalid value for '?(.*?)'?: .*(?:integer|range)", "{0} demande un nombre entier positif."),
    (r"Invalid value for '?(.*?)'?: .*", "{0} : valeur refusée."),
)


def _in_french(faute: TyperException) -> UsageIncorrect:
    """The parser's English sentence, in French, with what was probably meant."""
    texte, ctx = faute.format_message(), getattr(faute, "ctx", None)
    for motif, phrase in _PHRASES:
        trouve = re.search(motif, texte, re.DOTALL)
        if trouve is not None:
            premier, *autres = [g or "" for g in trouve.groups()] or [""]
            conseil = _meant(texte, premier, autres[0] if autres else "", ctx)
            return UsageIncorrect(phrase.format(premier), conseil or _AIDE)
    return UsageIncorrect("La commande n'est pas comprise.", _AIDE)


_AIDE = "Voyez « inactifs --help », ou « --help » après la commande."


def _meant(texte: str, premier: str, proches: str, ctx: Any) -> str:
    """What to type instead of ``premier``: ``proches`` are the parser's own guesses."""
    groupe = getattr(ctx, "command_path", "inactifs")
    sous = getattr(getattr(ctx, "command", None), "entrees", {})
    if "No such command" in texte or "Missing command" in texte:
        racine = getattr(ctx, "parent", None) is None
        if racine and (voulue := COMMANDES_DITES.get(simplify(premier))):
            return f"Vouliez-vous dire « inactifs {voulue} » ?"
        if proches:
            noms = re.sub(r"'([^']*)'", rf"« {groupe} \1 »", proches)
            return f"Vouliez-vous dire {noms} ?"
        choix = ", ".join(f"« {groupe} {nom} »" for nom in sous)
        return "" if racine else f"Au choix : {choix}."
    if "No such option" in texte:
        proches = "--help" if premier == "--aide" else proches
        return proches and f"Vouliez-vous dire {proches} ?"
    if "unexpected extra argument" in texte:
        return _instead(premier, ctx)
    return ""


def _instead(en_trop: str, ctx: Any) -> str:
    """A day goes with an option; « FAURE Nina » is two words, where the command takes a student."""
    datee = any("--date" in p.opts for p in ctx.command.params)
    if datee and re.fullmatch(r"\d{1,2}/\d{1,2}(/\d+)?", en_trop):
        return f"Pour un autre jour qu'aujourd'hui : --date {en_trop}"
    arguments = [p for p in ctx.command.params if p.param_type_name == "argument"]
    if not arguments or "ÉLÈVE" not in (arguments[0].metavar or ""):
        return ""
    mots = [*(str(ctx.params[p.name]) for p in arguments), *en_trop.split()]
    nom = " ".join(mots[: len(mots) - len(arguments) + 1])
    if any(mot.isdigit() for mot in nom.split()):
        return ""
    return f'Un nom de plusieurs mots va entre guillemets : "{nom}".'


def _unexpected(faute: Exception) -> ErreurInactifs:
    """Note where the fault happened, without a word of anybody's data."""
    import traceback
    from datetime import datetime

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
