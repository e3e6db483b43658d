"""A relance, or an answer to it, as it is told to the tool, and what the procedure makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from inactifs.classeur import journal
from inactifs.cli.options import begun_by, today, typed_day, typed_moment
from inactifs.cli.questions import ask_cause, ask_comment, ask_moment
from inactifs.cli.session import Fait
from inactifs.dates import french
from inactifs.erreurs import Refus
from inactifs.mots import of
from inactifs.procedure.eleve import default_moyen, means_to_use, wrong_means
from inactifs.procedure.gestes import (
    Propos,
    add_relance,
    correct_last,
    last_said,
    remove_last,
)
from inactifs.procedure.modele import (
    Dossier,
    Eleve,
    Etat,
    Issue,
    Moyen,
    Regles,
    Relance,
)
from inactifs.procedure.suivi import Situation, suspension
from inactifs.rendu.story import due_that_day, name_relance

if TYPE_CHECKING:
    from inactifs.cli.session import Session
    from inactifs.recherche import Personne


class Dites(NamedTuple):
    """What is said of a relance, as typed; None where nothing is."""

    moyen: Moyen | None = None
    resultat: Issue | None = None
    jusqu_au: str | None = None
    le: str | None = None
    cause: str | None = None
    commentaire: str | None = None

    def propos(self, sinon: Propos) -> Propos:
        """What it means, beside what ``sinon`` says already.

        Raises:
            UsageIncorrect: a date cannot be understood.
        """
        jour = sinon.jour
        dit: dict[str, Any] = {}
        if self.resultat:
            dit |= {"issue": self.resultat, "le": None, "jusqu_au": None}
        if self.moyen:
            dit["moyen"] = self.moyen
        if self.jusqu_au:
            dit["jusqu_au"] = typed_day(self.jusqu_au, "--jusqu-au", sens="futur", depuis=jour)
        if self.le:
            dit["le"] = typed_moment(self.le, "--le", jour)
        if self.cause:
            dit["cause"] = self.cause
        return replace(sinon, commentaire=self.commentaire or "", **dit)

    def reviewed(self, session: Session) -> Dites:
        """The same, the cause as Paramètres spells it; what is said in one's own words being
        looked at: the comment, a cause that is not the list's, what follows it (« autre : … »)."""
        commentaire, cause = self.commentaire, self.cause
        if commentaire:
            commentaire = session.without_private(commentaire)
        if cause:
            debut, _, precision = cause.partition(":")
            connues = begun_by(debut, session.classeur.regles.causes)
            if len(connues) == 1:
                libre = session.without_private(precision.strip())
                cause = f"{connues[0]} : {libre}" if libre else connues[0]
            else:
                cause = session.without_private(cause)
        return self._replace(commentaire=commentaire, cause=cause)

    def asked(self, session: Session, issue: Issue) -> Dites:
        """The same with that outcome; the day, the cause and the comment that go with it are asked
        for where they are not said."""
        le, cause, commentaire = self.le, self.cause, self.commentaire
        if le is None and self.jusqu_au is None:
            le = ask_moment(issue, session.jour)
        if issue.repondu and cause is None:
            cause = ask_cause(session.classeur.regles)
        if commentaire is None:
            commentaire = ask_comment()
        return self._replace(resultat=issue, le=le, cause=cause, commentaire=commentaire)


