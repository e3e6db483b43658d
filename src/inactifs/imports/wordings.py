"""What the words of an export say: lesson attended, reserved or not; who made the contact.

The words are in ``wordings.toml``, by class; here is how they stand together: a negation negates,
« à faire » is not « fait », « reçu par l'élève » is not « reçu de l'élève ». What is not understood
whole is not guessed: its line is rejected.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from itertools import accumulate

from inactifs.imports.cell_values import most
from inactifs.mots import data_file, fold, simplify


class Effet(StrEnum):
    """What a line does for the procedure."""

    FAIT = "fait"  # happened
    RESERVE = "réservé"  # a lesson reserved, past or future
    COMPTE = "compte"  # happened if its day has come, else reserved
    RIEN = "rien"  # does not count; a reservation on that day is taken back


_COCHES = str.maketrans(
    dict.fromkeys("✓✔☑✅", "oui") | dict.fromkeys("✗✘✖❌☐", "non") | dict.fromkeys("Øø", " ")
)
"""Ticks; and « ø », the sign of nothing, which is no « o »."""
_INFINITIF = re.compile(
    r"\b(?:a|à|reste|doit) (?:\w+ )?(?!hier\b)\w{2,}(?:er|ir|oir|dre|tre|ire)\b"
)
_FIN_DE_PROPOSITION = re.compile(r"[()\[\],;/|–—\n]|\s-+\s|\.(?=\s)")
_FEMININ_PLURIEL = re.compile(r"(?:\(e\)|[·.\-]e)(?:[·.\-]?s|\(s\))?(?![a-z])")

_DONNEES = {**data_file("imports/wordings.toml")}
_ECOLE, _MANQUE, _ELEVE = (
    re.compile(rf"\b(?:{'|'.join(motifs)})\b") for motifs in _DONNEES.pop("plateforme").values()
)
_MOTIFS: Mapping[str, list[str]] = _DONNEES.pop("motifs")
_NETS = re.compile("|".join(_MOTIFS["nets"]))
_LEXIQUE = {
    partie: {classe: frozenset(fold(mots).split()) for classe, mots in classes.items()}
    for partie, classes in _DONNEES.items()
}
_MOTS = _LEXIQUE["mots"]


def _words(texte: str) -> list[str]:
    """The words in their order, without case nor accents; « annulé(e) », « annulé·e » are one."""
    return re.findall(r"[a-z]+|\d+", _FEMININ_PLURIEL.sub("", fold(texte.translate(_COCHES))))


def _forms(mot: str) -> tuple[str, ...]:
    """A word, and what it may be the feminine or the plural of."""
    courts = [mot[:-n] for n, fin in ((1, "s"), (1, "e"), (2, "es")) if mot.endswith(fin)]
    return (mot, *(c for c in courts if len(c) > 1))


@lru_cache(4096)
def _classes(mot: str, partie: str) -> frozenset[str]:
    """The classes of a word: those of the first of its forms that has any."""
    for forme in _forms(mot):
        if trouvees := frozenset(c for c, mots in _LEXIQUE[partie].items() if forme in mots):
            return trouvees
    return frozenset()


@lru_cache(1024)
def lesson_effect(texte: str) -> Effet | None:
    """What a lesson's status says, or an exam's; None when it is not understood."""
    mots = _words(texte)
    for effet, lettres in _LEXIQUE["lettres"].items():
        if len(mots) == 1 and mots[0] in lettres:
            return Effet(effet)
    if mots in (["non"], ["non", "non"]):
        return Effet.RIEN
    if not mots or "?" in texte:
        return None
    phrase = re.sub(r"\ba venir\b", "avenir", " ".join(mots))
    phrase = re.sub(r"\b(?:a )?eu lieu\b", "effectue", phrase)
    if "show" in mots and {"no", "non"} & {*mots}:
        return Effet.RIEN
    if (a_faire := _INFINITIF.search(phrase)) is not None:
        dit = lesson_effect(phrase[: a_faire.start()])
        refaire = a_faire[0].split()[-1].startswith("r")
        if phrase in ("a reprogrammer", "a replacer", "a replanifier"):
            return Effet.RIEN
        reste = dit is Effet.RESERVE or (dit is Effet.RIEN and refaire)
        return dit if reste else None  # « réservé, à confirmer », « annulé, à replanifier »
    return _lesson(texte, phrase.split())


def _lesson(texte: str, mots: list[str]) -> Effet | None:
    """What the words of a status say as a whole."""
    classes = [_classes(m, "lecon") for m in mots]
    dits, nies = _said(mots, classes)
    rien, noms = dits["rien"], dits["rien_nom"]
    positifs = {c: dits[c] for c in ("fait", "reserve", "compte", "examen") if dits[c]}
    debut = min((r for rangs in positifs.values() for r in rangs), default=len(mots))
    if dits["doute"] or nies & (rien | noms):
        return None
    if any(r < min([debut, *rien, *noms]) for r in dits["paiement"]):
        return None
    exam = any("examen_mots" in c for c in classes)
    if rien or noms:
        if exam and rien and all(mots[r].startswith(("rate", "loupe")) for r in rien):
            return None if dits["revenu"] else Effet.FAIT  # « examen raté » was sat
        return Effet.RIEN if _is_cancelled(classes, dits, nies, positifs) else None
    # Nothing may be left aside but what follows a comma, a bracket, « avec »…
    tailles = [len(_words(p)) for p in _FIN_DE_PROPOSITION.split(texte)]
    coupes = {*accumulate(tailles, initial=0)} if sum(tailles) == len(mots) else set()
    ensuite, sues = _MOTS["ensuite"], _MOTS["negations"]
    suite = (r for r in range(debut + 1, len(mots)) if r in coupes or mots[r - 1] in ensuite)
    inconnus = (r for r, m in enumerate(mots) if not (classes[r] or m in sues or m.isdigit()))
    if not positifs or next(suite, len(mots)) > next(inconnus, len(mots)):
        return None
    if nie := next((rangs for rangs in positifs.values() if rangs & nies), None):
        vagues = any({"confirme", "examen"} & classes[r] for r in nie)
        return Effet.RIEN if "fait" in positifs or not vagues else None
    if "examen" in positifs:
        autre = dits["paiement"] or (not exam and "reserve" in positifs)
        return None if autre else Effet.FAIT
    if "reserve" in positifs and all(
        "demarche" in classes[min(positifs["reserve"])] and "confirme" in classes[r]
        for r in dits["fait"]
    ):
        return Effet.RESERVE  # « réservation effectuée »
    return Effet.FAIT if "fait" in positifs else Effet.COMPTE


def _said(
    mots: list[str], classes: list[frozenset[str]]
) -> tuple[defaultdict[str, set[int]], set[int]]:
    """Class → the ranks of its words; and the ranks that a negation negates."""
    dits: defaultdict[str, set[int]] = defaultdict(set)
    nies: set[int] = set()
    nie = False
    for rang, (mot, siennes) in enumerate(zip(mots, classes, strict=True)):
        if mot in _MOTS["negations"]:
            nie = True
            continue
        if nie and siennes != {"neutres"}:
            nie = False
            if "details" in siennes or not siennes:
                continue
            nies.add(rang)
        for classe in siennes:
            dits[classe].add(rang)
    if nie and dits and mots[-1] in _MOTS["negations"]:  # « Présent : non »
        nies.update(r for r, c in enumerate(classes) if c - {"neutres"})
    return dits, nies


def _is_cancelled(
    classes: list[frozenset[str]],
    dits: Mapping[str, set[int]],
    nies: set[int],
    positifs: Mapping[str, set[int]],
) -> bool:
    """Whether a cancellation, or an absence, is one: nothing says that the lesson holds all the
    same."""
    rien, noms, autres = dits["rien"], dits["rien_nom"], set().union(*positifs.values())
    annules = all(rangs & nies for rangs in positifs.values())
    if dits["revenu"]:
        return False
    if rien:
        refus = {r for r in rien if "refus" in classes[r]}
        refusee = bool(refus) and min(noms or refus) < min(refus)  # « annulation refusée »
        return not refusee and (annules or not {"fait", "examen"} & positifs.keys())
    confirme = annules or all("confirme" in classes[r] for r in autres)
    return confirme and (not autres or min(noms) < min(autres))


def cancelled(texte: str) -> bool | None:
    """What a column « Annulé » or « Absent » says: yes, no (or empty), or None for neither."""
    mots = _words(texte)
    excuse = any(not _MOTS["excuse"].isdisjoint(_forms(m)) for m in mots)
    if not mots or (mots[0] in _MOTS["non"] | _MOTS["la"] and not excuse):
        return False
    rien = _classes(mots[0], "lecon") & {"rien", "rien_nom"}
    jour = mots[0].isdigit()  # of the cancellation
    return True if excuse or rien or jour or mots[0] in _MOTS["en_effet"] else None


def says_no(texte: str) -> bool:
    """Whether a cell is a plain no: « Non », « 0 », a box that is not ticked."""
    return " ".join(_words(texte)) in _MOTS["non"]


_VERS_ECOLE = re.compile(
    r"\b(?:au|aux|a) (?=(?:l |la |le )?(?:ecole|agence|secretariat|bureau|accueil)\b)"
)


@lru_cache(1024)
def contact_effect(texte: str) -> Effet | None:
    """Who made the contact: FAIT when the student did, RIEN when the school did, or when the
    student did not answer; None when it is not understood."""
    texte = re.sub(r"→|[-=]*>", " vers ", texte)
    texte = re.sub(r"(?i)\bauto[\s-]*[ée]cole", "école", texte)
    texte = re.sub(r"(?i)\bsans (?:rdv|rv|rendez[\s-]*vous)\b", "", texte)
    texte = re.sub(r"(?i)\b(appels?) passés?$", r"\1 émis", texte)
    if simplify(texte) in ("rien", "neant"):
        return Effet.RIEN
    effets: set[Effet] = set()
    flou = net = False
    for lettres in filter(None, map(_letters, _FIN_DE_PROPOSITION.split(texte))):
        effet, nette = _clause(lettres)
        if effet is not None:
            effets.add(effet)
            net = net or nette
        elif {*lettres} <= {*"NxfT?"} and {*lettres} & {*"NxfT"}:
            return None  # « Répondu (non) »
        else:
            flou = flou or {*lettres} != {"m"}
    return effets.pop() if len(effets) == 1 and (net or not flou) else None


def _letters(proposition: str) -> str:
    """One letter for each word that counts, « ? » for one that is not known. Of several, the accent
    tells: « contacté » or « contacte »; without any at all, « ELEVE CONTACTE », what is done."""
    mots = _words(re.sub(r"(?i)\bà\b|\bA (?=l['’]|la |le |au )", " vers ", proposition))
    phrase = _VERS_ECOLE.sub("vers ", re.sub(r"\bnous (?=(?:a|ont)\b)", "zzz ", " ".join(mots)))
    entiers = re.findall(r"\w+", unicodedata.normalize("NFC", proposition.casefold()))
    faits = {fold(m) for m in entiers if re.search("é(?:e|s|es)?$", m)}
    nue = proposition.isascii() and (proposition.isupper() or "eleve" in entiers)
    lettres = ""
    for mot in phrase.split():
        classes = _classes(mot, "contact")
        if mot == "zzz":
            lettres += "Z"
        elif not mot.isdigit() and "neutres" not in classes:
            ordre = "cCvRV" if nue or mot in faits else "skqbmAWD"
            lettres += next((c for c in ordre if c in classes), min(classes, default="?"))
    return re.sub("W(?![ES])(?!.*[ES])|P(?=[mq])", "", lettres)


def _clause(lettres: str) -> tuple[Effet | None, bool]:
    """What a clause says, and whether it stands beside others that are not understood."""
    if "T" in lettres:
        return (Effet.RIEN, True) if "o" in lettres and "i" not in lettres else (None, False)
    if re.search("N|x", lettres):
        sujet = re.search("[iIfS?]|x.*r|r.*x", lettres) or re.fullmatch("[NxE]*", lettres)
        return None if sujet else Effet.RIEN, False
    if "f" in lettres:
        return Effet.RIEN if re.fullmatch("E?f+s", lettres) else None, False
    actes = lettres
    if not re.search("Eh[cv]|ESh?c", lettres):
        actes = re.sub("|".join(_MOTIFS["subis"]), " ", lettres)
    faits = [m for p in _MOTIFS["faits"] for m in re.finditer(p, actes)]
    riens = [m for p in _MOTIFS["riens"] for m in re.finditer(p, lettres)]
    net = any(
        m[0] in ("i", "o")
        or (m[0] not in ("I", "O") and _NETS.search(m[0]) and "?" not in lettres[: m.start()])
        for m in faits or riens
    )
    if bool(faits) == bool(riens) or ("?" in lettres and not net):
        return None, False
    return Effet.FAIT if faits else Effet.RIEN, net


def are_of_lessons(textes: Sequence[str]) -> bool:
    """Whether most of the cells of a column are statuses of lessons, one at least with a word that
    only a lesson has: « Absent », « Réservé »."""
    propres = (not _MOTS["que_lecon"].isdisjoint(_forms(m)) for t in textes for m in _words(t))
    return most([lesson_effect(texte) is not None for texte in textes]) and any(propres)


def names_a_direction(texte: str) -> bool:
    """Whether a cell says in so many words whether it came in or went out."""
    return any(_classes(m, "contact") & {*"ioIOrv"} for m in _words(texte))


def names_a_means(textes: Sequence[str]) -> bool:
    """Whether most of the cells of a column name a means of contact, and one at least a means
    that is not a way to log in."""
    nommes = [[c for m in _words(t) if (c := _classes(m, "moyens"))] for t in textes]
    propres = (c for moyens in nommes for c in moyens if "aussi_connexion" not in c)
    return most([bool(moyens) for moyens in nommes]) and any(propres)


@lru_cache(1024)
def login_effect(texte: str) -> Effet | None:
    """FAIT when the student was on the platform, RIEN when the school or the platform acted, or
    the login failed; None when the words are not known."""
    phrase = " ".join(re.findall(r"[a-z]+", fold(texte)))
    if _ECOLE.search(phrase) or _MANQUE.search(phrase):
        return Effet.RIEN
    return Effet.FAIT if _ELEVE.search(phrase) else None
