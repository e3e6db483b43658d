"""``relance message``: the text to send or say, one student's or everybody's."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from inactifs.cli.outputs import write_private, written
from inactifs.cli.session import Reading, Session, named
from inactifs.dates import french
from inactifs.depot.faults import write_fault
from inactifs.erreurs import ErreurInactifs, FichierInvalide, Refus, UsageIncorrect
from inactifs.mots import directory_key, fold, of
from inactifs.procedure.eleve import is_wrong
from inactifs.procedure.gestes import require_contactable
from inactifs.procedure.modele import Dossier, Etat, Issue, Moyen
from inactifs.procedure.suivi import suspension
from inactifs.registre import as_typed
from inactifs.rendu import outbox
from inactifs.rendu.outbox import Envoi

if TYPE_CHECKING:
    from inactifs.procedure.suivi import Situation
    from inactifs.recherche import Personne

FORMES: Mapping[str, tuple[str, Callable[[Sequence[Envoi], Session], bytes]] | None] = {
    "eml": None,
    "page": (
        ".html",
        lambda envois, s: outbox.outbox_page(envois, s.classeur.ecole.nom, s.jour).encode(),
    ),
    "csv": (".csv", lambda envois, _: outbox.outbox_csv(envois)),
    "xlsx": (".xlsx", lambda envois, _: outbox.outbox_xlsx(envois)),
}
"""What ``--tous`` makes (``--format``): a file of this suffix; or a folder with one for each."""

Fichier = tuple[Envoi, str, bytes]
"""A message, the name of its file and what it holds; without name, nothing was prepared."""


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
    format_: str | None = None,
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
    if not tous:
        _one_message(session, eleve, moyen, eml)
        return
    dues = session.dues()
    dues.sort(key=lambda s: (s.etape.numero if s.etape else 0, directory_key(s.dossier.eleve)))
    if dues:
        session.require_fresh(malgre_imports)
    envois = [outbox.prepare(session.classeur, due, session.jour, moyen) for due in dues]
    base = session.source.chemin.parent / f"messages_{session.jour.isoformat()}"
    if (forme := FORMES[format_ or "eml"]) is None:
        _write_folder(session, envois, sortie or base)
        return
    suffixe, contenu = forme
    fichier = sortie or base.with_suffix(suffixe)
    resume = _summary(session.jour, [(envoi, "", b"") for envoi in envois])
    session.reply(
        lambda: {"date": session.jour.isoformat(), "fichier": str(fichier), "resume": resume},
        *written(fichier, lambda: contenu(envois, session), "Messages écrits"),
        tables=lambda: resume,
    )


def _one_message(session: Session, qui: str | None, moyen: Moyen | None, eml: Path | None) -> None:
    """Show the text of the step due, and write the draft that is asked for; refused for who asked
    for peace, or is active again."""
    personne = session.person(qui) if qui else session.due_student()
    eleve = personne.eleve
    situation = session.situation(session.dossier_of(personne), eleve)
    require_contactable(situation.dossier, eleve)
    if situation.etat is Etat.ACTIF:
        raise Refus(
            f"{situation.dossier.eleve} est de nouveau actif : aucun message n'est à envoyer.",
            "« inactifs detect » terminera son dossier ; voyez « inactifs show ».",
        )
    voulu = Moyen.EMAIL if eml is not None and moyen is None else moyen
    envoi = outbox.message_for(session.classeur, situation, session.jour, voulu)
    texte = envoi.message
    assert texte is not None
    document = named(personne) | {
        "representant_legal": eleve.representant_legal if eleve else "",
        **asdict(texte),
        "dit": envoi.dit,
    }
    tape = as_typed(personne.numero, personne.nom)
    session.reply(
        lambda: document,
        *session.age_of_imports(),
        *_length(envoi),
        *written(eml, lambda: _draft(session, envoi), "Brouillon écrit"),
        f"Ensuite : inactifs relance add {tape} --moyen {texte.moyen.value}",
        tables=lambda: (*((f"Objet : {texte.objet}\n",) if texte.objet else ()), texte.texte),
        entete=[
            *_early(session, personne, situation),
            _heading(envoi, personne.libelle),
            *([f"Avant : {envoi.dit}"] if envoi.dit else []),
        ],
    )


def _length(envoi: Envoi) -> Iterator[str]:
    """What an SMS costs, how long a voice message lasts."""
    texte = envoi.message.texte if envoi.message else ""
    if envoi.moyen is Moyen.SMS:
        compte = outbox.segments(texte)
        hors = f" à cause de : {' '.join(compte.hors_gsm)}" if compte.hors_gsm else ""
        yield f"[{envoi.compte}, {compte.encodage}{hors}]"
    if envoi.moyen is Moyen.MESSAGE_VOCAL:
        yield f"[environ {outbox.spoken_seconds(texte)} secondes à dire]"


def _early(session: Session, personne: Personne, situation: Situation) -> Iterator[str]:
    """That nothing is due yet, and whether it is because they answered."""
    dossier, echeance = situation.dossier, situation.echeance
    if echeance is None or echeance <= session.jour:
        return
    fin = suspension(dossier, session.classeur.regles)
    reponse = next((r for r in reversed(dossier.relances) if r.repondu), None)
    if situation.etat is Etat.SUSPENDU and reponse is not None and fin is not None:
        quoi = "" if reponse.issue is Issue.REPONDU else f" ({reponse.issue.libelle})"
        le = french(reponse.repondu_le or reponse.date)
        yield f"{personne.nom} a répondu le {le}{quoi} : dossier suspendu jusqu'au {french(fin)}."
    yield (
        f"Rien n'est à faire pour {personne.nom} avant le {french(echeance)} : ce texte est pour "
        "ce jour-là."
    )


def _write_folder(session: Session, envois: Sequence[Envoi], dossier: Path) -> None:
    """One file for each message, and a summary by responsible. What an earlier run left there and
    is no longer due is taken away, so that nothing is sent twice."""
    jour, fichiers = session.jour, list(_files(session, envois))
    ecrits = {dossier / nom: contenu for _, nom, contenu in fichiers if nom}
    resume = _summary(jour, fichiers)
    if envois or dossier.exists():
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
        texte = "\n".join(resume) + "\n"
        for chemin, contenu in (ecrits | {dossier / RESUME: texte.encode()}).items():
            write_private(chemin, contenu)
    phrase = (
        f"Aucun message n'est à préparer au {french(jour)}.\nCe qui est à venir : inactifs next"
    )
    if ecrits:
        phrase = f"Le tout est dans « {dossier} »."
    elif envois:
        phrase = "Aucun message n'a pu être préparé : corrigez ce qui manque, puis recommencez."
    session.reply(
        lambda: {
            "date": jour.isoformat(),
            "dossier": str(dossier),
            "fichiers": [str(chemin) for chemin in ecrits],
            "resume": resume,
        },
        phrase,
        tables=lambda: resume if envois else (),
    )


def _files(session: Session, envois: Sequence[Envoi]) -> Iterator[Fichier]:
    """The file of each message; none, and why, where it cannot be written."""
    pris = Counter[str]()
    for envoi in envois:
        texte = envoi.message
        if texte is None:
            yield envoi, "", b""
            continue
        suffixe = "txt"
        objet = f"Objet : {texte.objet}\n\n" if texte.objet else ""
        dit = f"Avant : {envoi.dit}\n\n" if envoi.dit else ""
        contenu = f"{_heading(envoi, envoi.nom)}\n\n{dit}{objet}{texte.texte}\n".encode()
        if texte.moyen is Moyen.EMAIL:
            try:
                suffixe, contenu = "eml", _draft(session, envoi)
            except FichierInvalide as faute:
                yield replace(envoi, message=None, raison=faute.dit), "", b""
                continue
        nom = f"{file_name(envoi.dossier)}-etape{texte.etape}-{texte.moyen.value}"
        pris[nom] += 1  # homonyms without a number
        rang = f" ({pris[nom]})" if pris[nom] > 1 else ""
        yield envoi, f"{nom}{rang}.{suffixe}", contenu


def _summary(jour: date, fichiers: Sequence[Fichier]) -> list[str]:
    """What was prepared, by responsible; then what was not, each reason once."""
    prets = [(e, f" → {nom}" if nom else "") for e, nom, _ in fichiers if e.message]
    manques = [e for e, *_ in fichiers if not e.message]
    lignes = [f"Messages du {french(jour)} : {len(prets)} préparés sur {len(fichiers)} dus."]
    for responsable, groupe in groupby(prets, key=lambda f: f[0].responsable):
        lignes += ["", responsable, *(f"  {_heading(e, e.nom)}{vers}" for e, vers in groupe)]
    for raison in dict.fromkeys(e.raison for e in manques):
        lignes += ["", f"Non préparés. {raison}"]
        lignes += [f"  {e.nom}" for e in manques if e.raison == raison]
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
    return outbox.draft(envoi.message, eleve.email, ecole, datetime.now())


def _heading(envoi: Envoi, nom: str) -> str:
    if envoi.moyen is None:
        return nom
    au = " à " if envoi.moyen is Moyen.EMAIL else " au "
    return f"{nom} : {envoi.moyen.libelle}{au + envoi.ou if envoi.ou else ''}"


def file_name(dossier: Dossier) -> str:
    """« 1042-royer-laurence »: letters and digits only, which every system takes."""
    return "-".join(re.findall(r"[a-z0-9]+", fold(f"{dossier.numero} {dossier.eleve}")))[:80]