@dataclass(frozen=True)
class Essai:
    """A relance ready to be written: where the dossier stood, and where it stands after it.

    ``eleve`` is the student of the register as they are after it.
    """

    personne: Personne
    avant: Situation
    relance: Relance
    suite: Situation
    eleve: Eleve | None
    regles: Regles

    def corrected(self, session: Session, personne: Personne, dites: Dites) -> Essai:
        """The same relance, written with another outcome."""
        fait = correct(session, personne, dites)
        assert fait.dossier is not None
        suite = session.situation(fait.dossier, fait.eleve)
        return replace(self, relance=suite.dossier.relances[-1], suite=suite, eleve=fait.eleve)

    @property
    def issue(self) -> Issue:
        return self.relance.issue

    @property
    def moyen(self) -> str:
        return self.relance.moyen.libelle if self.relance.moyen else "?"

    @property
    def nouvel_essai(self) -> bool:
        """Whether there was another relance on that day already."""
        return any(r.date == self.relance.date for r in self.avant.dossier.relances)

    @cached_property
    def due(self) -> Situation:
        """What the relance answers to."""
        return due_that_day(
            self.suite.dossier, self.relance.date, self.regles.applied_to(self.eleve)
        )

    @property
    def etape(self) -> str:
        """The relance's name, in the words of ``show``."""
        return name_relance(self.due, essai=self.nouvel_essai)

    @property
    def detail(self) -> str:
        """The journal's words: step, means and outcome, what departs from the plan, and when the
        step was due, which nothing else will tell once the row has changed."""
        due = self.avant.echeance if self.avant.etape and not self.nouvel_essai else None
        prevu = self._prevu if self._autrement else ""
        return journal.relance_made(self.etape, self.relance, prevu, due)

    @property
    def sentences(self) -> list[str]:
        """What was done, what is to be known of it, and what comes next."""
        fait = (
            f"{self.etape} {of(self.suite.dossier.eleve)} notée : {self.moyen}, "
            f"le {french(self.relance.date)} ({self.issue.dit})."
        )
        return [fait, *self._remarks, *filter(None, [self.next_step])]

    @property
    def preview(self) -> list[str]:
        """The same, before it is written."""
        dossier = self.suite.dossier
        ajout = dossier.commentaire.removeprefix(self.avant.dossier.commentaire).strip()
        lignes = [
            "Ce qui va être écrit :",
            f"  Élève        {self.personne.libelle}",
            f"  Relance      {self.etape} du {french(self.relance.date)}, {self.moyen}, "
            f"{self.issue.dit}",
        ]
        if dossier.cause != self.avant.dossier.cause:
            lignes.append(f"  Cause        {dossier.cause}")
        if ajout:
            lignes.append("  Commentaire  " + ajout.replace("\n", "\n               "))
        return [*lignes, *self._remarks, self.next_step]

    @property
    def fait(self) -> Fait:
        """What is to be written."""
        return Fait(self.personne, self.suite.dossier, self.eleve, self.detail)

    @property
    def next_step(self) -> str:
        """The next date, in a sentence."""
        return what_follows(self.suite, self.eleve, self.regles, self.relance.date)

    @property
    def _prevu(self) -> str:
        etape = self.due.etape
        return " ou ".join(m.libelle for m in etape.moyens) if etape else ""

    @property
    def _autrement(self) -> bool:
        etape = self.due.etape
        return etape is not None and self.relance.moyen not in etape.moyens

    @property
    def _remarks(self) -> Iterator[str]:
        if self.avant.actif_depuis is not None:
            critere, quand = self.avant.actif_depuis
            yield (
                f"Actif depuis le {french(quand)} ({critere.value}) : le prochain « inactifs "
                "detect » notera sa reprise."
            )
        echeance = None if self.nouvel_essai else self.avant.echeance
        if echeance and self.relance.date < echeance and not self.issue.vaine:
            yield (
                f"C'est avant l'échéance du {french(echeance)} : accepté, les dates suivantes "
                "partent de ce jour."
            )
        if self._autrement:
            yield f"Le plan prévoyait : {self._prevu}. Noté tel que vous l'avez fait."
        yield from self._reached()
        cause = self.suite.dossier.cause
        nouvelle = cause != self.avant.dossier.cause
        if cause and nouvelle and cause.partition(" :")[0] not in self.regles.causes:
            yield f"« {cause} » n'est pas dans les causes de Paramètres : notée ainsi."

    def _reached(self) -> Iterator[str]:
        """Whether somebody was, and may be again."""
        eleve = self.personne.eleve
        if self.issue.vaine:
            yield (
                "L'étape reste à faire par un autre moyen. La feuille Élèves le signale : "
                "corrigez-y le numéro ou l'adresse dès que vous l'avez."
            )
        elif not self.issue.repondu and eleve and self.relance.moyen in wrong_means(eleve):
            email = self.relance.moyen is Moyen.EMAIL
            yield (
                f"La feuille Élèves dit {'cette adresse erronée' if email else 'ce numéro faux'} : "
                "si c'est vrai, personne n'a été joint, essayez un autre moyen ; sinon, "
                "corrigez-la."
            )
        if self.issue is Issue.REFUS_CONTACT:
            yield (
                "Plus personne ne le relancera ; clôturez le dossier s'il le faut (« inactifs "
                'close --motif "…" »), ou levez cette demande : « inactifs recontacter ».'
            )


