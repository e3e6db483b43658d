"""A relance, or an answer to it, as it is told to the tool, and what the procedure makes of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from inactifs.classeur import journal
from inactifs.cli.options import begun_by, choice, today, typed_day, typed_moment
from inactifs.dates import french
from inactifs.mots import of
from inactifs.procedure.cloture import Suite
from inactifs.procedure.eleve import default_moyen, means_to_use, wrong_means
from inactifs.procedure.gestes import (
    Propos,
    add_relance,
    correct_last,
    last_said,
    remove_last,
)
from inactifs.procedure.modele import (
    ISSUES_OFFERTES,
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

    moyen: str | None = None
    resultat: str | None = None
    jusqu_au: str | None = None
    le: str | None = None
    cause: str | None = None
    commentaire: str | None = None

    def propos(self, session: Session, sinon: Propos) -> Propos:
        """What it means, beside what ``sinon`` says already.

        Raises:
            UsageIncorrect: the means, the outcome or a date cannot be understood.
        """
        jour, regles = sinon.jour, session.classeur.regles
        dit: dict[str, Any] = {}
        if self.resultat:
            dit |= {"issue": choice(ISSUES_OFFERTES, self.resultat, "--resultat")}
            dit |= {"le": None, "jusqu_au": None}
        if self.moyen:
            dit["moyen"] = choice(Moyen, self.moyen, "--moyen")
        if self.jusqu_au:
            dit["jusqu_au"] = typed_day(self.jusqu_au, "--jusqu-au", sens="futur", depuis=jour)
        if self.le:
            dit["le"] = typed_moment(self.le, "--le", jour)
        if self.cause:
            dit["cause"] = known_cause(self.cause, regles)
        return replace(sinon, commentaire=self.commentaire or "", **dit)

    def reviewed(self, session: Session) -> Dites:
        """The same, what is said in one's own words being looked at: the comment, and the cause
        beyond the list's (« autre : voyage »)."""
        if self.commentaire:
            self = self._replace(commentaire=session.without_private(self.commentaire))
        if not self.cause:
            return self
        nom, _, precision = known_cause(self.cause, session.classeur.regles).partition(" : ")
        if nom not in session.classeur.regles.causes:
            return self._replace(cause=session.without_private(self.cause))
        precision = precision and f" : {session.without_private(precision)}"
        return self._replace(cause=nom + precision)


@dataclass(frozen=True)
class Essai:
    """A relance ready to be written: where the dossier stood, and where it stands after it.

    ``eleve`` is the student of the register as they are after it.
    """

    personne: Personne
    avant: Situation
    relance: Relance
    issue: Issue
    suite: Situation
    eleve: Eleve | None
    regles: Regles

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
    def fait(self) -> tuple[Dossier, Eleve | None, str]:
        """What is to be written."""
        return self.suite.dossier, self.eleve, self.detail

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
    def _on_a_wrong_number(self) -> bool:
        eleve = self.personne.eleve
        return eleve is not None and self.relance.moyen in wrong_means(eleve)

    @property
    def _remarks(self) -> list[str]:
        phrases = []
        if self.avant.actif_depuis is not None:
            critere, quand = self.avant.actif_depuis
            phrases.append(
                f"Actif depuis le {french(quand)} ({critere.value}) : le prochain « inactifs "
                "detect » notera sa reprise."
            )
        echeance = None if self.nouvel_essai else self.avant.echeance
        if echeance and self.relance.date < echeance and not self.issue.vaine:
            phrases.append(
                f"C'est avant l'échéance du {french(echeance)} : accepté, les dates suivantes "
                "partent de ce jour."
            )
        if self._autrement:
            phrases.append(f"Le plan prévoyait : {self._prevu}. Noté tel que vous l'avez fait.")
        if self.issue.vaine:
            phrases.append(
                "L'étape reste à faire par un autre moyen. La feuille Élèves le signale : "
                "corrigez-y le numéro ou l'adresse dès que vous l'avez."
            )
        elif not self.issue.repondu and self._on_a_wrong_number:
            quoi = (
                "cette adresse erronée" if self.relance.moyen is Moyen.EMAIL else "ce numéro faux"
            )
            phrases.append(
                f"La feuille Élèves dit {quoi} : si c'est vrai, personne n'a été joint, essayez un "
                "autre moyen ; sinon, corrigez-la."
            )
        if self.issue is Issue.REFUS_CONTACT:
            phrases.append(
                "Plus personne ne le relancera ; clôturez le dossier s'il le faut (« inactifs "
                'close --motif "…" »), ou levez cette demande : « inactifs recontacter ».'
            )
        cause = self.suite.dossier.cause
        nouvelle = cause != self.avant.dossier.cause
        if cause and nouvelle and cause.partition(" :")[0] not in self.regles.causes:
            phrases.append(f"« {cause} » n'est pas dans les causes de Paramètres : notée ainsi.")
        return phrases


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
        UsageIncorrect: the means, the outcome or the date cannot be understood.
        Refus: the procedure forbids it.
        FichierInvalide: the student's row cannot be read.
    """
    regles = session.classeur.regles
    avant = session.situation(session.dossier_of(personne), personne.eleve)
    moyen = default_moyen(avant.dossier, avant.etape, personne.eleve)
    propos = dites.propos(session, Propos(session.jour, Issue.SANS_REPONSE, moyen))
    apres, eleve = add_relance(avant.dossier, personne.eleve, propos, regles, today())
    relance, suite = apres.relances[-1], session.situation(apres, eleve)
    return Essai(personne, avant, relance, relance.issue, suite, eleve, regles)


def corrected(
    session: Session, personne: Personne, dossier: Dossier, dites: Dites | None, quand: date | None
) -> tuple[Suite, str]:
    """The last relance as it should have been noted, or without it when ``dites`` is None; and
    the journal's words.

    Raises:
        Refus, UsageIncorrect: as for a relance that is added.
    """
    avant = last_said(dossier)
    if dites is None:
        suite = remove_last(dossier, personne.eleve)
        return suite, journal.relance_removed(avant.jour)
    propos = dites.propos(session, replace(avant, jour=quand or avant.jour))
    suite = correct_last(dossier, personne.eleve, propos, session.classeur.regles, today())
    return suite, journal.relance_corrected(avant.jour, suite.dossier.relances[-1])


def known_cause(cause: str, regles: Regles) -> str:
    """The cause as Paramètres spells it; « autre : … » keeps its free text, and so does a
    cause that is not in the list."""
    debut, _, precision = cause.partition(":")
    trouvees = begun_by(debut, regles.causes)
    if len(trouvees) != 1:
        return cause
    return f"{trouvees[0]} : {precision.strip()}" if precision.strip() else trouvees[0]
