"""One command as Typer parses it: what is typed after it, and what is wrong there, in French."""

from __future__ import annotations

import re
import signal
from collections.abc import Mapping, Sequence
from typing import Any

from typer import Abort, Exit, TyperException
from typer.core import TyperArgument, TyperCommand, TyperOption

from inactifs.cli.commands import AIDE, Parametre, help_page, no_such_option
from inactifs.cli.options import Appel
from inactifs.erreurs import UsageIncorrect


class Commande(TyperCommand):
    """A command whose help is a French page."""

    def __init__(self, nom: str) -> None:
        self.appel = Appel(nom)
        super().__init__(
            nom,
            callback=self.appel,
            params=[_as_typer_has_it(p) for p in self.appel.parametres],
            context_settings={"help_option_names": ["--help", "-h"]},
        )

    def get_help(self, ctx: Any) -> str:
        return help_page(self.name or "", self.appel.parametres)


def _as_typer_has_it(parametre: Parametre) -> TyperArgument | TyperOption:
    """A text, or several; ``options.read`` makes of it what the command takes."""
    nom, formes, nature, *_ = parametre
    if not parametre.option:
        return TyperArgument(param_decls=[nom], metavar=nature, nargs=-1 if parametre.liste else 1)
    if not nature:
        return TyperOption(param_decls=[nom, *formes], is_flag=True, default=False)
    return TyperOption(param_decls=[nom, *formes], metavar=nature, multiple=parametre.liste)


def obey(nom: str, arguments: Sequence[str]) -> int:
    """Run a command; its exit status.

    Raises:
        UsageIncorrect: what is typed after it cannot be understood.
        KeyboardInterrupt: it was stopped.
    """
    commande = Commande(nom)
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
        raise _in_french(faute) from None
    return 0


def _in_french(faute: Any) -> UsageIncorrect:
    """The parser's English sentence, in French, with what was probably meant."""
    texte, option = faute.format_message(), getattr(faute, "option_name", "")
    if "No such option" in texte:
        formes = (forme for p in faute.ctx.command.params for forme in p.opts)
        return no_such_option(option, [*formes, "--help"])
    if "does not take a value" in texte:
        return UsageIncorrect(f"L'option {option} ne prend pas de valeur.", AIDE)
    if option:
        return UsageIncorrect(f"L'option {option} demande une valeur.", AIDE)
    en_trop = re.search(r"unexpected extra argument.*? \((.*)\)$", texte, re.DOTALL)
    if en_trop is None:
        return UsageIncorrect("La commande n'est pas comprise.", AIDE)
    conseil = _instead(en_trop[1], faute.ctx.command.appel.parametres, faute.ctx.params)
    return UsageIncorrect(f"« {en_trop[1]} » est en trop.", conseil or AIDE)


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
