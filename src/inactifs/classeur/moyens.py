"""MOYENS UTILISÉS as people type it: the means of each relance, in any spelling."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from inactifs.classeur.saisie import TIRETS
from inactifs.mots import simplify
from inactifs.procedure.modele import Moyen, Relance

MoyenLu = tuple[Moyen | None, bool, bool]
"""A means as read: which one (None when nobody noted it), answered, wrong number."""

_ENTRE_MOYENS = re.compile(r"[\n\r;,+/]|\bet\b|\bpuis\b", re.IGNORECASE)


@lru_cache(maxsize=4096)
def read_moyens(texte: str) -> tuple[MoyenLu, ...]:
    """The means of MOYENS UTILISÉS in order: (means, answered, wrong number) of each.

    They are separated as dates are, and by « / » too. « ? » or a dash is a means that
    nobody noted.
    """
    if texte in TIRETS:
        return ()
    morceaux = [m for m in (m.strip() for m in _ENTRE_MOYENS.split(texte)) if m]
    return tuple(_read_moyen(m) for m in morceaux)


def pair(jours: list[date], moyens: tuple[MoyenLu, ...]) -> list[Relance]:
    """The relances of a row: as many means as days, or no means at all."""
    if not moyens:
        return [Relance(jour, None) for jour in jours]
    if len(moyens) != len(jours):
        raise ValueError(
            f"{len(jours)} date{'s' if len(jours) > 1 else ''} mais "
            f"{len(moyens)} moyen{'s' if len(moyens) > 1 else ''}"
        )
    return [Relance(j, *m) for j, m in zip(jours, moyens, strict=True)]


def read_moyen_word(texte: str) -> Moyen:
    """A means alone, in any spelling (Paramètres, Modèles)."""
    moyen = _MOTS.get(simplify(texte))
    if moyen is None:
        raise ValueError(f"« {texte} » n'est pas un moyen connu")
    return moyen


def _read_moyen(texte: str) -> MoyenLu:
    if texte in TIRETS or set(texte) == {"?"}:
        return None, False, False
    mot = simplify(texte)
    if mot in _MOTS:
        return _MOTS[mot], False, False
    for fin, (repondu, faux_numero) in _SUITES.items():
        debut = mot.removesuffix(fin)
        if debut != mot and (debut in _MOTS or (not debut and "?" in texte)):
            return _MOTS.get(debut), repondu, faux_numero
    raise ValueError(f"« {texte} » n'est pas un moyen connu")


_MOTS = {
    mot: moyen
    for moyen, mots in {
        Moyen.SMS: "sms texto textos mms smsenvoye",
        Moyen.TELEPHONE: "tel telephone telephonique appel appels appele appelee appeltel"
        " appeltelephone appeltelephonique partelephone coupdefil coupdetelephone",
        Moyen.MESSAGE_VOCAL: "messagevocal vocal repondeur messagerie messagerievocale mv"
        " msgvocal messagerepondeur messagesurrepondeur messagelaissesurrepondeur",
        Moyen.EMAIL: "mail mails email emails mel courriel courriels parmail paremail"
        " courrierelectronique",
        Moyen.COURRIER: "courrier courriers lettre lettrerecommandee lettresimple recommande"
        " lrar lettrerar courrierrecommande courrierpostal recommandear parcourrier",
    }.items()
    for mot in mots.split()
}
_SUITES = {
    "arepondu": (True, False),
    "repondu": (True, False),
    "repondue": (True, False),
    "reponse": (True, False),
    "avecreponse": (True, False),
    "reponserecue": (True, False),
    "sansreponse": (False, False),
    "pasdereponse": (False, False),
    "aucunereponse": (False, False),
    "nonrepondu": (False, False),
    "pasrepondu": (False, False),
    "napasrepondu": (False, False),
    "nerepondpas": (False, False),
    "messagelaisse": (False, False),
    "fauxnumero": (False, True),
    "mauvaisnumero": (False, True),
    "numerofaux": (False, True),
    "numeroinvalide": (False, True),
    "numerononattribue": (False, True),
}
"""What may follow a means: (answered, wrong number)."""
