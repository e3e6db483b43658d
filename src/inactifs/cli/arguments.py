"""What was typed, as it is meant: shells differ in what they leave to the program."""

from __future__ import annotations

import glob
import re
from collections.abc import Sequence

_JOKERS = re.compile(r"[*?]")
_CHEMIN = re.compile(r'"[^"]*(?:[\\/][^"]*|\.\w{2,5})"')


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
        dits += [dit] if apres_option or not _JOKERS.search(dit) else _files(dit)
    return dits


def unquoted(texte: str) -> str:
    """A path whose quotes are part of it, as ``set CHEMIN="…"`` keeps them, without them."""
    return texte[1:-1] if _CHEMIN.fullmatch(texte) else texte


def _files(motif: str) -> list[str]:
    """The files that a pattern stands for, in order of name; itself when there is none."""
    return sorted(glob.glob(motif.replace("[", "[[]"))) or [motif]  # noqa: PTH207
