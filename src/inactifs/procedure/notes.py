"""The lines that the commands add to COMMENTAIRE: written here, and read again.

The tableau has one cell for each date; what a later command overwrites (a suspension, a
closing) is known afterwards by these lines only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import product
from typing import Any, TypeAlias

from inactifs.dates import french, read_date
from inactifs.mots import data_file, fold
from inactifs.procedure.modele import Liste

MENTION = "Abandonniste : dossier clôturé le"
"""What the procedure wants in the tableau of a closed dossier (contract, section 3)."""

DEMANDE_ELEVE = "à la demande de l'élève"
"""What the mention adds when the person gave up themselves."""

MOTIF_RETIRE = "motif retiré"
"""What takes the place of a reason that may name somebody."""


class Nature(Liste):
    """What a line notes, and how it is written; what stands in brackets may be missing."""

    phrase: str

    SUSPENSION = "suspension", "Suspendu le {jour} jusqu'au {fin} : {motif}"
    CLOTURE = "cloture", MENTION + " {jour}[ ({motif})]"
    REPRISE = "reprise", ""  # told by the reopening that takes it back
    REOUVERTURE = "reouverture", "Dossier rouvert le {jour} : {motif}[ (reprise du {fin})]"
    CONTACT = "contact", "Contact de nouveau accepté le {jour} : {motif}"  # may be called again


_JOUR = r"\d{2}/\d{2}/\d{4}"
_LECTEURS = {
    nature: re.compile(
        re.sub(r"\\\[(.*)\\\]", r"(?:\1)?", re.escape(nature.phrase))
        .replace(r"\{jour\}", f"(?P<jour>{_JOUR})")
        .replace(r"\{fin\}", f"(?P<fin>{_JOUR})")
        .replace(r"\{motif\}", "(?P<motif>.*?)")
    )
    for nature in Nature
    if nature.phrase
}


@dataclass(frozen=True, slots=True)
class Note:
    """One line read again: what was done on ``jour``, why, and until when for a suspension."""

    jour: date
    nature: Nature
    motif: str = ""
    fin: date | None = None


def written(nature: Nature, jour: date, motif: str = "", fin: date | None = None) -> str:
    """The line of what was done on ``jour``; ``fin`` is the last day of a suspension, or the day
    of the reprise that a reopening takes back."""
    return _filled(nature, jour=french(jour), motif=motif, fin=french(fin) if fin else "")


def _filled(nature: Nature, **champs: str) -> str:
    phrase = re.sub(r"\[(.*\{(\w+)\}.*)\]", lambda m: m[1] if champs[m[2]] else "", nature.phrase)
    return phrase.format(**champs)


def is_note(ligne: str) -> bool:
    """Whether a line of a comment is one that a command added."""
    return any(lecteur.match(ligne) for lecteur in _LECTEURS.values())


def read_notes(commentaire: str) -> tuple[Note, ...]:
    """What the lines of a comment note, in their order; anything else that is there is left."""
    lues: list[Note] = []
    for ligne, (nature, lecteur) in product(commentaire.splitlines(), _LECTEURS.items()):
        if (trouve := lecteur.fullmatch(ligne.strip())) is None:
            continue
        champs = trouve.groupdict("")
        try:
            fin = read_date(champs["fin"]) if champs.get("fin") else None
            note = Note(read_date(champs["jour"]), nature, champs["motif"], fin)
        except ValueError:  # « 31/02/2026 »: altered by hand
            continue
        if nature is Nature.REOUVERTURE and fin:
            lues.append(Note(fin, Nature.REPRISE))
            note = replace(note, fin=None)
        lues.append(note)
    return tuple(lues)


def without_reason(ligne: str) -> str:
    """A note with its dates alone, nothing that somebody typed; "" when the line is no note."""
    for nature, lecteur in _LECTEURS.items():
        if nature is Nature.CLOTURE and (trouve := lecteur.match(ligne)):
            motif = DEMANDE_ELEVE if DEMANDE_ELEVE in ligne else ""
            return _filled(nature, jour=trouve["jour"], motif=motif)
        if trouve := lecteur.fullmatch(ligne):
            return _filled(nature, **trouve.groupdict("") | {"motif": MOTIF_RETIRE})
    return ""


def private_words(texte: str) -> list[str]:
    """The words of ``texte``, as typed, that most likely tell of health, of private life, of
    opinions or of justice, or that judge the person; those of the trade set aside."""
    metier, intimes = _expressions("metier"), _expressions("familles")
    trouves: list[str] = []
    for dit in re.split(r"[^\w\s'’-]+|\n", texte):
        mots = re.findall(r"[^\W_]+", dit)
        sons = [_sound(mot) for mot in mots]
        for debut, fin in _found(metier, sons):
            sons[debut:fin] = [""] * (fin - debut)
        trouves += [" ".join(mots[debut:fin]) for debut, fin in _found(intimes, sons)]
    return trouves


_Expressions: TypeAlias = "Mapping[str, list[str]]"
"""By the two letters with which they may begin; under « » those that anything may begin."""


def _found(expressions: _Expressions, sons: list[str]) -> Iterator[tuple[int, int]]:
    """Where the expressions stand, the longest first, none inside another."""
    rang = 0
    while rang < len(sons):
        possibles = (*expressions.get(sons[rang][:2], ()), *expressions[""])
        fin = max((f for e in possibles for f in _ends(e.split(), sons, rang)), default=rang)
        if fin > rang:
            yield rang, fin
        rang = max(fin, rang + 1)


def _ends(places: Sequence[str], sons: list[str], rang: int) -> Iterator[int]:
    """Where an expression ends if it stands at ``rang``: what stands at its first place, then the
    rest; « .. » is up to three words, « $ » the end of what is said."""
    if not places or places == ["$"]:
        yield from [rang] if not places or rang == len(sons) else []
        return
    if places[0] == "..":
        suivants = {*range(rang, min(rang + 4, len(sons)))}
    else:
        mots, debuts, fins, autres = _alternatives(places[0])
        suivants = {fin for autre in autres for fin in _ends(autre.split(), sons, rang)}
        son = sons[rang] if rang < len(sons) else ""
        if son and (son in mots or son.startswith(debuts) or son.endswith(fins)):
            suivants.add(rang + 1)
    for suivant in suivants:
        yield from _ends(places[1:], sons, suivant)


@cache
def _alternatives(place: str) -> tuple[set[str], tuple[str, ...], tuple[str, ...], list[str]]:
    """What may stand at one place: words, the beginnings and the ends of some, and what is not one
    word: several, nothing, or the end."""
    mots, debuts, fins, autres = set[str](), list[str](), list[str](), list[str]()
    for mot in _choices(place):
        if " " in mot or mot in ("", "$"):
            autres.append(mot)
        elif mot.startswith("*"):
            fins += _sounds(mot)
        elif mot.endswith("*"):
            debuts += _sounds(mot)
        else:
            formes = ("",) if mot.endswith("!") or len(mot) < 3 else ("", "e", "s", "es", "r")
            mots |= {son + forme for son in _sounds(mot) for forme in formes}
    return mots, tuple(debuts), tuple(fins), autres


def _choices(place: str) -> list[str]:
    choix = [*place.removesuffix("?").split("|"), *[""] * place.endswith("?")]
    classes = _words()["classes"]
    return [
        m for c in choix for m in (re.split(r"\s*\|\s*", classes[c[1:-1]]) if c[:1] == "{" else [c])
    ]


def _sounds(mot: str) -> list[str]:
    """How a word of an expression is heard; « agac* »: agaçant, agacé; a short word is as it is
    written: « smic* »."""
    son = _sound(mot.strip("*!"), "*" in mot)
    return [son, _sound(mot.replace("*", "e"))[:-1], fold(mot[:-1])] if mot.endswith("*") else [son]


@cache
def _sound(mot: str, debut: bool = False) -> str:
    """A word as it is heard, so that a slip of spelling (« depresion », « ospitalisé ») hides
    nothing: doubled letters are one, an h is silent, « ph » is f, « qu » and « c » are k, or s."""
    son = fold(mot)
    if len(son) < 5 and not debut:
        return son
    son = son.replace("ph", "f").replace("y", "i").replace("qu", "k")
    son = re.sub(r"(?<!c)h", "", re.sub(r"c(?=[ei])", "s", son))
    return re.sub(r"([^e])\1+", r"\1", re.sub(r"c(?!h)", "k", son).replace("z", "s"))


def _words() -> Any:
    return data_file("procedure/mots_intimes.toml")


@cache
def _expressions(table: str) -> _Expressions:
    """Those of the trade, or those about people."""
    par_debut: dict[str, list[str]] = {"": []}
    for expression in re.split(r"[;\n]", "\n".join(_words()[table].values())):
        for debut in _beginnings(expression.split()):
            par_debut.setdefault(debut, []).append(expression)
    return par_debut


def _beginnings(places: Sequence[str]) -> set[str]:
    debuts: set[str] = set()
    for mot in _choices(places[0]) if places else ():
        if not mot:
            debuts |= _beginnings(places[1:])
        else:
            sons = [""] if mot[0] in "*.$" else _sounds(mot.split()[0])
            debuts |= {son[:2] for son in sons}
    return debuts
