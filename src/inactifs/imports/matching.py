"""Who is who: the student of a line, from the identifiers that it gives."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from inactifs.mots import fold, of, simplify
from inactifs.phones import is_phone, phone_keys
from inactifs.procedure.modele import Eleve
from inactifs.registre import Registre, is_email, name_words, number_key, without_civility

SUGGESTIONS_MAX = 3
RECHERCHES_MAX = 1000
"""Distinct unknown names for which near ones are sought: the register of another school would
otherwise be compared with this one, name by name."""
_PROCHE, _MAL_TAPE = 92, 80
"""From this likeness on (0 to 100), the letters of a name are those of another one misspelt; and
those of a word: one letter in five changed."""
IDENTIFIANTS = {
    "numero": "le n° d'élève",
    "neph": "le NEPH",
    "dossier": "le n° de dossier",
    "email": "l'email",
    "telephone": "le téléphone",
}

_NUMERO_ET_NOM = re.compile(r"(?:n[°o]\s*)?(\d+)\s*[-–—:/|]?\s*(\D+)")
_NOM_ET_NUMERO = re.compile(r"(\D+?)\s*[-–—:|]?\s*[(\[]?(?:n[°o]\s*)?(\d+)[)\]]?")
_SCIENTIFIQUE = re.compile(r"\d(?:[.,]\d+)?e\+?\d+", re.IGNORECASE)
_AVANT_NUMERO = re.compile(r"^(?:n\s*[°o]|#)\s*", re.IGNORECASE)
_DECIMALES = re.compile(r"(?<=\d)[.,]0+$")
_PARENTHESES = re.compile(r"\s*[(\[][^()\[\]]*[)\]]")
_COURANTS = (
    "de du des da dos di del della la le les el al ben bin abd ait van von der den mac mc st ste "
    "saint sainte bou abou ep epouse nee veuve"
)
_PARTICULES = frozenset(_COURANTS.split())
"""Words of a surname that many share: alone, they tell nobody."""


@dataclass(frozen=True, slots=True)
class Identite:
    """What a line says of its student, as text. ``ordre`` may be the row's number."""

    numero: str = ""
    neph: str = ""
    dossier: str = ""
    email: str = ""
    telephone: str = ""
    nom: str = ""
    ordre: str = ""

    @property
    def identifiants(self) -> list[str]:
        """What it gives beside a name and a rank."""
        return [valeur for champ in IDENTIFIANTS if (valeur := getattr(self, champ))]


@dataclass(frozen=True, slots=True)
class Inconnu:
    """No student, or several: why, and who may be meant.

    ``connu`` when the register knows an identifier of the line, but not one student for it.
    """

    raison: str
    suggestions: tuple[str, ...] = ()
    connu: bool = False


@dataclass(frozen=True, slots=True)
class Reconnu:
    """The student of a line; ``par_nom`` when an email or a phone of the line is not theirs."""

    eleve: Eleve
    par_nom: bool = False


