"""What every command shares: its options, its day, its workbook, and how it speaks."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from inactifs.cli.commands import CLASSEUR_PAR_DEFAUT
from inactifs.cli.screen import Imprimable, fitted, readable
from inactifs.dates import Sens, french, plausible, read_date, read_typed_date
from inactifs.erreurs import Interrompu, Refus, UsageIncorrect

if TYPE_CHECKING:
    from rich.console import RenderableType

    from inactifs.classeur.valeurs import Changements, Classeur, EntreeJournal
    from inactifs.depot import Source
    from inactifs.procedure.modele import Dossier, Eleve
    from inactifs.procedure.suivi import Situation
    from inactifs.recherche import Personne

T = TypeVar("T", bound=StrEnum)
M = TypeVar("M", bound=str)

OptClasseur = Annotated[
    Path | None,
    typer.Option(
        "--classeur",
        "-c",
        metavar="FICHIER",
        help=f"Le classeur Excel (sinon $INACTIFS_CLASSEUR, sinon {CLASSEUR_PAR_DEFAUT}).",
        show_default=False,
    ),
]
OptDate = Annotated[
    str | None,
    typer.Option(
        "--date",
        metavar="JOUR",
        help="Le jour où c'est fait : 24/11/2026, 24/11, hier… (sinon aujourd'hui).",
        show_default=False,
    ),
]
OptDateVue = Annotated[
    str | None,
    typer.Option(
        "--date",
        metavar="JOUR",
        help="Le jour auquel on se place : 24/11/2026, 24/11, hier… (sinon aujourd'hui).",
        show_default=False,
    ),
]
OptJson = Annotated[
    bool, typer.Option("--json", help="Répond par un document JSON.", show_default=False)
]
OptSimulation = Annotated[
    bool,
    typer.Option(
        "--simulation", help="Montre ce qui serait écrit, sans rien écrire.", show_default=False
    ),
]
ArgEleve = Annotated[
    str | None,
    typer.Argument(
        metavar="ÉLÈVE",
        help="Un numéro, un nom, ou une partie d'un nom (TAB le complète).",
        show_default=False,
    ),
]
OptMotif = Annotated[
    str | None, typer.Option("--motif", metavar="TEXTE", help="Pourquoi.", show_default=False)
]
OptJusquAu = Annotated[
    str | None,
    typer.Option(
        "--jusqu-au",
        metavar="JOUR",
        help="Le dernier jour de la suspension : 24/12/2026, 24/12…",
        show_default=False,
    ),
]


def today() -> date:
    """Today, or what ``$INACTIFS_AUJOURDHUI`` says it is (for training and tests)."""
    voulu = os.environ.get("INACTIFS_AUJOURDHUI", "").strip()
    if not voulu:
        return date.today()
    try:
        return plausible(read_date(voulu))
    except ValueError:
        raise UsageIncorrect(
            f"INACTIFS_AUJOURDHUI vaut « {voulu} », qui n'est pas une date.",
            "Donnez-lui par exemple 2026-12-15, ou supprimez cette variable.",
        ) from None


def operator() -> str:
    """Who types: ``$INACTIFS_PAR``, else the login name."""
    if nom := os.environ.get("INACTIFS_PAR", "").strip():
        return nom
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # no login name on this machine
        return "inconnu"


def workbook_path(classeur: Path | None) -> Path:
    """The workbook that is meant."""
    return classeur or Path(os.environ.get("INACTIFS_CLASSEUR") or CLASSEUR_PAR_DEFAUT)


def choice(genre: Iterable[T], texte: str, option: str) -> T:
    """The only value of ``genre`` that begins as typed, whatever the case and accents.

    Raises:
        UsageIncorrect: none does, or several do.
    """
    valeurs = begun_by(texte, genre)
    if len(valeurs) != 1:
        raise UsageIncorrect(
            f"{option} : « {texte} » n'est pas connu.", f"Au choix : {', '.join(genre)}."
        )
    return valeurs[0]


def begun_by(texte: str, mots: Iterable[M]) -> list[M]:
    """The word that was typed, else those that begin so, whatever the case and accents."""
    from inactifs.mots import simplify

    mots, tape = list(mots), simplify(texte)
    return [m for m in mots if simplify(m) == tape] or [
        m for m in mots if simplify(m).startswith(tape)
    ]


def part_of_one(texte: str, valeurs: Iterable[str], option: str) -> str:
    """``texte`` as ``simplify`` makes it, to be looked for in ``valeurs``.

    Raises:
        UsageIncorrect: none of them has it.
    """
    from inactifs.mots import simplify

    connues, cherche = list(dict.fromkeys(filter(None, valeurs))), simplify(texte)
    if not cherche or not any(cherche in simplify(valeur) for valeur in connues):
        raise UsageIncorrect(
            f"{option} : « {texte} » n'est pas connu.", f"Au choix : {', '.join(connues)}."
        )
    return cherche


def typed_day(texte: str, option: str, *, sens: Sens = "passe", depuis: date | None = None) -> date:
    """The date typed after ``option``; ``depuis``: the day from which one to come is counted.

    ``sens`` tells which year is meant where none is typed.
    """
    try:
        return read_typed_date(texte, today(), sens=sens, depuis=depuis)
    except ValueError:
        raise UsageIncorrect(
            f"{option} : « {texte} » n'est pas une date.",
            "Tapez par exemple 24/11/2026, 24/11, 2026-11-24, hier ou aujourd'hui.",
        ) from None


def command_day(texte: str | None) -> date:
    """The day on which the command is done, never later than today."""
    jour = typed_day(texte, "--date") if texte else today()
    if jour > today():
        raise Refus(
            f"La date du {french(jour)} est dans le futur : nous sommes le {french(today())}.",
            "Donnez après --date le jour où cela a été fait.",
        )
    return jour


def interactive() -> bool:
    """Whether somebody is there to answer a question."""
    return sys.stdin.isatty() and sys.stdout.isatty() and "--json" not in sys.argv


def require_terminal(argument: str) -> None:
    """Raise ``UsageIncorrect`` when nobody is there to say what ``argument`` names."""
    if not interactive():
        raise UsageIncorrect(f"Il manque {argument}.", "Ajoutez « --help » pour voir un exemple.")


_ARRETS = ("n", "non", "rien", "annuler")


def question(texte: str, defaut: str | None = None) -> str:
    """What is answered in a terminal, ``defaut`` to a mere Enter (asked again when None).

    Raises:
        Interrompu: Ctrl-C or Ctrl-D; every question comes before the command writes.
        Refus: the answer is to stop there.
    """
    reponse = free_answer(texte, defaut)
    if reponse.casefold() in _ARRETS:
        raise Refus("Rien n'a été écrit.")
    return reponse


def free_answer(texte: str, defaut: str | None = None) -> str:
    """As :func:`question`, where « non » is an answer among others."""
    try:
        reponse = typer.prompt(texte, defaut, show_default=bool(defaut), prompt_suffix="\u00a0: ")
    except typer.Abort:
        print()  # the cursor is still behind the question
        raise Interrompu("Interrompu : rien n'a été écrit.") from None
    return str(reponse).strip()


def ask(valeur: str | None, demande: str, argument: str) -> str:
    """``valeur``, else the answer to ``demande`` in a terminal.

    Raises:
        UsageIncorrect: nobody is there to answer.
        Refus: the answer is to stop there.
    """
    if valeur and (dit := valeur.strip()):
        return dit
    require_terminal(argument)
    return question(demande)


def ask_eleve(eleve: str | None) -> str:
    """The student as typed, else as answered."""
    return ask(eleve, "Quel élève", "le nom ou le numéro de l'élève")


def say(*phrases: str) -> None:
    """A message for the person: on stderr when stdout is not a terminal, or is for JSON."""
    sortie = sys.stdout if sys.stdout.isatty() and "--json" not in sys.argv else sys.stderr
    for phrase in phrases:
        print(readable(phrase, sortie), file=sortie)


def remind_private(texte: str, *, simulation: bool) -> None:
    """Say so when what was typed seems to tell of health or of private life (guide, CNIL)."""
    from inactifs.procedure.notes import private_words

    if mots := private_words(texte):
        say(
            f"« {' », « '.join(mots)} » : rien sur la santé ni la vie privée dans le tableau, "
            "l'élève a le droit de le lire (CNIL)."
        )
        if not simulation:
            say("Retirez-le de la cellule, ou annulez avec « inactifs undo ».")


def json_text(document: dict[str, Any]) -> str:
    """A JSON document, as printed or written to a file."""
    import json

    return json.dumps(document, ensure_ascii=False, indent=2)


def print_json(document: dict[str, Any]) -> None:
    """One JSON document on stdout."""
    print(json_text(document))


def show(*contenus: RenderableType) -> None:
    """Lines and tables in the terminal's width; elsewhere, tables and theirs in 100 columns."""
    if all(isinstance(contenu, str) for contenu in contenus):
        print(*(readable(str(contenu), sys.stdout) for contenu in contenus), sep="\n")
        return
    from rich.console import Console

    largeur = None if sys.stdout.isatty() else 100
    console = Console(width=largeur, highlight=False, markup=False, emoji=False)
    for contenu in contenus:
        texte = fitted(contenu, console.width) if isinstance(contenu, str) else contenu
        console.print(Imprimable(texte))


