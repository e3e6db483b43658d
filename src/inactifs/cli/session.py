"""What a command works with: its workbook, its day, its lock, its writing.

A command declares ``session: Reading`` or ``session: Writing`` as its first parameter; the
options that go with it (``-c``, ``--date``, ``--json``, ``--simulation``, ``--attendre``) are added
when the command is loaded (:class:`inactifs.cli.options.Appel`).
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from inactifs import depot
from inactifs.archives.storing import NOM
from inactifs.classeur.checks import require_settings
from inactifs.classeur.reading import DejaLu, read_classeur
from inactifs.classeur.schema import PARAMETRES
from inactifs.classeur.values import Changements, Classeur, EntreeJournal, unreadable
from inactifs.cli import questions
from inactifs.cli.commands import EXTENSIONS_CLASSEUR
from inactifs.cli.options import command_day, operator, part_of_one, timestamp, workbook_path
from inactifs.cli.screen import interactive, print_json, say, show, speaks_json
from inactifs.dates import french
from inactifs.depot import Source
from inactifs.depot.disk import DOSSIER_DISCRET, deliver
from inactifs.depot.faults import write_fault
from inactifs.erreurs import (
    ClasseurOccupe,
    EleveIntrouvable,
    ErreurInactifs,
    FichierInvalide,
    UsageIncorrect,
)
from inactifs.mots import simplify
from inactifs.procedure.eleve import stale_imports
from inactifs.procedure.modele import Dossier, Eleve
from inactifs.procedure.suivi import Situation, situate
from inactifs.recherche import Personne, all_persons, begins_words, find_person, open_dossier_of
from inactifs.registre import name_words
from inactifs.rendu.cases import case_json, student_json
from inactifs.rendu.morning import freshness

if TYPE_CHECKING:
    from rich.console import RenderableType

Geste = Callable[[Personne], tuple[Dossier | None, Eleve | None]]
"""What is done to somebody's dossier: both are returned, or a refusal is raised."""


class Fait(NamedTuple):
    """What a gesture made of somebody: their dossier and the student of the register after it, and
    the journal's words."""

    personne: Personne
    dossier: Dossier | None
    eleve: Eleve | None
    detail: str


SIMULATION = "Simulation : rien n'a été écrit."


