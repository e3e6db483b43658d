"""Lessons, logins and contacts: lines of an export → the latest dates of each student.

The same students, days and words come back thousands of times: each is understood once, and a
line costs two look-ups. ``CONTENUS_MAX`` contents are remembered: an export whose cells are all
different costs time, not memory.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from operator import attrgetter, itemgetter
from typing import NamedTuple, TypeVar

from inactifs.dates import french
from inactifs.erreurs import FichierInvalide
from inactifs.imports import wordings
from inactifs.imports.cell_values import as_text, filled, month_first, most
from inactifs.imports.data_lines import Lecture, few
from inactifs.imports.headers import IDENTITE, header_words
from inactifs.imports.matching import Annuaire, Inconnu, Reconnu, identity_of
from inactifs.imports.outcome import KINDS, Couverture, ResultatImport, Suite
from inactifs.imports.tables import Ligne
from inactifs.imports.tally import MINUTES, Cumul, of_ordinal
from inactifs.imports.wordings import Effet
from inactifs.procedure.modele import Canal, Eleve
from inactifs.registre import Registre

PREMIER_JOUR = date(1990, 1, 1)
"""A date before is doubtful: an export's empty date reads 1900 or 1970."""
AVENIR_MAX = timedelta(days=731)
"""A lesson reserved more than two years ahead is a typing mistake."""
CONTENUS_MAX = 50_000

Sens = TypeVar("Sens")

_JAMAIS = re.compile(
    r"(?:jamais|aucune?|néant|never|pas encore|non connecté|n/?a)\b.*|[0\s:./-]*", re.IGNORECASE
)
"""« Jamais connecté », « Aucune activité », « 0000-00-00 00:00:00 »."""