def what_follows(suite: Situation, eleve: Eleve | None, regles: Regles, jour: date) -> str:
    """What a dossier waits for after what was done on ``jour``, in a sentence."""
    dossier = suite.dossier
    if dossier.resultat is not None:
        return f"Dossier terminé : {dossier.resultat.value}."
    if suite.etat is Etat.NE_PLUS_CONTACTER:
        return ""
    if suite.rappel is not None:
        return f"À rappeler le {suite.rappel.libelle}."
    fin = suspension(dossier, regles)
    attente = f"Rien n'est dû jusqu'au {french(fin)}. " if fin is not None and fin >= jour else ""
    if suite.etape is not None and suite.echeance is not None:
        moyens = " ou ".join(m.libelle for m in means_to_use(suite.etape, eleve))
        quand = "dès maintenant" if suite.echeance <= jour else f"le {french(suite.echeance)}"
        return (
            f"{attente}Ensuite : {suite.etape.libelle} {quand}, {moyens} "
            f"({suite.etape.responsable})."
        )
    if suite.echeance is not None:
        return (
            f"{attente}Toutes les relances sont faites : clôture possible à partir du "
            f"{french(suite.echeance)} (« inactifs close »)."
        )
    return attente.strip()


def prepare(session: Session, personne: Personne, dites: Dites) -> Essai:
    """The relance made on the day of the command, with all that it entails; nothing is written.

    Raises:
        UsageIncorrect: a date cannot be understood.
        Refus: the procedure forbids it.
        FichierInvalide: the student's row cannot be read.
    """
    regles = session.classeur.regles
    avant = session.situation(session.dossier_of(personne), personne.eleve)
    moyen = default_moyen(avant.dossier, avant.etape, personne.eleve)
    propos = dites.propos(Propos(session.jour, Issue.SANS_REPONSE, moyen))
    apres, eleve = add_relance(avant.dossier, personne.eleve, propos, regles, today())
    suite = session.situation(apres, eleve)
    return Essai(personne, avant, apres.relances[-1], suite, eleve, regles)


def correct(
    session: Session, personne: Personne, dites: Dites | None, jour: date | None = None
) -> Fait:
    """The last relance written as it should have been noted, or taken away when ``dites`` is None.

    Raises:
        Refus, UsageIncorrect: as for a relance that is added.
    """
    dossier = _last_dossier(session, personne)
    avant = last_said(dossier)
    if dites is None:
        suite, phrase = remove_last(dossier, personne.eleve), journal.relance_removed(avant.jour)
    else:
        propos = dites.propos(replace(avant, jour=jour or avant.jour))
        suite = correct_last(dossier, personne.eleve, propos, session.classeur.regles, today())
        phrase = journal.relance_corrected(avant.jour, suite.dossier.relances[-1])
    fait = Fait(personne, *suite, phrase)
    session.record(fait)
    return fait


def _last_dossier(session: Session, personne: Personne) -> Dossier:
    """The open dossier, else the last one: a relance may have ended it."""
    if personne.ouvert is not None or not personne.dossiers:
        return session.dossier_of(personne)
    dernier = personne.dossiers[-1]
    if not dernier.relances:
        raise Refus(f"{personne.libelle} n'a aucune relance à corriger.")
    return dernier


def reply_with_next(session: Session, fait: Fait, phrase: str) -> None:
    """What was done of a dossier, and what it waits for."""
    assert fait.dossier is not None
    situation = session.situation(fait.dossier, fait.eleve)
    ensuite = what_follows(situation, fait.eleve, session.classeur.regles, session.jour)
    session.reply(lambda: session.case_document(fait), phrase, *filter(None, [ensuite]))
