"""Who is who: the student of a line, from the identifiers that it gives."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import TypeVar

from inactifs.mots import fold, simplify
from inactifs.procedure.modele import Eleve
from inactifs.registre import Registre, name_words, number_key, without_civility

Cle = TypeVar("Cle")

SUGGESTIONS_MAX = 3
RECHERCHES_MAX = 1000
"""Distinct unknown names for which near ones are sought: the register of another school would
otherwise be compared with this one, name by name."""

IDENTIFIANTS = ("numero", "neph", "dossier", "email", "telephone")

_CHIFFRE = re.compile(r"[0-9]")
_NUMERO_ET_NOM = re.compile(r"(?:n[°o]\s*)?(\d+)\s*[-–—:/|]?\s*(\D+)")
_NOM_ET_NUMERO = re.compile(r"(\D+?)\s*[-–—:|]?\s*[(\[]?(?:n[°o]\s*)?(\d+)[)\]]?")
_SCIENTIFIQUE = re.compile(r"\d(?:[.,]\d+)?e\+?\d+", re.IGNORECASE)
_AVANT_NUMERO = re.compile(r"^(?:n\s*[°o]|#)\s*", re.IGNORECASE)
_DECIMALES = re.compile(r"(?<=\d)[.,]0+$")
_TELEPHONE = re.compile(r"(?:(?:\+|00)?33|0)?[1-9]\d{8}")
_PARENTHESES = re.compile(r"\s*[(\[][^()\[\]]*[)\]]")
_PLUSIEURS = re.compile(r"\s*(?:[/;,|]|\bou\b|\bet\b)\s*")
_SEPARATEURS_TEL = re.compile(r"[\s.\-()\u00a0]+")


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

    def resolve(self, ligne: Identite, *, coordonnees: bool = False) -> Reconnu | Inconnu:
        """The student of ``ligne``.

        Number, NEPH, email, phone and full name each say who it may be; all must agree. Several
        students left, or none, is no answer: nothing is guessed (contract, section 4, import).

        Args:
            ligne: what the line says.
            coordonnees: whether an email or a phone that is not the student's makes a name
                worthless, as for a new student who has a namesake.
        """
        if (sure := self._registre.get(ligne.numero)) is not None and _says_only(ligne, sure):
            return Reconnu(sure)  # the usual line: a number, and the name as the register has it
        possibles, inconnus = self._candidates(ligne)
        if not possibles:
            return self._alone_or_unknown(ligne)
        communs = set.intersection(*(c for _, c in possibles))
        if not communs:
            return self._disagreement(possibles)
        if len(communs) > 1 and ligne.ordre:
            communs = communs & self._numbers(ligne.ordre) or communs
        candidats = [e for n in sorted(communs) if (e := self._registre.get(n))]
        if len(candidats) > 1:
            return Inconnu(
                f"{len(candidats)} élèves répondent à « {_shown(ligne)} »",
                tuple(_card(e) for e in candidats),
                connu=True,
            )
        eleve = candidats[0]
        champs = {champ for champ, _ in possibles}
        if contre := _contradiction(ligne, eleve, champs, inconnus, coordonnees):
            return Inconnu(contre, (_card(eleve),), connu=True)
        return Reconnu(eleve, par_nom=champs <= {"nom"} and _elsewhere(eleve, inconnus))

    def _candidates(self, ligne: Identite) -> tuple[list[tuple[str, set[str]]], set[str]]:
        """Each identifier that the register knows with its students' numbers, and those that
        it does not know."""
        possibles: list[tuple[str, set[str]]] = []
        inconnus: set[str] = set()
        for champ, valeur, trouve in (
            ("numero", ligne.numero, self._numbers),
            ("neph", ligne.neph, lambda v: self._par_neph.get(neph_key(v), set())),
            ("dossier", ligne.dossier, self._file),
            ("email", ligne.email, lambda v: self._par_email.get(email_key(v), set())),
            ("telephone", ligne.telephone, self._phones),
            ("nom", ligne.nom, self._names),
        ):
            if not valeur or _SCIENTIFIQUE.fullmatch(valeur):
                continue
            if numeros := trouve(valeur):
                possibles.append((champ, numeros))
            else:
                inconnus.add(champ)
        return possibles, inconnus

    def _alone_or_unknown(self, ligne: Identite) -> Reconnu | Inconnu:
        seul = not any((ligne.numero, ligne.neph, ligne.dossier, ligne.email, ligne.telephone))
        if seul and not ligne.nom and ligne.ordre:
            numeros = self._numbers(ligne.ordre)
            if len(numeros) == 1 and (eleve := self._registre.get(next(iter(numeros)))):
                return Reconnu(eleve)
            return Inconnu(f"n° {ligne.ordre} inconnu au registre")
        if not _shown(ligne):
            return Inconnu("la ligne ne dit pas de quel élève il s'agit")
        return Inconnu("élève inconnu au registre", self._near(ligne.nom))

    def _disagreement(self, possibles: list[tuple[str, set[str]]]) -> Inconnu:
        dits = []
        eleves: dict[str, Eleve] = {}
        for champ, numeros in possibles:
            siens = [e for n in sorted(numeros) if (e := self._registre.get(n))]
            eleves.update((e.numero, e) for e in siens)
            dits.append(f"{_LE[champ]} est {_ou(f'{e.nom_complet} ({e.numero})' for e in siens)}")
        return Inconnu(
            "identifiants contradictoires : " + ", ".join(dits),
            tuple(_card(e) for e in eleves.values()),
            connu=True,
        )

    def _numbers(self, valeur: str) -> set[str]:
        if (eleve := self._registre.get(valeur)) is not None:
            return {eleve.numero}
        sans_zeros = number_key(_AVANT_NUMERO.sub("", valeur)).lstrip("0")
        siens = self._sans_zeros.get(sans_zeros, set()) if sans_zeros else set()
        return siens if len(siens) == 1 else set()

    def _file(self, valeur: str) -> set[str]:
        return self._numbers(valeur) | self._par_neph.get(neph_key(valeur), set())

    def _phones(self, valeur: str) -> set[str]:
        return {n for cle in phone_keys(valeur) for n in self._par_telephone.get(cle, ())}

    def _names(self, nom: str) -> set[str]:
        trouves = self._par_mots.get(name_words(nom), set()) | self._par_lettres.get(
            name_letters(nom), set()
        )
        court = _PARENTHESES.sub("", nom)  # « ROYER Laurence (AAC) »
        return trouves or (self._names(court) if court != nom else set())

    def _near(self, nom: str) -> tuple[str, ...]:
        mots = " ".join(name_words(nom))
        if not mots or self._recherches >= RECHERCHES_MAX:
            return ()
        self._recherches += 1
        from rapidfuzz import fuzz, process

        proches = process.extract(
            mots, self._noms, scorer=fuzz.ratio, score_cutoff=72, limit=SUGGESTIONS_MAX
        )
        return tuple(_card(e) for _, _, n in proches if (e := self._registre.get(n)))

    @cached_property
    def _noms(self) -> dict[str, str]:
        return {e.numero: " ".join(name_words(e.nom_complet)) for e in self._registre}

    @cached_property
    def _sans_zeros(self) -> dict[str, set[str]]:
        return _index((cle, e) for e in self._registre if (cle := number_key(e.numero).lstrip("0")))

    @cached_property
    def _par_neph(self) -> dict[str, set[str]]:
        return _index((neph_key(e.neph), e) for e in self._registre if e.neph)

    @cached_property
    def _par_email(self) -> dict[str, set[str]]:
        return _index((email_key(e.email), e) for e in self._registre if e.email)

    @cached_property
    def _par_telephone(self) -> dict[str, set[str]]:
        return _index((cle, e) for e in self._registre for cle in phone_keys(e.telephone))

    @cached_property
    def _par_mots(self) -> dict[tuple[str, ...], set[str]]:
        return _index((name_words(e.nom_complet), e) for e in self._registre if e.nom_complet)

    @cached_property
    def _par_lettres(self) -> dict[str, set[str]]:
        return _index(
            (lettres, e)
            for e in self._registre
            for lettres in {
                name_letters(f"{e.nom} {e.prenom}"),
                name_letters(f"{e.prenom} {e.nom}"),
            }
            if lettres
        )


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


@cache
def phone_keys(telephone: str) -> tuple[str, ...]:
    """The numbers of a cell, each as E.164; empty when there is none.

    A number of nine digits has lost its first zero in a spreadsheet.
    """
    cles = []
    for morceau in _PLUSIEURS.split(telephone):
        chiffres = _SEPARATEURS_TEL.sub("", morceau.replace("(0)", ""))
        if chiffres.isascii() and chiffres.isdigit():
            if len(chiffres) == 10 and chiffres[0] == "0" and chiffres[1] != "0":
                cles.append("+33" + chiffres[1:])
                continue
            if len(chiffres) == 9 and chiffres[0] != "0":
                cles.append("+33" + chiffres)
                continue
        if len(chiffres) > 5 and (cle := _parsed(chiffres)):
            cles.append(cle)
    return tuple(dict.fromkeys(cles))


def is_email(texte: str) -> bool:
    """Whether a text is an email, and nothing else."""
    return "@" in texte and " " not in texte


def is_phone(texte: str) -> bool:
    """Whether a text is one French phone number, and nothing else."""
    return _TELEPHONE.fullmatch(_SEPARATEURS_TEL.sub("", texte)) is not None


def _parsed(texte: str) -> str:
    import phonenumbers

    try:
        numero = phonenumbers.parse(texte, "FR")
    except phonenumbers.NumberParseException:
        return ""
    return phonenumbers.format_number(numero, phonenumbers.PhoneNumberFormat.E164)


def same_person(nom: str, autre: str) -> bool:
    """Whether two full names may be one person's: a word in common (maiden name, initial), or
    nearly the same letters (typing mistake)."""
    mots, autres = set(name_words(nom)), set(name_words(autre))
    if any(len(m) > 2 for m in mots & autres) or mots == autres:
        return True
    from rapidfuzz import fuzz

    return fuzz.ratio(" ".join(sorted(mots)), " ".join(sorted(autres))) >= 75


def identity_of(cellules: Mapping[str, str]) -> Identite:
    """The identity that the cells of a line give, by field.

    A column « Élève » may hold a number, an email, a phone, a name, or « 1285 - ROYER Laurence »,
    which is also how a name is told from its homonym's in any column: it is what is suggested.
    """
    neph = cellules.get("neph", "")
    ligne = Identite(
        numero=_identifier(cellules.get("numero", "")),
        neph=neph if _CHIFFRE.search(neph) else "",  # « En cours »
        dossier=_identifier(cellules.get("dossier", "")),
        email=cellules.get("email", ""),
        telephone=cellules.get("telephone", ""),
        nom=f"{cellules.get('nom', '')} {cellules.get('prenom', '')}".strip(),
        ordre=_identifier(cellules.get("ordre", "")),
    )
    dans_nom = "eleve" not in cellules
    eleve = ligne.nom if dans_nom else cellules["eleve"]
    if cellules.get("qui") and not (eleve or any(map(cellules.get, IDENTIFIANTS))):
        eleve, dans_nom = cellules["qui"], False
    if is_email(eleve):
        return replace(ligne, email=ligne.email or eleve)
    if not _CHIFFRE.search(eleve):
        return ligne if dans_nom or ligne.nom else replace(ligne, nom=eleve)
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
        ligne,
        nom=nom if dans_nom else ligne.nom or nom,
        dossier=ligne.dossier or numero,
    )


def _identifier(texte: str) -> str:
    """A number as text: « 1285.0 » is 1285, and a dash is none."""
    return _DECIMALES.sub("", texte) if any(map(str.isalnum, texte)) else ""


def _says_only(ligne: Identite, eleve: Eleve) -> bool:
    """Whether nothing but a number and the name of ``eleve``, word for word, is given."""
    if ligne.neph or ligne.dossier or ligne.email or ligne.telephone:
        return False
    nom, prenom = eleve.nom.casefold(), eleve.prenom.casefold()
    return ligne.nom.casefold() in ("", f"{nom} {prenom}", f"{prenom} {nom}")


def _contradiction(
    ligne: Identite, eleve: Eleve, connus: set[str], inconnus: set[str], coordonnees: bool
) -> str:
    """Why the identifiers of the line that the register does not know exclude ``eleve``."""
    par_nom_seul = connus <= {"nom"}
    if "nom" in inconnus and not same_person(ligne.nom, eleve.nom_complet):
        return f"identifiants contradictoires : {_le(connus)} est {eleve.nom_complet}"
    if "neph" in inconnus and eleve.neph:
        return f"le NEPH n'est pas celui de {eleve.nom_complet}"
    if par_nom_seul and inconnus & {"numero", "dossier"}:
        return f"le numéro n'est pas celui de {eleve.nom_complet}"
    if coordonnees and par_nom_seul and _elsewhere(eleve, inconnus):
        return f"même nom que {eleve.nom_complet}, mais d'autres coordonnées"
    return ""


def _elsewhere(eleve: Eleve, inconnus: set[str]) -> bool:
    """Whether an email or a phone of the line is not the one of ``eleve``."""
    return bool(
        ("email" in inconnus and eleve.email) or ("telephone" in inconnus and eleve.telephone)
    )


_LE = {
    "numero": "le n° d'élève",
    "neph": "le NEPH",
    "dossier": "le n° de dossier",
    "email": "l'email",
    "telephone": "le téléphone",
    "nom": "le nom",
}


def _le(champs: set[str]) -> str:
    return next((libelle for champ, libelle in _LE.items() if champ in champs), "l'identifiant")


def _ou(noms: Iterable[str]) -> str:
    return "celui de " + " ou ".join(list(noms)[:SUGGESTIONS_MAX])


def _shown(ligne: Identite) -> str:
    return next(
        (v for v in (ligne.nom, ligne.numero, ligne.neph, ligne.dossier, ligne.email,
                     ligne.telephone, ligne.ordre) if v),
        "",
    )  # fmt: skip


def _card(eleve: Eleve) -> str:
    """« 1285 ROYER Laurence »."""
    return f"{eleve.numero} {eleve.nom_complet}".strip()


def _index(paires: Iterable[tuple[Cle, Eleve]]) -> dict[Cle, set[str]]:
    index: dict[Cle, set[str]] = {}
    for cle, eleve in paires:
        index.setdefault(cle, set()).add(eleve.numero)
    return index