class Session:
    """One command at work on one workbook, which is read when it is first looked at."""

    def __init__(
        self,
        commande: str,
        classeur: Path | None = None,
        date_: str | None = None,
        *,
        json_: bool = False,
        simulation: bool = False,
        attendre: int = 0,
    ) -> None:
        self.commande = commande
        self.nomme = classeur
        self.chemin = workbook_path(classeur)
        self.jour = command_day(date_)
        self.simulation = simulation
        self.attendre = attendre
        self.ecrit = False
        self._lu: tuple[Source, Classeur] | None = None
        self._deja = DejaLu()
        self.quand = timestamp()
        """Of the write that is prepared: in the journal and with the version kept."""

    @property
    def source(self) -> Source:
        """The workbook's file, as read."""
        return self._read()[0]

    @property
    def classeur(self) -> Classeur:
        """What the workbook says. Raises ``FichierInvalide``: it cannot be read, a parameter of
        the procedure is wrong, or a sheet or a line that it had is lost: no default in silence,
        but by ``init``."""
        return self._read()[1]

    def _read(self, *, anew: bool = False) -> tuple[Source, Classeur]:
        if self._lu is None or anew:
            source = depot.read(self.chemin)
            if self._lu is None or source.data != self._lu[0].data:
                contenu = parsed(source, self._deja)
                if self.commande != "init":
                    require_settings(contenu, self.chemin)
                self._lu = source, contenu
        return self._lu

    def refresh(self) -> None:
        """The workbook is read again, unless it is as it was."""
        self._read(anew=True)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """The workbook locked, and as it now is, until the block ends; not in a simulation.
        Raises ``ClasseurOccupe``: another command is at work on it, or it is open elsewhere."""
        if self.simulation:
            yield
            return
        self.require_closed()
        with depot.lock(self.chemin, operateur=operator()):
            self.quand = timestamp()
            if self._lu is not None:
                self.refresh()
            yield

    @contextmanager
    def writing_of(self, personne: Personne) -> Iterator[Personne]:
        """As :meth:`writing`, with the same person in the workbook as it now is."""
        with self.writing():
            yield self.again(personne)

    def require_closed(self) -> str:
        """Wait until nobody has the workbook open: a terminal is offered to close it, elsewhere
        ``--attendre`` says how long, before ``ClasseurOccupe`` is raised. A notice when a stale
        lock was passed over."""
        fin = time.monotonic() + self.attendre
        while True:
            try:
                return depot.refuse_if_open_elsewhere(self.chemin)
            except ClasseurOccupe as faute:
                if not interactive() and time.monotonic() > fin:
                    raise
                if not interactive():
                    time.sleep(0.2)
                    continue
                say(f"{faute.message} Enregistrez-le et fermez-le : la commande continuera, rien "
                    "n'est à retaper.")  # fmt: skip
                demande = "Entrée quand c'est fait (« non » pour arrêter)"
                if questions.free_answer(demande, "").casefold() in questions.ARRETS:
                    raise

    def save(self, changements: Changements) -> None:
        """Write, unless nothing differs."""
        from inactifs.classeur.writing import apply

        source, classeur = self._read()
        self.put(apply(source.data, source.chemin.name, classeur, changements, self.jour))

    def record(self, *faits: Fait) -> None:
        """Write what gestures made of students, all at once, with the journal's lines."""
        if faits:
            noms = [f.dossier.eleve if f.dossier else f.personne.nom for f in faits]
            self.save(
                Changements(
                    eleves=[f.eleve for f in faits if f.eleve],
                    dossiers=[f.dossier for f in faits if f.dossier],
                    journal=[self.entry(n, f.detail) for n, f in zip(noms, faits, strict=True)],
                )
            )

    def put(self, nouveau: bytes) -> None:
        """Put ``nouveau`` in the workbook's place, unless it is the same."""
        if nouveau == self.source.data or self.simulation:
            return
        avis = depot.replace(
            self.source, nouveau, commande=self.commande, operateur=operator(), quand=self.quand
        )
        if avis:
            say(avis)
        self.ecrit = True

    def entry(self, eleve: str, detail: str) -> EntreeJournal:
        """A line of the journal for this command."""
        return EntreeJournal(self.quand, operator(), self.commande, eleve, detail)

    def person(self, texte: str | None) -> Personne:
        """Whom ``texte`` means, asked for in a terminal where it is not said; a number chooses
        where several may be meant. Raises ``EleveIntrouvable``: nobody, or several elsewhere."""
        texte = questions.ask_eleve(texte)
        try:
            return find_person(self.classeur, texte)
        except EleveIntrouvable as faute:
            if not faute.candidats or not interactive():
                raise
            return questions.among(texte, faute.candidats)

    def persons(self, textes: Sequence[str]) -> list[Personne]:
        """Those whom the words typed mean, each once; « FAURE Nina » without quotes is one."""
        ensemble = name_words(" ".join(textes))
        uniques = [p for p in all_persons(self.classeur) if name_words(p.nom) == ensemble]
        if len(textes) > 1 and len(uniques) == 1:
            return uniques
        return list({(p.numero, p.nom): p for p in map(self.person, textes)}.values())

    def due_student(self) -> Personne:
        """The student, chosen among those to call back or to contact, or by a few letters."""
        questions.require_terminal("le nom ou le numéro de l'élève")
        return questions.ask_student(self.classeur, self.dues(), "Les plus urgents :")

    def meant(self, texte: str | None) -> Personne:
        """As :meth:`person`; in a terminal, who is meant by letters found inside a name (« non »:
        Manon) is shown, to be confirmed before it is written."""
        personne = self.person(texte := questions.ask_eleve(texte))
        if interactive() and not self.simulation and not begins_words(personne, texte):
            questions.confirm(f"« {texte} » : est-ce bien {personne.libelle}")
        return personne

    def again(self, personne: Personne) -> Personne:
        """The same person in the workbook as it now is."""
        return find_person(self.classeur, personne.numero or personne.nom)

    def dossier_of(self, personne: Personne) -> Dossier:
        """Their open dossier; raises ``Refus`` when there is none, ``FichierInvalide`` when its
        row cannot be read."""
        return open_dossier_of(personne, self.classeur, self.jour)

    def situation(self, dossier: Dossier, eleve: Eleve | None) -> Situation:
        """Where a dossier stands on the day of the command."""
        return situate(dossier, eleve, self.classeur.regles, self.jour)

    def open_situations(self) -> list[Situation]:
        """Where every open dossier stands; the last one of a student who has several."""
        return [
            self.situation(dossier, self.classeur.eleve_of(dossier))
            for dossier in self.classeur.dossiers
            if dossier.ouvert and dossier.ligne not in self.classeur.doublons
        ]

    def dues(self) -> list[Situation]:
        """The dossiers whose student is to be called back or contacted by this day."""
        return [s for s in self.open_situations() if s.a_contacter]

    def steps_of(self, responsable: str | None, situations: Iterable[Situation]) -> list[Situation]:
        """Those whose next step is ``responsable``'s, a part of whose name is enough; all of them
        where nobody is named."""
        if responsable is None:
            return list(situations)
        connus = (e.responsable for e in self.classeur.regles.plan)
        cherche = part_of_one(responsable, connus, "--responsable")
        return [s for s in situations if s.etape and cherche in simplify(s.etape.responsable)]

    def student(self, dossier: Dossier) -> dict[str, Any]:
        """The JSON of the student of a dossier."""
        return student_json(self.classeur.eleve_of(dossier), dossier)

    def case(self, situation: Situation) -> dict[str, Any]:
        """The JSON of a case: its student and where it stands."""
        return self.student(situation.dossier) | case_json(situation)

    def case_document(self, fait: Fait) -> dict[str, Any]:
        """The JSON of a command on one case: student + case, where there is one."""
        document = student_json(fait.eleve or fait.personne.eleve, fait.dossier)
        if fait.dossier is not None:
            document |= case_json(self.situation(fait.dossier, fait.eleve))
        return document

    def change(self, texte: str | None, geste: Geste, phrase: str) -> None:
        """Find somebody, do ``geste`` to their dossier, save, say."""
        with self.writing_of(self.meant(texte)) as personne:
            fait = Fait(personne, *geste(personne), phrase)
            self.record(fait)
        self.reply(
            lambda: self.case_document(fait),
            f"{personne.libelle} : {phrase[0].lower() + phrase[1:]}.",
        )

    def reply(
        self,
        document: Callable[[], dict[str, Any]],
        *phrases: str,
        tables: Callable[[], Iterable[RenderableType]] = tuple,
        entete: Iterable[str] = (),
    ) -> None:
        """What the command answers: its document under ``--json``, else what is to be looked at
        (``tables``, on stdout, below ``entete``) and its sentences; what is not asked for is not
        made. A simulation says that it is one."""
        if speaks_json():
            print_json(document())
            return
        say(*entete)
        if montres := list(tables()):
            show(*montres)
        say(*phrases, *([SIMULATION] if self.simulation else []))

    def stale(self) -> tuple[str, ...]:
        """The imports that are stale, or were never made."""
        return stale_imports(self.classeur.imports, self.classeur.regles, self.jour)

    def age_of_imports(self) -> list[str]:
        """The line that says how old they are, where one is stale (contract, freshness)."""
        perimes = self.stale()
        return [freshness(self.classeur, perimes)] if perimes else []

    def require_fresh(self, malgre_imports: bool) -> None:
        """Say how old the imports are; where that of the lessons is stale, have it confirmed, or
        raise ``Refus``: nobody is to be taken for inactive because a file was not imported."""
        if not speaks_json():
            say(*self.age_of_imports())
        quand = self.classeur.imports.get("cours")
        if malgre_imports or quand is None or "cours" not in self.stale():
            return
        date_de = f"L'import des cours date du {french(quand)} :"
        questions.consent(
            f"{date_de} continuer malgré tout",
            f"{date_de} un élève peut avoir repris sans que l'outil le sache.",
            "Importez les cours (« inactifs import cours »), ou ajoutez --malgre-imports.",
        )

    def reason(self, motif: str | None) -> str:
        """Why it is done, asked for in a terminal where it is not said."""
        return self.without_private(questions.ask(motif, "Pourquoi", '--motif "…"'))

    def without_private(self, texte: str) -> str:
        """``texte`` as it is to be written, once said what in it seems to tell of health, of
        private life or of a person's worth (guide, CNIL)."""
        return questions.reworded(texte, ecrire=not self.simulation)


