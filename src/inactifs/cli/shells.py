"""What differs between bash, zsh, fish and PowerShell when TAB is pressed.

Typer's own scripts insert « LE GALL Élodie » as three words and keep only what begins exactly
as typed; ours quote it, and « elo » finds it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple

from inactifs.cli.screen import printable
from inactifs.mots import fold

SHELLS = ("bash", "zsh", "fish", "powershell")


def script(shell: str) -> str:
    """What teaches a shell to complete ``inactifs``."""
    return Path(__file__).with_name(f"completion_{shell}.txt").read_text("utf-8")


class Proposition(NamedTuple):
    """What TAB may put in the place of what is typed, and a word of help."""

    valeur: str
    aide: str = ""


class Saisie(NamedTuple):
    """The line as typed: the words before, then the one being typed, without its quotes.

    ``guillemet`` is the quote that is still open; ``option`` the « --moyen= » which the shell
    replaces along with the value.
    """

    mots: tuple[str, ...]
    incomplet: str
    guillemet: str = ""
    option: str = ""


def read_line(coquille: str, environ: Mapping[str, str]) -> Saisie:
    """What is typed, from what the script of ``coquille`` passes on."""
    guillemet = ""
    if coquille == "bash":
        *mots, incomplet = mots_lus = _split(environ.get("_INACTIFS_LIGNE", ""))
        guillemet = mots_lus.guillemet
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


def answer(coquille: str, saisie: Saisie, propositions: Sequence[Proposition]) -> str:
    """What the script of ``coquille`` reads back, one proposition a line."""
    choix = [
        Proposition(_begin_as_typed(printable(p.valeur), saisie.incomplet), printable(p.aide))
        for p in propositions
    ]
    if coquille == "bash":
        return "\n".join(_for_bash(choix, saisie))
    if coquille == "fish":
        # fish keeps what begins as typed, accents included.
        return "\n".join(
            f"{saisie.option}{_keep_typed(p.valeur, saisie.incomplet)}\t{p.aide}" for p in choix
        )
    if coquille == "zsh":
        largeur = max((len(p.valeur) for p in choix), default=0)
        return "\n".join(
            f"{saisie.option}{p.valeur}\t{p.valeur:<{largeur}}  {p.aide}".rstrip() for p in choix
        )
    return "\n".join(
        f"{p.valeur}\t{saisie.option}{_for_powershell(p.valeur)}\t{p.aide or p.valeur}"
        for p in choix
    )


class _Mots(list[str]):
    """The words of a line; ``guillemet`` is the quote left open in the last one."""

    guillemet = ""


def _split(ligne: str) -> _Mots:
    """The words of a bash line, the last one being typed (empty after a space)."""
    mots, guillemet, echappe = _Mots([""]), "", False
    commence = False
    for c in ligne:
        if echappe:
            mots[-1] += c if guillemet != '"' or c in '"\\$`' else f"\\{c}"
            echappe = False
        elif c == "\\" and guillemet != "'":
            echappe = commence = True
        elif guillemet:
            if c == guillemet:
                guillemet = ""
            else:
                mots[-1] += c
        elif c in "'\"":
            guillemet, commence = c, True
        elif c.isspace():
            if commence:
                mots.append("")
            commence = False
        else:
            mots[-1] += c
            commence = True
    mots.guillemet = guillemet
    return mots


_SPECIAUX = re.compile(r"([\s\\'\"$`&;|<>()*?\[\]{}!#~])")


def _for_bash(choix: Sequence[Proposition], saisie: Saisie) -> list[str]:
    """bash inserts what all the answers begin with, and shows them when nothing more is sure.

    What it inserts is quoted. When it would take away a part of what is typed (« ro » before
    ROYER and Rose), one more line, which begins otherwise, keeps it from doing so.
    """
    if len(choix) < 2:
        return [_quote(p.valeur, saisie.guillemet) for p in choix]
    valeurs = [p.valeur for p in choix]
    paires = takewhile(
        lambda deux: deux[0] == deux[1], zip(min(valeurs), max(valeurs), strict=False)
    )
    commun = "".join(c for c, _ in takewhile(lambda deux: deux[0] == deux[1], paires))
    if not _fold(commun).startswith(_fold(saisie.incomplet)):
        return [
            *(f"{p.valeur} ({p.aide})" if p.aide else p.valeur for p in choix),
            f"({len(choix)} possibilités)",
        ]
    return [_quote(p.valeur, saisie.guillemet) for p in choix]


def _quote(valeur: str, guillemet: str) -> str:
    if guillemet == "'":
        return valeur.replace("'", "'\\''")
    if guillemet == '"':
        return re.sub(r'(["\\$`])', r"\\\1", valeur)
    return _SPECIAUX.sub(r"\\\1", valeur)


def _for_powershell(valeur: str) -> str:
    if re.fullmatch(r"[\w.:/=-]+", valeur):
        return valeur
    return "'" + re.sub("(['‘’‚‛])", r"\1\1", valeur) + "'"


def _begin_as_typed(valeur: str, incomplet: str) -> str:
    """« Élodie LE GALL » for « elo »: the same name from the word that begins as typed."""
    mots, tape = valeur.split(), _fold(incomplet)
    for rang in range(len(mots)):
        tourne = " ".join(mots[rang:] + mots[:rang])
        if _fold(tourne).startswith(tape):
            return tourne
    return valeur


def _keep_typed(valeur: str, incomplet: str) -> str:
    """``valeur`` with its beginning as typed where only accents differ."""
    debut = valeur[: len(incomplet)]
    if debut.casefold() != incomplet.casefold() and _fold(debut) == _fold(incomplet):
        return incomplet + valeur[len(incomplet) :]
    return valeur


def _fold(texte: str) -> str:
    return fold(texte.replace("’", "'"))
