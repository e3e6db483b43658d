"""``relance message``: the text to send or say, one student's or everybody's."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Sequence
from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum
from itertools import chain, count, groupby
from pathlib import Path
from typing import TYPE_CHECKING

from inactifs.cli.outputs import write_private, written
from inactifs.cli.session import Reading, Session, named
from inactifs.dates import french
from inactifs.depot.faults import write_fault
from inactifs.erreurs import ErreurInactifs, FichierInvalide, Refus, UsageIncorrect
from inactifs.messages import Message
from inactifs.mots import directory_key, fold, of
from inactifs.procedure.eleve import is_wrong
from inactifs.procedure.gestes import refused_contact
from inactifs.procedure.modele import Dossier, Eleve, Etat, Issue, Moyen
from inactifs.procedure.suivi import suspension
from inactifs.registre import as_typed
from inactifs.rendu.outbox import (
    Envoi,
    draft,
    message_for,
    outbox_csv,
    outbox_page,
    outbox_xlsx,
    prepare,
    segments,
    spoken_seconds,
)

if TYPE_CHECKING:
    from inactifs.procedure.suivi import Situation
    from inactifs.recherche import Personne


class Format(StrEnum):
    """What ``--tous`` makes; the value is what is typed after ``--format``."""

    EML = "eml"
    PAGE = "page"
    CSV = "csv"
    XLSX = "xlsx"


PREPARE = re.compile(
    rf"(?P<qui>.*)-etape(?P<etape>\d+)-(?P<moyen>{'|'.join(Moyen)})(?: \(\d+\))?\.(?:txt|eml)"
)
RESUME = "resume.txt"
"""What ``--tous`` writes in a folder, and may take away."""


def message(
    session: Reading,
    eleve: str | None = None,
    moyen: Moyen | None = None,
    eml: Path | None = None,
    tous: bool = False,
    format_: Format | None = None,
    sortie: Path | None = None,
    malgre_imports: bool = False,
) -> None:
    """Show, or write down, the text of the due step."""
    if tous and (eleve or eml):
        raise UsageIncorrect(
            "--tous prépare les messages de tous ceux qui sont à relancer.",
            "Donnez un élève, ou --tous, mais pas les deux.",
        )
    if (format_ or sortie) and not tous:
        raise UsageIncorrect("--format et --sortie vont avec --tous.", "Ajoutez --tous.")
    if tous:
        _all_messages(session, moyen, format_, sortie, malgre_imports)
    else:
        personne = session.person(eleve) if eleve else session.due_student()
        _one_message(session, personne, moyen, eml)


def _one_message(
    session: Session, personne: Personne, moyen: Moyen | None, eml: Path | None
) -> None:
    """Show the text of the step due, and write the draft that is asked for."""
    eleve = personne.eleve
    situation = session.situation(session.dossier_of(personne), eleve)
    _require_may_be_written_to(situation, eleve)
    voulu = Moyen.EMAIL if eml is not None and moyen is None else moyen
    envoi = message_for(session.classeur, situation, session.jour, voulu)
    texte = envoi.message
    assert texte is not None
    phrases = [
        *session.age_of_imports(),
        *_length(envoi, texte),
        *written(eml, lambda: _draft(session, envoi), "Brouillon écrit"),
    ]
    qui = as_typed(personne.numero, personne.nom)
    session.reply(
        lambda: (
            named(personne)
            | {
                "representant_legal": eleve.representant_legal if eleve else "",
                "etape": texte.etape,
                "moyen": texte.moyen.value,
                "objet": texte.objet,
                "texte": texte.texte,
                "dit": envoi.dit,
            }
        ),
        *phrases,
        f"Ensuite : inactifs relance add {qui} --moyen {texte.moyen.value}",
        tables=lambda: (*((f"Objet : {texte.objet}\n",) if texte.objet else ()), texte.texte),
        entete=[
            *_early(session, personne, situation),
            _heading(envoi, personne.libelle),
            *([f"Avant : {envoi.dit}"] if envoi.dit else []),
        ],
    )


def _length(envoi: Envoi, message: Message) -> list[str]:
    """What an SMS costs, how long a voice message lasts."""
    if message.moyen is Moyen.SMS:
        compte = segments(message.texte)
        hors = f" à cause de : {' '.join(compte.hors_gsm)}" if compte.hors_gsm else ""
        return [f"[{envoi.compte}, {compte.encodage}{hors}]"]
    if message.moyen is Moyen.MESSAGE_VOCAL:
        return [f"[environ {spoken_seconds(message.texte)} secondes à dire]"]
    return []


def _require_may_be_written_to(situation: Situation, eleve: Eleve | None) -> None:
    """Refuse to write to who asked for peace, or is active again."""
    nom = situation.dossier.eleve
    if refus := refused_contact(situation.dossier, eleve):
        raise refus
    if situation.etat is Etat.ACTIF:
        raise Refus(
            f"{nom} est de nouveau actif : aucun message n'est à envoyer.",
            "« inactifs detect » terminera son dossier ; voyez « inactifs show ».",
        )


def _early(session: Session, personne: Personne, situation: Situation) -> list[str]:
    """That nothing is due yet, and whether it is because they answered."""
    jour, echeance = session.jour, situation.echeance
    if echeance is None or echeance <= jour:
        return []
    phrases = []
    fin = suspension(situation.dossier, session.classeur.regles)
    reponses = [r for r in situation.dossier.relances if r.repondu]
    if situation.etat is Etat.SUSPENDU and reponses and fin is not None:
        derniere = reponses[-1]
        quoi = "" if derniere.issue is Issue.REPONDU else f" ({derniere.issue.libelle})"
        le = french(derniere.reponse_le or derniere.date)
        phrases.append(
            f"{personne.nom} a répondu le {le}{quoi} : dossier suspendu jusqu'au {french(fin)}."
        )
    phrases.append(
        f"Rien n'est à faire pour {personne.nom} avant le {french(echeance)} : ce texte est pour "
        "ce jour-là."
    )
    return phrases


def _all_messages(
    session: Session,
    moyen: Moyen | None,
    format_: Format | None,
    sortie: Path | None,
    malgre_imports: bool,
) -> None:
    """All the messages due, in the order of the steps: a page, a table, or one file each in a
    folder; not on the word of a stale import."""
    dues = sorted(
        session.dues(),
        key=lambda s: (s.etape.numero if s.etape else 0, directory_key(s.dossier.eleve)),
    )
    if dues:
        session.require_fresh(malgre_imports)
    envois = [prepare(session.classeur, situation, session.jour, moyen) for situation in dues]
    base = session.source.chemin.parent / f"messages_{session.jour.isoformat()}"
    if format_ in (None, Format.EML):
        _write_folder(session, envois, sortie or base)
        return
    ecole, jour = session.classeur.ecole.nom, session.jour
    formes: dict[Format | None, tuple[str, Callable[[], bytes]]] = {
        Format.PAGE: (".html", lambda: outbox_page(envois, ecole, jour).encode()),
        Format.CSV: (".csv", lambda: outbox_csv(envois)),
        Format.XLSX: (".xlsx", lambda: outbox_xlsx(envois)),
    }
    suffixe, contenu = formes[format_]
    fichier = sortie or base.with_suffix(suffixe)
    resume = _summary(jour, [(e, "") for e in envois])
    session.reply(
        lambda: {"date": jour.isoformat(), "fichier": str(fichier), "resume": resume},
        *written(fichier, contenu, "Messages écrits"),
        tables=lambda: resume,
    )


def _write_folder(session: Session, envois: Sequence[Envoi], dossier: Path) -> None:
    """One file for each message, and a summary by responsible.

    What an earlier run left in this folder and is no longer due is taken away, so that
    nothing is sent twice.
    """
    faits: list[tuple[Envoi, str]] = []
    if envois or dossier.exists():
        _empty(dossier)
        for envoi in envois:
            fait, nom, contenu = _file(session, envoi)
            if contenu:
                nom = _unused(nom, {pris for _, pris in faits})
                write_private(dossier / nom, contenu)
            faits.append((fait, nom))
    resume = _summary(session.jour, faits)
    if dossier.exists():
        write_private(dossier / RESUME, ("\n".join(resume) + "\n").encode())
    ecrits = [str(dossier / nom) for _, nom in faits if nom]
    if ecrits:
        phrases = [f"Le tout est dans « {dossier} »."]
    elif envois:
        phrases = ["Aucun message n'a pu être préparé : corrigez ce qui manque, puis recommencez."]
    else:
        phrases = [
            f"Aucun message n'est à préparer au {french(session.jour)}.",
            "Ce qui est à venir : inactifs next",
        ]
    session.reply(
        lambda: {
            "date": session.jour.isoformat(),
            "dossier": str(dossier),
            "fichiers": ecrits,
            "resume": resume,
        },
        *phrases,
        tables=lambda: resume if envois else (),
    )


def _empty(dossier: Path) -> None:
    try:
        dossier.mkdir(exist_ok=True, mode=0o700)
        for ancien in dossier.iterdir():
            if ancien.name == RESUME or PREPARE.fullmatch(ancien.name):
                ancien.unlink()
    except OSError as faute:
        raise ErreurInactifs(
            f"Impossible de préparer le dossier « {dossier} » : {write_fault(faute)}.",
            "Fermez les fichiers qui y sont ouverts, puis relancez.",
        ) from faute


def _file(session: Session, envoi: Envoi) -> tuple[Envoi, str, bytes]:
    """The name and the bytes of one message's file; none, and why, when it cannot be written."""
    texte = envoi.message
    if texte is None:
        return envoi, "", b""
    nom = f"{file_name(envoi.dossier)}-etape{texte.etape}-{texte.moyen.value}"
    if texte.moyen is Moyen.EMAIL:
        try:
            return envoi, f"{nom}.eml", _draft(session, envoi)
        except FichierInvalide as faute:
            return replace(envoi, message=None, raison=faute.dit), "", b""
    objet = f"Objet : {texte.objet}\n\n" if texte.objet else ""
    dit = f"Avant : {envoi.dit}\n\n" if envoi.dit else ""
    entete = _heading(envoi, envoi.nom)
    return envoi, f"{nom}.txt", f"{entete}\n\n{dit}{objet}{texte.texte}\n".encode()


