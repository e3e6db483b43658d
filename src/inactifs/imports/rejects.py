"""The rejected lines as a CSV that Excel in France opens, to be corrected and imported again."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable

from inactifs.imports.outcome import ResultatImport

AJOUTEES = ("Motif du rejet", "Suggestions")
"""The columns added at the right; no field is called so, so that an import ignores them."""

_FORMULE = ("=", "+", "-", "@", "\t", "\r")


def rejets_csv(resultats: ResultatImport | Iterable[ResultatImport]) -> bytes:
    """The rejects of one or several files of one channel: UTF-8 with its mark, « ; », CRLF.

    The columns are those of the file (of all the files, in order), then why and who may be
    meant. A cell that a spreadsheet would take for a formula begins with an apostrophe, which
    an import removes (OWASP, CSV injection).
    """
    liste = [resultats] if isinstance(resultats, ResultatImport) else list(resultats)
    colonnes: dict[tuple[str, int], None] = {}
    for resultat in liste:
        colonnes.update(dict.fromkeys(_keys(resultat)))
    sortie = io.StringIO(newline="")
    ecrit = csv.writer(sortie, delimiter=";", lineterminator="\r\n")
    ecrit.writerow([*(as_text(entete) for entete, _ in colonnes), *AJOUTEES])
    for resultat in liste:
        cles = _keys(resultat)
        for rejet in resultat.rejets:
            valeurs = dict(zip(cles, rejet.cellules, strict=False))
            ecrit.writerow(
                [
                    *(as_text(valeurs.get(cle, "")) for cle in colonnes),
                    as_text(rejet.raison),
                    as_text(" | ".join(rejet.suggestions)),
                ]
            )
    return sortie.getvalue().encode("utf-8-sig")


def _keys(resultat: ResultatImport) -> list[tuple[str, int]]:
    """Each header with how many times it came before, so that two alike stay two columns; cells
    beyond the header are under empty ones."""
    largeur = max((len(r.cellules) for r in resultat.rejets), default=0)
    entetes = [*resultat.entetes, *[""] * (largeur - len(resultat.entetes))]
    vus: Counter[str] = Counter()
    cles = []
    for entete in entetes:
        cles.append((entete, vus[entete]))
        vus[entete] += 1
    return cles


def as_text(texte: str) -> str:
    """A cell of a CSV that no spreadsheet takes for a formula."""
    return f"'{texte}" if texte.startswith(_FORMULE) else texte
