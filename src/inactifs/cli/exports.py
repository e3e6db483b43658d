"""The exports that ``import`` is given: which files, and each of them read, whole or not at all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from inactifs.classeur.journal import read_journal
from inactifs.cli.options import as_on_disk
from inactifs.cli.questions import pick
from inactifs.cli.screen import interactive, progression
from inactifs.cli.session import Session
from inactifs.depot.faults import write_fault
from inactifs.erreurs import ErreurInactifs, FichierInvalide
from inactifs.imports.headers import LIBELLES
from inactifs.imports.importing import Options, import_file, kind_of
from inactifs.imports.kinds import AutreExport
from inactifs.imports.outcome import ResultatImport, Suite
from inactifs.imports.tally import taken_back_before
from inactifs.mots import typed
from inactifs.procedure.modele import Canal
from inactifs.registre import Registre
from inactifs.rendu.imported import result_json

EXTENSIONS = {".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".xls", ".ods"}

_COPIE = re.compile(r"^(?P<base>.*?)[ _-]?\((?P<rang>\d+)\)$")
"""« export (1) », as a browser names the second download: it is the newer one."""


class Demande(NamedTuple):
    """What is asked of an import, as typed, beside its files."""

    colonne: list[str] | None = None
    feuille: str | None = None
    rejets: Path | None = None
    strict: bool = False
    exporte_le: date | None = None


@dataclass
class Lu:
    """A file, and what it says, or why it was not read; ``dites``: the headers said by hand."""

    chemin: Path
    canal: Canal | None
    dites: dict[str, str] = field(default_factory=dict)
    resultat: ResultatImport | None = None
    faute: ErreurInactifs | None = None

    def phrases(self) -> Iterator[str]:
        """What is told of it, in French."""
        if self.resultat is not None:
            yield from self.resultat.compris
            for champ, entete in self.resultat.colonnes.items():
                yield (
                    f"Colonne retenue d'un import d'avant : {LIBELLES.get(champ, champ)} ← "
                    f"« {entete} » (Paramètres, En-têtes des exports)."
                )
            yield from self.resultat.avertissements
        elif self.faute is not None:
            yield self.faute.dit

    def document(self) -> dict[str, Any]:
        """Its part of the JSON."""
        if self.resultat is not None:
            return {"fichier": self.chemin.name} | result_json(self.resultat)
        faute = self.faute or FichierInvalide("")
        return {"fichier": self.chemin.name, "erreur": faute.document}


def exports_of(fichiers: Sequence[Path], classeur: Path) -> list[Path]:
    """The files meant, each once: those of a folder are its exports, in order of name, without
    the workbook itself nor what Excel and LibreOffice hide beside an open file.

    Raises:
        FichierInvalide: a folder cannot be read, or holds no export.
    """
    chemins: list[Path] = []
    for fichier in fichiers:
        if not fichier.is_dir():
            chemins.append(as_on_disk(fichier))
            continue
        try:
            contenu = sorted(fichier.iterdir(), key=lambda c: c.name)
        except OSError as faute:
            raise _unreadable(fichier, faute) from faute
        trouves = [
            f
            for f in contenu
            if f.suffix.lower() in EXTENSIONS
            and not f.name.startswith((".", "~$"))
            and not (classeur.exists() and f.samefile(classeur))
        ]
        if not trouves:
            raise FichierInvalide(
                f"Le dossier « {fichier} » ne contient aucun export.",
                "Donnez un fichier .csv, .xlsx, .xls ou .ods.",
            )
        chemins += trouves
    return list(dict.fromkeys(chemins))


@contextmanager
def _opened(chemin: Path) -> Iterator[BinaryIO]:
    """A file to be read in any order; ``FichierInvalide`` where it cannot be, to its end."""
    from inactifs.imports.tables import TAILLE_MAX

    try:
        with chemin.open("rb") as fichier:  # a pipe, or a device, is read whole
            yield fichier if chemin.is_file() else BytesIO(fichier.read(TAILLE_MAX + 1))
    except OSError as faute:
        raise _unreadable(chemin, faute) from faute


def _unreadable(chemin: Path, faute: OSError) -> FichierInvalide:
    absent = isinstance(faute, FileNotFoundError)
    raison = "il n'existe pas" if absent else write_fault(faute, chemin, "de le lire")
    return FichierInvalide(
        f"Impossible de lire « {chemin} » : {raison}.", "Vérifiez le nom du fichier et le dossier."
    )


def read_exports(
    session: Session, demande: Demande, lus: list[Lu], nommes: Sequence[Path]
) -> list[str]:
    """Read each file over what the ones before brought. Those of a folder that are of another
    kind than the one asked for are taken off ``lus``, and told of, in French.

    Raises:
        ErreurInactifs: none could be read.
    """
    connus = {e.numero: e for e in session.classeur.registre}
    option = f" -c {typed(str(session.nomme))}" if session.nomme else ""
    ecartes: list[tuple[Path, AutreExport, str]] = []
    with progression("lignes") as avance:
        for lu in list(lus):
            try:
                if lu.faute is None and lu.canal is not None:
                    _read(session, demande, lu, lu.canal, Registre(connus.values()), avance)
            except AutreExport as autre:
                commande = f"inactifs import {autre.canal} {typed(str(lu.chemin))}{option}"
                if lu.chemin in nommes:
                    autre.conseil = f"Lancez : {commande}{autre.sinon}"
                    lu.faute = autre
                else:
                    ecartes.append((lu.chemin, autre, f"Lancez : {commande}"))
                    lus.remove(lu)
            except ErreurInactifs as faute:
                lu.faute = faute
            if lu.resultat is not None:
                connus |= {e.numero: e for e in lu.resultat.eleves}
    if any(lu.resultat for lu in lus):
        return [f"{c.name} laissé de côté : il {a.constat}. {lancez}" for c, a, lancez in ecartes]
    fautes = [lu.faute for lu in lus if lu.faute is not None]
    if len(fautes) == 1 and not ecartes:
        raise fautes[0]
    dits = [f"{c.name} {a.constat}" for c, a, _ in ecartes]
    dits += [f.message.rstrip(".") for f in fautes]
    conseil = " ; ".join(lancez for _, _, lancez in ecartes) or fautes[0].conseil
    raise FichierInvalide(f"Rien à importer : {' ; '.join(dits)}.", conseil)


def in_order(
    chemins: Sequence[Path], canal: Canal | None, feuille: str | None, dites: dict[str, str]
) -> list[Lu]:
    """The files, of that kind or recognised: students first; a copy « (1) » after the file of
    which it is one, since the newest has the last word."""
    bases: dict[Path, int] = {}
    ages = {}
    for rang, chemin in enumerate(chemins):
        copie = _COPIE.match(chemin.stem)
        base = chemin.with_stem(copie["base"]) if copie else chemin
        ages[chemin] = bases.setdefault(base, rang), int(copie["rang"]) if copie else 0
    lus = [Lu(chemin, canal, dict(dites)) for chemin in sorted(chemins, key=ages.__getitem__)]
    for lu in lus if canal is None else ():
        try:
            with _opened(lu.chemin) as fichier:
                lu.canal = kind_of(fichier, lu.chemin.name, feuille)
        except ErreurInactifs as faute:
            lu.faute = faute
    ordre = list(Canal)
    return sorted(lus, key=lambda lu: ordre.index(lu.canal) if lu.canal else len(ordre))


def _read(
    session: Session,
    demande: Demande,
    lu: Lu,
    canal: Canal,
    registre: Registre,
    avance: Callable[[str, int, int], None],
) -> None:
    """Read one file; a terminal is asked for the columns that nothing tells."""
    classeur, nom, prefixe = session.classeur, lu.chemin.name, f"{canal} "
    retirees = {}
    if canal is Canal.COURS:
        retirees = taken_back_before(
            (e.horodatage, eleve.numero, e.detail)
            for e in read_journal(session.source.data)[0]
            if e.commande.startswith("import") and e.eleve
            for eleve in classeur.registre.named(e.eleve)
        )
    entetes = classeur.entetes.items()
    options = Options(
        retenues={c.removeprefix(prefixe): e for c, e in entetes if c.startswith(prefixe)},
        feuille=demande.feuille,
        avance=partial(avance, nom),
        suite=Suite(demande.exporte_le, classeur.imports.get(canal), retirees),
    )
    while lu.resultat is None:
        try:
            with _opened(lu.chemin) as fichier:
                options = replace(options, colonnes=lu.dites)
                lu.resultat = import_file(canal, fichier, nom, registre, session.jour, options)
        except FichierInvalide as faute:
            a_dire = getattr(faute, "a_dire", {})
            if not a_dire or not interactive() or isinstance(faute, AutreExport):
                raise
            for champ, tels in a_dire.items():
                quoi = LIBELLES.get(champ, champ)
                lu.dites[champ] = tels[pick(f"{nom} : quelle colonne donne « {quoi} »", tels)]
