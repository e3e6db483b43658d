"""The messages due, as things to use: a page with its links, a table for an SMS service and a mail
merge, a file each; and what an SMS costs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import groupby
from typing import TYPE_CHECKING
from urllib.parse import quote

from inactifs.dates import french
from inactifs.erreurs import FichierInvalide, Refus
from inactifs.messages import CHAMPS, Message, agreement, render_message, values_for
from inactifs.mots import directory_key, fold, of
from inactifs.phones import format_phone, international
from inactifs.procedure.eleve import PAR_TELEPHONE, default_moyen, is_wrong, means_to_use
from inactifs.procedure.modele import Dossier, Moyen
from inactifs.procedure.suivi import Situation
from inactifs.registre import as_typed
from inactifs.rendu.cases import Ligne
from inactifs.rendu.page import filled
from inactifs.rendu.table import Column, as_csv, grid

if TYPE_CHECKING:
    from inactifs.classeur.values import Classeur, Ecole


@dataclass(frozen=True, slots=True)
class Envoi(Ligne):
    """A message due for a student; without ``message``, ``raison`` says why there is none."""

    message: Message | None = None
    valeurs: Mapping[str, str] = field(default_factory=dict)
    raison: str = ""

    @property
    def nom(self) -> str:
        """« ROYER Laurence (n° 1042) »."""
        numero = f" (n° {self.dossier.numero})" if self.dossier.numero else ""
        return f"{self.dossier.eleve}{numero}"

    @property
    def moyen(self) -> Moyen | None:
        """By what means it is made."""
        return self.message.moyen if self.message else None

    @property
    def numero_a_composer(self) -> str:
        """« +33612345678 », empty when there is none or a wrong one."""
        telephone = self.personne.telephone
        return "" if is_wrong(telephone) else international(telephone)

    @property
    def adresse_email(self) -> str:
        """Where to write; empty when there is none or a wrong one."""
        return "" if is_wrong(self.personne.email) else self.personne.email

    @property
    def ou(self) -> str:
        """The number in pairs, the address, or nothing for a letter."""
        if self.moyen is Moyen.EMAIL:
            return self.adresse_email
        return format_phone(self.personne.telephone) if self.moyen in PAR_TELEPHONE else ""

    @property
    def lien(self) -> str:
        """What a telephone or mail software opens, the text being ready."""
        message, numero = self.message, self.numero_a_composer
        if message and message.moyen is Moyen.EMAIL and self.adresse_email:
            corps = quote(message.texte.replace("\n", "\r\n"))
            adresse = quote(self.adresse_email, safe="@")
            return f"mailto:{adresse}?subject={quote(message.objet)}&body={corps}"
        if not message or message.moyen not in PAR_TELEPHONE or not numero:
            return ""
        sms = message.moyen is Moyen.SMS
        return f"sms:{numero}?&body={quote(message.texte)}" if sms else f"tel:{numero}"

    @property
    def compte(self) -> str:
        """« 287 caractères, 2 SMS »; empty for another means."""
        if self.message is None or self.message.moyen is not Moyen.SMS:
            return ""
        compte = segments(self.message.texte)
        return f"{compte.caracteres} caractères, {compte.segments} SMS"


def means_due(classeur: Classeur, situation: Situation) -> Moyen:
    """By what means what is due is made: a call where one was promised, else the first means of
    the step by which the student may be reached."""
    eleve = classeur.eleve_of(situation.dossier)
    etape = situation.etape or classeur.regles.plan[0]
    if situation.rappel is not None and (eleve is None or eleve.telephone):
        return Moyen.TELEPHONE
    if eleve is None:
        return default_moyen(situation.dossier, etape, None)
    return means_to_use(etape, eleve)[0]


def message_for(
    classeur: Classeur, situation: Situation, jour: date, moyen: Moyen | None = None
) -> Envoi:
    """What is due, by ``moyen`` or the usual means, and its text.

    It speaks of what was agreed when the last thing known is an answer, not silence.

    Raises:
        Refus: nothing is to be sent.
        FichierInvalide: the template cannot be filled.
    """
    dossier, regles = situation.dossier, classeur.regles
    if situation.etape is None and situation.rappel is None:
        raise Refus(
            f"Aucune relance n'est à faire pour {dossier.eleve}.",
            "Voyez où en est le dossier avec « inactifs show ».",
        )
    eleve, accord = classeur.eleve_of(dossier), agreement(dossier)
    valeurs = values_for(eleve, dossier, classeur.ecole, jour, causes=regles.causes, accord=accord)
    rang = (situation.etape or regles.plan[0]).numero
    voulu = moyen or means_due(classeur, situation)
    message = render_message(classeur.modeles, rang, voulu, valeurs, suite=accord is not None)
    return Envoi(situation, eleve, jour, message, valeurs)


def prepare(
    classeur: Classeur, situation: Situation, jour: date, moyen: Moyen | None = None
) -> Envoi:
    """The message of one student, or the reason why there is none."""
    try:
        return message_for(classeur, situation, jour, moyen)
    except FichierInvalide as faute:
        # The same cell spoils the message of many students: said once, without their names.
        raison = re.sub(r"(n'a pas de valeur) pour .*", r"\1.", faute.message)
        raison = f"{raison} {faute.conseil}".strip()
        return Envoi(situation, classeur.eleve_of(situation.dossier), jour, raison=raison)


def _ready(envois: Sequence[Envoi]) -> list[Envoi]:
    """Those to send: by means, call-backs first, then by step, in the order of a French
    directory."""
    rangs = (*Moyen, None)
    return sorted(
        (e for e in envois if e.message),
        key=lambda e: (
            rangs.index(e.moyen),
            e.situation.rappel is None,
            e.situation.etape.numero if e.situation.etape else 0,
            directory_key(e.dossier.eleve),
        ),
    )


def _page(envois: Sequence[Envoi], ecole: str, jour: date) -> bytes:
    """One self-contained page: grouped by means, with links to call and write, a button that
    copies the text, a box to tick; it can be printed, and asks nothing of the network."""
    prets = _ready(envois)
    return filled(
        "outbox.html",
        ecole=ecole,
        jour=french(jour),
        cle=jour.isoformat(),
        groupes=[(moyen, list(siens)) for moyen, siens in groupby(prets, key=lambda e: e.moyen)],
        total=len(prets),
        manques=[e for e in envois if not e.message],
        as_typed=as_typed,
    ).encode()


_HORS_TABLE = ("numero", "eleve", "causes")
"""Fields that have a column already, or hold several lines."""


def _field(champ: str) -> Column[Envoi]:
    return Column(champ, lambda e: e.valeurs.get(champ, ""), 17)


_TABLE: tuple[Column[Envoi], ...] = (
    Column("N° élève", lambda e: e.dossier.numero, 9),
    Column("Élève", lambda e: e.dossier.eleve, 23),
    Column("Moyen", lambda e: e.moyen.libelle if e.moyen else ""),
    Column("Téléphone", lambda e: e.numero_a_composer, 17),
    Column("Email", lambda e: e.adresse_email, 27),
    Column("Étape", lambda e: e.etape),
    Column("Responsable", lambda e: e.responsable),
    Column("Objet", lambda e: e.message.objet if e.message else "", 30),
    Column("Texte", lambda e: e.message.texte if e.message else "", 60),
    *(_field(champ) for champ in CHAMPS if champ not in _HORS_TABLE),
)
"""What an SMS service or a mail merge takes: one column a field, under its own name."""


def _workbook(envois: Sequence[Envoi], *_: object) -> bytes:
    """The table, for Word's mail merge."""
    from inactifs.rendu.xlsx_sheet import Classeur  # with openpyxl

    classeur = Classeur()
    classeur.listing("Messages", grid("Messages", _TABLE, _ready(envois)))
    return classeur.to_bytes("Messages", "")


