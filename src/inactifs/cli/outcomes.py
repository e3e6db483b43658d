"""How a dossier ends, waits or opens again: ``reprise``, ``pause``, ``reopen``, ``close``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from inactifs.archives.storing import DOSSIERS_CLOS
from inactifs.cli.archiving import documents_archived, move_documents, planned
from inactifs.cli.options import (
    typed_day,
)
from inactifs.cli.questions import ask, ask_eleve, ask_student, confirm, require_terminal
from inactifs.cli.screen import interactive, say
from inactifs.cli.session import Session, Writing
from inactifs.dates import french
from inactifs.erreurs import Refus, UsageIncorrect
from inactifs.mots import of
from inactifs.procedure import cloture, gestes
from inactifs.procedure.cloture import Demande
from inactifs.procedure.modele import Dossier, Eleve, Etat
from inactifs.recherche import Personne, all_persons, require_readable
from inactifs.registre import hours_left, name_words

if TYPE_CHECKING:
    from inactifs.cli.archiving import Rangement
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


RIEN = "Aucun dossier n'est à clôturer aujourd'hui."


class Clos(NamedTuple):
    """A dossier closed, its student, and what the journal says."""

    personne: Personne
    dossier: Dossier
    eleve: Eleve | None
    detail: str


class Fait(NamedTuple):
    """The dossiers closed; where the documents went, what was left of them, what was removed."""

    clos: list[Clos]
    rangement: Rangement | None = None
    restes: Sequence[Path] = ()
    retire: Path | None = None


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
    _require_coherent(eleves or [], tous, voulu, documents, deplacer)
    personnes = _chosen(session, eleves or [], tous, voulu)
    for personne in personnes:
        _closed(session, personne, voulu)
    if personnes:
        if not voulu.demande_eleve:
            session.require_fresh(malgre_imports)
        prevu = planned(session, personnes[0], documents) if documents else None
        details = [_detail(session, p) for p in personnes] + _places(prevu, documents, deplacer)
        if session.simulation:
            session.first(*details)
        else:
            _confirm(personnes, details, oui)
    fait = _write(session, personnes, voulu, documents, deplacer)
    session.reply(
        lambda: _document(session, fait, not tous), *(_sentences(session, fait) or [RIEN])
    )


def _require_coherent(
    eleves: list[str], tous: bool, voulu: Demande, documents: Path | None, deplacer: bool
) -> None:
    """Raise ``UsageIncorrect`` for options that do not go together."""
    if eleves and tous:
        raise UsageIncorrect("--tous ne se combine pas avec des noms d'élèves.", "Choisissez.")
    if tous and (voulu.sans_derniere_relance or voulu.demande_eleve):
        raise UsageIncorrect(
            "--tous ne clôture que les dossiers dont toutes les relances sont faites.",
            "Pour les autres cas, donnez le nom des élèves.",
        )
    if documents is not None and (tous or len(eleves) > 1):
        raise UsageIncorrect(
            "--documents ne vaut que pour un élève à la fois.", "Clôturez-les un par un."
        )
    if deplacer and documents is None:
        raise UsageIncorrect(
            "--deplacer demande le dossier à déplacer.", "Ajoutez --documents DOSSIER."
        )


def _write(
    session: Session,
    personnes: list[Personne],
    voulu: Demande,
    documents: Path | None,
    deplacer: bool,
) -> Fait:
    """Close, archive, write: all or nothing; then remove what is to be moved."""
    with session.writing():
        clos = [_closed(session, session.again(p), voulu) for p in personnes]
        if documents is None or not clos:
            _save(session, clos)
            return Fait(clos)
        (seul,) = clos
        with documents_archived(session, seul.personne, seul.dossier, documents) as rangement:
            clos = [_with_documents(seul, rangement)]
            _save(session, clos)
        restes = move_documents(rangement, documents) if deplacer else []
    retire = documents if deplacer and not restes and not session.simulation else None
    return Fait(clos, rangement, restes, retire)


def _sentences(session: Session, fait: Fait) -> list[str]:
    """What was done, and what remains to be done by hand."""
    phrases = [
        f"{c.personne.libelle} : abandonniste, dossier clôturé le {french(session.jour)}."
        for c in fait.clos
    ]
    if fait.rangement is not None:
        phrases.append(f"{fait.rangement.trace}.")
    if fait.retire is not None:
        phrases.append(f"« {fait.retire} » a été retiré, sa copie vérifiée.")
    return phrases + _reminders(fait.clos, archives=fait.rangement is not None)


def _chosen(session: Session, eleves: list[str], tous: bool, voulu: Demande) -> list[Personne]:
    """Those to close, each once: as typed, all who may be, or chosen in a terminal."""
    if eleves:
        return session.persons(eleves)
    if tous:
        return [p for p, _ in closable(session, Demande())]
    require_terminal("le nom ou le numéro de l'élève, ou --tous")
    session.require_closed()
    # Anybody may say that they give up: nobody is proposed then.
    proposes = [] if voulu.demande_eleve else [s for _, s in closable(session, voulu)]
    if not proposes and not voulu.demande_eleve:
        return []
    return [ask_student(session.classeur, proposes, "Peuvent être clôturés :")]


def closable(session: Session, voulu: Demande) -> Iterator[tuple[Personne, Situation]]:
    """Those who may be closed after their relances, and where they stand."""
    for personne in all_persons(session.classeur):
        dossier = personne.ouvert
        if dossier is None or any(ligne.ouverte for ligne in personne.illisibles):
            continue
        situation = session.situation(dossier, personne.eleve)
        if situation.etat is not Etat.SUSPENDU and _refusal(session, personne, voulu) is None:
            yield personne, situation


def _refusal(session: Session, personne: Personne, voulu: Demande) -> Refus | None:
    return cloture.refusal_to_close(
        session.dossier_of(personne), personne.eleve, session.classeur.regles, session.jour, voulu
    )


def _closed(session: Session, personne: Personne, voulu: Demande) -> Clos:
    """Somebody's dossier closed; nothing is written.

    Raises:
        Refus: the procedure does not allow it yet.
    """
    fini, eleve = cloture.close(
        session.dossier_of(personne), personne.eleve, session.classeur.regles, session.jour, voulu
    )
    return Clos(personne, fini, eleve, fini.commentaire.splitlines()[-1])


def _with_documents(clos: Clos, rangement: Rangement) -> Clos:
    note = cloture.add_comment(clos.dossier.commentaire, rangement.note)
    return clos._replace(
        dossier=replace(clos.dossier, commentaire=note), detail=f"{clos.detail}. {rangement.trace}"
    )


def _save(session: Session, clos: list[Clos]) -> None:
    session.record(*((c.dossier, c.eleve, c.detail) for c in clos))


def _document(session: Session, fait: Fait, nommes: bool) -> dict[str, Any]:
    cas = [session.case_document(c.personne, c.dossier, c.eleve) for c in fait.clos]
    document: dict[str, Any] = cas[0] if nommes and len(cas) == 1 else {"dossiers": cas}
    if fait.rangement is not None:
        document["documents"] = {
            "archive": fait.rangement.chemin,
            "fichiers": len(fait.rangement.fichiers),
            "laisses": [str(reste) for reste in fait.restes],
        }
    return document


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


def _places(prevu: Rangement | None, documents: Path | None, deplacer: bool) -> list[str]:
    """Which documents go where, and what becomes of them."""
    if prevu is None or documents is None:
        return []
    nombre = len(prevu.fichiers)
    return [
        f"  {nombre} fichier{'s' if nombre > 1 else ''} de « {documents.resolve()} » "
        f"{'iront' if nombre > 1 else 'ira'} dans {prevu.chemin}, "
        + (
            "et l'original sera supprimé, la copie vérifiée."
            if deplacer
            else "l'original reste où il est."
        )
    ]


def _reminders(clos: list[Clos], *, archives: bool) -> list[str]:
    """What remains to be done by hand once the dossiers are closed."""
    phrases = []
    if clos and not archives:
        leurs = "leurs" if len(clos) > 1 else "ses"
        phrases.append(
            f"Reste à archiver : {leurs} documents, dans archives/{DOSSIERS_CLOS}/ "
            "(« close --documents DOSSIER » le fait en clôturant)."
        )
    for ferme in clos:
        eleve = ferme.eleve
        if eleve is not None and "cpf" in name_words(eleve.financement):
            raison = ferme.dossier.cause or "non connue"
            phrases.append(
                f"CPF : déclarez la sortie {of(ferme.personne.nom)} sur EDOF (abandon, raison : "
                f"{raison})."
            )
    return phrases