def named(personne: Personne) -> dict[str, Any]:
    """The JSON of a student, whom the register knows or not."""
    return student_json(personne.eleve) | {"numero": personne.numero, "eleve": personne.nom}


def parsed(source: Source, deja: DejaLu | None = None) -> Classeur:
    """What a workbook says; ``deja`` is what was read of it before. Raises ``FichierInvalide``: it
    is no workbook, or a parameter of the procedure is wrong."""
    contenu = read_classeur(source.data, source.chemin.name, deja)
    parametres = simplify(PARAMETRES.nom)
    for anomalie in contenu.anomalies:
        if anomalie.gravite == "erreur" and simplify(anomalie.feuille) == parametres:
            raise unreadable(anomalie)
    return contenu


def written(chemin: Path | None, contenu: Callable[[], bytes], dit: str) -> list[str]:
    """Write a file where one is asked for; what to say of it (« Calendrier écrit »)."""
    if chemin is None:
        return []
    write_private(chemin, contenu())
    return [f"{dit} : {chemin}"]


def write_private(chemin: Path, contenu: bytes) -> None:
    """Write ``contenu``, for its owner alone (contract, promise 6), in place of an older file of
    that name; whole, or not at all. A link stays a link, a pipe is written to. A workbook that
    holds a tableau is never replaced, since it is the school's only record, nor anything of an
    archive or of the versions kept: ``UsageIncorrect`` is raised, ``ErreurInactifs`` where the
    system refuses."""
    _require_nothing_kept(chemin)
    try:
        deliver(chemin, contenu)
    except OSError as faute:
        mal_nomme = isinstance(faute, FileNotFoundError | NotADirectoryError | IsADirectoryError)
        raise (UsageIncorrect if mal_nomme else ErreurInactifs)(
            f"Impossible d'écrire « {chemin} » : {write_fault(faute, chemin)}.",
            "Choisissez un autre dossier, ou fermez ce fichier s'il est ouvert.",
        ) from faute


