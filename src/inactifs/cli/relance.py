"""``relance add``."""

from __future__ import annotations

from typing import Annotated

import typer

from inactifs.classeur.valeurs import Changements
from inactifs.cli.attempt import Dites, known_cause, prepare
from inactifs.cli.options import ArgEleve, OptJusquAu, choice
from inactifs.cli.questions import (
    ask_cause,
    ask_comment,
    ask_day,
    ask_student,
    confirm,
    pick,
    require_terminal,
)
from inactifs.cli.screen import interactive, say
from inactifs.cli.session import Session, Writing
from inactifs.erreurs import ClasseurOccupe
from inactifs.mots import of
from inactifs.phones import format_phone
from inactifs.procedure.joignable import default_moyen
from inactifs.procedure.modele import ISSUES_OFFERTES, Eleve, Etat, Issue, Moyen
from inactifs.procedure.suivi import Situation
from inactifs.recherche import Personne

OptMoyen = Annotated[
    str | None,
    typer.Option(
        "--moyen",
        "-m",
        metavar="MOYEN",
        help=f"Comment : {', '.join(Moyen)} (sinon demandé dans un terminal, ailleurs celui de "
        "l'étape).",
    ),
]


def add(
    session: Writing,
    eleve: ArgEleve = None,
    moyen: OptMoyen = None,
    resultat: Annotated[
        str | None,
        typer.Option(
            "--resultat",
            "-r",
            metavar="ISSUE",
            help=f"Ce qui s'est passé : {', '.join(ISSUES_OFFERTES)} (sinon sans-reponse).",
        ),
    ] = None,
    jusqu_au: OptJusquAu = None,
    cause: Annotated[
        str | None, typer.Option("--cause", metavar="CAUSE", help="La cause donnée.")
    ] = None,
    commentaire: Annotated[
        str | None,
        typer.Option("--commentaire", "-t", metavar="TEXTE", help="Ce qu'il faut retenir."),
    ] = None,
) -> None:
    """Record an attempt; in a terminal, ask for what is missing."""
    if commentaire is not None:
        commentaire = session.without_private(commentaire)
    dites = Dites(moyen, resultat, jusqu_au, _own_words(session, cause), commentaire)
    montre: list[str] | None = None
    if eleve is None or (moyen is None and interactive() and not session.simulation):
        personne, dites, montre = _guided(session, eleve, dites)
    else:
        personne = session.meant(eleve)
    with session.writing():
        essai = prepare(session, session.again(personne), dites)
        if montre is not None and montre != essai.preview:
            raise ClasseurOccupe(
                f"Le dossier {of(personne.libelle)} a changé pendant vos réponses : rien n'a été "
                "écrit.",
                "Voyez-le avec « inactifs show », puis recommencez.",
            )
        dossier = essai.suite.dossier
        session.save(
            Changements(
                eleves=[essai.eleve] if essai.eleve else [],
                dossiers=[dossier],
                journal=[session.entry(dossier.eleve, essai.detail)],
            )
        )
    session.reply(lambda: session.case_document(personne, dossier, essai.eleve), *essai.sentences)


def _own_words(session: Session, cause: str | None) -> str | None:
    """The cause, what is said of it in one's own words being looked at: « autre : voyage »."""
    if not cause:
        return cause
    nom, _, precision = cause.partition(":")
    causes = session.classeur.regles.causes
    if known_cause(nom, session.classeur.regles) not in causes:
        return session.without_private(cause)
    return f"{nom.strip()} : {session.without_private(precision.strip())}" if precision else cause


def _guided(session: Session, eleve: str | None, dites: Dites) -> tuple[Personne, Dites, list[str]]:
    """Ask what is missing (who, unless ``eleve`` says it), show what will be written, and have
    it confirmed.

    Nothing is locked meanwhile: somebody may take a long time to answer. A workbook that is
    open elsewhere is to be closed first, so that no answer is lost.
    """
    if eleve is None:
        require_terminal("le nom ou le numéro de l'élève")
    session.require_closed()
    personne = session.person(eleve) if eleve else ask_due_student(session)
    situation = session.situation(session.dossier_of(personne), personne.eleve)
    say(", ".join((personne.libelle, *_how_to_reach(personne.eleve))))
    dites = _ask_relance(session, situation, personne.eleve, dites)
    montre = prepare(session, personne, dites).preview
    say("", *montre)
    confirm("Écrire dans le classeur")
    return personne, dites, montre


def ask_due_student(session: Session) -> Personne:
    """The student, chosen among those whose relance is due, or by a few letters.

    Raises:
        UsageIncorrect: nobody is there to answer.
        Refus: the answer is to stop there.
    """
    require_terminal("le nom ou le numéro de l'élève")
    dues = [s for s in session.open_situations() if s.etat is Etat.A_RELANCER]
    return ask_student(session.classeur, dues, "Les plus urgents :")


def _ask_relance(
    session: Session, situation: Situation, eleve: Eleve | None, dites: Dites
) -> Dites:
    """Means, outcome, suspension, cause and comment: what ``dites`` lacks, with what is most
    likely proposed."""
    moyen = dites.moyen or _ask_moyen(situation, eleve)
    if dites.resultat is None:
        issue = ISSUES_OFFERTES[pick("Qu'en est-il sorti", [i.dit for i in ISSUES_OFFERTES], 0)]
    else:
        issue = choice(ISSUES_OFFERTES, dites.resultat, "--resultat")
    jusqu_au, cause, commentaire = dites.jusqu_au, dites.cause, dites.commentaire
    if issue is Issue.RAPPELER and jusqu_au is None:
        jusqu_au = ask_day(
            "Rien n'est dû jusqu'à quelle date comprise (24/12, 24/12/2026…)", session.jour
        )
    if issue.repondu and cause is None:
        cause = ask_cause(session.classeur.regles)
    if commentaire is None:
        commentaire = ask_comment()
    return Dites(moyen, issue.value, jusqu_au, cause, commentaire)


def _ask_moyen(situation: Situation, eleve: Eleve | None) -> str:
    moyens = list(Moyen)
    propose = default_moyen(situation.dossier, situation.etape, eleve)
    return moyens[pick("Par quel moyen", [m.libelle for m in moyens], moyens.index(propose))].value


def _how_to_reach(eleve: Eleve | None) -> list[str]:
    return [t for t in (format_phone(eleve.telephone), eleve.email) if t] if eleve else []
