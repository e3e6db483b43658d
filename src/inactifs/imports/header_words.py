"""The words of headers, read from the data file beside this module: the table to add words to."""

from __future__ import annotations

import tomllib
from importlib.resources import files

from inactifs.imports.outcome import Canal
from inactifs.mots import fold

_DONNEES = tomllib.loads(
    files(__package__).joinpath("header_words.toml").read_text(encoding="utf-8")
)

PERSONNE: tuple[str, ...] = tuple(_DONNEES["personne"])
"""Who the exports are about."""
LIEUX: tuple[str, ...] = tuple(_DONNEES["lieux"])
"""Where students revise: words that a header may have or not."""
IDENTITE: dict[str, tuple[str, ...]] = {c: tuple(m) for c, m in _DONNEES["identite"].items()}
"""``dossier`` is a number, or a NEPH: the register tells. ``ordre`` is the student's number or
the row's: it only tells homonyms apart, or stands alone."""
PROPRES: dict[Canal, dict[str, tuple[str, ...]]] = {
    canal: {champ: tuple(mots) for champ, mots in _DONNEES[canal].items()} for canal in Canal
}
"""``qui`` is a name, an email, a phone or a number, heeded where nothing else says who it is."""
EFFETS = {
    Canal.COURS: ("annule", "absent", "presence", "statut", "motif"),
    Canal.CONNEXIONS: ("action",),
    Canal.CONTACTS: ("sens", "canal", "type"),
}
"""The fields that say whether a line counts."""
LIBELLES: dict[str, str] = _DONNEES["libelles"]
"""The fields, in the words shown to people."""
JOURS: dict[Canal, dict[str, tuple[str, ...]]] = {
    canal: {
        "evenement": tuple(_DONNEES["jours"][canal]["evenement"]),
        "courant": tuple(_DONNEES["jours"][canal]["courant"]),
        "recours": tuple(_DONNEES["jours"][canal].get("recours", ())),
        "autre": (*_DONNEES["jours"]["autre"], *_DONNEES["jours"][canal]["autre"]),
    }
    for canal in (Canal.COURS, Canal.CONNEXIONS, Canal.CONTACTS)
}
"""The words of a column of days: of the event itself, of any day, of another day."""
ANGLAIS, FRANCAIS = (frozenset(_DONNEES[langue]) for langue in ("anglais", "francais"))
"""Words without accents that only English headers have, or French ones."""
ARGENT: tuple[str, ...] = tuple(_DONNEES["argent"])
"""The words of an invoice, not of what was invoiced."""
AUTRUI: frozenset[str] = frozenset(_DONNEES["autrui"])
"""The words of people other than the student."""
VIDES: frozenset[str] = frozenset(_DONNEES["vides"])
"""Articles: words that carry no meaning."""
MOIS: dict[str, int] = {
    fold(mot): rang for rang, mots in enumerate(_DONNEES["mois"], 1) for mot in mots
}
"""The months, whole or shortened, in French and in English, without accents."""
