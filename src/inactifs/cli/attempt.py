"""A relance, or an answer to it, as it is told to the tool, and what the procedure makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from inactifs.classeur import journal
from inactifs.cli.options import begun_by, today, typed_day, typed_moment
from inactifs.cli.questions import ask_cause, ask_comment, ask_moment, pick
from inactifs.cli.session import Fait, Session
from inactifs.erreurs import Refus
from inactifs.procedure import gestes
from inactifs.procedure.eleve import default_moyen
from inactifs.procedure.gestes import Propos
from inactifs.procedure.modele import Issue, Moyen
from inactifs.procedure.suivi import Situation
from inactifs.recherche import Personne
from inactifs.rendu import sentences
from inactifs.rendu.story import due_that_day, name_relance
from inactifs.rendu.wording import list_of_means


class Dites(NamedTuple):
    """What is said of a relance, as typed; None where nothing is."""

    moyen: Moyen | None = None
    resultat: Issue | None = None
    jusqu_au: str | None = None
    le: str | None = None
    cause: str | None = None
    commentaire: str | None = None

    def propos(self, sinon: Propos) -> Propos:
        """What it means, beside what ``sinon`` says already: another outcome takes away the days
        that went with the first. Raises ``UsageIncorrect`` for a date that is none."""
        dit: dict[str, Any] = {"moyen": self.moyen, "issue": self.resultat, "cause": self.cause}
        if self.jusqu_au:
            jour = typed_day(self.jusqu_au, "--jusqu-au", sens="futur", depuis=sinon.jour)
            dit["jusqu_au"] = jour
        if self.le:
            dit["le"] = typed_moment(self.le, "--le", sinon.jour)
        if self.resultat:
            sinon = replace(sinon, le=None, jusqu_au=None)
        dites = {champ: valeur for champ, valeur in dit.items() if valeur}
        return replace(sinon, commentaire=self.commentaire or "", **dites)

    def reviewed(self, session: Session) -> Dites:
        """The same, the cause as Paramètres spells it; what is said in one's own words being
        looked at: the comment, a cause that is not the list's, what follows it (« autre : … »)."""
        commentaire, cause = self.commentaire, self.cause
        if commentaire:
            commentaire = session.without_private(commentaire)
        if cause:
            debut, _, precision = cause.partition(":")
            connues = begun_by(debut, session.classeur.regles.causes)
            connue = connues[0] if len(connues) == 1 else ""
            libre = session.without_private(precision.strip() if connue else cause)
            cause = " : ".join(filter(None, (connue, libre)))
        return self._replace(commentaire=commentaire, cause=cause)

    def asked(
        self, session: Session, issues: Sequence[Issue], defaut: Issue | None = None
    ) -> Dites:
        """The same with its outcome, and the day, the cause and the comment that go with it: what
        is not said is asked for."""
        issue, le, cause, commentaire = self.resultat, self.le, self.cause, self.commentaire
        if issue is None:
            issue = pick("Qu'en est-il sorti", issues, lambda i: i.dit, defaut)
        if le is None and self.jusqu_au is None:
            le = ask_moment(issue, session.jour)
        if issue.repondu and cause is None:
            cause = ask_cause(session.classeur.regles)
        if commentaire is None:
            commentaire = ask_comment()
        return self._replace(resultat=issue, le=le, cause=cause, commentaire=commentaire)


class Essai(NamedTuple):
    """A relance ready to be written, and where the dossier stood before it; what is shown of it
    first, what is said of it then."""

    fait: Fait
    avant: Situation
    apercu: list[str]
    phrases: list[str]


def prepare(session: Session, personne: Personne, dites: Dites) -> Essai:
    """The relance made on the day of the command, with all that it entails; nothing is written.
    Raises ``UsageIncorrect`` (a date), ``Refus`` (the procedure), ``FichierInvalide`` (the row)."""
    regles, eleve = session.classeur.regles, personne.eleve
    avant = session.situation(session.dossier_of(personne), eleve)
    propos = Propos(
        session.jour, Issue.SANS_REPONSE, default_moyen(avant.dossier, avant.etape, eleve)
    )
    apres = gestes.add_relance(avant.dossier, eleve, dites.propos(propos), regles, today())
    dossier, relance = apres.dossier, apres.dossier.relances[-1]
    nouvel_essai = any(r.date == relance.date for r in avant.dossier.relances)
    due = due_that_day(dossier, relance.date, regles.applied_to(apres.eleve))
    nom = name_relance(due, essai=nouvel_essai)
    moyens = due.etape.moyens if due.etape else ()
    prevu = "" if relance.moyen in moyens else list_of_means(moyens)
    echeance = None if nouvel_essai else avant.echeance
    detail = journal.relance_made(nom, relance, prevu, echeance if avant.etape else None)
    fait = Fait(personne, *apres, detail)
    remarques = list(sentences.relance_remarks(avant, dossier, eleve, prevu, echeance))
    cause = dossier.cause
    if cause != avant.dossier.cause and cause.partition(" :")[0] not in regles.causes:
        remarques.append(f"« {cause} » n'est pas dans les causes de Paramètres : notée ainsi.")
    montre = sentences.relance_shown(avant.dossier, dossier, nom, personne.libelle)
    apercu = [*montre, *remarques, what_follows(session, fait)]
    return Essai(fait, avant, apercu, [sentences.relance_noted(dossier, nom), *remarques])


def correct(
    session: Session, personne: Personne, dites: Dites | None, jour: date | None = None
) -> Fait:
    """The last relance written as it should have been noted, or taken away when ``dites`` is None;
    that of the open dossier, else of the last one, which it may have ended. Raises as
    :func:`prepare`."""
    if personne.ouvert is not None or not personne.dossiers:
        dossier = session.dossier_of(personne)
    elif not (dossier := personne.dossiers[-1]).relances:
        raise Refus(f"{personne.libelle} n'a aucune relance à corriger.")
    avant = gestes.last_said(dossier)
    if dites is None:
        suite = gestes.remove_last(dossier, personne.eleve)
        phrase = journal.relance_removed(avant.jour)
    else:
        propos = dites.propos(replace(avant, jour=jour or avant.jour))
        regles = session.classeur.regles
        suite = gestes.correct_last(dossier, personne.eleve, propos, regles, today())
        phrase = journal.relance_corrected(avant.jour, suite.dossier.relances[-1])
    fait = Fait(personne, *suite, phrase)
    session.record(fait)
    return fait


def reply_with_next(session: Session, fait: Fait, *phrases: str) -> None:
    """What was done of a dossier, and what it waits for."""
    ensuite = filter(None, [what_follows(session, fait)])
    session.reply(lambda: session.case_document(fait), *phrases, *ensuite)


def what_follows(session: Session, fait: Fait) -> str:
    """What a dossier waits for after what was done on the day of the command."""
    assert fait.dossier is not None
    regles = session.classeur.regles
    return sentences.what_follows(fait.dossier, fait.eleve, regles, session.jour)
