"""The printed report as PDF, from the HTML (an extra: ``pip install "inactifs[pdf]"``)."""

from __future__ import annotations

import importlib

from inactifs.erreurs import UsageIncorrect


def html_to_pdf(html: str) -> bytes:
    """The bytes of the PDF; nothing is fetched, the page being self-contained.

    Raises:
        UsageIncorrect: WeasyPrint is not installed, or lacks a library of the system.
    """
    try:
        weasyprint = importlib.import_module("weasyprint")
    except (ImportError, OSError) as absente:
        raise UsageIncorrect(
            "Le format PDF demande un complément qui n'est pas installé.",
            'Installez-le avec « pip install "inactifs[pdf]" », ou imprimez le rapport HTML en '
            "PDF depuis le navigateur.",
        ) from absente
    return bytes(weasyprint.HTML(string=html).write_pdf())