def _summary(jour: date, faits: Sequence[tuple[Envoi, str]]) -> list[str]:
    """What was prepared, by responsible; then what was not, each reason once."""
    prets = [(e, nom) for e, nom in faits if e.message]
    lignes = [f"Messages du {french(jour)} : {len(prets)} préparés sur {len(faits)} dus."]
    for responsable, groupe in groupby(prets, key=lambda f: f[0].responsable):
        lignes += ["", responsable]
        lignes += [f"  {_heading(e, e.nom)}{f' → {nom}' if nom else ''}" for e, nom in groupe]
    for raison in dict.fromkeys(e.raison for e, _ in faits if not e.message):
        lignes += ["", f"Non préparés. {raison}"]
        lignes += [f"  {e.nom}" for e, _ in faits if e.raison == raison]
    return lignes


def _draft(session: Session, envoi: Envoi) -> bytes:
    eleve, nom = envoi.eleve, envoi.dossier.eleve
    if eleve is None or not eleve.email or envoi.message is None:
        raise FichierInvalide(
            f"{nom} n'a pas d'adresse email dans la feuille Élèves.",
            "Ajoutez-la, ou choisissez un autre moyen avec --moyen.",
        )
    if is_wrong(eleve.email):
        raise FichierInvalide(
            f"L'adresse email {of(nom)} est notée erronée dans la feuille Élèves.",
            "Corrigez-la, ou choisissez un autre moyen avec --moyen.",
        )
    ecole = session.classeur.ecole.email or None
    return draft(envoi.message, eleve.email, ecole, datetime.now())


def _heading(envoi: Envoi, nom: str) -> str:
    if envoi.message is None:
        return nom
    au = " à " if envoi.message.moyen is Moyen.EMAIL else " au "
    return f"{nom} : {envoi.message.moyen.libelle}{au + envoi.ou if envoi.ou else ''}"


def file_name(dossier: Dossier) -> str:
    """« 1042-royer-laurence »: letters and digits only, which every system takes."""
    return "-".join(re.findall(r"[a-z0-9]+", fold(f"{dossier.numero} {dossier.eleve}")))[:80]


def _unused(nom: str, pris: Container[str]) -> str:
    """``nom``, numbered when it is taken: homonyms without a number."""
    debut, point, suffixe = nom.rpartition(".")
    noms = (f"{debut} ({rang}){point}{suffixe}" for rang in count(2))
    return next(libre for libre in chain([nom], noms) if libre not in pris)
