"""How a student can be reached: a number or an address known to be wrong is not used again.

The mark lies in the register, beside the number itself (« 06 12 34 56 78 (faux numéro) »): it
is seen where the number is, and goes when somebody types the right one.
"""

from __future__ import annotations

import re
from dataclasses import replace

from inactifs.mots import simplify
from inactifs.procedure.modele import Dossier, Eleve, Etape, Issue, Moyen

PAR_TELEPHONE = frozenset({Moyen.SMS, Moyen.TELEPHONE, Moyen.MESSAGE_VOCAL})
"""The means that need the telephone number."""

_ADRESSES = {Moyen.EMAIL: "email", Moyen.COURRIER: "adresse"}
_MENTIONS = {
    "telephone": "(faux numéro)",
    "email": "(adresse erronée)",
    "adresse": "(adresse erronée)",
}
_FAUX = re.compile(r"faux|mauvais|errone|nonattribue|invalide")


def is_wrong(coordonnee: str) -> bool:
    """Whether somebody, or ``relance add``, noted that this number or address is wrong."""
    return _FAUX.search(simplify(coordonnee)) is not None and not re.fullmatch(
        r"\S+@\S+", coordonnee.strip()
    )


def without_mark(coordonnee: str) -> str:
    """The number or the address alone."""
    for mention in _MENTIONS.values():
        coordonnee = coordonnee.removesuffix(mention)
    return coordonnee.rstrip()


def proper_issue(moyen: Moyen | None, issue: Issue) -> Issue:
    """A wrong number is a telephone's, a wrong address an email's or a letter's."""
    if not issue.vaine or moyen is None:
        return issue
    return Issue.FAUX_NUMERO if moyen in PAR_TELEPHONE else Issue.ADRESSE_FAUSSE


def after(eleve: Eleve, moyen: Moyen | None, issue: Issue) -> Eleve:
    """The student once ``moyen`` gave ``issue``: a wrong number is marked, an answer clears it."""
    champ = "telephone" if moyen in PAR_TELEPHONE else _ADRESSES.get(moyen or Moyen.SMS, "")
    if not champ:
        return eleve
    actuelle: str = getattr(eleve, champ)
    if issue.vaine and actuelle and not is_wrong(actuelle):
        actuelle += f" {_MENTIONS[champ]}"
    elif issue.repondu:
        actuelle = without_mark(actuelle)
    return replace(eleve, **{champ: actuelle})  # type: ignore[arg-type]


def unmarked(eleve: Eleve, moyen: Moyen | None) -> Eleve:
    """The student without the mark of a wrong number or address that ``moyen`` left."""
    return after(eleve, moyen, Issue.REPONDU)


def means_to_use(etape: Etape, eleve: Eleve | None) -> tuple[Moyen, ...]:
    """The step's means that can reach the student, else the other means that can.

    Of a student outside the register, or of whom it has neither number nor address, nothing is
    known: the step's own.
    """
    if eleve is None or not (eleve.telephone or eleve.email):
        return etape.moyens
    vains = wrong_means(eleve)
    vains |= frozenset() if eleve.telephone else PAR_TELEPHONE
    vains |= frozenset() if eleve.email else {Moyen.EMAIL}
    utiles = tuple(m for m in etape.moyens if m not in vains)
    return utiles or tuple(
        m for m in (Moyen.TELEPHONE, Moyen.EMAIL, Moyen.COURRIER) if m not in vains
    )


def default_moyen(dossier: Dossier, etape: Etape | None, eleve: Eleve | None) -> Moyen:
    """What a relance was most likely made by: the step's first means not known to be wrong."""
    if etape is None:
        return Moyen.TELEPHONE
    faux = wrong_means(eleve) if eleve else {r.moyen for r in dossier.relances if r.vaine}
    return next((m for m in etape.moyens if m not in faux), means_to_use(etape, eleve)[0])


def wrong_means(eleve: Eleve) -> frozenset[Moyen]:
    """The means that a number or an address known to be wrong forbids."""
    telephone = PAR_TELEPHONE if is_wrong(eleve.telephone) else frozenset()
    return telephone | (frozenset({Moyen.EMAIL}) if is_wrong(eleve.email) else frozenset())