@dataclass
class Travail:
    """One command at work on one workbook.

    ``jour`` is the day on which it is done; nothing is written when ``simulation``.
    """

    source: Source
    classeur: Classeur
    jour: date
    commande: str
    simulation: bool = False

    def entry(self, eleve: str, detail: str) -> EntreeJournal:
        """A line of the journal for this command."""
        from inactifs.classeur.valeurs import EntreeJournal

        return EntreeJournal(timestamp(), operator(), self.commande, eleve, detail)

    def save(self, changements: Changements, *, actualiser: bool = False) -> bool:
        """Write, unless nothing differs; whether something was (or would be) written."""
        from inactifs.classeur.ecriture import apply
        from inactifs.depot import replace

        nouveau = apply(
            self.source.data,
            self.source.chemin.name,
            self.classeur,
            changements,
            self.jour,
            actualiser=actualiser,
        )
        if nouveau == self.source.data:
            return False
        if not self.simulation:
            avis = replace(
                self.source,
                nouveau,
                commande=self.commande,
                operateur=operator(),
                quand=timestamp(),
            )
            if avis:
                say(avis)
        return True


def timestamp() -> datetime:
    """Now, to the second; the day is the one that ``today`` says."""
    return datetime.combine(today(), datetime.now().time().replace(microsecond=0))


