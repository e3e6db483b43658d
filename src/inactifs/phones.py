"""Telephone numbers: as they are read in France, and as machines dial them."""

from __future__ import annotations

import re

# A number typed as 06… is French; one of the overseas departments is not in the plan of « FR ».
_REGIONS = ("FR", "RE", "GP", "MQ", "GF", "YT")


def format_phone(texte: str) -> str:
    """« 06 12 34 56 78 », as numbers are read in France; international form for a foreign one.

    What is not one number, or has words beside it, is given back as typed; but for a
    mention after it, as « (faux numéro) », which is kept.
    """
    if mention := re.fullmatch(r"(.*\d)\s*(\([^\d()]+\))", texte):
        return f"{format_phone(mention[1])} {mention[2]}"
    if not re.fullmatch(r"[\d\s+()./\-]+", texte):
        return texte
    chiffres = re.sub(r"[\s./\-]", "", texte)
    if re.fullmatch(r"0[1-9][0-9]{8}", chiffres):  # nearly all: the library takes 20 ms to load
        return _in_pairs(chiffres)
    import phonenumbers

    for region in _REGIONS:
        try:
            numero = phonenumbers.parse(texte, region)
        except phonenumbers.NumberParseException:
            return texte
        if phonenumbers.is_valid_number(numero):
            if phonenumbers.region_code_for_number(numero) in _REGIONS:
                chiffres = phonenumbers.format_number(
                    numero, phonenumbers.PhoneNumberFormat.NATIONAL
                ).replace(" ", "")
                return _in_pairs(chiffres)
            return phonenumbers.format_number(numero, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    return texte


def international(texte: str) -> str:
    """« +33612345678 », as telephones and SMS services dial it; empty when ``texte`` is not one
    number that can be dialled."""
    chiffres = re.sub(r"[\s./\-]", "", texte)
    if re.fullmatch(r"0[1-9][0-9]{8}", chiffres):
        return f"+{_country(chiffres)}{chiffres[1:]}"
    if not re.fullmatch(r"[\d\s+()./\-]+", texte):
        return ""
    import phonenumbers

    for region in _REGIONS:
        try:
            numero = phonenumbers.parse(texte, region)
        except phonenumbers.NumberParseException:
            return ""
        if phonenumbers.is_valid_number(numero):
            return phonenumbers.format_number(numero, phonenumbers.PhoneNumberFormat.E164)
    return ""


_OUTRE_MER = (
    (re.compile(r"0(?:262|263|269|692|693|639(?!98))"), "262"),  # Réunion, Mayotte
    (re.compile(r"0(?:590|690|691)"), "590"),  # Guadeloupe
    (re.compile(r"0(?:594|694|695)"), "594"),  # Guyane
    (re.compile(r"0(?:596|696|697)"), "596"),  # Martinique
)
"""Arcep, plan de numérotation (décision 2018-0881): 06 39 98 is for fiction, in any region."""


def _country(chiffres: str) -> str:
    return next((pays for debut, pays in _OUTRE_MER if debut.match(chiffres)), "33")


def _in_pairs(chiffres: str) -> str:
    return " ".join(re.findall("..?", chiffres))