FORMES: Mapping[str, tuple[str, Callable[[Sequence[Envoi], str, date], bytes]] | None] = {
    "eml": None,
    "page": (".html", _page),
    "csv": (".csv", lambda envois, *_: as_csv(_TABLE, _ready(envois))),
    "xlsx": (".xlsx", _workbook),
}
"""What holds all the messages: a file of this suffix, made with the school's name and the day;
or a file for each."""


@dataclass(frozen=True, slots=True)
class Segments:
    """How an SMS travels: ``encodage`` is « GSM-7 » or « UCS-2 ». ``caracteres`` counts what is
    charged (« € » takes two places), ``segments`` the SMS that will be sent, ``hors_gsm`` the
    characters that forced UCS-2, in order of appearance."""

    encodage: str
    caracteres: int
    segments: int
    hors_gsm: tuple[str, ...] = ()


# 3GPP TS 23.038, 6.2.1: the default alphabet, without the escape; 6.2.1.1: its extension,
# where each character takes an escape and a letter.
_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_EXTENSION = frozenset("\f^{}\\[~]|€")


def segments(texte: str) -> Segments:
    """How many SMS ``texte`` takes. 160 places in GSM-7, 70 in UCS-2; 153 and 67 when there are
    several, whose header takes the rest (3GPP TS 23.038 and 23.040, 9.2.3.24.1). A character of two
    places is never split between two SMS."""
    hors_gsm = tuple(dict.fromkeys(c for c in texte if c not in _GSM and c not in _GSM_EXTENSION))
    if hors_gsm:
        encodage, seul, chacun = "UCS-2", 70, 67
        places = [2 if ord(c) > 0xFFFF else 1 for c in texte]
    else:
        encodage, seul, chacun = "GSM-7", 160, 153
        places = [2 if c in _GSM_EXTENSION else 1 for c in texte]
    total, nombre, pris = sum(places), min(len(places), 1), 0
    for place in places if total > seul else ():
        if pris + place > chacun:
            nombre, pris = nombre + 1, 0
        pris += place
    return Segments(encodage, total, nombre, hors_gsm)


