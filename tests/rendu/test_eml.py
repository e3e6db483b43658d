"""Email drafts, read back as mail software reads them."""

from __future__ import annotations

import email
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inactifs.erreurs import FichierInvalide
from inactifs.messages import Message
from inactifs.procedure.modele import Moyen
from inactifs.rendu.outbox import draft

QUAND = datetime(2026, 8, 24, 9, 30, tzinfo=UTC)
TEXTE = "Bonjour Zoë,\n\nL’été « bleu », ça coûte 5 € : à bientôt !\n\nFrom moi\n.\n" + "é" * 900


def message(objet: str = "Votre formation à la conduite", texte: str = TEXTE) -> Message:
    """A message of the second step."""
    return Message(2, Moyen.EMAIL, objet, texte)


def read(octets: bytes) -> EmailMessage:
    """The draft as the standard library reads it, without a defect."""
    lu = email.message_from_bytes(octets, policy=default)
    assert isinstance(lu, EmailMessage)
    assert not lu.defects
    return lu


def test_a_draft_says_who_what_and_that_it_is_unsent() -> None:
    """Outlook and Thunderbird read X-Unsent, Apple Mail the type identifier."""
    lu = read(draft(message(), "zoe@exemple.fr", "contact@centre.fr", QUAND))
    assert lu["To"] == "zoe@exemple.fr"
    assert lu["From"] == "contact@centre.fr"
    assert lu["Subject"] == "Votre formation à la conduite"
    assert lu["Date"].datetime == QUAND
    assert lu["X-Unsent"] == "1"
    assert lu["X-Uniform-Type-Identifier"] == "com.apple.mail-draft"


def test_the_text_comes_back_whole_in_utf8() -> None:
    """Accents, typography, empty lines and very long lines."""
    lu = read(draft(message(), "zoe@exemple.fr", None, QUAND))
    assert lu.get_content_type() == "text/plain"
    assert lu.get_content_charset() == "utf-8"
    assert lu.get_content().replace("\r\n", "\n") == TEXTE + "\n"


def test_the_file_is_ascii_in_short_crlf_lines() -> None:
    """RFC 5322: any mail software, whatever its encoding, reads the file."""
    octets = draft(message(objet="é" * 300), "zoe@exemple.fr", "contact@centre.fr", QUAND)
    assert octets.isascii()
    assert octets.count(b"\n") == octets.count(b"\r\n") == octets.count(b"\r")
    assert max(len(ligne) for ligne in octets.split(b"\r\n")) <= 78


def test_without_the_school_s_address_the_software_puts_its_own() -> None:
    """No empty From."""
    assert read(draft(message(), "zoe@exemple.fr", None, QUAND))["From"] is None


def test_a_line_break_in_the_subject_adds_no_header() -> None:
    """The subject comes from a cell that anyone may edit."""
    lu = read(draft(message(objet="Bonjour\r\nBcc: x@y.fr"), "zoe@exemple.fr", None, QUAND))
    assert lu["Subject"] == "Bonjour Bcc: x@y.fr"
    assert lu["Bcc"] is None


@given(st.text(st.sampled_from("aé €«😀=?_q"), max_size=200))
def test_any_subject_comes_back(objet: str) -> None:
    """Spaces between encoded words included."""
    attendu = " ".join(objet.split())
    lu = read(draft(message(objet=attendu), "zoe@exemple.fr", None, QUAND))
    assert lu["Subject"] == attendu


@pytest.mark.parametrize(
    "adresse",
    [
        "zoe",
        "zoe@exemple",
        "zoë@exemple.fr",
        "zoe@exemple.fr, max@exemple.fr",
        "zoe@exemple.fr; max@exemple.fr",
        "zoe@exemple.fr\r\nBcc: x@y.fr",
        "zoe@exemple.fr\nBcc: x@y.fr",
        "Zoé <zoe@exemple.fr>",
        "zoe martin@exemple.fr",
        "zoe@exemple..fr",
    ],
)
def test_what_is_not_one_address_is_refused(adresse: str) -> None:
    """The student's cell is named, and what is expected."""
    with pytest.raises(FichierInvalide) as prise:
        draft(message(), adresse, None, QUAND)
    assert "l'email de l'élève, n'est pas une adresse" in prise.value.message
    assert "\n" not in prise.value.message
    assert "feuille Élèves" in prise.value.conseil


def test_an_address_that_is_missing_is_said_to_be() -> None:
    """Not « «  » n'est pas une adresse »."""
    with pytest.raises(FichierInvalide, match=r"L'email de l'élève n'est pas renseigné"):
        draft(message(), "  ", None, QUAND)


def test_the_school_s_faulty_address_is_to_be_typed_in_parametres() -> None:
    """Not in the register."""
    with pytest.raises(FichierInvalide) as prise:
        draft(message(), "zoe@exemple.fr", "contact", QUAND)
    assert "de l'auto-école" in prise.value.message
    assert "feuille Paramètres" in prise.value.conseil


def test_an_accented_domain_is_written_as_mail_servers_know_it() -> None:
    """IDNA."""
    octets = draft(message(), "zoe@château.fr", None, QUAND)
    assert read(octets)["To"] == "zoe@xn--chteau-xta.fr"
