"""What a line of the list of students says over what is known of its student.

What the export said last of the fields that staff correct by hand is kept in the column DIT PAR
L'EXPORT: an export that says it still does not undo the correction, which is told once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from functools import cache
from typing import Any

from inactifs.imports.matching import email_key, neph_key, same_person
from inactifs.mots import data_file, simplify
from inactifs.phones import phone_keys
from inactifs.procedure.eleve import without_mark
from inactifs.procedure.modele import Eleve, is_followed
from inactifs.registre import is_odd_name, name_words

_SEPARATEUR = " | "
_DITE = " (dit)"
_PAR_L_EXPORT = {"telephone": "téléphone", "email": "email", "statut": "statut"}
"""The fields that staff correct, in their order in the column, and in the words of people."""


@cache
def words(partie: str) -> Mapping[str, str]:
    """The words of a part of ``students.toml`` → what they mean, as ``simplify`` makes them."""
    return {
        simplify(mot) or mot.strip(): sens
        for sens, mots in data_file("imports/students.toml")[partie].items()
        for mot in " ".join(mots.split()).split("," if "," in mots else None)
    }


def updated(connu: Eleve, lu: Eleve, corriges: list[str]) -> Eleve:
    """A student of the register after the export (a new one: ``lu`` itself); what was corrected by
    hand since the last one stays, and is told once, in ``corriges``."""
    dites = [dit.strip() for dit in connu.dit_export.split(_SEPARATEUR.strip())]
    avant = dict(zip(_PAR_L_EXPORT, dites, strict=False))
    dits: dict[str, str] = {}
    gardes: dict[str, Any] = {}
    for champ, libelle in _PAR_L_EXPORT.items():
        dit, tenu, redite = getattr(lu, champ), getattr(connu, champ), avant.get(champ, "")
        dernier = redite.removesuffix(_DITE)
        sorti = champ == "statut" and tenu and not is_followed(tenu) and lu.suivi
        if not dit:
            continue
        if alike(champ, dit, tenu):
            dits[champ] = dernier if alike(champ, dit, dernier) else dit
        elif alike(champ, dit, dernier) if dernier else sorti:
            gardes[champ], dits[champ] = "", dit + _DITE
            if not redite.endswith(_DITE) and not _abandonniste(tenu):
                corriges.append(
                    f"{connu.nom_complet} : l'export dit encore {libelle} « {dit} », le classeur "
                    f"« {tenu or 'rien'} » (corrigé à la main) : le classeur est gardé."
                )
        else:
            dits[champ] = dit
    valeurs = [(avant | dits).get(champ, "") for champ in _PAR_L_EXPORT]
    dit_export = _SEPARATEUR.join(valeurs).strip() if any(valeurs) else ""  # as a cell is read
    apres = lu if connu is lu else overlaid(connu, replace(lu, **gardes))
    return replace(apres, dit_export=dit_export)


def same(deja: Eleve, lu: Eleve) -> bool:
    """Whether a line is about this student: its name, or another surname (a marriage) beside the
    same first name and the same NEPH, email or phone."""
    if same_person(deja, lu.nom_complet):
        return True
    prenoms = name_words(deja.prenom) == name_words(lu.prenom) != ()
    return prenoms and bool(
        (lu.neph and neph_key(deja.neph) == neph_key(lu.neph))
        or (lu.email and email_key(deja.email) == email_key(lu.email))
        or {*phone_keys(deja.telephone)} & {*phone_keys(lu.telephone)}
    )


def overlaid(avant: Eleve, lu: Eleve) -> Eleve:
    """``avant`` with what ``lu`` says that is new.

    The same name in other letters, or only a part of it, the same phone or email otherwise
    written, is not new; what is no name never replaces one.
    """
    tenus = {"numero", "dit_export"}
    for champ in ("email", "telephone", "neph"):
        if alike(champ, getattr(lu, champ), getattr(avant, champ)):
            tenus.add(champ)
    mots, lus = name_words(avant.nom_complet), name_words(lu.nom_complet)
    partie = any(len(m) == 1 for m in lus) or {*lus} < {*mots}
    if mots == lus or (mots and (partie or is_odd_name(lu.nom_complet))):
        tenus |= {"nom", "prenom"}
    if avant.inscrit_le and lu.inscrit_le and lu.inscrit_le < avant.inscrit_le:
        tenus.add("inscrit_le")
    if alike("statut", lu.statut, avant.statut) or (
        _abandonniste(avant.statut) and is_followed(lu.statut)
    ):
        tenus.add("statut")
    nouveau: dict[str, Any] = {
        c.name: dit for c in fields(Eleve) if c.name not in tenus and (dit := getattr(lu, c.name))
    }
    if "nom" not in tenus and not lu.prenom:  # the whole name came in one column
        nouveau["prenom"] = ""
    return replace(avant, **nouveau)


def alike(champ: str, texte: str, autre: str) -> bool:
    """Whether two cells say the same phone, email, NEPH or STATUT."""
    un, deux = without_mark(texte), without_mark(autre)
    if champ == "telephone":
        return texte == autre or phone_keys(un) == phone_keys(deux) != ()
    cle = {"email": email_key, "neph": neph_key}.get(champ, simplify)
    return cle(un) == cle(deux)


def status(texte: str) -> str:
    """STATUT: one of the four words that are not followed where ``texte`` is a synonym of one,
    else ``texte`` itself."""
    return words("statuts").get(simplify(texte), texte)


def split_name(complet: str) -> tuple[str, str]:
    """NOM and PRÉNOM of a full name: the words in capitals, or those before a comma, are the
    NOM. Where nothing tells, the whole is the NOM: it is not guessed."""
    if "," in complet:
        nom, _, prenom = complet.partition(",")
        return nom.strip(), prenom.strip()
    mots = complet.split()
    noms = [m for m in mots if m.isupper() and len(m.strip(".")) > 1]
    if not noms or len(noms) == len(mots):
        return complet, ""
    return " ".join(noms), " ".join(m for m in mots if m not in noms)


def stands_for_nothing(texte: str) -> bool:
    """« NC », « - », « #N/A », « 00 00 00 00 00 »."""
    plat = simplify(texte)
    return not plat.strip("0") or plat in words("vides") or texte.casefold() in words("vides")


def _abandonniste(statut: str) -> bool:
    return simplify(statut).startswith("abandon")