def spoken_seconds(texte: str) -> int:
    """How long ``texte`` lasts when read aloud, unhurried: 2.6 words a second."""
    return round(len(re.findall(r"\w+(?:['’]\w+)*", texte)) / 2.6)


def draft(message: Message, to: str, from_: str | None, quand: datetime) -> bytes:
    """The ``.eml`` file of ``message``, addressed and unsent.

    ``X-Unsent: 1`` opens it as a draft in Outlook and Thunderbird, and the type identifier in
    Apple Mail. UTF-8 throughout, CRLF line ends, ASCII bytes (RFC 5322, 2045, 2047). Without
    ``from_``, the school's address, the mail software puts its own.

    Raises:
        FichierInvalide: an address is not one email address.
    """
    from email.charset import QP, Charset
    from email.header import Header
    from email.mime.text import MIMEText
    from email.policy import compat32
    from email.utils import format_datetime

    # Not EmailMessage: before Python 3.13 it may lose a space when it folds a long subject.
    utf8 = Charset("utf-8")
    utf8.body_encoding = QP
    brouillon = MIMEText(message.texte + "\n", "plain", utf8)  # type: ignore[arg-type]
    if from_:
        brouillon["From"] = _address(from_, "de l'auto-école", "la feuille Paramètres")
    brouillon["To"] = _address(to, "de l'élève", "la feuille Élèves")
    objet = " ".join(message.objet.split())  # a line break would end the header
    brouillon["Subject"] = Header(objet, header_name="Subject")  # type: ignore[assignment]
    brouillon["Date"] = format_datetime(quand.astimezone())
    brouillon["X-Unsent"] = "1"
    brouillon["X-Uniform-Type-Identifier"] = "com.apple.mail-draft"
    return brouillon.as_bytes(policy=compat32.clone(linesep="\r\n"))