class Annuaire:
    """The register, by every identifier. Each index is made when first needed."""

    def __init__(self, registre: Registre) -> None:
        self._registre = registre
        self._recherches = 0
        self._index: dict[str, dict[object, set[str]]] = {}

    def resolve(self, ligne: Identite, *, coordonnees: bool = False) -> Reconnu | Inconnu:
        """The student of ``ligne``.

        Number, NEPH, email, phone and full name each say who it may be; all must agree. Several
        students left, or none, is no answer: nothing is guessed (contract, section 4, import).
        With ``coordonnees``, an email or a phone that is not the student's makes a name
        worthless, as for a new student who has a namesake.
        """
        sure = self._registre.get(ligne.numero)
        if sure is not None and ligne.identifiants == [ligne.numero]:
            nom, prenom = sure.nom.casefold(), sure.prenom.casefold()
            if ligne.nom.casefold() in ("", f"{nom} {prenom}", f"{prenom} {nom}"):
                return Reconnu(sure)  # the usual line
        dits = {
            champ: self._meant(champ, valeur)
            for champ in (*IDENTIFIANTS, "nom")
            if (valeur := getattr(ligne, champ)) and not _SCIENTIFIQUE.fullmatch(valeur)
        }
        possibles = {champ: numeros for champ, numeros in dits.items() if numeros}
        if not possibles:
            return self._unknown(ligne)
        communs = set.intersection(*possibles.values())
        if len(communs) > 1 and ligne.ordre:
            communs = communs & self.numbers(ligne.ordre) or communs
        candidats = self._students(communs)
        if len(candidats) == 1:
            return _agreed(ligne, candidats[0], {*possibles}, {*dits} - {*possibles}, coordonnees)
        raison = f"{len(candidats)} élèves répondent à « {_shown(ligne)} »"
        if not candidats:
            siens = {champ: self._students(numeros) for champ, numeros in possibles.items()}
            candidats = [*{e.numero: e for tels in siens.values() for e in tels}.values()]
            raison = "identifiants contradictoires : " + ", ".join(
                f"{_LE[champ]} est celui de "
                + " ou ".join(f"{e.nom_complet} ({e.numero})" for e in tels[:SUGGESTIONS_MAX])
                for champ, tels in siens.items()
            )
        return Inconnu(raison, tuple(map(card, candidats)), connu=True)

    def _meant(self, champ: str, valeur: str) -> set[str]:
        """The numbers of the students whom a field of a line may mean."""
        match champ:
            case "numero":
                return self.numbers(valeur)
            case "dossier":
                return self.numbers(valeur) | self._find("neph", neph_key(valeur))
            case "telephone":
                return self._find("telephone", *phone_keys(valeur))
            case "nom":
                lettres = self._find("lettres", name_letters(valeur))
                court = _PARENTHESES.sub("", valeur)  # « ROYER Laurence (AAC) »
                trouves = self._find("mots", name_words(valeur)) | lettres
                return trouves or (self._meant("nom", court) if court != valeur else set())
        return self._find(champ, neph_key(valeur) if champ == "neph" else email_key(valeur))

    def _unknown(self, ligne: Identite) -> Reconnu | Inconnu:
        """The student of a rank alone; else why there is none: those who have only the surname,
        or near names."""
        if ligne.ordre and not ligne.nom and not ligne.identifiants:
            siens = self._students(self.numbers(ligne.ordre))
            return Reconnu(siens[0]) if siens else Inconnu(f"n° {ligne.ordre} inconnu au registre")
        if not _shown(ligne):
            return Inconnu("la ligne ne dit pas de quel élève il s'agit")
        mots = name_words(ligne.nom)
        if siens := self._students(self._find("famille", mots)):
            qui = f"{len(siens)} élèves s'appellent" if len(siens) > 1 else "1 élève s'appelle"
            cartes = tuple(map(card, siens[:SUGGESTIONS_MAX]))
            return Inconnu(f"{qui} « {ligne.nom} » : le prénom manque", cartes)
        if not mots or self._recherches >= RECHERCHES_MAX:
            return Inconnu("élève inconnu au registre")
        self._recherches += 1
        from rapidfuzz import fuzz, process

        proches = process.extract(
            " ".join(mots), self._noms, scorer=fuzz.ratio, score_cutoff=72, limit=SUGGESTIONS_MAX
        )
        eleves = filter(None, (self._registre.get(numero) for *_, numero in proches))
        return Inconnu("élève inconnu au registre", tuple(map(card, eleves)))

    def numbers(self, valeur: str) -> set[str]:
        """The one number meant, the zeros that a spreadsheet drops or adds left aside."""
        if (eleve := self._registre.get(valeur)) is not None:
            return {eleve.numero}
        siens = self._find("numero", number_key(_AVANT_NUMERO.sub("", valeur)).lstrip("0"))
        return siens if len(siens) == 1 else set()

    @cached_property
    def _noms(self) -> dict[str, str]:
        return {e.numero: " ".join(name_words(e.nom_complet)) for e in self._registre}

    def _students(self, numeros: Iterable[str]) -> list[Eleve]:
        return [e for n in sorted(numeros) if (e := self._registre.get(n))]

    def _find(self, quoi: str, *cles: object) -> set[str]:
        """The numbers of the students to whom one of these keys belongs."""
        if quoi not in self._index:
            index = self._index[quoi] = {}
            for eleve in self._registre:
                for cle in filter(None, _CLES[quoi](eleve)):
                    index.setdefault(cle, set()).add(eleve.numero)
        return {n for cle in cles for n in self._index[quoi].get(cle, ())}


