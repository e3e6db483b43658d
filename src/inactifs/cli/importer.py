"""``import``: exports of other software, each read whole or not at all, into the register."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from inactifs.classeur.journal import read_journal
from inactifs.classeur.values import Changements, unreadable
from inactifs.cli.options import as_on_disk, typed_day
from inactifs.cli.questions import ask, pick, question
from inactifs.cli.screen import interactive, progression, say
from inactifs.cli.session import Session, Writing, write_private
from inactifs.dates import french
from inactifs.depot.faults import write_fault
from inactifs.erreurs import ErreurInactifs, FichierInvalide, UsageIncorrect
from inactifs.imports.headers import LIBELLES
from inactifs.imports.importing import Options, import_file, kind_of
from inactifs.imports.kinds import AutreExport
from inactifs.imports.outcome import KINDS, Rejet, ResultatImport, Suite, rejets_csv
from inactifs.imports.tally import Retrait, cancelled, taken_back_before, vanished
from inactifs.mots import typed
from inactifs.procedure.cloture import take_back_reprise
from inactifs.procedure.modele import Canal, Dossier, Eleve
from inactifs.registre import Registre
from inactifs.rendu import imported

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
            return {"fichier": self.chemin.name} | imported.result_json(self.resultat)
        faute = self.faute or FichierInvalide("")
        return {"fichier": self.chemin.name, "erreur": faute.document}


@dataclass
class Lot:
    """What an import reads and changes, and what is said of it."""

    lus: list[Lu]
    changes: list[tuple[Eleve | None, Eleve]] = field(default_factory=list)
    retraits: list[Retrait] = field(default_factory=list)
    rouverts: list[Dossier] = field(default_factory=list)
    imports: dict[str, date] = field(default_factory=dict)
    dits: list[str] = field(default_factory=list)

    @property
    def resultats(self) -> list[ResultatImport]:
        return [lu.resultat for lu in self.lus if lu.resultat is not None]

    @property
    def rejets(self) -> list[Rejet]:
        return [rejet for resultat in self.resultats for rejet in resultat.rejets]

    @property
    def reconnu(self) -> bool:
        """Whether a line was, of any file."""
        return any(r.lignes > len(r.rejets) for r in self.resultats)


def run(session: Writing, fichiers: list[Path] | None = None, *, demande: Demande) -> None:
    """Read exports of the kind that the command's name says, or of any."""
    jour, rejets = demande.exporte_le, demande.rejets
    if jour is not None and jour > session.jour:
        raise UsageIncorrect(
            f"--exporte-le : le {french(jour)} n'est pas encore venu.",
            "Donnez le jour où le fichier a été exporté.",
        )
    dites = dict(map(_column, demande.colonne or ()))
    genre = session.commande.partition(" ")[2]
    if not fichiers:
        reponse = ask(None, "Quel fichier (ou dossier) importer", "le fichier à importer")
        fichiers = [Path(reponse.strip("'\""))]  # as a terminal writes a file dropped on it
    if rejets is not None and rejets.exists():
        a_lire = [*exports_of(fichiers, session.chemin), session.chemin]
        if any(lu.exists() and rejets.samefile(lu) for lu in a_lire):
            raise UsageIncorrect(
                f"--rejets : « {rejets} » est aussi un fichier à lire, il serait remplacé.",
                "Donnez un autre nom, par exemple --rejets rejets2.csv.",
            )
    with session.writing():
        classeur = session.classeur  # what is wrong with it is said first
        chemins, canal = exports_of(fichiers, session.chemin), Canal(genre) if genre else None
        lot = Lot(in_order(chemins, canal, demande.feuille, dites))
        ecartes = read_exports(session, demande, lot.lus, fichiers)
        if rejets is not None and lot.rejets and not session.simulation:
            write_private(rejets, rejets_csv(lot.resultats))
        if demande.strict and lot.rejets:
            raise _refused(lot.rejets, None if session.simulation else rejets)
        _sum_up(session, demande, lot)
        lot.dits += ecartes
        _save(session, demande, lot)
    _answer(session, demande, lot)
    if not lot.reconnu:
        say("Aucune ligne n'a été reconnue : rien n'a été écrit, cet import n'est pas noté.")
        if not classeur.registre and any(r.canal is not Canal.ELEVES for r in lot.resultats):
            say("Importez d'abord vos élèves : inactifs import eleves FICHIER")


def _column(texte: str) -> tuple[str, str]:
    champ, egal, entete = texte.partition("=")
    if not egal or not champ.strip() or not entete.strip():
        raise UsageIncorrect(
            f"--colonne : « {texte} » n'a pas la forme champ=En-tête.",
            "Par exemple : --colonne date=Horaire",
        )
    return champ.strip(), entete.strip()


def _refused(perdues: Sequence[Rejet], rejets: Path | None) -> FichierInvalide:
    """The refusal of ``--strict``."""
    s, premiere = "s" if len(perdues) > 1 else "", perdues[0]
    ou = f" (lignes rejetées dans {rejets})" if rejets is not None else ""
    return FichierInvalide(
        f"{len(perdues)} ligne{s} rejetée{s} et --strict : rien n'a été écrit. La première : "
        f"{premiere.fichier}, ligne {premiere.ligne} : {premiere.raison}",
        f"Corrigez le fichier{ou}, ou relancez sans --strict.",
    )


