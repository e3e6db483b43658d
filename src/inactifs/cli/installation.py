"""Teaching the shell of this terminal to ask ``inactifs`` what TAB may put next."""

from __future__ import annotations

import shlex
from pathlib import Path

from inactifs.cli.shells import SHELLS, script
from inactifs.depot.faults import write_fault
from inactifs.erreurs import ErreurInactifs, UsageIncorrect


def shell() -> str:
    """The shell of this terminal, by its name in ``SHELLS``.

    Raises:
        UsageIncorrect: it is another one.
    """
    from shellingham import ShellDetectionFailure, detect_shell  # type: ignore[import-untyped]

    try:
        nom: str = detect_shell()[0]
    except ShellDetectionFailure:
        nom = ""
    nom = "powershell" if nom == "pwsh" else nom
    if nom not in SHELLS:
        raise UsageIncorrect(
            f"La complétion par TAB n'existe pas pour ce terminal{f' ({nom})' if nom else ''}.",
            "Sous Windows, ouvrez PowerShell ; ailleurs, bash, zsh ou fish.",
        )
    return nom


def install(coquille: str) -> str:
    """Write the script of ``coquille`` where it is read at each start; what to tell the person.

    Raises:
        ErreurInactifs: the file cannot be written.
    """
    maison = Path.home()
    try:
        if coquille == "fish":
            chemin = maison / ".config/fish/completions/inactifs.fish"
            chemin.parent.mkdir(parents=True, exist_ok=True)
            chemin.write_text(script(coquille), "utf-8")
        elif coquille == "powershell":
            chemin = _powershell_profile()
            _add(chemin, script(coquille))
        else:
            chemin = maison / f".config/inactifs/tab.{coquille}"
            chemin.parent.mkdir(parents=True, exist_ok=True)
            chemin.write_text(script(coquille), "utf-8")
            _add(maison / f".{coquille}rc", f"source {shlex.quote(str(chemin))}\n")
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


def _powershell_profile() -> Path:
    import subprocess

    from shellingham import detect_shell

    dit = subprocess.run(
        [detect_shell()[1], "-NoProfile", "-Command",
         "[Console]::OutputEncoding = [Text.Encoding]::UTF8; $PROFILE"],
        capture_output=True,
        check=True,
        encoding="utf-8",
    )  # fmt: skip
    return Path(dit.stdout.strip())