@contextmanager
def working(
    classeur: Path | None, jour: date, commande: str, *, simulation: bool = False
) -> Iterator[Travail]:
    """The workbook, read and locked until the command ends.

    Raises:
        FichierInvalide: it cannot be read, or a parameter of the procedure is wrong.
        ClasseurOccupe: another command is at work on it.
    """
    from inactifs import depot

    chemin = workbook_path(classeur)
    with nullcontext() if simulation else depot.lock(chemin, operateur=operator()):
        source, contenu = read(chemin)
        yield Travail(source, contenu, jour, commande, simulation)


def read(chemin: Path) -> tuple[Source, Classeur]:
    """The workbook and what it says.

    Raises:
        FichierInvalide: it cannot be read, or a parameter of the procedure is wrong.
    """
    from inactifs import depot
    from inactifs.classeur.editing import unreadable
    from inactifs.classeur.lecture import read_classeur
    from inactifs.classeur.schema import PARAMETRES, header_key

    source = depot.read(chemin)
    contenu = read_classeur(source.data, source.chemin.name)
    for anomalie in contenu.anomalies:
        if anomalie.gravite == "erreur" and header_key(anomalie.feuille) == header_key(
            PARAMETRES.nom
        ):
            raise unreadable(anomalie)
    return source, contenu


def open_dossier_of(personne: Personne, classeur: Classeur, jour: date) -> Dossier:
    """The open dossier of somebody, on the day of the command.

    Raises:
        FichierInvalide: the row that would have to be written cannot be read.
        Refus: there is none.
    """
    require_readable(personne)
    if (dossier := personne.ouvert) is not None:
        return dossier
    from inactifs.classeur.findings import turn_awaited

    if (attente := turn_awaited(classeur, personne.eleve, jour)) is not None:
        raise Refus(*attente)
    if personne.dossiers:
        from inactifs.procedure.gestes import require_open

        require_open(personne.dossiers[-1])
    raise Refus(
        f"{personne.libelle} n'a pas de dossier d'inactivité.",
        _why_none(personne.eleve, classeur.regles.seuil_mois, jour),
    )


def _why_none(eleve: Eleve | None, seuil_mois: int, jour: date) -> str:
    """Why a student without a dossier has none, and what to do."""
    from inactifs.procedure.inactivite import inactive_from, last_activity

    if eleve is not None and not eleve.suivi:
        return f"La procédure ne suit pas cet élève : son statut est « {eleve.statut} »."
    derniere = last_activity(eleve) if eleve is not None else None
    if derniere is not None and inactive_from(derniere, seuil_mois) > jour:
        return (
            "Cet élève n'est pas inactif, rien n'est à relancer : un signe de vie se note avec "
            "« inactifs activite add »."
        )
    return "Lancez « inactifs detect » : il ouvre les dossiers des élèves inactifs."


def require_readable(personne: Personne) -> None:
    """Raise ``FichierInvalide`` when an open row of this person cannot be read."""
    from inactifs.classeur.editing import unreadable

    for ligne in personne.illisibles:
        if ligne.ouverte:
            raise unreadable(ligne.anomalie)


def situation_of(travail: Travail, dossier: Dossier, eleve: Eleve | None) -> Situation:
    """Where a dossier stands on the day of the command."""
    from inactifs.procedure.suivi import situate

    return situate(dossier, eleve, travail.classeur.regles, travail.jour)


def case_document(personne: Personne, situation: Situation, eleve: Eleve | None) -> dict[str, Any]:
    """The JSON of a command on one case: student + case."""
    from inactifs.rendu.json_shapes import case_json, student_json

    return student_json(eleve or personne.eleve, situation.dossier) | case_json(situation)
