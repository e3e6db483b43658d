"""What differs between bash, zsh, fish and PowerShell: what teaches them TAB, what they pass on
when it is pressed.

Typer's own scripts insert « LE GALL Élodie » as three words and keep only what begins exactly
as typed; ours quote it, and « elo » finds it.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from contextlib import suppress
from os.path import commonprefix
from pathlib import Path
from typing import NamedTuple

from inactifs.cli.screen import printable
from inactifs.erreurs import ErreurInactifs, UsageIncorrect
from inactifs.mots import fold

SHELLS = ("bash", "zsh", "fish", "powershell")


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


def script(coquille: str) -> str:
    """What teaches a shell to complete ``inactifs``."""
    return Path(__file__).with_name(f"completion_{coquille}.txt").read_text("utf-8")


def shell() -> tuple[str, str]:
    """The shell of this terminal, by its name in ``SHELLS``, and its program.

    Raises:
        UsageIncorrect: it is another one.
    """
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

    Raises:
        UsageIncorrect: as :func:`shell`.
        ErreurInactifs: the file cannot be written.
    """
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
