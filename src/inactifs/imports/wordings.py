"""What the words of an export say: lesson attended, reserved or not; who made the contact.

The words are in ``wordings.toml``, by class; here is how they stand together: a negation negates,
« à faire » is not « fait », « reçu par l'élève » is not « reçu de l'élève ». What is not understood
whole is not guessed: its line is rejected.

An action in the log of a revision platform says that the student was there, or not.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache

from inactifs.imports.cell_values import most
from inactifs.imports.outcome import data_file
from inactifs.mots import fold, simplify


class Effet(StrEnum):
    """What a line does for the procedure."""

    FAIT = "fait"  # happened
    RESERVE = "réservé"  # a lesson reserved, past or future
    COMPTE = "compte"  # happened if its day has come, else reserved
    RIEN = "rien"  # does not count; a reservation on that day is taken back


_COCHES = str.maketrans(dict.fromkeys("✓✔☑✅", "oui") | dict.fromkeys("✗✘✖❌☐", "non"))
_INFINITIF = re.compile(
    r"\b(?:a|à|reste|doit) (?:\w+ )?(?!hier\b)\w{2,}(?:er|ir|oir|dre|tre|ire)\b"
)
_FIN_DE_PROPOSITION = re.compile(r"[()\[\],;/|–—\n]|\s-+\s|\.(?=\s)")
_FEMININ_PLURIEL = re.compile(r"(?:\(e\)|[·.\-]e)(?:[·.\-]?s|\(s\))?(?![a-z])")


def _plain(texte: str) -> str:
    decompose = unicodedata.normalize("NFKD", texte.casefold().replace("œ", "oe"))
    return "".join(c for c in decompose if not unicodedata.combining(c))


def _words(texte: str) -> list[str]:
    """The words in their order, without case nor accents; « annulé(e) », « annulé·e » are one."""
    lettres = _FEMININ_PLURIEL.sub("", _plain(texte.translate(_COCHES)))
    return re.findall(r"[a-z]+|\d+", lettres)


_DONNEES = {**data_file("wordings.toml")}
_ECOLE, _MANQUE, _ELEVE = (
    re.compile(rf"\b(?:{'|'.join(motifs)})\b") for motifs in _DONNEES.pop("plateforme").values()
)
_MOTIFS: Mapping[str, list[str]] = _DONNEES.pop("motifs")
_LEXIQUE: Mapping[str, Mapping[str, frozenset[str]]] = {
    partie: {classe: frozenset(_plain(mots).split()) for classe, mots in classes.items()}
    for partie, classes in _DONNEES.items()
}
_MOTS = _LEXIQUE["mots"]


def _forms(mot: str) -> tuple[str, ...]:
    """A word, and what it may be the feminine or the plural of."""
    courts = [mot[:-n] for n, fin in ((1, "s"), (1, "e"), (2, "es")) if mot.endswith(fin)]
    return (mot, *(c for c in courts if len(c) > 1))


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
    return _Lecon(texte, phrase.split()).effect()


class _Lecon:
    """The words of one status, each with what it says."""

    def __init__(self, texte: str, mots: list[str]) -> None:
        self.classes = [_classes(m, "lecon") for m in mots]
        self.nies: set[int] = set()
        self.mots = mots
        plat = [_words(p) for p in _FIN_DE_PROPOSITION.split(texte)]
        debuts = [sum(map(len, plat[:n])) for n in range(len(plat))]
        self.propositions = frozenset(debuts) if sum(map(len, plat)) == len(mots) else frozenset()
        self.exam = any("examen_mots" in c for c in self.classes)

    def effect(self) -> Effet | None:
        """What the status says as a whole."""
        dits: dict[str, list[int]] = {}
        nie = False
        for rang, (mot, classes) in enumerate(zip(self.mots, self.classes, strict=True)):
            if mot in _MOTS["negations"]:
                nie = True
                continue
            if (nie and classes - {"neutres"}) or (nie and not classes):
                nie = False
                if "details" in classes or not classes:
                    continue
                self.nies.add(rang)
            for classe in classes:
                dits.setdefault(classe, []).append(rang)
        if nie and dits and self.mots[-1] in _MOTS["negations"]:  # « Présent : non »
            self.nies.update(r for r, c in enumerate(self.classes) if c - {"neutres"})
        return self._judged(dits)

    def _judged(self, dits: Mapping[str, list[int]]) -> Effet | None:
        rien, noms = dits.get("rien", []), dits.get("rien_nom", [])
        positifs = {c: dits[c] for c in ("fait", "reserve", "compte", "examen") if c in dits}
        if "doute" in dits or self._negated(rien + noms):
            return None
        debut = min((r for rangs in positifs.values() for r in rangs), default=len(self.mots))
        if any(r < min([debut, *rien, *noms]) for r in dits.get("paiement", [])):
            return None
        if rien or noms:
            return self._cancelled(dits, positifs, rien)
        if not positifs or not self._whole(debut):
            return None
        for rangs in positifs.values():
            if self._negated(rangs):
                ferme = not {"confirme", "examen"} & self._said_of(rangs) or "fait" in positifs
                return Effet.RIEN if ferme else None
        if "examen" in positifs:
            autre = "paiement" in dits or (not self.exam and "reserve" in positifs)
            return None if autre else Effet.FAIT
        if "reserve" in positifs and all(
            "demarche" in self.classes[min(positifs["reserve"])] and "confirme" in self.classes[r]
            for r in positifs.get("fait", ())
        ):
            return Effet.RESERVE  # « réservation effectuée »
        return Effet.FAIT if "fait" in positifs else Effet.COMPTE

    def _cancelled(
        self, dits: Mapping[str, list[int]], positifs: Mapping[str, list[int]], rien: list[int]
    ) -> Effet | None:
        """A cancellation, an absence: unless something says that it holds all the same."""
        nies = all(self._negated(rangs) for rangs in positifs.values())
        if "revenu" in dits:
            return None
        if self.exam and rien and all(self.mots[r].startswith(("rate", "loupe")) for r in rien):
            return Effet.FAIT  # « examen raté » was sat
        if rien:
            sur = nies or not {"fait", "examen"} & positifs.keys()
            refus = [r for r in rien if "refus" in self.classes[r]]
            if refus and min(dits.get("rien_nom", refus)) < min(refus):
                return None  # « annulation refusée »
            return Effet.RIEN if sur else None
        autres = {r for rangs in positifs.values() for r in rangs}
        if all("confirme" in self.classes[r] for r in autres) or nies:
            return Effet.RIEN if not autres or min(dits["rien_nom"]) < min(autres) else None
        return None

    def _said_of(self, rangs: Iterable[int]) -> set[str]:
        return {c for r in rangs for c in self.classes[r]}

    def _negated(self, rangs: Iterable[int]) -> bool:
        return any(r in self.nies for r in rangs)

    def _whole(self, debut: int) -> bool:
        """Whether nothing is left aside but what follows a comma, a bracket, « avec »…"""
        for rang, classes in enumerate(self.classes):
            if classes or self.mots[rang] in _MOTS["negations"] or self.mots[rang].isdigit():
                continue
            if rang < debut:
                return False
            suite = range(debut + 1, rang + 1)
            if not any(
                r in self.propositions or self.mots[r - 1] in _MOTS["ensuite"] for r in suite
            ):
                return False
        return True


def cancelled(texte: str) -> bool | None:
    """What a column « Annulé » or « Absent » says: yes, no (or empty), or None for neither."""
    mots = _words(texte)
    excuse = any(not _MOTS["excuse"].isdisjoint(_forms(m)) for m in mots)
    if not mots or (mots[0] in _MOTS["non"] | _MOTS["la"] and not excuse):
        return False
    rien = _classes(mots[0], "lecon") & {"rien", "rien_nom"}
    if excuse or rien or mots[0] in _MOTS["en_effet"]:
        return True
    return True if mots[0].isdigit() else None  # the day of the cancellation


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
    effets: set[Effet | None] = set()
    nets: set[Effet] = set()
    flou = False
    for proposition in _FIN_DE_PROPOSITION.split(texte):
        if not (lettres := _letters(proposition)):
            continue
        effet, net = _clause(lettres)
        if effet is None:
            flou = flou or bool(set(lettres) - {"m"}) or not lettres
            if set(lettres) <= {*"NxfT?"} and set(lettres) & {*"NxfT"}:
                return None  # « Répondu (non) »
        else:
            effets.add(effet)
            if net:
                nets.add(effet)
    if len(effets) != 1 or (flou and not nets):
        return None
    return effets.pop()


def _clause(lettres: str) -> tuple[Effet | None, bool]:
    """What a clause says, and whether it stands beside others that are not understood."""
    if "T" in lettres:
        return (Effet.RIEN, True) if "o" in lettres and "i" not in lettres else (None, False)
    if re.search("N|x", lettres):
        sujet = re.search("[iIfS?]|x.*r|r.*x", lettres) or re.fullmatch("[NxE]*", lettres)
        return (None, False) if sujet else (Effet.RIEN, False)
    if "f" in lettres:
        return (Effet.RIEN, False) if re.fullmatch("E?f+s", lettres) else (None, False)
    faits = [m for p in _MOTIFS["faits"] for m in re.finditer(p, _without_acted_upon(lettres))]
    riens = [m for p in _MOTIFS["riens"] for m in re.finditer(p, lettres)]
    if bool(faits) == bool(riens):
        return None, False
    trouves = faits or riens
    net = any(
        m[0] not in "IO"
        and any(re.search(p, m[0]) for p in _MOTIFS["nets"])
        and "?" not in lettres[: m.start()]
        for m in trouves
    ) or any(m[0] in ("i", "o") for m in trouves)
    if "?" in lettres and not net:
        return None, False
    return (Effet.FAIT if faits else Effet.RIEN), net


def _without_acted_upon(lettres: str) -> str:
    """The letters without the student who is called, written to, or who has read."""
    if re.search("Eh[cv]|ES(?:h)?c", lettres):
        return lettres
    return re.sub(
        "E(?:ht|t)?c|E(?:ht|t)?v|(?<!D)Eh?[ru](?!PS)|[ru]PE|[sbk]DE|S+h?c(?!m*PE).*", " ", lettres
    )


def _letters(proposition: str) -> str:
    """One letter for each word that counts, « ? » for one that is not known."""
    mots = _words(re.sub(r"(?i)\bà\b|\bA (?=l['’]|la |le |au )", " vers ", proposition))
    phrase = re.sub(r"\bnous (?=(?:a|ont)\b)", "zzz ", " ".join(mots))
    phrase = _VERS_ECOLE.sub("vers ", phrase)
    lettres = ""
    for mot in phrase.split():
        classes = _classes(mot, "contact")
        if mot == "zzz":
            lettres += "Z"
        elif not mot.isdigit() and "neutres" not in classes:
            lettres += _chosen(mot, classes, proposition) if classes else "?"
    return re.sub("W(?![ES])(?!.*[ES])|P(?=[mq])", "", lettres)


def _chosen(mot: str, classes: frozenset[str], proposition: str) -> str:
    """Of several classes, the one that the accent tells: « contacté » or « contacte »; where the
    phrase has none at all, « ELEVE CONTACTE », what is done."""
    if len(classes) > 1:
        entiers = re.findall(r"\w+", unicodedata.normalize("NFC", proposition.casefold()))
        accentue = any(_plain(m) == mot and re.search("é(?:e|s|es)?$", m) for m in entiers)
        fait = accentue or (proposition.isascii() and (proposition.isupper() or "eleve" in entiers))
        for classe in "cCvRV" if fait else "skqbmAWD":
            if classe in classes:
                return classe
    return min(classes)


def are_of_lessons(textes: Sequence[str]) -> bool:
    """Whether most of the cells of a column are statuses of lessons, one at least of nothing
    else."""
    connus = [lesson_effect(texte) is not None for texte in textes]
    return most(connus) and any(map(only_of_lessons, textes))


def only_of_lessons(texte: str) -> bool:
    """Whether a status has a word that only a lesson has: « Absent », « Réservé »."""
    return any(not _MOTS["que_lecon"].isdisjoint(_forms(m)) for m in _words(texte))


def names_a_direction(texte: str) -> bool:
    """Whether a cell says in so many words whether it came in or went out."""
    return any(_classes(m, "contact") & {*"ioIOrv"} for m in _words(texte))


def names_a_means(textes: Sequence[str]) -> bool:
    """Whether most of the cells of a column name a means of contact, and one at least a means
    that is not a way to log in."""
    dits = [[_classes(m, "moyens") for m in _words(t)] for t in textes]
    nommes = [[c for c in mots if c] for mots in dits]
    propres = (c for mots in nommes for c in mots if "aussi_connexion" not in c)
    return most([bool(n) for n in nommes]) and any(propres)


@lru_cache(1024)
def login_effect(texte: str) -> Effet | None:
    """FAIT when the student was on the platform, RIEN when the school or the platform acted, or
    the login failed; None when the words are not known."""
    phrase = " ".join(re.findall(r"[a-z]+", fold(texte)))
    if _ECOLE.search(phrase) or _MANQUE.search(phrase):
        return Effet.RIEN
    return Effet.FAIT if _ELEVE.search(phrase) else None