def name_letters(nom: str) -> str:
    """The letters of a name in their order, so that « Le Gall », « LE-GALL » and « Legall »
    are one; a civility followed by a space is left out."""
    return simplify(fold(without_civility(nom)))


def neph_key(neph: str) -> str:
    """A NEPH as compared: twelve digits (arrêté du 20 avril 2012), the zeros that a
    spreadsheet drops put back."""
    chiffres = "".join(c for c in neph if c.isalnum()).casefold()
    return chiffres.zfill(12) if chiffres.isdigit() else chiffres


def email_key(email: str) -> str:
    """An email as compared, without case nor « mailto: »."""
    return email.strip().casefold().removeprefix("mailto:")


def same_person(eleve: Eleve, nom: str) -> bool:
    """Whether ``nom`` may be this student's, whose number stands beside it.

    Order, case, accents, hyphens and civility do not count; a typing mistake, an initial, a
    first name or a surname left out or added (« ROYER-MARTIN ») neither. One word in common is
    not enough: siblings share a surname, and another agency's students share first names.
    """
    dits, connus = name_words(nom), name_words(eleve.nom_complet)
    if not dits or not connus or name_letters(nom) in _both_ways(eleve):
        return True
    noms, prenoms = name_words(eleve.nom), name_words(eleve.prenom)
    restent = list(dits)
    trouves = []
    for mot in sorted(connus, key=len, reverse=True):
        if proche := next((d for d in restent if _near_word(d, mot)), None):
            restent.remove(proche)
            trouves.append(mot)
    if restent and len(trouves) < len(connus):
        return _likeness(name_letters(nom), name_letters(eleve.nom_complet)) >= _PROCHE
    propres = [m for m in noms if m not in _PARTICULES] or noms
    surnom = not noms or any(m in trouves for m in propres)
    prenom = not prenoms or len(dits) == 1 or any(m in trouves for m in prenoms)
    return surnom and prenom and (len(trouves) > 1 or min(len(dits), len(connus)) == 1)


def _near_word(mot: str, autre: str) -> bool:
    """The same word, an initial, or one or two letters mistyped in a long one."""
    if mot == autre or (1 in (len(mot), len(autre)) and mot[0] == autre[0]):
        return True
    return min(len(mot), len(autre)) > 3 and _likeness(mot, autre) >= _MAL_TAPE


def _likeness(texte: str, autre: str) -> float:
    from rapidfuzz import fuzz  # takes longer to load than most exports to be read

    return fuzz.ratio(texte, autre)


def _both_ways(eleve: Eleve) -> tuple[str, str]:
    return name_letters(f"{eleve.nom} {eleve.prenom}"), name_letters(f"{eleve.prenom} {eleve.nom}")


