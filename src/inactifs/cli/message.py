"""``relance message``: the text to send or say, one student's or everybody's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from inactifs.cli.session import Reading, Session, named, write_private, written
from inactifs.dates import french
from inactifs.depot.faults import write_fault
from inactifs.erreurs import ErreurInactifs, Refus, UsageIncorrect
from inactifs.mots import directory_key
from inactifs.procedure.gestes import require_contactable
from inactifs.procedure.modele import Etat, Moyen
from inactifs.registre import as_typed
from inactifs.rendu import outbox
from inactifs.rendu.outbox import Envoi
from inactifs.rendu.sentences import nothing_due_yet

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
    if (forme := outbox.FORMES[format_ or "eml"]) is None:
        _write_folder(session, envois, sortie or base)
        return
    suffixe, contenu = forme
    fichier, ecole, jour = sortie or base.with_suffix(suffixe), session.classeur.ecole, session.jour
    resume = outbox.summary(jour, [(envoi, "", b"") for envoi in envois])
    session.reply(
        lambda: {"date": jour.isoformat(), "fichier": str(fichier), "resume": resume},
        *written(fichier, lambda: contenu(envois, ecole.nom, jour), "Messages écrits"),
        tables=lambda: resume,
    )


def _one_message(session: Session, qui: str | None, moyen: Moyen | None, eml: Path | None) -> None:
    """Show the text of the step due, and write the draft that is asked for; refused for who asked
    for peace, or is active again."""
    personne = session.person(qui) if qui else session.due_student()
    eleve, ecole = personne.eleve, session.classeur.ecole
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
        *outbox.length(envoi),
        *written(eml, lambda: outbox.email_draft(envoi, ecole, datetime.now()), "Brouillon écrit"),
        f"Ensuite : inactifs relance add {tape} --moyen {texte.moyen.value}",
        tables=lambda: (*((f"Objet : {texte.objet}\n",) if texte.objet else ()), texte.texte),
        entete=[
            *nothing_due_yet(situation, personne.nom, session.classeur.regles, session.jour),
            outbox.heading(envoi, personne.libelle),
            *([f"Avant : {envoi.dit}"] if envoi.dit else []),
        ],
    )


def _write_folder(session: Session, envois: Sequence[Envoi], dossier: Path) -> None:
    """One file for each message, and a summary by responsible. What an earlier run left there and
    is no longer due is taken away, so that nothing is sent twice."""
    jour = session.jour
    fichiers = list(outbox.files(envois, session.classeur.ecole, datetime.now()))
    resume = outbox.summary(jour, fichiers)
    ecrits = {dossier / nom: contenu for _, nom, contenu in fichiers if nom}
    if envois or dossier.exists():
        try:
            dossier.mkdir(exist_ok=True, mode=0o700)
            for ancien in dossier.iterdir():
                if ancien.name == RESUME or outbox.PREPARE.fullmatch(ancien.name):
                    ancien.unlink()
        except OSError as faute:
            raise ErreurInactifs(
                f"Impossible de préparer le dossier « {dossier} » : {write_fault(faute)}.",
                "Fermez les fichiers qui y sont ouverts, puis relancez.",
            ) from faute
        for chemin, contenu in ecrits.items():
            write_private(chemin, contenu)
        write_private(dossier / RESUME, "\n".join([*resume, ""]).encode())
    phrase = f"Aucun message n'est à préparer au {french(jour)}."
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
        *([] if envois else ["Ce qui est à venir : inactifs next"]),
        tables=lambda: resume if envois else (),
    )
