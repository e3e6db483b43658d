"""How a dossier ends, waits or opens again (``reprise``, ``pause``, ``reopen``, ``close``), and
what comes from the student (``reponse``, ``recontacter``, ``activite add``)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inactifs.archives.storing import DOSSIERS_CLOS
from inactifs.classeur import journal
from inactifs.cli.archiving import Rangement, documents_archived, move_documents, planned
from inactifs.cli.attempt import Dites, reply_with_next
from inactifs.cli.options import choice, today, typed_day
from inactifs.cli.questions import (
    ask,
    ask_eleve,
    ask_student,
    confirm,
    pick,
    require_terminal,
)
from inactifs.cli.screen import interactive, say, speaks_json
from inactifs.cli.session import Fait, Session, Undated, Writing
from inactifs.dates import Sens, french
from inactifs.erreurs import FichierInvalide, Refus, UsageIncorrect
from inactifs.mots import of
from inactifs.procedure import cloture, gestes
from inactifs.procedure.cloture import Demande
from inactifs.procedure.gestes import ACTIVITES, Propos, note_activity
from inactifs.procedure.modele import (
    ISSUES_OFFERTES,
    MOTIFS_DE_PAUSE,
    Dossier,
    Eleve,
    Etat,
    Issue,
    ReponseMoyen,
)
from inactifs.recherche import Personne, all_persons, require_readable
from inactifs.registre import hours_left, name_words
from inactifs.rendu.cases import student_json

if TYPE_CHECKING:
    from inactifs.procedure.suivi import Situation


def reprise(session: Writing, eleve: str | None = None) -> None:
    """End a case as reprise."""
    session.change(
        eleve,
        lambda personne: cloture.end_as_reprise(
            session.dossier_of(personne), personne.eleve, session.jour
        ),
        "Reprise notée",
    )


def pause(
    session: Writing,
    eleve: str | None = None,
    jusqu_au: str | None = None,
    motif: str | None = None,
) -> None:
    """Suspend a case."""
    eleve = ask_eleve(eleve)
    jusqu_au = ask(jusqu_au, "Jusqu'à quelle date comprise", "--jusqu-au JOUR")
    fin = typed_day(jusqu_au, "--jusqu-au", sens="futur", depuis=session.jour)
    if motif is None and interactive():
        motif = dict(enumerate(MOTIFS_DE_PAUSE)).get(pick("Pourquoi", [*MOTIFS_DE_PAUSE, "autre"]))
    raison = session.reason(motif)
    session.change(
        eleve,
        lambda personne: gestes.pause(
            session.dossier_of(personne), personne.eleve, fin, session.jour, raison
        ),
        f"Suspendu jusqu'au {french(fin)} : {raison}",
    )


def reopen(session: Writing, eleve: str | None = None, motif: str | None = None) -> None:
    """Open again a case that ended."""
    eleve = ask_eleve(eleve)
    raison = session.reason(motif)
    session.change(
        eleve,
        lambda personne: _reopened(session, personne, raison),
        f"Dossier rouvert : {raison}",
    )


def _reopened(session: Session, personne: Personne, motif: str) -> tuple[Dossier, Eleve | None]:
    require_readable(personne)
    if not personne.dossiers:
        session.dossier_of(personne)  # says that there is none
    dossier = personne.dossiers[-1]  # the open one, if there is one: it is refused
    return cloture.reopen(dossier, personne.eleve, session.jour, session.classeur.regles, motif)


@dataclass
class Cloture:
    """The closing of some dossiers: what is wanted; then what was closed, where the documents
    went, and which were left in place."""

    session: Session
    voulu: Demande
    documents: Path | None = None
    deplacer: bool = False
    faits: Sequence[Fait] = ()
    rangement: Rangement | None = None
    restes: Sequence[Path] = ()

    def refusal(self, personne: Personne) -> Refus | None:
        """Why the procedure does not allow it yet; None where it does."""
        session, dossier = self.session, self.session.dossier_of(personne)
        return cloture.refusal_to_close(
            dossier, personne.eleve, session.classeur.regles, session.jour, self.voulu
        )

    def closed(self, personne: Personne) -> Fait:
        """Somebody's dossier closed; nothing is written.

        Raises:
            Refus: the procedure does not allow it yet.
        """
        session, dossier = self.session, self.session.dossier_of(personne)
        fini, eleve = cloture.close(
            dossier, personne.eleve, session.classeur.regles, session.jour, self.voulu
        )
        return Fait(personne, fini, eleve, fini.commentaire.splitlines()[-1])

    def write(self, personnes: Sequence[Personne]) -> None:
        """Close, archive, write: all or nothing; then remove what is to be moved."""
        session = self.session
        with session.writing():
            self.faits = [self.closed(session.again(p)) for p in personnes]
            if self.documents is None or not self.faits:
                session.record(*self.faits)
                return
            (seul,) = self.faits
            assert seul.dossier is not None
            with documents_archived(
                session, seul.personne, seul.dossier, self.documents
            ) as self.rangement:
                dossier = cloture.add_comment(seul.dossier, self.rangement.note)
                detail = f"{seul.detail}. {self.rangement.trace}"
                self.faits = [seul._replace(dossier=dossier, detail=detail)]
                session.record(*self.faits)
            if self.deplacer:
                self.restes = move_documents(self.rangement, self.documents)

    def document(self) -> dict[str, Any]:
        cas = [self.session.case_document(fait) for fait in self.faits]
        if self.rangement is None:
            return {"dossiers": cas}
        documents = {
            "archive": self.rangement.chemin,
            "fichiers": len(self.rangement.fichiers),
            "laisses": [str(reste) for reste in self.restes],
        }
        return {"dossiers": cas, "documents": documents}

    def sentences(self) -> Iterator[str]:
        """What was done, and what remains to be done by hand."""
        if not self.faits:
            yield "Aucun dossier n'est à clôturer aujourd'hui."
            return
        for fait in self.faits:
            le = french(self.session.jour)
            yield f"{fait.personne.libelle} : abandonniste, dossier clôturé le {le}."
        if self.rangement is None:
            leurs = "leurs" if len(self.faits) > 1 else "ses"
            yield (
                f"Reste à archiver : {leurs} documents, dans archives/{DOSSIERS_CLOS}/ "
                "(« close --documents DOSSIER » le fait en clôturant)."
            )
        else:
            yield f"{self.rangement.trace}."
            if self.deplacer and not self.restes and not self.session.simulation:
                yield f"« {self.documents} » a été retiré, sa copie vérifiée."
        for fait in self.faits:
            if fait.eleve is not None and "cpf" in name_words(fait.eleve.financement):
                raison = (fait.dossier and fait.dossier.cause) or "non connue"
                yield (
                    f"CPF : déclarez la sortie {of(fait.personne.nom)} sur EDOF (abandon, sauf "
                    f"force majeure ou arrêt du fait de l'école ; raison : {raison})."
                )


def close(
    session: Writing,
    eleves: list[str] | None = None,
    tous: bool = False,
    documents: Path | None = None,
    deplacer: bool = False,
    *,
    voulu: Demande,
    malgre_imports: bool = False,
    oui: bool = False,
) -> None:
    """Close cases as abandonniste, and archive the documents."""
    motif = voulu.motif
    if voulu.sans_derniere_relance:
        motif = ask(motif, "Pourquoi renoncer à la dernière relance", '--motif "…"')
    voulu = replace(voulu, motif=session.without_private(motif))
    travail = Cloture(session, voulu, documents, deplacer)
    _require_coherent(travail, eleves or [], tous)
    personnes = _chosen(travail, eleves or [], tous)
    for personne in personnes:
        travail.closed(personne)
    if personnes:
        if not voulu.demande_eleve:
            session.require_fresh(malgre_imports)
        details = [*(_detail(session, p) for p in personnes), *_places(travail, personnes[0])]
        if session.simulation and not speaks_json():
            say(*details)
        elif not session.simulation:
            _confirm(personnes, details, oui)
    travail.write(personnes)
    seul = len(travail.faits) == 1 and not tous
    session.reply(lambda: _of_one(travail.document(), seul), *travail.sentences())


def _of_one(document: dict[str, Any], seul: bool) -> dict[str, Any]:
    """The JSON of one student who was named is that of their case."""
    return document.pop("dossiers")[0] | document if seul else document


def _require_coherent(travail: Cloture, eleves: list[str], tous: bool) -> None:
    """Raise ``UsageIncorrect`` for options that do not go together."""
    voulu = travail.voulu
    if eleves and tous:
        raise UsageIncorrect("--tous ne se combine pas avec des noms d'élèves.", "Choisissez.")
    if tous and (voulu.sans_derniere_relance or voulu.demande_eleve):
        raise UsageIncorrect(
            "--tous ne clôture que les dossiers dont toutes les relances sont faites.",
            "Pour les autres cas, donnez le nom des élèves.",
        )
    if travail.documents is not None and (tous or len(eleves) > 1):
        raise UsageIncorrect(
            "--documents ne vaut que pour un élève à la fois.", "Clôturez-les un par un."
        )
    if travail.deplacer and travail.documents is None:
        raise UsageIncorrect(
            "--deplacer demande le dossier à déplacer.", "Ajoutez --documents DOSSIER."
        )


def _chosen(travail: Cloture, eleves: list[str], tous: bool) -> list[Personne]:
    """Those to close, each once: as typed, all who may be, or chosen in a terminal."""
    session, voulu = travail.session, travail.voulu
    if eleves:
        return session.persons(eleves)
    if tous:
        return [p for p, _ in closable(session)]
    require_terminal("le nom ou le numéro de l'élève, ou --tous")
    session.require_closed()
    # Anybody may say that they give up: nobody is proposed then.
    proposes = [] if voulu.demande_eleve else [s for _, s in closable(session, voulu)]
    if not proposes and not voulu.demande_eleve:
        return []
    return [ask_student(session.classeur, proposes, "Peuvent être clôturés :")]


def closable(
    session: Session, voulu: Demande | None = None
) -> Iterator[tuple[Personne, Situation]]:
    """Those who may be closed after their relances, and where they stand."""
    travail = Cloture(session, voulu or Demande())
    for personne in all_persons(session.classeur):
        dossier = personne.ouvert
        if dossier is None or any(ligne.ouverte for ligne in personne.illisibles):
            continue
        situation = session.situation(dossier, personne.eleve)
        if situation.etat is not Etat.SUSPENDU and travail.refusal(personne) is None:
            yield personne, situation


def _confirm(personnes: list[Personne], details: list[str], oui: bool) -> None:
    """Ask before closing; outside a terminal, ``--oui`` is required."""
    if oui:
        return
    noms = ", ".join(p.libelle for p in personnes)
    if not interactive():
        raise Refus(f"Clôturer {noms} demande une confirmation.", "Ajoutez --oui.")
    say(*details)
    confirm(f"Clôturer {'ce dossier' if len(personnes) == 1 else f'ces {len(personnes)} dossiers'}")


def _detail(session: Session, personne: Personne) -> str:
    """On what a closing rests: the relances, how long the student had to answer the last, and
    the paid hours that remain."""
    relances = session.dossier_of(personne).relances
    reste = _still_due(personne.eleve, session.jour)
    if not relances:
        return f"{personne.libelle} : aucune relance{reste}"
    dates = ", ".join(french(r.date) for r in relances)
    jours = (session.jour - relances[-1].date).days
    depuis = f"la dernière il y a {jours} jour{'s' if jours > 1 else ''}"
    if jours <= 0:
        depuis = "la dernière aujourd'hui : aucun délai de réponse"
    return f"{personne.libelle} : relances {dates} ({depuis}){reste}"


def _still_due(eleve: Eleve | None, jour: date) -> str:
    """« . Il lui reste 6 heures payées, contrat jusqu'au 31/12/2026 »: closing the follow-up takes
    nothing of them away."""
    if eleve is None or not hours_left(eleve):
        return ""
    fin = eleve.fin_contrat
    contrat = f", contrat jusqu'au {french(fin)}" if fin and fin >= jour else ""
    return (
        f". Heures payées qui restent : {eleve.heures_restantes}{contrat} "
        "(clôturer le suivi ne les retire pas)"
    )


def _places(travail: Cloture, personne: Personne) -> Iterator[str]:
    """Which documents go where, and what becomes of them."""
    if travail.documents is None:
        return
    prevu = planned(travail.session, personne, travail.documents)
    n = len(prevu.fichiers)
    s, iront = ("s", "iront") if n > 1 else ("", "ira")
    original = "l'original reste où il est."
    if travail.deplacer:
        original = "et l'original sera supprimé, la copie vérifiée."
    yield (
        f"  {n} fichier{s} de « {travail.documents.resolve()} » {iront} dans {prevu.chemin}, "
        f"{original}"
    )


REPONSES = tuple(i for i in ISSUES_OFFERTES if i.repondu)


def reponse(
    session: Writing,
    eleve: str | None = None,
    par: ReponseMoyen | None = None,
    *,
    dites: Dites,
) -> None:
    """The student answered the last relance, on a later day or by another means."""
    dites = dites.reviewed(session)
    personne = session.meant(eleve)
    if dites.resultat is None and interactive() and not session.simulation:
        dites, par = _asked(session, personne, dites, par)
    with session.writing_of(personne) as personne:
        propos = dites.propos(Propos(session.jour, Issue.REPONDU, par=par))
        dossier, regles = session.dossier_of(personne), session.classeur.regles
        suite = gestes.answer(dossier, personne.eleve, propos, regles, today())
        relance = next(r for r in reversed(suite.dossier.relances) if r.repondu)
        moyen = par.libelle if par else ""
        phrase = journal.answered(session.jour, relance, moyen)
        session.record(fait := Fait(personne, *suite, phrase))
    dit = "a répondu" if relance.issue is Issue.REPONDU else relance.issue.dit
    reply_with_next(
        session,
        fait,
        f"Réponse de {suite.dossier.eleve} notée : {dit}{moyen and f', {moyen}'}, le "
        f"{french(session.jour)}, à la relance du {french(relance.date)}.",
    )


def _asked(
    session: Session, personne: Personne, dites: Dites, moyen: ReponseMoyen | None
) -> tuple[Dites, ReponseMoyen]:
    """What is missing, asked; then shown and confirmed."""
    session.require_closed()
    cloture.require_open(session.dossier_of(personne))
    if moyen is None:
        moyens = list(ReponseMoyen)
        moyen = moyens[pick("Par quel moyen a-t-il répondu", [m.nom for m in moyens], 1)]
    issue = REPONSES[pick("Qu'en est-il sorti", [i.dit for i in REPONSES])]
    dites = dites.asked(session, issue)
    say(f"{personne.libelle} : {issue.dit}, {moyen.libelle}, le {french(session.jour)}")
    confirm("Écrire dans le classeur")
    return dites, moyen


def recontact(session: Writing, eleve: str | None = None, motif: str | None = None) -> None:
    """Lift « ne plus contacter »: the student agrees again."""
    eleve = ask_eleve(eleve)
    raison = session.reason(motif)

    def lifted(personne: Personne) -> tuple[Dossier | None, Eleve | None]:
        dossier = personne.ouvert or (personne.dossiers[-1] if personne.dossiers else None)
        return gestes.recontact(dossier, personne.eleve, session.jour, raison)

    session.change(eleve, lifted, f"Contact de nouveau accepté : {raison}")


def activity(
    session: Undated, eleve: str | None = None, genre: str | None = None, date_: str | None = None
) -> None:
    """Note one activity by hand; a lesson may be reserved: its day is not the command's."""
    eleve = ask_eleve(eleve)
    genre = ask(genre, f"Quelle activité ({', '.join(ACTIVITES)})", "l'activité")
    activite = choice(ACTIVITES, genre, "Activité")
    sens: Sens = "proche" if activite == "cours" else "passe"
    jour = typed_day(date_, "--date", sens=sens) if date_ else today()
    session.jour = min(jour, today())
    with session.writing_of(session.meant(eleve)) as personne:
        if personne.eleve is None:
            raise FichierInvalide(
                f"{personne.libelle} n'est pas dans la feuille Élèves : l'activité n'a pas de "
                "ligne où aller.",
                "Importez les élèves (« inactifs import eleves »), ou ajoutez la ligne à la main.",
            )
        avant = personne.eleve
        apres = note_activity(avant, activite, jour, today())
        if apres != avant:
            session.record(Fait(personne, None, apres, f"{activite} du {french(jour)}"))
    if apres != avant:
        feminin = "e" if activite in ("connexion", "visite") else ""
        phrases = [f"{personne.libelle} : {activite} du {french(jour)} noté{feminin}."]
        if personne.ouvert is not None:
            phrases.append("Son dossier est ouvert : « inactifs detect » en tiendra compte.")
    else:
        phrases = [f"{personne.libelle} : cette date, ou une plus récente, est déjà notée."]
    session.reply(
        lambda: (
            student_json(apres)
            | {"activite": activite, "date": jour.isoformat(), "ecrit": session.ecrit}
        ),
        *phrases,
    )
