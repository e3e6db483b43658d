"""The exports that ``import`` is given, read one after the other; those of another kind told."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from inactifs.cli.export_files import opened
from inactifs.cli.progress import Progression
from inactifs.erreurs import FichierInvalide
from inactifs.imports.importing import import_file
from inactifs.imports.kinds import AutreExport
from inactifs.registre import Registre

if TYPE_CHECKING:
    from inactifs.imports.outcome import Canal, ResultatImport
    from inactifs.procedure.modele import Eleve


class Demande(NamedTuple):
    """What the command asks of every file. ``classeur`` is the workbook, where one was named."""

    canal: Canal
    colonnes: dict[str, str]
    feuille: str | None
    classeur: Path | None

    def instead(self, autre: AutreExport, chemin: Path) -> str:
        """The command for a file of another kind."""
        option = f" -c {_quoted(self.classeur)}" if self.classeur else ""
        return f"inactifs import {autre.canal} {_quoted(chemin)}{option}"


def read_exports(
    voulu: Demande,
    chemins: Iterable[Path],
    nommes: Collection[Path],
    registre: Iterable[Eleve],
    jour: date,
) -> tuple[list[ResultatImport], list[str]]:
    """The outcome of each file over what the ones before brought; and, in French, those of a
    folder that were left aside: it may hold exports of every kind.

    Raises:
        FichierInvalide: a file cannot be read; one of ``nommes``, which were named, is of
            another kind; or all those of the folders are.
    """
    connus = {e.numero: e for e in registre}
    resultats: list[ResultatImport] = []
    ecartes: list[tuple[Path, AutreExport]] = []
    with Progression() as progression:
        for chemin in chemins:
            progression.begin(chemin.name)
            try:
                with opened(chemin) as fichier:
                    resultat = import_file(
                        voulu.canal,
                        fichier,
                        chemin.name,
                        Registre(connus.values()),
                        jour,
                        colonnes=voulu.colonnes,
                        feuille=voulu.feuille,
                        avance=progression.advance,
                    )
            except AutreExport as autre:
                if chemin not in nommes:
                    ecartes.append((chemin, autre))
                    continue
                autre.conseil = f"Lancez : {voulu.instead(autre, chemin)}{autre.sinon}"
                raise
            except FichierInvalide as faute:
                if chemin not in nommes:
                    faute.conseil += (
                        " S'il n'est pas à lire, nommez les autres fichiers au lieu du dossier."
                    )
                raise
            resultats.append(resultat)
            connus |= {e.numero: e for e in resultat.eleves}
    if not resultats:
        raise FichierInvalide(
            f"Rien à importer : {' ; '.join(f'{c.name} {a.constat}' for c, a in ecartes)}.",
            "Lancez : " + " ; ".join(voulu.instead(a, c) for c, a in ecartes),
        )
    return resultats, [
        f"{c.name} laissé de côté : il {a.constat}. Lancez : {voulu.instead(a, c)}"
        for c, a in ecartes
    ]


def _quoted(chemin: Path) -> str:
    """A path as it is to be typed, whatever the terminal."""
    texte = str(chemin)
    return texte if re.fullmatch(r"[\w./\\:~-]+", texte) else f'"{texte}"'