_HEURE = re.compile(r"(?<![\d/])([01]?\d|2[0-3])\s*[hH:]\s*([0-5]\d)?")
_UN_JOUR = re.compile(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{2}")


class Fait(NamedTuple):
    """What the cells of a line say, beside who: FAIT, RESERVE or RIEN, the day (an ordinal, -1 for
    never or unreadable), the minute of the day, -1 where they give no hour; or why they cannot be
    taken."""

    effet: Effet
    jour: int = -1
    minute: int = -1
    refus: str = ""


class _Compris(dict[object, Sens]):
    """Contents once understood; ``lru_cache`` takes three times as long to find one."""

    def __init__(self, comprendre: Callable[[object], Sens]) -> None:
        self.comprendre = comprendre

    def __missing__(self, contenu: object) -> Sens:
        if len(self) >= CONTENUS_MAX:
            self.clear()
        sens = self[contenu] = self.comprendre(contenu)
        return sens


def read_activities(
    lecture: Lecture, registre: Registre, aujourdhui: date, suite: Suite
) -> ResultatImport:
    """The students whose dates change, and the lines that are rejected.

    ``suite`` is what is known of the imports before this one. Raises FichierInvalide: the dates
    are written month first."""
    lecteur = _Lecteur(lecture, registre, aujourdhui)
    lecteur.read()
    couverture = lecteur.coverage(suite)
    importees, refusees = lecteur.importees, 0
    changes: list[tuple[Eleve, Eleve]] = []
    for numero, cumul in lecteur.cumuls.items():
        retirees = suite.retirees.get(numero, {})
        refusees += cumul.drop_revived(retirees, lecteur.solde, ancien=couverture.ancien)
        apres = cumul.after(lecture.canal, aujourdhui.toordinal())
        comptent = cumul.recounted()
        importees, lecteur.ignorees = importees + comptent, lecteur.ignorees - comptent
        if cumul.taken_back and apres.prochain_cours is not None:
            importees += 1  # what takes its place
        if apres is not cumul.eleve:
            changes.append((cumul.eleve, apres))
    lecture.avertissements += lecteur.warnings(refusees)
    ignorees = lecteur.ignorees + refusees
    resultat = lecture.result(changes, lecteur.lues, importees - refusees, ignorees)
    return replace(resultat, jamais=lecteur.jamais, couverture=couverture)


class _Lecteur:
    """What the lines say, each distinct content understood once; and their counts."""

    def __init__(self, lecture: Lecture, registre: Registre, aujourdhui: date) -> None:
        self.lecture, self.aujourdhui = lecture, aujourdhui
        self.canal = canal = lecture.canal
        self.registre, self.annuaire = registre, Annuaire(registre)
        self.lues = self.importees = self.ignorees = self.jamais = 0
        self.avant_inscription: list[int] = []
        self.par_nom: list[int] = []
        self.premier = self.dernier = self.solde = 0
        self.cumuls: dict[str, Cumul] = {}
        colonnes = lecture.disposition.colonnes
        identites = {c: colonnes[c] for c in (*IDENTITE, "qui") if c in colonnes}
        stables = {c: n for c, n in identites.items() if c != "ordre"} or identites
        # where there are both, each line has its own number
        self.rang = identites["ordre"] if stables != identites else None
        self.qui, self.qui_est = tuple(stables), itemgetter(*stables.values())
        self.effets = tuple(c for c in KINDS[canal].effets if c in colonnes)
        self.quoi_est = itemgetter(colonnes["date"], *(colonnes[c] for c in self.effets))
        self.heure = self._hour_column() if canal is Canal.COURS and lecture.simple else None
        if self.qui == ("ordre",) and lecture.simple:
            self._refuse_ranks(colonnes["ordre"])
        self.qui_de = _Compris(self._who)
        usuels = "numero" in stables and stables.keys() <= {"numero", "nom", "prenom"}
        for eleve in registre if usuels and len(registre) <= lecture.total else ():
            # A number and a name that are, letter for letter, those of the register are that
            # student: most lines of most exports are so.
            if eleve.numero:
                self.qui_de[attrgetter(*self.qui)(eleve)] = self._cumul(eleve)

    def read(self) -> None:
        """Read every line into the students' cumuls."""
        qui_de, fait_de = self.qui_de, _Compris(self._fact)
        qui_est, quoi_est, heure = self.qui_est, self.quoi_est, self.heure
        FAIT, RESERVE = Effet.FAIT, Effet.RESERVE  # local names are quicker
        lues = importees = ignorees = 0
        for numeros, bloc in self.lecture.blocks():
            faits = map(fait_de.__getitem__, map(quoi_est, bloc))
            for numero, ligne, fait in zip(numeros, bloc, faits, strict=True):
                effet, jour, minute, refus = fait
                if jour < 0 and not self.lecture.is_data(ligne):
                    continue
                qui = qui_de[qui_est(ligne)]
                if refus or not isinstance(qui, Cumul):
                    if (sien := self._settled(numero, ligne, qui, refus)) is None:
                        continue
                    qui = sien
                lues += 1
                if effet is FAIT:
                    if jour > qui.fait:
                        qui.fait = jour
                    if jour > qui.connu:
                        importees += 1
                    if jour == qui.prochain:
                        qui.maintenu = True
                else:
                    if heure is not None and heure < len(ligne):
                        dite = _minute(ligne[heure])
                        minute = dite if dite >= 0 else minute
                    if effet is not RESERVE:
                        ignorees += 1
                        self.jamais += jour < 0
                        qui.cancel(jour, minute)
                        continue
                    qui.reserves.add(jour * MINUTES + minute % MINUTES)
                    importees += qui.new_reservation(jour)
                if jour < qui.inscrit_le:
                    self.avant_inscription.append(numero)
        self.lues, self.importees, self.ignorees = lues, importees, ignorees

    def _who(self, cellules: object, rang: str = "") -> Cumul | Reconnu | Inconnu:
        """Whom cells mean; Reconnu where it is to be told of each line."""
        textes = map(as_text, cellules if isinstance(cellules, tuple) else (cellules,))
        identite = identity_of({"ordre": rang, **dict(zip(self.qui, textes, strict=True))})
        trouve = self.annuaire.resolve(identite)
        if isinstance(trouve, Inconnu) or trouve.par_nom:
            return trouve
        return self._cumul(trouve.eleve)

    def _cumul(self, eleve: Eleve) -> Cumul:
        connu = self.cumuls.get(eleve.numero)
        return connu or self.cumuls.setdefault(eleve.numero, Cumul.of(eleve, self.canal))

    def _settled(
        self, numero: int, ligne: Ligne, qui: Cumul | Reconnu | Inconnu, refus: str
    ) -> Cumul | None:
        """The student of a line that is not plain; None when it is no data, or rejected, and then
        noted so."""
        if self.rang is not None and isinstance(qui, Inconnu):
            qui = self._who(self.qui_est(ligne), as_text(ligne[self.rang]))
        if isinstance(qui, Inconnu):
            if self.lecture.is_data(ligne):  # not « lundi 2 novembre 2026 » above its lessons
                raison = " ; ".join(filter(None, (qui.raison, refus)))
                self.lecture.reject(numero, ligne, raison, qui.suggestions)
            return None
        if refus:
            self.lecture.reject(numero, ligne, refus)
            return None
        if isinstance(qui, Cumul):
            return qui
        self.par_nom.append(numero)
        return self._cumul(qui.eleve)

    def _fact(self, cellules: object) -> Fait:
        """What the cells of the day and of the effect say."""
        brut, *reste = cellules if isinstance(cellules, tuple) else (cellules,)
        mots = tuple(map(as_text, reste))
        try:
            jour = self.lecture.day(brut)
        except ValueError:
            texte = as_text(brut)
            if self.canal is Canal.CONNEXIONS and _JAMAIS.fullmatch(texte):
                return Fait(Effet.RIEN)
            quoi = "n'est pas une date avec jour, mois et année"
            if month_first(texte):
                quoi = "n'est pas une date : mois et jour semblent inversés"
            return Fait(Effet.RIEN, refus=f"« {texte[:40]} » {quoi}")
        if jour is None:
            jamais = self.canal is Canal.CONNEXIONS
            return Fait(Effet.RIEN, refus="" if jamais else "la date manque")
        avenir = jour > self.aujourdhui
        for champ, mot in zip(self.effets, mots, strict=True):
            self.lecture.note_code(champ, mot, wordings.lesson_effect(mot) is not None)
        effet, refus = _effect(self.canal, self.effets, mots, avenir), ""
        if effet is Effet.COMPTE:
            effet = Effet.RESERVE if avenir else Effet.FAIT
        if effet is None:
            texte = " / ".join(filter(None, mots))[:40]
            quoi, connu = KINDS[self.canal].inconnu
            refus = f"{quoi} « {texte} » n'est pas {connu}" if texte else f"{quoi} manque"
        elif jour < PREMIER_JOUR:
            refus = f"le {french(jour)} est douteux : avant 1990"
        elif jour > self.aujourdhui + AVENIR_MAX:
            refus = f"le {french(jour)} est douteux : dans plus de deux ans"
        elif effet is Effet.FAIT and avenir:
            suite = ", la leçon ne peut être faite" if self.canal is Canal.COURS else ""
            refus = f"le {french(jour)} est dans l'avenir{suite}"
        rang = jour.toordinal()
        if not refus:
            self.premier, self.dernier = min(self.premier or rang, rang), max(self.dernier, rang)
            if not avenir and effet is not Effet.RESERVE:
                self.solde = max(self.solde, rang)
        minute = -1 if effet is Effet.FAIT else _minute(brut)
        return Fait(effet or Effet.RIEN, rang, minute, refus)

    def _hour_column(self) -> int | None:
        """The column that gives the hour of the lesson, where the one of the date does not."""
        disposition, suite = self.lecture.disposition, self.lecture.plan.sections[0].suite
        for colonne, entete in enumerate(disposition.entetes):
            mots = {*header_words(entete)}
            if mots & {"heure", "debut", "horaire"} and "fin" not in mots:
                heures = [_HEURE.match(t) is not None for t in filled(suite, colonne)]
                if most(heures) and colonne not in disposition.colonnes.values():
                    return colonne
        return None

    def _refuse_ranks(self, colonne: int) -> None:
        """Refuse a column « N° » alone, that counts the rows: 1, 2, 3…"""
        textes = filled(self.lecture.plan.sections[0].suite, colonne)
        if len(textes) > 2 and textes == [str(n) for n in range(1, len(textes) + 1)]:
            entete = self.lecture.disposition.entetes[colonne]
            raise FichierInvalide(
                f"{self.lecture.fichier} : « {entete} » compte les lignes (1, 2, 3…), et rien "
                "d'autre ne dit de quel élève il s'agit.",
                "Exportez de nouveau avec le n° d'élève, le NEPH ou le nom ; si ce sont bien les "
                f'n° d\'élève : --colonne "numero={entete}".',
            )

    def coverage(self, suite: Suite) -> Couverture:
        """What the file tells of, and until when."""
        ce_jour = self.aujourdhui.toordinal()
        exporte, connu = (
            jour.toordinal() if jour else 0 for jour in (suite.exporte_le, suite.connu_jusqu_au)
        )
        dit = exporte if exporte and self.dernier else min(self.dernier, ce_jour)
        vus = {n: c for n, c in self.cumuls.items() if c.told}
        return Couverture(
            of_ordinal(self.premier),
            of_ordinal(self.dernier),
            of_ordinal(dit),
            vus=frozenset(vus),
            tenus=frozenset(n for n, c in vus.items() if c.holds_next),
            sans_prochain={
                n: c.after_lessons(ce_jour, retire=True)
                for n, c in vus.items()
                if c.prochain and not c.holds_next
            },
            ancien=self.canal is Canal.COURS
            and 0 < self.solde < connu
            and (not exporte or dit < connu)
            and any(c.connu > self.solde for c in vus.values()),
        )

    def warnings(self, refusees: int) -> Iterator[str]:
        """What was taken but is to be looked at."""
        if refusees:
            s = "s" if refusees > 1 else ""
            yield (
                f"Export plus ancien que le dernier importé : {refusees} réservation{s} "
                f"retirée{s} depuis, ou qu'il serait seul à connaître, non reprise{s}."
            )
        if not len(self.registre):
            yield "Le registre est vide : importez d'abord les élèves."
        if self.canal is Canal.COURS and not self.effets:
            yield (
                "Aucune colonne de statut : toutes les leçons ont été prises pour faites ou "
                "réservées. Retirez du fichier les leçons annulées et les absences."
            )
        for numeros, quoi in (
            (self.avant_inscription, "Avant l'inscription de l'élève, à vérifier"),
            (
                self.par_nom,
                "Élève reconnu par son nom, bien que son email ou son téléphone ne soit pas celui "
                "du registre",
            ),
        ):
            if numeros:
                yield f"{quoi} : {few(numeros)} ({len(numeros)} en tout)."


@lru_cache(1024)
def _effect(
    canal: Canal, champs: tuple[str, ...], mots: tuple[str, ...], avenir: bool
) -> Effet | None:
    """The effect of what the cells of ``champs`` say; None when it is not known."""
    dits = dict(zip(champs, mots, strict=True))
    if not KINDS[canal].effets:
        return Effet.FAIT
    if canal is Canal.CONNEXIONS:
        return wordings.login_effect(dits["action"]) if dits.get("action") else Effet.FAIT
    if canal is Canal.CONTACTS:
        moyen = f"{dits.get('canal', '')} {dits.get('type', '')}"
        return wordings.contact_effect(dits.get("sens") or moyen)
    for champ in ("annule", "absent"):
        if (annule := wordings.cancelled(dits.get(champ, ""))) is not False:
            return Effet.RIEN if annule else None
    presence, statut = dits.get("presence", ""), dits.get("statut", "")
    if _UN_JOUR.match(presence):
        presence = "oui"  # « Effectué le »
    if avenir and wordings.says_no(presence):
        presence = ""  # nobody has come yet
    if wordings.lesson_effect(statut) is Effet.RIEN:
        return Effet.RIEN
    if presence or statut:
        return wordings.lesson_effect(presence or statut)
    if dits.get("motif"):
        return Effet.RIEN
    manque = "statut" in dits or ("presence" in dits and not avenir)
    return None if manque else Effet.COMPTE


@lru_cache(4096)
def _minute(cellule: object) -> int:
    """The minute of the day that a cell gives; -1 when none."""
    if isinstance(cellule, datetime | time):
        return cellule.hour * 60 + cellule.minute or -1
    trouve = _HEURE.search(as_text(cellule))
    return int(trouve[1]) * 60 + int(trouve[2] or 0) if trouve else -1
