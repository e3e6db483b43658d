"""Telephone numbers: as they are read in France, and as machines dial them."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

# A number typed as 06… is French; one of the overseas departments is not in the plan of « FR ».
_REGIONS = ("FR", "RE", "GP", "MQ", "GF", "YT")


def format_phone(texte: str) -> str:
    """« 06 12 34 56 78 », as numbers are read in France; international form for a foreign one.

    What is not one number, or has words beside it, is given back as typed; but for a
    mention after it, as « (faux numéro) », which is kept.
    """
    if mention := re.fullmatch(r"(.*\d)\s*(\([^\d()]+\))", texte):
        return f"{format_phone(mention[1])} {mention[2]}"
    if not (chiffres := _national(texte)):
        if (numero := _parsed(texte)) is None:
            return texte
        import phonenumbers
        from phonenumbers import PhoneNumberFormat

        if phonenumbers.region_code_for_number(numero) not in _REGIONS:
            return phonenumbers.format_number(numero, PhoneNumberFormat.INTERNATIONAL)
        chiffres = phonenumbers.format_number(numero, PhoneNumberFormat.NATIONAL).replace(" ", "")
    return " ".join(re.findall("..?", chiffres))


def international(texte: str) -> str:
    """« +33612345678 », as telephones and SMS services dial it; empty when ``texte`` is not one
    number that can be dialled."""
    if chiffres := _national(texte):
        return _e164(chiffres[1:])
    numero = _parsed(texte)
    if numero is None:
        return ""
    import phonenumbers

    return phonenumbers.format_number(numero, phonenumbers.PhoneNumberFormat.E164)


def _national(texte: str) -> str:
    """The ten digits of nearly every number; the library takes 20 ms to load."""
    chiffres = re.sub(r"[\s./\-]", "", texte)
    return chiffres if re.fullmatch(r"0[1-9][0-9]{8}", chiffres) else ""


def _parsed(texte: str) -> PhoneNumber | None:
    """A number in another form, in the plan of the first region where it is one."""
    if not re.fullmatch(r"[\d\s+()./\-]+", texte):
        return None
    import phonenumbers

    for region in _REGIONS:
        try:
            numero = phonenumbers.parse(texte, region)
        except phonenumbers.NumberParseException:
            return None
        if phonenumbers.is_valid_number(numero):
            return numero
    return None


_OUTREMER = re.compile(
    r"(?P<n>69[23]|639(?!98)|262|263|269)|(?P<g>69[01]|590)|(?P<y>694|594)|(?P<m>69[67]|596)"
)
_INDICATIFS = {"n": "262", "g": "590", "y": "594", "m": "596"}
"""The overseas departments' own codes, by how their numbers begin (Arcep, plan de numérotation,
décision 2018-0881); 06 39 98 is for fiction, in any region."""
_PARENTHESES = re.compile(r"\([^()\d]*\)")
_PLUSIEURS = re.compile(r"\s*(?:[/;,|]|\bou\b|\bet\b)\s*")
_SEPARATEURS = re.compile(r"[\s.\-()\u00a0]+")
_SCIENTIFIQUE = re.compile(r"\d[.,]?\d*e\s?\+?\d+", re.IGNORECASE)
_NEUF_CHIFFRES = re.compile(r"0?([1-9]\d{8})", re.ASCII)
_TELEPHONE = re.compile(r"(?:(?:\+|00)?33|0)?[1-9]\d{8}")


@cache
def phone_keys(telephone: str) -> tuple[str, ...]:
    """The numbers of a cell, each as E.164; empty when there is none.

    A number of nine digits has lost its first zero in a spreadsheet; « (mère) » is left aside;
    an overseas number is the same with its code or without.
    """
    if _SCIENTIFIQUE.search(telephone):
        return ()
    cles = []
    for morceau in _PLUSIEURS.split(_PARENTHESES.sub("", telephone)):
        chiffres = _SEPARATEURS.sub("", morceau.replace("(0)", ""))
        if francais := _NEUF_CHIFFRES.fullmatch(chiffres):
            cles.append(_e164(francais[1]))
        elif len(chiffres) > 5 and (cle := _possible(chiffres)):
            cles.append(_e164(cle[3:]) if cle.startswith("+33") else cle)
    return tuple(dict.fromkeys(cles))


def is_phone(texte: str) -> bool:
    """Whether a text is one French phone number, and nothing else."""
    return _TELEPHONE.fullmatch(_SEPARATEURS.sub("", texte)) is not None


def _e164(chiffres: str) -> str:
    """A number of nine digits of France, as E.164."""
    ailleurs = _OUTREMER.match(chiffres)
    return f"+{_INDICATIFS[str(ailleurs.lastgroup)] if ailleurs else '33'}{chiffres}"


def _possible(texte: str) -> str:
    import phonenumbers

    try:
        numero = phonenumbers.parse(texte, "FR")
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(numero) or not numero.national_number:
        return ""
    return phonenumbers.format_number(numero, phonenumbers.PhoneNumberFormat.E164)
