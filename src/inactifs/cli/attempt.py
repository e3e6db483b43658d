"""A relance, or an answer to it, as it is told to the tool, and what the procedure makes of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from inactifs.classeur import journal
from inactifs.cli.options import begun_by, today, typed_day, typed_moment
from inactifs.cli.questions import ask_cause, ask_comment, ask_moment, pick
from inactifs.cli.session import Fait
from inactifs.dates import french
from inactifs.erreurs import Refus
from inactifs.mots import of
from inactifs.procedure import gestes
from inactifs.procedure.eleve import default_moyen, means_to_use, wrong_means
from inactifs.procedure.gestes import Propos
from inactifs.procedure.modele import Dossier, Etat, Issue, Moyen, Relance
from inactifs.procedure.suivi import Situation, suspension
from inactifs.rendu.story import due_that_day, name_relance
from inactifs.rendu.wording import list_of_means, means

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
        """What it means, beside what ``sinon`` says already: another outcome takes away the days
        that went with the first. Raises ``UsageIncorrect`` for a date that is none."""
        dit: dict[str, Any] = {"moyen": self.moyen, "issue": self.resultat, "cause": self.cause}
        if self.jusqu_au:
            fin = typed_day(self.jusqu_au, "--jusqu-au", sens="futur", depuis=sinon.jour)
            dit["jusqu_au"] = fin
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
            if len(connues) == 1:
                libre = session.without_private(precision.strip())
                cause = f"{connues[0]} : {libre}" if libre else connues[0]
            else:
                cause = session.without_private(cause)
        return self._replace(commentaire=commentaire, cause=cause)

    def asked(self, session: Session, issues: Sequence[Issue], defaut: int | None = None) -> Dites:
        """The same with its outcome, and the day, the cause and the comment that go with it: what
        is not said is asked for."""
        issue, le, cause, commentaire = self.resultat, self.le, self.cause, self.commentaire
        if issue is None:
            issue = issues[pick("Qu'en est-il sorti", [i.dit for i in issues], defaut)]
        if le is None and self.jusqu_au is None:
            le = ask_moment(issue, session.jour)
        if issue.repondu and cause is None:
            cause = ask_cause(session.classeur.regles)
        if commentaire is None:
            commentaire = ask_comment()
        return self._replace(resultat=issue, le=le, cause=cause, commentaire=commentaire)


@dataclass(frozen=True)
class Essai:
    """A relance ready to be written: ``fait``, with the dossier after it; ``avant``, where it
    stood.

    ``nom`` is « 2e relance »; ``prevu`` the means of the plan, where it was made by another;
    ``echeance`` when something was due, None for another try of one day.
    """

    fait: Fait
    dossier: Dossier
    relance: Relance
    avant: Situation
    nom: str
    prevu: str
    echeance: date | None
    causes: tuple[str, ...]

    @property
    def sentences(self) -> list[str]:
        """What was done, and what is to be known of it."""
        relance = self.relance
        fait = (
            f"{self.nom} {of(self.dossier.eleve)} notée : {means(relance.moyen)}, "
            f"le {french(relance.date)} ({relance.issue.dit})."
        )
        return [fait, *self._remarks()]

    def preview(self, session: Session) -> list[str]:
        """The same before it is written, and what comes next."""
        relance, avant = self.relance, self.avant.dossier
        cause = self.dossier.cause
        ajout = self.dossier.commentaire.removeprefix(avant.commentaire).strip()
        ajout = ajout.replace("\n", "\n" + " " * 15)
        return [
            "Ce qui va être écrit :",
            f"  Élève        {self.fait.personne.libelle}",
            f"  Relance      {self.nom} du {french(relance.date)}, {means(relance.moyen)}, "
            f"{relance.issue.dit}",
            *([f"  Cause        {cause}"] if cause != avant.cause else []),
            *([f"  Commentaire  {ajout}"] if ajout else []),
            *self._remarks(),
            what_follows(session, self.fait),
        ]

    def _remarks(self) -> Iterator[str]:
        relance, eleve = self.relance, self.fait.personne.eleve
        if self.avant.actif_depuis is not None:
            critere, quand = self.avant.actif_depuis
            yield (
                f"Actif depuis le {french(quand)} ({critere.value}) : le prochain « inactifs "
                "detect » notera sa reprise."
            )
        if self.echeance and relance.date < self.echeance and not relance.vaine:
            yield (
                f"C'est avant l'échéance du {french(self.echeance)} : accepté, les dates suivantes "
                "partent de ce jour."
            )
        if self.prevu:
            yield f"Le plan prévoyait : {self.prevu}. Noté tel que vous l'avez fait."
        if relance.vaine:
            yield (
                "L'étape reste à faire par un autre moyen. La feuille Élèves le signale : "
                "corrigez-y le numéro ou l'adresse dès que vous l'avez."
            )
        elif not relance.repondu and eleve and relance.moyen in wrong_means(eleve):
            faux = "cette adresse erronée" if relance.moyen is Moyen.EMAIL else "ce numéro faux"
            yield (
                f"La feuille Élèves dit {faux} : si c'est vrai, personne n'a été joint, essayez un "
                "autre moyen ; sinon, corrigez-la."
            )
        if relance.issue is Issue.REFUS_CONTACT:
            yield (
                "Plus personne ne le relancera ; clôturez le dossier s'il le faut (« inactifs "
                'close --motif "…" »), ou levez cette demande : « inactifs recontacter ».'
            )
        cause = self.dossier.cause
        if cause != self.avant.dossier.cause and cause.partition(" :")[0] not in self.causes:
            yield f"« {cause} » n'est pas dans les causes de Paramètres : notée ainsi."


def prepare(session: Session, personne: Personne, dites: Dites) -> Essai:
    """The relance made on the day of the command, with all that it entails; nothing is written.
    Raises ``UsageIncorrect`` (a date), ``Refus`` (the procedure), ``FichierInvalide`` (the row)."""
    regles = session.classeur.regles
    avant = session.situation(session.dossier_of(personne), personne.eleve)
    moyen = default_moyen(avant.dossier, avant.etape, personne.eleve)
    propos = dites.propos(Propos(session.jour, Issue.SANS_REPONSE, moyen))
    apres = gestes.add_relance(avant.dossier, personne.eleve, propos, regles, today())
    relance = apres.dossier.relances[-1]
    nouvel_essai = any(r.date == relance.date for r in avant.dossier.relances)
    due = due_that_day(apres.dossier, relance.date, regles.applied_to(apres.eleve))
    nom = name_relance(due, essai=nouvel_essai)
    moyens = due.etape.moyens if due.etape else ()
    prevu = "" if relance.moyen in moyens else list_of_means(moyens)
    echeance = None if nouvel_essai else avant.echeance
    detail = journal.relance_made(nom, relance, prevu, echeance if avant.etape else None)
    fait = Fait(personne, *apres, detail)
    return Essai(fait, apres.dossier, relance, avant, nom, prevu, echeance, regles.causes)


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
    """What a dossier waits for after what was done on the day of the command, in a sentence."""
    dossier, regles, jour = fait.dossier, session.classeur.regles, session.jour
    assert dossier is not None
    if dossier.resultat is not None:
        return f"Dossier terminé : {dossier.resultat.value}."
    suite = session.situation(dossier, fait.eleve)
    if suite.etat is Etat.NE_PLUS_CONTACTER:
        return ""
    if suite.rappel is not None:
        return f"À rappeler le {suite.rappel.libelle}."
    fin, echeance = suspension(dossier, regles), suite.echeance
    phrases = [f"Rien n'est dû jusqu'au {french(fin)}."] if fin is not None and fin >= jour else []
    if suite.etape is not None and echeance is not None:
        moyens = list_of_means(means_to_use(suite.etape, fait.eleve))
        quand = "dès maintenant" if echeance <= jour else f"le {french(echeance)}"
        phrases.append(
            f"Ensuite : {suite.etape.libelle} {quand}, {moyens} ({suite.etape.responsable})."
        )
    elif echeance is not None:
        phrases.append(
            "Toutes les relances sont faites : clôture possible à partir du "
            f"{french(echeance)} (« inactifs close »)."
        )
    return " ".join(phrases)
