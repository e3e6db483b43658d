"""What ``relance message`` shows and writes."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from inactifs.cli.commun import print_json, say
from inactifs.cli.fichiers_produits import write_private
from inactifs.erreurs import ErreurInactifs, FichierInvalide, Refus
from inactifs.messages import (
    MODELES_PAR_DEFAUT,
    Message,
    format_phone,
    render_message,
    segments,
    spoken_seconds,
    values_for,
)
from inactifs.procedure.modele import Dossier, Eleve, Etat, Moyen
from inactifs.procedure.suivi import Situation, situate

if TYPE_CHECKING:
    from inactifs.classeur.valeurs import Classeur
    from inactifs.recherche import Personne


def one_message(
    classeur: Classeur,
    personne: Personne,
    jour: date,
    moyen: Moyen | None,
    eml: Path | None,
    *,
    as_json: bool,
) -> None:
    """Show the text of the step due, and write the draft that is asked for."""
    from inactifs.cli.commun import open_dossier_of

    dossier = open_dossier_of(personne)
    eleve = personne.eleve
    suivi = eleve is None or eleve.suivi
    situation = situate(dossier, classeur.regles, jour, suivi=suivi)
    voulu = Moyen.EMAIL if eml is not None and moyen is None else moyen
    message = _message(classeur, situation, eleve, jour, voulu)
    if eml is not None:
        write_private(eml, _draft(classeur, message, eleve, dossier))
    if as_json:
        print_json(
            {
                "numero": personne.numero,
                "eleve": personne.nom,
                "telephone": eleve.telephone if eleve else "",
                "email": eleve.email if eleve else "",
                "etape": message.etape,
                "moyen": message.moyen.value,
                "objet": message.objet,
                "texte": message.texte,
            }
        )
        return
    say(_heading(message, eleve, personne.libelle))
    if message.objet:
        print(f"Objet : {message.objet}\n")
    print(message.texte)
    if message.moyen is Moyen.SMS:
        s = segments(message.texte)
        hors = f" à cause de : {' '.join(s.hors_gsm)}" if s.hors_gsm else ""
        say(f"[{s.caracteres} caractères, {s.segments} SMS, {s.encodage}{hors}]")
    elif message.moyen is Moyen.MESSAGE_VOCAL:
        say(f"[environ {spoken_seconds(message.texte)} secondes à dire]")
    if eml is not None:
        say(f"Brouillon écrit : {eml}")
    say(f"Ensuite : inactifs relance add {personne.numero or personne.nom} "
        f"--moyen {message.moyen.value}")  # fmt: skip


def write_all(
    classeur: Classeur, jour: date, dossier: Path, moyen: Moyen | None, *, as_json: bool
) -> None:
    """One file for each message due on ``jour``, and a summary."""
    from inactifs.cli.matin import open_situations

    dues = [s for s in open_situations(classeur, jour) if s.etat is Etat.A_RELANCER]
    try:
        dossier.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as faute:
        raise ErreurInactifs(
            f"Impossible de créer « {dossier} ».", "Choisissez-en un autre."
        ) from (faute)
    resume, ecrits = [], []
    for situation in dues:
        d = situation.dossier
        eleve = classeur.eleve_of(d)
        try:
            message = _message(classeur, situation, eleve, jour, moyen)
            courriel = message.moyen is Moyen.EMAIL and eleve is not None and bool(eleve.email)
            contenu = (
                _draft(classeur, message, eleve, d) if courriel else message.texte.encode() + b"\n"
            )
        except FichierInvalide as faute:
            resume.append(f"{d.eleve} : non préparé. {faute.message}")
            continue
        nom = f"{_file_name(d)}-etape{message.etape}-{message.moyen.value}"
        chemin = dossier / f"{nom}.{'eml' if courriel else 'txt'}"
        write_private(chemin, contenu)
        ecrits.append(str(chemin))
        resume.append(f"{_heading(message, eleve, d.eleve)} → {chemin.name}")
    write_private(dossier / "resume.txt", ("\n".join(resume) + "\n").encode())
    if as_json:
        print_json({"date": jour.isoformat(), "fichiers": ecrits, "resume": resume})
        return
    say(f"{len(ecrits)} messages préparés dans {dossier} ; la liste est dans resume.txt.")


def _message(
    classeur: Classeur,
    situation: Situation,
    eleve: Eleve | None,
    jour: date,
    moyen: Moyen | None,
) -> Message:
    etape = situation.etape
    if etape is None:
        raise Refus(
            f"Aucune relance n'est à faire pour {situation.dossier.eleve}.",
            "Voyez où en est le dossier avec « inactifs show ».",
        )
    valeurs = values_for(
        eleve, situation.dossier, classeur.ecole, jour, causes=classeur.regles.causes
    )
    modeles = classeur.modeles or MODELES_PAR_DEFAUT
    return render_message(modeles, etape.numero, moyen or etape.moyens[0], valeurs)


def _draft(classeur: Classeur, message: Message, eleve: Eleve | None, dossier: Dossier) -> bytes:
    from inactifs.rendu.eml import draft

    if eleve is None or not eleve.email:
        raise FichierInvalide(
            f"{dossier.eleve} n'a pas d'adresse email dans la feuille Élèves.",
            "Ajoutez-la, ou choisissez un autre moyen avec --moyen.",
        )
    return draft(message, eleve.email, classeur.ecole.email or None, datetime.now())


def _heading(message: Message, eleve: Eleve | None, nom: str) -> str:
    ou = ""
    if eleve is not None:
        ou = eleve.email if message.moyen is Moyen.EMAIL else format_phone(eleve.telephone)
    return f"{nom} : {message.moyen.libelle}" + (f" au {ou}" if ou else "")


def _file_name(dossier: Dossier) -> str:
    from inactifs.registre import name_words

    return "-".join((dossier.numero, *name_words(dossier.eleve))).strip("-")
