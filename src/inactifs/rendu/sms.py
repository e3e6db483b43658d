"""What an SMS costs, and how long a voice message lasts."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Segments:
    """How an SMS travels: ``encodage`` is « GSM-7 » or « UCS-2 ».

    ``caracteres`` counts what is charged (« € » takes two places), ``segments`` the SMS that
    will be sent, ``hors_gsm`` the characters that forced UCS-2, in order of appearance.
    """

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
    """How many SMS ``texte`` takes.

    160 places in GSM-7, 70 in UCS-2; 153 and 67 when there are several, whose header takes
    the rest (3GPP TS 23.038 and 23.040, 9.2.3.24.1). A character of two places is never
    split between two SMS.
    """
    hors_gsm = tuple(dict.fromkeys(c for c in texte if c not in _GSM and c not in _GSM_EXTENSION))
    if hors_gsm:
        encodage, seul, chacun = "UCS-2", 70, 67
        places = [2 if ord(c) > 0xFFFF else 1 for c in texte]
    else:
        encodage, seul, chacun = "GSM-7", 160, 153
        places = [2 if c in _GSM_EXTENSION else 1 for c in texte]
    total = sum(places)
    if total <= seul:
        return Segments(encodage, total, 1 if texte else 0, hors_gsm)
    nombre, pris = 1, 0
    for place in places:
        if pris + place > chacun:
            nombre, pris = nombre + 1, 0
        pris += place
    return Segments(encodage, total, nombre, hors_gsm)


def spoken_seconds(texte: str) -> int:
    """How long ``texte`` lasts when read aloud, unhurried: 2.6 words a second."""
    return round(len(re.findall(r"\w+(?:['’]\w+)*", texte)) / 2.6)