def _require_nothing_kept(chemin: Path) -> None:
    if chemin.name != chemin.name.rstrip(". "):  # Windows drops them: it would be another file
        raise UsageIncorrect(
            f"« {chemin} » : un nom de fichier ne finit ni par un point ni par une espace.",
            "Choisissez un autre nom de fichier.",
        )
    reel = Path(os.path.realpath(chemin))
    for dossier in reel.parents:
        if dossier.name == DOSSIER_DISCRET or (dossier / NOM).is_file():
            raise UsageIncorrect(
                f"« {chemin} » est dans un dossier qu'inactifs tient lui-même « {dossier} ».",
                "Choisissez un autre dossier.",
            )
    if chemin.suffix.lower() not in EXTENSIONS_CLASSEUR or not chemin.is_file():
        return
    try:
        read_classeur(chemin.read_bytes(), chemin.name)
    except (FichierInvalide, OSError):  # no tableau in it, or nothing that can be read
        return
    raise UsageIncorrect(
        f"« {chemin} » est un classeur de suivi : il ne peut pas être remplacé.",
        "Choisissez un autre nom de fichier.",
    )


Reading = Annotated[Session, "lecture"]
Writing = Annotated[Session, "écriture"]
Undated = Annotated[Session, "sans jour"]
Undoing = Annotated[Session, "retour"]
