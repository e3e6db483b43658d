"""What ``relance message`` shows and writes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from inactifs.classeur.modeles_lus import default_modeles
from inactifs.cli.outputs import write_private
from inactifs.dates import french
from inactifs.depot.faults import write_fault
from inactifs.erreurs import ErreurInactifs, FichierInvalide, Refus
from inactifs.messages import (
    Message,
    render_message,
    values_for,
)
from inactifs.phones import format_phone
from inactifs.procedure.joignable import PAR_TELEPHONE, default_moyen, is_wrong, means_to_use
from inactifs.procedure.modele import Dossier, Eleve, Etat, Moyen
from inactifs.procedure.suivi import Situation
from inactifs.registre import as_typed
from inactifs.rendu.sms import segments, spoken_seconds

if TYPE_CHECKING:
    from inactifs.classeur.valeurs import Classeur
    from inactifs.cli.session import Session
    from inactifs.recherche import Personne


@dataclass(frozen=True, slots=True)
class Prepare:
    """A message due, as a file; without ``contenu``, ``raison`` says why there is none."""

    nom: str
    contenu: bytes
    responsable: str
    entete: str
    raison: str = ""


_PREPARE = re.compile(r".*-etape\d+-[a-z-]+( \(\d+\))?\.(txt|eml)|resume\.txt")
"""What ``--tous`` writes, and may take away."""


def one_message(
    session: Session, personne: Personne, moyen: Moyen | None, eml: Path | None
) -> None:
    """Show the text of the step due, and write the draft that is asked for."""
    classeur, jour, eleve = session.classeur, session.jour, personne.eleve
    situation = session.situation(session.dossier_of(personne), eleve)
    voulu = Moyen.EMAIL if eml is not None and moyen is None else moyen
    message = _message(classeur, situation, eleve, jour, voulu)
    if eml is not None:
        write_private(eml, _draft(classeur, message, eleve, situation.dossier))
    entete = []
    if situation.echeance is not None and situation.echeance > jour:
        entete.append(
            f"Rien n'est à faire pour {personne.nom} avant le {french(situation.echeance)} : ce "
            "texte est pour ce jour-là."
        )
    entete.append(_heading(message, eleve, personne.libelle))
    phrases = []
    if message.moyen is Moyen.SMS:
        s = segments(message.texte)
        hors = f" à cause de : {' '.join(s.hors_gsm)}" if s.hors_gsm else ""
        phrases = [f"[{s.caracteres} caractères, {s.segments} SMS, {s.encodage}{hors}]"]
    elif message.moyen is Moyen.MESSAGE_VOCAL:
        phrases = [f"[environ {spoken_seconds(message.texte)} secondes à dire]"]
    if eml is not None:
        phrases.append(f"Brouillon écrit : {eml}")
    qui = as_typed(personne.numero, personne.nom)
    session.reply(
        lambda: {
            "numero": personne.numero,
            "eleve": personne.nom,
            "telephone": eleve.telephone if eleve else "",
            "email": eleve.email if eleve else "",
            "etape": message.etape,
            "moyen": message.moyen.value,
            "objet": message.objet,
            "texte": message.texte,
        },
        *phrases,
        f"Ensuite : inactifs relance add {qui} --moyen {message.moyen.value}",
        tables=lambda: (*((f"Objet : {message.objet}\n",) if message.objet else ()), message.texte),
        entete=entete,
    )


def write_all(session: Session, dossier: Path, moyen: Moyen | None) -> None:
    """One file for each message due, and a summary by responsible.

    What an earlier run left in this folder and is no longer due is taken away, so that
    nothing is sent twice.
    """
    jour = session.jour
    dues = [s for s in session.open_situations() if s.etat is Etat.A_RELANCER]
    dues.sort(key=lambda s: (s.etape.numero if s.etape else 0, s.dossier.eleve))
    if not dues and not dossier.exists():
        _say_all(session, [], _summary([], jour), dossier)
        return
    try:
        dossier.mkdir(exist_ok=True, mode=0o700)
        for ancien in dossier.iterdir():
            if _PREPARE.fullmatch(ancien.name):
                ancien.unlink()
    except OSError as faute:
        raise ErreurInactifs(
            f"Impossible de préparer le dossier « {dossier} » : {write_fault(faute)}.",
            "Fermez les fichiers qui y sont ouverts, puis relancez.",
        ) from faute
    prepares: list[Prepare] = []
    for situation in dues:
        prepare = _prepare(session.classeur, situation, jour, moyen)
        if prepare.contenu:
            nom = _unused(prepare.nom, [p.nom for p in prepares])
            write_private(dossier / nom, prepare.contenu)
            prepare = replace(prepare, nom=nom)
        prepares.append(prepare)
    resume = _summary(prepares, jour)
    write_private(dossier / "resume.txt", ("\n".join(resume) + "\n").encode())
    _say_all(session, prepares, resume, dossier)


def _say_all(
    session: Session, prepares: Sequence[Prepare], resume: Sequence[str], dossier: Path
) -> None:
    """Say what was prepared, and where it lies."""
    faits = [p for p in prepares if p.contenu]
    if not prepares:
        phrases = [
            f"Aucun message n'est à préparer au {french(session.jour)}.",
            "Ce qui est à venir : inactifs next",
        ]
    elif faits:
        phrases = [f"Le tout est dans « {dossier} »."]
    else:
        phrases = ["Aucun message n'a pu être préparé : corrigez ce qui manque, puis recommencez."]
    session.reply(
        lambda: {
            "date": session.jour.isoformat(),
            "dossier": str(dossier),
            "fichiers": [str(dossier / p.nom) for p in faits],
            "resume": resume,
        },
        *phrases,
        tables=lambda: resume if prepares else (),
    )


def _prepare(classeur: Classeur, situation: Situation, jour: date, moyen: Moyen | None) -> Prepare:
    """The file of one message; ``contenu`` is empty and ``raison`` says why when it has none."""
    d = situation.dossier
    eleve = classeur.eleve_of(d)
    responsable = situation.etape.responsable if situation.etape else ""
    libelle = f"{d.eleve} (n° {d.numero})" if d.numero else d.eleve
    try:
        message = _message(classeur, situation, eleve, jour, moyen)
        entete = _heading(message, eleve, libelle)
        if message.moyen is Moyen.EMAIL:
            contenu, suffixe = _draft(classeur, message, eleve, d), "eml"
        else:
            objet = f"Objet : {message.objet}\n\n" if message.objet else ""
            contenu, suffixe = f"{entete}\n\n{objet}{message.texte}\n".encode(), "txt"
    except FichierInvalide as faute:
        # The same cell spoils the message of many students: said once, without their names.
        raison = re.sub(r"(n'a pas de valeur) pour .*", r"\1.", faute.message)
        return Prepare("", b"", responsable, libelle, f"{raison} {faute.conseil}".strip())
    nom = f"{_file_name(d)}-etape{message.etape}-{message.moyen.value}.{suffixe}"
    return Prepare(nom, contenu, responsable, entete)


def _summary(prepares: Sequence[Prepare], jour: date) -> list[str]:
    from itertools import groupby

    faits = [p for p in prepares if p.contenu]
    lignes = [f"Messages du {french(jour)} : {len(faits)} préparés sur {len(prepares)} dus."]
    for responsable, groupe in groupby(faits, key=lambda p: p.responsable):
        lignes += ["", responsable, *(f"  {p.entete} → {p.nom}" for p in groupe)]
    for raison in dict.fromkeys(p.raison for p in prepares if not p.contenu):
        lignes += ["", f"Non préparés. {raison}"]
        lignes += [f"  {p.entete}" for p in prepares if p.raison == raison]
    return lignes


def _message(
    classeur: Classeur, situation: Situation, eleve: Eleve | None, jour: date, moyen: Moyen | None
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
    modeles = classeur.modeles or default_modeles()
    if moyen is None and eleve is None:
        moyen = default_moyen(situation.dossier, etape, None)
    return render_message(modeles, etape.numero, moyen or means_to_use(etape, eleve)[0], valeurs)


def _draft(classeur: Classeur, message: Message, eleve: Eleve | None, dossier: Dossier) -> bytes:
    from inactifs.rendu.eml import draft

    if eleve is None or not eleve.email:
        raise FichierInvalide(
            f"{dossier.eleve} n'a pas d'adresse email dans la feuille Élèves.",
            "Ajoutez-la, ou choisissez un autre moyen avec --moyen.",
        )
    if is_wrong(eleve.email):
        raise FichierInvalide(
            f"L'adresse email de {dossier.eleve} est notée erronée dans la feuille Élèves.",
            "Corrigez-la, ou choisissez un autre moyen avec --moyen.",
        )
    return draft(message, eleve.email, classeur.ecole.email or None, datetime.now())


def _heading(message: Message, eleve: Eleve | None, nom: str) -> str:
    ou = ""
    if eleve is not None and message.moyen is Moyen.EMAIL and eleve.email:
        ou = f" à {eleve.email}"
    elif eleve is not None and message.moyen in PAR_TELEPHONE and eleve.telephone:
        ou = f" au {format_phone(eleve.telephone)}"
    return f"{nom} : {message.moyen.libelle}{ou}"


def _file_name(dossier: Dossier) -> str:
    """« 1042-royer-laurence »: letters and digits only, which every system takes."""
    from inactifs.mots import fold

    return "-".join(re.findall(r"[a-z0-9]+", fold(f"{dossier.numero} {dossier.eleve}")))[:80]


def _unused(nom: str, pris: Sequence[str]) -> str:
    """``nom``, numbered when it is taken: homonyms without a number."""
    if nom not in pris:
        return nom
    debut, point, suffixe = nom.rpartition(".")
    return next(n for i in range(2, len(pris) + 3)
                if (n := f"{debut} ({i}){point}{suffixe}") not in pris)  # fmt: skip
