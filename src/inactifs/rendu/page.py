"""A page: filled from its template, everything escaped; and printed as PDF by the browser already
on the machine, else by WeasyPrint (an extra). Nothing is fetched: the pages are self-contained, and
the browser is started without network, in a folder of its own that is removed at once."""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from inactifs.erreurs import UsageIncorrect
from inactifs.rendu import wording

if TYPE_CHECKING:
    from jinja2 import Environment

_COMMANDES = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge",
    "microsoft-edge", "microsoft-edge-stable",
)  # fmt: skip
_WINDOWS = {
    "Microsoft/Edge/Application/msedge.exe": ("PROGRAMFILES(X86)", "PROGRAMFILES"),
    "Google/Chrome/Application/chrome.exe": ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"),
    "Chromium/Application/chrome.exe": ("LOCALAPPDATA",),
}
_MACOS = ("Google Chrome", "Microsoft Edge", "Chromium")
_OPTIONS = (
    *["--headless", "--disable-gpu", "--no-first-run", "--no-default-browser-check"],
    *["--no-pdf-header-footer", "--proxy-server=127.0.0.1:9", "--disable-background-networking"],
    *["--disable-component-update", "--disable-sync", "--disable-extensions", "--no-pings"],
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
_PATIENCE = 120  # seconds
INSTALLER = (
    'Installez Edge, Chrome ou Chromium, ou le complément « pip install "inactifs[pdf]" » ; '
    "sinon imprimez la page HTML en PDF depuis le navigateur."
)


def environment() -> Environment:
    """The templates: pages are escaped everywhere, nothing is forgotten in silence."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environnement = Environment(
        loader=PackageLoader("inactifs", "rendu"),
        autoescape=lambda nom: not (nom or "").endswith(".txt"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environnement.filters["typo"] = wording.typography
    environnement.globals["r"] = wording
    return environnement


def filled(gabarit: str, **valeurs: object) -> str:
    """A template filled in."""
    return environment().get_template(gabarit).render(valeurs)


def html_to_pdf(html: str) -> bytes:
    """The bytes of the PDF.

    Raises:
        UsageIncorrect: there is neither a browser that prints nor WeasyPrint.
    """
    navigateur = find_browser()
    pdf = _print(navigateur, html) if navigateur else None
    if pdf is not None:
        return pdf
    try:
        weasyprint = importlib.import_module("weasyprint")
    except (ImportError, OSError) as absente:
        raise UsageIncorrect(
            "Aucun programme de ce poste ne sait faire un PDF.", INSTALLER
        ) from absente
    return bytes(weasyprint.HTML(string=html).write_pdf())


def find_browser() -> str | None:
    """The first browser of this machine that prints without a window, None if there is none."""
    if trouve := next(filter(None, map(shutil.which, _COMMANDES)), None):
        return trouve
    lieux = [
        Path(base, programme)
        for programme, variables in _WINDOWS.items()
        for variable in variables
        if (base := os.environ.get(variable))
    ]
    if sys.platform == "darwin":
        lieux += [Path(f"/Applications/{nom}.app/Contents/MacOS/{nom}") for nom in _MACOS]
    return next((str(lieu) for lieu in lieux if lieu.is_file()), None)


def _print(navigateur: str, html: str) -> bytes | None:
    """What the browser prints; None when it fails, for whatever reason of its own."""
    with TemporaryDirectory(prefix="inactifs-", ignore_cleanup_errors=True) as dossier:
        page, pdf = Path(dossier, "page.html"), Path(dossier, "page.pdf")
        page.write_text(html, encoding="utf-8")
        # Chromium refuses to start as root otherwise.
        racine = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        ici = [f"--user-data-dir={Path(dossier, 'profil')}", f"--print-to-pdf={pdf}"]
        commande = [navigateur, *racine, *_OPTIONS, *ici, page.as_uri()]
        try:
            subprocess.run(commande, check=True, capture_output=True, timeout=_PATIENCE)
            octets = pdf.read_bytes()
        except (OSError, subprocess.SubprocessError):
            return None
    return octets if octets.startswith(b"%PDF-") else None