def identity_of(cellules: Mapping[str, str]) -> Identite:
    """The identity that the cells of a line give, by field.

    A column « Élève » may hold a number, an email, a phone, a name, or « 1285 - ROYER Laurence »,
    which is also how a name is told from its homonym's in any column: it is what is suggested.
    """
    dits = {champ: cellules.get(champ, "") for champ in (*IDENTIFIANTS, "ordre")}
    for champ in ("numero", "dossier", "ordre"):  # « 1285.0 » is 1285, and a dash is none
        dits[champ] = _DECIMALES.sub("", dits[champ]) if any(map(str.isalnum, dits[champ])) else ""
    if not re.search("[0-9]", dits["neph"]):  # « En cours »
        dits["neph"] = ""
    nom = f"{cellules.get('nom', '')} {cellules.get('prenom', '')}".strip()
    ligne = Identite(**dits, nom=nom)
    dans_nom = "eleve" not in cellules
    eleve = nom if dans_nom else cellules["eleve"]
    if cellules.get("qui") and not (eleve or any(map(cellules.get, IDENTIFIANTS))):
        eleve, dans_nom = cellules["qui"], False
    if is_email(eleve):
        return replace(ligne, email=ligne.email or eleve)
    if not dans_nom and is_phone(eleve):
        return replace(ligne, telephone=ligne.telephone or eleve)
    if eleve.replace(" ", "").isdigit():
        return ligne if dans_nom else replace(ligne, dossier=ligne.dossier or eleve)
    if trouve := _NUMERO_ET_NOM.fullmatch(eleve):
        numero, nom = trouve.groups()
    elif not dans_nom and (trouve := _NOM_ET_NUMERO.fullmatch(eleve)):
        nom, numero = trouve.groups()
    else:
        return ligne if dans_nom or ligne.nom else replace(ligne, nom=eleve)
    return replace(
        ligne, nom=nom if dans_nom else ligne.nom or nom, dossier=ligne.dossier or numero
    )


_LE = {**IDENTIFIANTS, "nom": "le nom"}


def _agreed(
    ligne: Identite, eleve: Eleve, connus: set[str], inconnus: set[str], coordonnees: bool
) -> Reconnu | Inconnu:
    """The student whom the known fields of a line give, unless those that the register does not
    know exclude it."""
    par_nom = connus <= {"nom"}
    ailleurs = any(getattr(eleve, c) for c in ("email", "telephone") if c in inconnus)
    if "nom" in inconnus and not same_person(eleve, ligne.nom):
        quoi = next(libelle for champ, libelle in IDENTIFIANTS.items() if champ in connus)
        contre = (
            f"identifiants contradictoires : {quoi} est celui {of(eleve.nom_complet)}, "
            f"la ligne dit « {ligne.nom} »"
        )
    elif "neph" in inconnus and eleve.neph:
        contre = f"le NEPH n'est pas celui {of(eleve.nom_complet)}"
    elif par_nom and inconnus & {"numero", "dossier"}:
        contre = f"le numéro n'est pas celui {of(eleve.nom_complet)}"
    elif coordonnees and par_nom and ailleurs:
        contre = f"même nom que {eleve.nom_complet}, mais d'autres coordonnées"
    else:
        return Reconnu(eleve, par_nom=par_nom and ailleurs)
    return Inconnu(contre, (card(eleve),), connu=True)


def _shown(ligne: Identite) -> str:
    return next(filter(None, (ligne.nom, *ligne.identifiants, ligne.ordre)), "")


def card(eleve: Eleve) -> str:
    """A student as suggested: « 1285 ROYER Laurence »."""
    return f"{eleve.numero} {eleve.nom_complet}".strip()


_CLES: Mapping[str, Callable[[Eleve], Iterable[object]]] = {
    "numero": lambda e: [number_key(e.numero).lstrip("0")],
    "neph": lambda e: [neph_key(e.neph)],
    "email": lambda e: [email_key(e.email)],
    "telephone": lambda e: phone_keys(e.telephone),
    "mots": lambda e: [name_words(e.nom_complet)],
    "lettres": lambda e: _both_ways(e),
    "famille": lambda e: [name_words(e.nom)] if e.prenom else [],
}
"""What a student is found by, in the forms that are compared."""
