"""What an import makes of hundreds of layouts: the truth, or a refusal, or a rejection."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable

import pytest
from exports_fabrique import importe
from layouts_fabrique import (
    ELEVES,
    Layout,
    damaged,
    doubtful,
    phones,
    platforms,
    several,
    tables,
    titled,
)

from inactifs.erreurs import ErreurInactifs
from inactifs.imports import Canal, ResultatImport

_CHAMPS = {
    Canal.COURS: ("dernier_cours", "prochain_cours"),
    Canal.CONNEXIONS: ("derniere_connexion", ""),
    Canal.CONTACTS: ("dernier_contact", ""),
}


def wrong(layout: Layout, resultat: ResultatImport) -> list[str]:
    """The students whose dates are not the truth, and of whom no line is rejected."""
    apres = {e.numero: e for e in resultat.eleves}
    rejetes = [r.contenu for r in resultat.rejets]
    chiffres = [re.sub(r"\D", "", contenu) for contenu in rejetes]
    faux = []
    for eleve in ELEVES:
        lu = tuple(
            getattr(apres.get(eleve.numero, eleve), champ) if champ else None
            for champ in _CHAMPS[layout.canal]
        )
        vrai = layout.verite.get(eleve.numero, (None, None))
        dit = (
            any(t in c for t in (eleve.numero, eleve.email) for c in rejetes)
            or any(eleve.nom in c and eleve.prenom in c for c in rejetes)
            or any(t in c for t in (eleve.neph, eleve.telephone.replace(" ", "")[1:])
                   for c in chiffres)
        )  # fmt: skip
        if lu != vrai and not dit:
            faux.append(f"{eleve.nom_complet} : {lu} au lieu de {vrai}")
    return faux


def outcome(layout: Layout) -> str:
    """« juste », « refus » (or many rejected), or what is wrong."""
    try:
        resultat = importe(layout.canal, layout.octets, ELEVES, colonnes=layout.colonnes)
    except ErreurInactifs as refus:
        return f"refus : {refus.message} {refus.conseil}"
    if faux := wrong(layout, resultat):
        return f"FAUX : {faux[:3]} {resultat.compris} {resultat.avertissements}"
    if len(resultat.rejets) * 5 > resultat.lignes:
        return f"refus : {len(resultat.rejets)} rejets, {resultat.rejets[0].raison}"
    return "juste"


def judged(layouts: Iterable[Layout]) -> tuple[list[str], list[str], int]:
    """What is wrong, what is refused though plain, and how many there are."""
    faux, refus, combien = [], [], 0
    for layout in layouts:
        combien += 1
        dit = outcome(layout)
        if dit.startswith("FAUX"):
            faux.append(f"{layout.nom} → {dit}")
        elif dit.startswith("refus") and layout.plain:
            refus.append(f"{layout.nom} → {dit}")
    return faux, refus, combien


@pytest.mark.parametrize("graine", [2026])
def test_tables_of_any_software(graine: int) -> None:
    """Headers, extra days, identities, forms of dates, encodings."""
    faux, refus, combien = judged(tables(random.Random(graine), 150))
    print(f"{combien} tableaux : {len(faux)} faux, {len(refus)} refus")
    assert not faux, "\n".join(faux)
    assert len(refus) <= 8, "\n".join(refus)


@pytest.mark.parametrize(
    ("genre", "refusables"),
    [(several, 0), (titled, 0), (platforms, 0), (phones, 0), (damaged, 1)],
    ids=lambda g: getattr(g, "__name__", ""),
)
def test_layouts_of_a_kind(
    genre: Callable[[random.Random], Iterable[Layout]], refusables: int
) -> None:
    """Sheets and stacks, days as titles, platforms, phones, what was damaged."""
    faux, refus, combien = judged(genre(random.Random(17)))
    print(f"{genre.__name__} : {combien} exports, {len(faux)} faux, {len(refus)} refus")
    assert not faux, "\n".join(faux)
    assert len(refus) <= refusables, "\n".join(refus)


def test_what_is_doubtful() -> None:
    """A refusal, or the truth."""
    faux, _, combien = judged(doubtful(random.Random(19)))
    print(f"{combien} exports douteux : {len(faux)} faux")
    assert not faux, "\n".join(faux)