def _address(texte: str, de_qui: str, ou: str) -> str:
    from email.errors import MessageError
    from email.headerregistry import Address

    try:
        adresse = Address(addr_spec=texte.strip())
        domaine = adresse.domain.encode("idna").decode("ascii")
        if "." not in domaine:
            raise ValueError
        return Address(username=adresse.username, domain=domaine).addr_spec
    except (ValueError, IndexError, MessageError):
        net = " ".join(texte.split())
        raise FichierInvalide(
            f"« {net} », l'email {de_qui}, n'est pas une adresse."
            if net
            else f"L'email {de_qui} n'est pas renseigné.",
            f"Tapez-le dans {ou} : une seule adresse, comme prenom.nom@exemple.fr.",
        ) from None


Fichier = tuple[Envoi, str, bytes]
"""A message, the name of its file and what it holds; without name, nothing was prepared."""

PREPARE = re.compile(
    rf"(?P<qui>.*)-etape(?P<etape>\d+)-(?P<moyen>{'|'.join(Moyen)})(?: \(\d+\))?\.(?:txt|eml)"
)
"""The names of these files, and what each says."""


def files(envois: Iterable[Envoi], ecole: Ecole, quand: datetime) -> Iterator[Fichier]:
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
        contenu = f"{heading(envoi, envoi.nom)}\n\n{dit}{objet}{texte.texte}\n".encode()
        if texte.moyen is Moyen.EMAIL:
            try:
                suffixe, contenu = "eml", email_draft(envoi, ecole, quand)
            except FichierInvalide as faute:
                yield replace(envoi, message=None, raison=faute.dit), "", b""
                continue
        nom = f"{file_name(envoi.dossier)}-etape{texte.etape}-{texte.moyen.value}"
        pris[nom] += 1  # homonyms without a number
        rang = f" ({pris[nom]})" if pris[nom] > 1 else ""
        yield envoi, f"{nom}{rang}.{suffixe}", contenu


def file_name(dossier: Dossier) -> str:
    """« 1042-royer-laurence »: letters and digits only, which every system takes."""
    return "-".join(re.findall(r"[a-z0-9]+", fold(f"{dossier.numero} {dossier.eleve}")))[:80]


def email_draft(envoi: Envoi, ecole: Ecole, quand: datetime) -> bytes:
    """The draft of an email; raises ``FichierInvalide`` when the student has no address, or a
    wrong one."""
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
    return draft(envoi.message, eleve.email, ecole.email or None, quand)


def summary(jour: date, fichiers: Sequence[Fichier]) -> list[str]:
    """What was prepared, by responsible; then what was not, each reason once."""
    prets = [(e, f" → {nom}" if nom else "") for e, nom, _ in fichiers if e.message]
    manques = [e for e, *_ in fichiers if not e.message]
    lignes = [f"Messages du {french(jour)} : {len(prets)} préparés sur {len(fichiers)} dus."]
    for responsable, groupe in groupby(prets, key=lambda f: f[0].responsable):
        lignes += ["", responsable, *(f"  {heading(e, e.nom)}{vers}" for e, vers in groupe)]
    for raison in dict.fromkeys(e.raison for e in manques):
        lignes += ["", f"Non préparés. {raison}"]
        lignes += [f"  {e.nom}" for e in manques if e.raison == raison]
    return lignes


def heading(envoi: Envoi, nom: str) -> str:
    """« ROYER Laurence (n° 1042) : SMS au 06 12 34 56 78 »."""
    if envoi.moyen is None:
        return nom
    au = " à " if envoi.moyen is Moyen.EMAIL else " au "
    return f"{nom} : {envoi.moyen.libelle}{au + envoi.ou if envoi.ou else ''}"


def length(envoi: Envoi) -> Iterator[str]:
    """What an SMS costs, how long a voice message lasts."""
    texte = envoi.message.texte if envoi.message else ""
    if envoi.moyen is Moyen.SMS:
        compte = segments(texte)
        hors = f" à cause de : {' '.join(compte.hors_gsm)}" if compte.hors_gsm else ""
        yield f"[{envoi.compte}, {compte.encodage}{hors}]"
    if envoi.moyen is Moyen.MESSAGE_VOCAL:
        yield f"[environ {spoken_seconds(texte)} secondes à dire]"
