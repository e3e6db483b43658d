"""The exports that ``import`` is given: which files, and each of them read, whole or not at all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO, NamedTuple

from inactifs.classeur.journal import read_journal
from inactifs.cli.options import as_on_disk
from inactifs.cli.questions import pick
from inactifs.cli.screen import interactive, progression
from inactifs.cli.session import Session
from inactifs.depot.faults import write_fault
from inactifs.erreurs import ErreurInactifs, FichierInvalide, UsageIncorrect
from inactifs.imports.headers import LIBELLES
from inactifs.imports.importing import Options, import_file, kind_of
from inactifs.imports.kinds import AutreExport
from inactifs.imports.outcome import ResultatImport, Suite
from inactifs.imports.tally import taken_back_before
from inactifs.mots import typed
from inactifs.procedure.modele import Canal, Eleve
from inactifs.registre import Registre
from inactifs.rendu.imported import result_json

EXTENSIONS = {".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".xls", ".ods"}


def exports_of(fichiers: list[Path], classeur: Path) -> list[Path]:
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
def opened(chemin: Path) -> Iterator[BinaryIO]:
    """A file to be read in any order.

    Raises:
        FichierInvalide: it cannot be opened, or read to its end.
    """
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


_COPIE = re.compile(r"^(?P<base>.*?)[ _-]?\((?P<rang>\d+)\)$")
"""« export (1) », as a browser names the second download: it is the newer one."""


class Demande(NamedTuple):
    """What is asked of an import, beside its files; without ``canal``, it is recognised.

    ``colonnes``: field → header.
    """

    colonne: list[str] | None = None
    feuille: str | None = None
    rejets: Path | None = None
    strict: bool = False
    exporte_le: date | None = None
    canal: Canal | None = None
    colonnes: Mapping[str, str] = MappingProxyType({})

    def understood(self, genre: str) -> Demande:
        """The same, with the kind that the command's name says, and the columns said by hand."""
        colonnes = dict(map(_column, self.colonne or ()))
        return self._replace(canal=Canal(genre) if genre else None, colonnes=colonnes)


def _column(texte: str) -> tuple[str, str]:
    champ, egal, entete = texte.partition("=")
    if not egal or not champ.strip() or not entete.strip():
        raise UsageIncorrect(
            f"--colonne : « {texte} » n'a pas la forme champ=En-tête.",
            "Par exemple : --colonne date=Horaire",
        )
    return champ.strip(), entete.strip()


@dataclass
class Lu:
    """A file that was read, or why it was not. ``dites``: field → header, those said by hand."""

    chemin: Path
    canal: Canal | None
    resultat: ResultatImport | None = None
    faute: ErreurInactifs | None = None
    dites: dict[str, str] = field(default_factory=dict)

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


def read_exports(
    session: Session, demande: Demande, nommes: list[Path]
) -> tuple[list[Lu], list[str]]:
    """The outcome of each file over what the ones before brought; and, in French, those of a
    folder that were left aside, being of another kind than the one asked for.

    Raises:
        ErreurInactifs: none could be read.
    """
    connus: dict[str, Eleve] = {e.numero: e for e in session.classeur.registre}
    lus: list[Lu] = []
    ecartes: list[tuple[Path, AutreExport, str]] = []
    with progression("lignes") as avance:
        for lu in _in_order(demande, exports_of(nommes, session.chemin)):
            if lu.faute is None and lu.canal is not None:
                try:
                    _read(session, demande, lu, lu.canal, Registre(connus.values()), avance)
                except AutreExport as autre:
                    lancez = f"Lancez : {_instead(session, autre, lu.chemin)}"
                    if lu.chemin not in nommes:
                        ecartes.append((lu.chemin, autre, lancez))
                        continue
                    autre.conseil = f"{lancez}{autre.sinon}"
                    lu.faute = autre
                except ErreurInactifs as faute:
                    lu.faute = faute
            lus.append(lu)
            if lu.resultat is not None:
                connus |= {e.numero: e for e in lu.resultat.eleves}
    if not any(lu.resultat for lu in lus):
        raise _none_read(lus, ecartes)
    return lus, [f"{c.name} laissé de côté : il {a.constat}. {lancez}" for c, a, lancez in ecartes]


