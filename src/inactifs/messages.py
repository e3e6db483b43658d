"""What a relance says: a template of the sheet Modèles, filled for one student.

Pure: the templates and the values go in, a text ready to be sent or read aloud comes out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta

from inactifs.classeur.settings import default_modeles, outdated_phrases
from inactifs.classeur.values import SUITE, Anomalie, Ecole, Modele
from inactifs.dates import french
from inactifs.erreurs import FichierInvalide
from inactifs.mots import data_file, simplify
from inactifs.phones import format_phone
from inactifs.procedure.eleve import last_activity
from inactifs.procedure.modele import CAUSES, Dossier, Eleve, Moyen, ordinal
from inactifs.procedure.notes import Nature, read_notes
from inactifs.procedure.suivi import unanswered_days

_DONNEES = data_file("messages.toml")

CHAMPS: dict[str, str] = _DONNEES["champs"]
"""The fields that a template may use between braces, and what each one is, in French."""

SEULS = re.compile(r"^[ \t]*\{ *(adresse|representant_legal) *\}[ \t]*\n", re.M)
"""A line that is one of these fields alone goes away with it when it has no value."""

_CHAMP = re.compile(r"\{([^{}]+\{[^{}]*\}[^{}]*|[^{}]*)\}")
_CHAMP_DE = {simplify(nom): nom for nom in CHAMPS}
_TYPOGRAPHIE = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "…": "...", "–": "-", "—": "-"}
    | dict.fromkeys("\u00a0\u202f\u2009", " ")
)


@dataclass(frozen=True, slots=True)
class Message:
    """A relance's text, filled in; ``objet`` is empty for the means that have none."""

    etape: int
    moyen: Moyen
    objet: str
    texte: str


@dataclass(frozen=True, slots=True)
class Accord:
    """What was agreed with the student, and when: « d'un entretien », « de nous rappeler »."""

    jour: date
    convenu: str


def render_message(
    modeles: Sequence[Modele],
    etape: int,
    moyen: Moyen,
    valeurs: Mapping[str, str],
    *,
    suite: bool = False,
) -> Message:
    """The message of step ``etape`` by ``moyen``, its fields replaced by ``valeurs``, which are
    text, never templates; ``FichierInvalide``, with the cell, where it cannot be made.

    ``suite``: the text that follows an answer instead; the program's own where the sheet has
    none. In an SMS, curly quotes, ellipses and non-breaking spaces become their plain forms, which
    read the same and keep to the GSM alphabet.
    """
    voulue = SUITE if suite else etape
    candidats = (*modeles, *default_modeles()) if suite else modeles
    lequel = f"la {ordinal(etape)} relance, moyen « {moyen.libelle} »"
    modele = next(
        (m for m in candidats if m.etape == voulue and m.moyen is moyen and m.texte.strip()), None
    )
    if modele is None:
        raise FichierInvalide(
            f"La feuille Modèles n'a pas de texte pour {lequel}.",
            f"Ajoutez-y une ligne : ÉTAPE {etape}, MOYEN {moyen.libelle}, et le texte dans TEXTE.",
        )
    ou = f"Feuille Modèles, cellule {modele.cellule}" if modele.cellule else f"Modèle de {lequel}"
    texte = SEULS.sub(lambda m: m[0] if valeurs.get(m[1]) else "", modele.texte)
    texte = _fill(texte, valeurs, ou)
    objet = " ".join(_fill(modele.objet, valeurs, f"{ou}, objet de la même ligne").split())
    if moyen is Moyen.SMS:
        texte = re.sub(r"«\s*|\s*»", '"', texte).translate(_TYPOGRAPHIE)
    return Message(etape, moyen, objet, texte)


def check_modeles(modeles: Iterable[Modele], feuille: str) -> Iterator[Anomalie]:
    """The templates that could be filled for nobody, and those that say what is not so;
    ``feuille`` is their sheet's name."""
    valeurs = dict.fromkeys(CHAMPS, "x")
    for modele in modeles:
        for texte in (modele.objet, modele.texte):
            try:
                _fill(texte, valeurs, "Ce modèle n'est pas utilisable")
            except FichierInvalide as faute:
                yield Anomalie(
                    "erreur", feuille, modele.cellule, texte, faute.message, faute.conseil
                )
        dit = " ".join(modele.texte.casefold().replace("’", "'").split())
        for phrase, remede in outdated_phrases().items():
            if phrase in dit:
                raison = f"Ce modèle dit « {phrase} », ce qui peut être faux."
                yield Anomalie(
                    "avertissement", feuille, modele.cellule, modele.texte, raison, f"{remede}."
                )