def _sum_up(session: Session, demande: Demande, lot: Lot) -> None:
    """All the files together: students, reservations taken back, the day until which each kind
    tells."""
    classeur, jour, resultats = session.classeur, session.jour, lot.resultats
    apres: dict[str, Eleve] = {}
    for resultat in resultats:
        apres |= {e.numero: e for e in resultat.eleves}
    lot.retraits, lot.dits = vanished(resultats, classeur.registre, apres)
    apres |= {r.apres.numero: r.apres for r in lot.retraits}
    lot.changes = [(a, e) for n, e in apres.items() if (a := classeur.registre.get(n)) != e]
    disparus = [r.apres for r in lot.retraits]
    lot.retraits += cancelled([c for c in lot.changes if c[1] not in disparus])
    for retrait in lot.retraits:
        nom, note = retrait.avant.nom_complet, retrait.note
        lot.dits.append(f"{nom} : {note[0].lower()}{note[1:]}.")
        siens = classeur.dossiers_of(retrait.avant)
        if siens and (d := take_back_reprise(siens[-1], retrait.avant, retrait.apres, jour)):
            lot.rouverts.append(d)
            lot.dits.append(f"{nom} : la reprise ne tient plus, dossier rouvert.")
    for resultat in resultats:
        canal = str(resultat.canal)
        if resultat.lignes == len(resultat.rejets):
            continue
        if resultat.canal is Canal.ELEVES:
            lot.imports[canal] = jour
        elif (dit := _told_until(session, resultat, demande, lot.dits)) is not None:
            connu = lot.imports.get(canal) or classeur.imports.get(canal)
            lot.imports[canal] = max(dit, connu) if connu else dit


def _told_until(
    session: Session, resultat: ResultatImport, demande: Demande, dits: list[str]
) -> date | None:
    """The day until which a file tells; asked in a terminal when it is old."""
    dit = resultat.couverture.dit_jusqu_au
    if dit is None or demande.exporte_le is not None:
        return dit
    if (session.jour - dit).days <= session.classeur.regles.peremption_import:
        return dit
    phrase = f"{KINDS[resultat.canal].recente} du {french(dit)} : cet export est-il récent ?"
    if interactive() and not session.simulation:
        say(phrase)
        return typed_day(question("De quel jour est-il", french(dit)), "De quel jour est-il")
    dits.append(f"{phrase} Il compte jusqu'à ce jour, sinon ajoutez --exporte-le JJ/MM/AAAA.")
    return dit


def _save(session: Session, demande: Demande, lot: Lot) -> None:
    """Write what was recognised, but for the students whose row holds, where it would be written,
    what cannot be read: that cell is left as it is, and the others go on (contract, section 2)."""
    classeur = session.classeur
    blocs = ((e.numero, classeur.blocked_by(e)) for _, e in lot.changes)
    intacts = {numero: anomalie for numero, anomalie in blocs if anomalie is not None}
    if intacts and demande.strict:
        raise unreadable(next(iter(intacts.values())))
    lot.dits += [
        f"{a.feuille}, cellule {a.cellule} : « {a.contenu} » ne peut pas être lu, cet élève n'a "
        "pas été mis à jour. Corrigez cette cellule, puis relancez l'import."
        for a in intacts.values()
    ]
    dites = [
        (f"{lu.canal} {champ}", e) for lu in lot.lus if lu.canal for champ, e in lu.dites.items()
    ]
    entetes: dict[str, str] = {}  # those said for this import, beside those said before
    for cle, entete in dites:
        connues = filter(None, classeur.entetes.get(cle, "").split(" | "))
        entetes[cle] = " | ".join(dict.fromkeys([*connues, entete]))
    if lot.reconnu:
        faits = [("", imported.count_line(lot.resultats))]
        faits += [(r.avant.nom_complet, r.note) for r in lot.retraits]
        session.save(
            Changements(
                eleves=[e for _, e in lot.changes if e.numero not in intacts],
                dossiers=lot.rouverts,
                imports=lot.imports,
                entetes=entetes,
                journal=[session.entry(*fait) for fait in faits],
            )
        )


def _answer(session: Session, demande: Demande, lot: Lot) -> None:
    """What was understood, the counts, the lines to correct, and what would change."""
    perdues, rejets, ou = lot.rejets, demande.rejets, ""
    if not perdues:
        ou = f"Aucune ligne rejetée : {rejets} n'a pas été écrit." if rejets else ""
    elif rejets is None:
        ou = "Ajoutez --rejets rejets.csv pour les corriger et les réimporter."
    elif not session.simulation:
        ou = f"Lignes rejetées écrites dans {rejets} : corrigez-les et réimportez ce fichier."
    lus, compte = lot.lus, imported.count_line(lot.resultats)
    session.reply(
        lambda: imported.import_json([*map(Lu.document, lus)], lot.dits) | {"ecrit": session.ecrit},
        *filter(None, [ou]),
        entete=[*chain(*(lu.phrases() for lu in lus)), *lot.dits, compte],
        tables=lambda: (
            *(imported.render_rejects(perdues) if perdues else ()),
            *(imported.render_changes(lot.changes) if session.simulation else ()),
        ),
    )


def exports_of(fichiers: Sequence[Path], classeur: Path) -> list[Path]:
    """The files meant, each once: those of a folder are its exports, in order of name, without
    the workbook itself nor what Excel and LibreOffice hide beside an open file. Raises
    ``FichierInvalide``: a folder cannot be read, or holds no export."""
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
    kind than the one asked for are taken off ``lus``, and told of, in French. Raises
    ``ErreurInactifs`` where none can be read."""
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
                lu.dites[champ] = pick(f"{nom} : quelle colonne donne « {quoi} »", tels)