def _instead(session: Session, autre: AutreExport, chemin: Path) -> str:
    """The command for a file of another kind."""
    option = f" -c {typed(str(session.nomme))}" if session.nomme else ""
    return f"inactifs import {autre.canal} {typed(str(chemin))}{option}"


def _none_read(lus: list[Lu], ecartes: list[tuple[Path, AutreExport, str]]) -> ErreurInactifs:
    fautes = [lu.faute for lu in lus if lu.faute is not None]
    if len(fautes) == 1 and not ecartes:
        return fautes[0]
    dits = [f"{c.name} {a.constat}" for c, a, _ in ecartes]
    dits += [f.message.rstrip(".") for f in fautes]
    conseils = [lancez for _, _, lancez in ecartes]
    return FichierInvalide(
        f"Rien à importer : {' ; '.join(dits)}.", " ; ".join(conseils) or fautes[0].conseil
    )


def _in_order(demande: Demande, chemins: list[Path]) -> list[Lu]:
    """The files, students first, the newest of several copies last: it has the last word."""
    lus = []
    for chemin in _in_age(chemins):
        lu = Lu(chemin, demande.canal)
        if demande.canal is None:
            try:
                with opened(chemin) as fichier:
                    lu.canal = kind_of(fichier, chemin.name, demande.feuille)
            except ErreurInactifs as faute:
                lu.faute = faute
        lus.append(lu)
    ordre = list(Canal)
    return sorted(lus, key=lambda lu: ordre.index(lu.canal) if lu.canal else len(ordre))


def _in_age(chemins: list[Path]) -> list[Path]:
    """The same, a copy « (1) » after the file of which it is one."""
    bases: dict[Path, int] = {}
    cles = {}
    for rang, chemin in enumerate(chemins):
        copie = _COPIE.match(chemin.stem)
        base = chemin.with_stem(copie["base"]) if copie else chemin
        cles[chemin] = bases.setdefault(base, rang), int(copie["rang"]) if copie else 0
    return sorted(chemins, key=cles.__getitem__)


def _read(
    session: Session,
    demande: Demande,
    lu: Lu,
    canal: Canal,
    registre: Registre,
    avance: Callable[[str, int, int], None],
) -> None:
    """Read one file; a terminal is asked for the columns that nothing tells."""
    prefixe, entetes = f"{canal} ", session.classeur.entetes
    options = Options(
        retenues={c.removeprefix(prefixe): e for c, e in entetes.items() if c.startswith(prefixe)},
        feuille=demande.feuille,
        avance=partial(avance, lu.chemin.name),
        suite=_before(session, canal, demande.exporte_le),
    )
    lu.dites = dict(demande.colonnes)
    while True:
        try:
            with opened(lu.chemin) as fichier:
                options = replace(options, colonnes=lu.dites)
                lu.resultat = import_file(
                    canal, fichier, lu.chemin.name, registre, session.jour, options
                )
                return
        except FichierInvalide as faute:
            a_dire = getattr(faute, "a_dire", {})
            if not a_dire or not interactive() or isinstance(faute, AutreExport):
                raise
            lu.dites |= {champ: _asked(champ, lu.chemin, tels) for champ, tels in a_dire.items()}


def _before(session: Session, canal: Canal, exporte_le: date | None) -> Suite:
    """What is known of the imports of this kind before this one."""
    classeur = session.classeur
    retirees = {}
    if canal is Canal.COURS:
        notes = [
            (e.horodatage, eleve.numero, e.detail)
            for e in read_journal(session.source.data)[0]
            if e.commande.startswith("import") and e.eleve
            for eleve in classeur.registre.named(e.eleve)
        ]
        retirees = taken_back_before(notes)
    return Suite(exporte_le, classeur.imports.get(canal), retirees)


def _asked(champ: str, chemin: Path, entetes: list[str]) -> str:
    quoi = LIBELLES.get(champ, champ)
    return entetes[pick(f"{chemin.name} : quelle colonne donne « {quoi} »", entetes)]
