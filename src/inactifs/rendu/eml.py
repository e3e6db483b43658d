"""An email draft, as a file that mail software opens ready to be sent."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from inactifs.erreurs import FichierInvalide

if TYPE_CHECKING:
    from inactifs.messages import Message


def draft(message: Message, to: str, from_: str | None, quand: datetime) -> bytes:
    """The ``.eml`` file of ``message``, addressed and unsent.

    ``X-Unsent: 1`` opens it as a draft in Outlook and Thunderbird, and the type identifier in
    Apple Mail. UTF-8 throughout, CRLF line ends, ASCII bytes (RFC 5322, 2045, 2047).

    Args:
        message: what is said; its ``objet`` is the subject.
        to: the student's address.
        from_: the school's address; without one, the mail software puts its own.
        quand: when the draft is made; a naive time is local.

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