def values_for(
    eleve: Eleve | None,
    dossier: Dossier,
    ecole: Ecole,
    jour: date,
    *,
    causes: Sequence[str] = CAUSES,
    accord: Accord | None = None,
) -> dict[str, str]:
    """The value of each of ``CHAMPS`` for one dossier on ``jour``; empty when it is not known.
    ``accord`` is what was agreed last, where the text follows an answer."""
    eleve = eleve or Eleve(dossier.numero)
    prenom, nom = _names(eleve, dossier)
    derniere = dossier.derniere_activite or last_activity(eleve)
    ecart = relativedelta(jour, derniere) if derniere else None
    return {
        "prenom": prenom,
        "nom": nom,
        "eleve": f"{prenom} {nom}".strip(),
        "numero": eleve.numero,
        "formation": eleve.formation,
        "derniere_activite": _day(derniere),
        "mois_inactif": str(ecart.years * 12 + ecart.months) if ecart else "",
        "date_relance": french(jour),
        "causes": "\n".join(f"☐ {cause}" for cause in causes),
        "auto_ecole": ecole.nom,
        "telephone_ecole": format_phone(ecole.telephone),
        "email_ecole": ecole.email,
        "adresse": eleve.adresse,
        "representant_legal": eleve.representant_legal,
        "fin_contrat": _day(eleve.fin_contrat),
        "heures_restantes": eleve.heures_restantes,
        "code_valable_jusqu_au": _day(code_valid_until(eleve)),
        "dernier_echange": _day(accord.jour if accord else None),
        "convenu": accord.convenu if accord else "",
    }


def _day(jour: date | None) -> str:
    return french(jour) if jour else ""


def code_valid_until(eleve: Eleve) -> date | None:
    """Five years after the theory test was passed (arrêté du 20 avril 2012, NOR IOCS1221841A,
    article 2)."""
    obtenu = eleve.code_obtenu_le
    return obtenu + relativedelta(years=5) if obtenu else None


def contract_ended(eleve: Eleve, jour: date) -> str:
    """« contrat fini le 31/10/2026 : appel à accord préalable »; empty while it runs."""
    if eleve.fin_contrat is None or eleve.fin_contrat >= jour:
        return ""
    return f"contrat fini le {french(eleve.fin_contrat)} : n'appeler qu'avec son accord préalable"


def agreement(dossier: Dossier) -> Accord | None:
    """What the next message follows: an answer after which nothing was tried, or a pause; None
    when the last that is known is silence."""
    pauses = [n.jour for n in read_notes(dossier.commentaire) if n.nature is Nature.SUSPENSION]
    derniere = dossier.relances[-1] if dossier.relances else None
    if pauses and (derniere is None or pauses[-1] >= derniere.date):
        return Accord(pauses[-1], "de nous reparler")
    if derniere is None or unanswered_days(dossier) or derniere.reponse_le is None:
        return None
    convenu = _DONNEES["convenu"].get(derniere.issue.value)
    return Accord(derniere.reponse_le, convenu) if convenu else None


def _fill(texte: str, valeurs: Mapping[str, str], ou: str) -> str:
    """``texte`` with its fields replaced; never ``str.format``, which reads attributes."""
    if re.search("[{}]", _CHAMP.sub("", texte)):
        raise FichierInvalide(
            f"{ou} : une accolade est seule ou doublée.",
            "Un champ s'écrit entre deux accolades simples, comme {prenom}.",
        )
    rempli = _CHAMP.sub(lambda trouve: _value(trouve[1], valeurs, ou), texte)
    net = unicodedata.normalize("NFC", rempli)
    return net.replace("\r\n", "\n").replace("\r", "\n").strip()


def _value(champ: str, valeurs: Mapping[str, str], ou: str) -> str:
    nom = _CHAMP_DE.get(simplify(champ))
    if nom is None:
        from difflib import get_close_matches

        proches = get_close_matches(simplify(champ), _CHAMP_DE, 1)
        conseil = f"Voulez-vous dire {{{_CHAMP_DE[proches[0]]}}} ? " if proches else ""
        raise FichierInvalide(
            f"{ou} : le champ {{{champ}}} n'existe pas.",
            conseil + "Champs possibles : " + ", ".join(f"{{{c}}}" for c in CHAMPS) + ".",
        )
    if valeur := valeurs.get(nom, "").strip():
        return valeur
    qui, remede = valeurs.get("eleve") or "cet élève", _DONNEES["une_fois"].get(nom)
    raise FichierInvalide(
        f"{ou} : le champ {{{nom}}} n'a pas de valeur pour {qui}.",
        f"Il donne {CHAMPS[nom]} : {remede or 'complétez le classeur'}, ou retirez ce champ du "
        "modèle.",
    )


def _names(eleve: Eleve, dossier: Dossier) -> tuple[str, str]:
    """The first name, written softly (« Laurence »), and the surname. In a name that the tableau
    alone knows, the words in capitals are the surname; without both, the whole name stands for the
    first name."""
    prenom, nom = eleve.prenom, eleve.nom
    if not prenom:
        mots = (dossier.eleve or nom).split()
        capitales = [m for m in mots if m.isupper() and len(m) > 1]
        autres = [m for m in mots if m not in capitales]
        prenom, nom = " ".join(autres or mots), " ".join(capitales if autres else ())
    return (prenom.title() if prenom.isupper() or prenom.islower() else prenom), nom
