"""Lessons, logins and contacts: lines of an export → the latest dates of each student.

The same students, days and words come back thousands of times: each is understood once, and a
line costs two look-ups in dictionaries. Those hold ``CONTENUS_MAX`` contents and begin again:
an export whose cells are all different costs time, not memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from operator import itemgetter
from typing import TypeVar

from inactifs.dates import french
from inactifs.erreurs import FichierInvalide
from inactifs.imports.cell_values import as_text, filled, month_first, most
from inactifs.imports.data_lines import Lecture, few
from inactifs.imports.headers import IDENTITE, header_words
from inactifs.imports.matching import Annuaire, Inconnu, Reconnu, identity_of
from inactifs.imports.outcome import KINDS, Couverture, ResultatImport, Suite
from inactifs.imports.tables import Ligne
from inactifs.imports.tally import MINUTES, Cumul, moment, of_ordinal
from inactifs.imports.wordings import (
    Effet,
    cancelled,
    contact_effect,
    lesson_effect,
    login_effect,
    says_no,
)
from inactifs.procedure.modele import Canal, Eleve
from inactifs.registre import Registre

PREMIER_JOUR = date(1990, 1, 1)
"""A date before is doubtful: an export's empty date reads 1900 or 1970."""
AVENIR_MAX = timedelta(days=731)
"""A lesson reserved more than two years ahead is a typing mistake."""
CONTENUS_MAX = 50_000

Valeur = TypeVar("Valeur")

_JAMAIS = re.compile(
    r"(?:jamais|aucune?|néant|never|pas encore|non connecté|n/?a)\b.*|[0\s:./-]*", re.IGNORECASE
)
"""« Jamais connecté », « Aucune activité », « 0000-00-00 00:00:00 »."""

_HEURE = re.compile(r"(?<![\d/])([01]?\d|2[0-3])\s*[hH:]\s*([0-5]\d)?")
_UN_JOUR = re.compile(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{2}")


@dataclass(frozen=True, slots=True)
class Fait:
    """What the cells of a line say, beside who: FAIT, RESERVE or RIEN, and when (an ordinal).

    ``minute`` is that of the day, -1 where no hour is given. Or why the line is refused: ``refus``.
    ``datee`` is whether it has a date that can be read.
    """

    effet: Effet = Effet.RIEN
    jour: int = -1
    minute: int = -1
    refus: str = ""
    datee: bool = True


@dataclass
class Compte:
    """The counts of a file, and the lines before the enrolment, to be looked at."""

    lignes: int = 0
    importees: int = 0
    ignorees: int = 0
    jamais: int = 0
    avant_inscription: list[int] = field(default_factory=list)

    def discount(self, lignes: int) -> None:
        """Lines that were to bring something do not count after all; or do, if negative."""
        self.importees -= lignes
        self.ignorees += lignes

    def correct(self, cumul: Cumul, apres: Eleve) -> None:
        """Count as they are in the end the lines of reservations that other lines cancel."""
        self.discount(cumul.cancelled_here)
        if cumul.taken_back:
            self.discount(-cumul.annulations)
            self.importees += apres.prochain_cours is not None  # what takes its place


def read_activities(
    lecture: Lecture, registre: Registre, aujourdhui: date, suite: Suite
) -> ResultatImport:
    """The students whose dates change, and the lines that are rejected.

    ``suite`` is what is known of the imports before this one.

    Raises:
        FichierInvalide: the dates are written month first.
    """
    canal = lecture.canal
    lecteur = _Lecteur(lecture, registre, aujourdhui)
    lecteur.expect_register()
    compte = _run(lecteur, lecture)
    lecture.check(compte.lignes - len(lecture.rejets))
    couverture = lecteur.coverage(suite)
    refusees = lecteur.refuse_revived(couverture, suite) if canal is Canal.COURS else 0
    compte.discount(refusees)
    changes: list[tuple[Eleve, Eleve]] = []
    for cumul in lecteur.cumuls.values():
        apres = cumul.after(canal, aujourdhui.toordinal())
        compte.correct(cumul, apres)
        if apres is not cumul.eleve:
            changes.append((cumul.eleve, apres))
    return ResultatImport(
        canal=canal,
        lignes=compte.lignes,
        importees=compte.importees,
        inchangees=compte.lignes - compte.importees - compte.ignorees - len(lecture.rejets),
        ignorees=compte.ignorees,
        nouveaux=0,
        rejets=tuple(lecture.rejets),
        eleves=tuple(apres for _, apres in changes),
        avant={avant.numero: avant for avant, _ in changes},
        avertissements=(*lecture.avertissements, *_warnings(lecteur, registre, compte, refusees)),
        jamais=compte.jamais,
        couverture=couverture,
    )


def _run(lecteur: _Lecteur, lecture: Lecture) -> Compte:
    """Read every line into the students' cumuls."""
    compte = Compte()
    cumul_de, fait_de = lecteur.par_cle.get, lecteur.faits.get
    lues = importees = 0
    FAIT, RESERVE = Effet.FAIT, Effet.RESERVE  # local names are quicker
    qui_est, quoi_est = lecteur.qui_est, lecteur.quoi_est
    for numero, ligne in lecture.rows():
        qui, fait = cumul_de(qui_est(ligne)), fait_de(quoi_est(ligne))
        if qui is None or fait is None:
            if (compris := lecteur.understand(ligne, numero)) is None:
                continue
            qui, fait = compris
        lues += 1
        jour = fait.jour
        if fait.effet is FAIT:
            if jour > qui.fait:
                qui.fait = jour
            nouvelle = jour > qui.connu
            if jour == qui.prochain:
                qui.maintenu = True
        elif fait.effet is RESERVE:
            qui.reserves.add(moment(jour, lecteur.minute(fait, ligne)))
            nouvelle = jour > qui.connu and jour > qui.prochain
        else:
            compte.ignorees += 1
            compte.jamais += jour < 0
            qui.cancel(jour, lecteur.minute(fait, ligne))
            continue
        if nouvelle:
            importees += 1
        if jour < qui.inscrit_le:
            compte.avant_inscription.append(numero)
    compte.lignes, compte.importees = lues + len(lecture.rejets), importees
    return compte


class _Lecteur:
    """What the cells of lines mean; each distinct content is understood once."""

    def __init__(self, lecture: Lecture, registre: Registre, aujourdhui: date) -> None:
        self.lecture, self.aujourdhui = lecture, aujourdhui
        self.canal = canal = lecture.canal
        self.registre, self.annuaire = registre, Annuaire(registre)
        colonnes = lecture.disposition.colonnes
        self.identites = {c: colonnes[c] for c in (*IDENTITE, "qui") if c in colonnes}
        stables = {c: n for c, n in self.identites.items() if c != "ordre"} or self.identites
        self.effets = [c for c in KINDS[canal].effets if c in colonnes]
        self.champs, self.qui = tuple(stables), tuple(stables.values())
        self.heure = _hour_column(lecture) if canal is Canal.COURS else None
        self.quoi = (colonnes["date"], *(colonnes[c] for c in self.effets))
        self.qui_est, self.quoi_est = itemgetter(*self.qui), itemgetter(*self.quoi)
        self.par_cle: dict[object, Cumul] = {}
        self.faits: dict[object, Fait] = {}
        self.cumuls: dict[str, Cumul] = {}
        self.par_nom: list[int] = []
        self._numerotees = "ordre" in self.identites and "ordre" not in stables
        self._refuses: dict[object, Fait] = {}
        self._inconnus: dict[object, Inconnu] = {}
        self._douteux: set[object] = set()
        self.premier, self.dernier, self.solde = 0, 0, 0
        if list(stables) == ["ordre"]:
            self._refuse_ranks()

    def expect_register(self) -> None:
        """Before the first line: a number and a name that are, letter for letter, those of the
        register are that student. Most lines of most exports are so."""
        usuels = "numero" in self.champs and {*self.champs} <= {"numero", "nom", "prenom"}
        if not usuels or len(self.registre) > self.lecture.total:
            return
        for eleve in self.registre:
            if eleve.numero:
                cle = tuple(getattr(eleve, champ) for champ in self.champs)
                self.par_cle[cle if len(cle) > 1 else cle[0]] = self._cumul(eleve)

    def understand(self, ligne: Ligne, numero: int) -> tuple[Cumul, Fait] | None:
        """Who and what a line says; None when it is no data, or rejected, and then noted so."""
        cle = self.qui_est(ligne)
        if illisible := self.lecture.unreadable(ligne):
            self.lecture.reject(numero, ligne, illisible)
            return None
        fait = self._fact(self.quoi_est(ligne), ligne)
        if not fait.datee and not self.lecture.is_data(ligne):
            return None
        qui = self._who(cle, ligne)
        if isinstance(qui, Inconnu) and not self.lecture.is_data(ligne):
            return None  # « lundi 2 novembre 2026 » above the lessons of that day
        if isinstance(qui, Inconnu) or fait.refus:
            inconnu = qui if isinstance(qui, Inconnu) else Inconnu("")
            raison = " ; ".join(filter(None, (inconnu.raison, fait.refus)))
            self.lecture.reject(numero, ligne, raison, inconnu.suggestions)
            return None
        if cle in self._douteux:
            self.par_nom.append(numero)
        return qui, fait

    def _who(self, cle: object, ligne: Ligne) -> Cumul | Inconnu:
        if (deja := self.par_cle.get(cle) or self._inconnus.get(cle)) is not None:
            return deja
        identite = identity_of({c: as_text(ligne[n]) for c, n in self.identites.items()})
        trouve = self.annuaire.resolve(
            replace(identite, ordre="") if self._numerotees else identite
        )
        if isinstance(trouve, Inconnu) and self._numerotees:  # each line has its own number
            trouve = self.annuaire.resolve(identite)
            if isinstance(trouve, Reconnu):
                return self._cumul(trouve.eleve)
        if isinstance(trouve, Inconnu):
            if not self._numerotees:
                _keep(self._inconnus, cle, trouve)
            return trouve
        cumul = self._cumul(trouve.eleve)
        if trouve.par_nom:  # each of these lines is told, so none takes the quick way
            self._douteux.add(cle)
        else:
            _keep(self.par_cle, cle, cumul)
        return cumul

    def _cumul(self, eleve: Eleve) -> Cumul:
        cumul = self.cumuls.get(eleve.numero)
        if cumul is None:
            cumul = self.cumuls[eleve.numero] = Cumul.of(eleve, self.canal)
        return cumul

    def _fact(self, cle: object, ligne: Ligne) -> Fait:
        fait = self.faits.get(cle) or self._refuses.get(cle)
        if fait is None:
            brut, *mots = (ligne[c] for c in self.quoi)
            fait = self._understood(brut, [as_text(m) for m in mots])
            _keep(self._refuses if fait.refus else self.faits, cle, fait)
            if fait.datee and fait.jour > 0:
                self.premier = min(self.premier or fait.jour, fait.jour)
                self.dernier = max(self.dernier, fait.jour)
                if fait.effet is not Effet.RESERVE and fait.jour <= self.aujourdhui.toordinal():
                    self.solde = max(self.solde, fait.jour)
        return fait

    def minute(self, fait: Fait, ligne: Ligne) -> int:
        """The minute of the day of a line, by its column of hours or by its date; -1 if none."""
        if self.heure is None:
            return fait.minute
        minute = _minute(ligne[self.heure] if self.heure < len(ligne) else "")
        return fait.minute if minute < 0 else minute

    def _understood(self, brut: object, mots: list[str]) -> Fait:
        try:
            jour = self.lecture.day(brut)
        except ValueError:
            texte = as_text(brut)
            if self.canal is Canal.CONNEXIONS and _JAMAIS.fullmatch(texte):
                return Fait(datee=False)
            raison = f"« {texte[:40]} » n'est pas une date avec jour, mois et année"
            if month_first(texte):
                raison = f"« {texte} » n'est pas une date : mois et jour semblent inversés"
            return Fait(refus=raison, datee=False)
        if jour is None:
            jamais = self.canal is Canal.CONNEXIONS
            return Fait(refus="" if jamais else "la date manque", datee=False)
        avenir = jour > self.aujourdhui
        dits = dict(zip(self.effets, mots, strict=True))
        effet = self._effect(dits, avenir)
        for champ, mot in dits.items():
            self.lecture.note_code(champ, mot, lesson_effect(mot) is not None)
        if effet is None:
            return Fait(refus=self._unknown_words(mots))
        if jour < PREMIER_JOUR:
            return Fait(refus=f"le {french(jour)} est douteux : avant 1990")
        if jour > self.aujourdhui + AVENIR_MAX:
            return Fait(refus=f"le {french(jour)} est douteux : dans plus de deux ans")
        if effet is Effet.COMPTE:
            effet = Effet.RESERVE if avenir else Effet.FAIT
        if effet is Effet.FAIT and avenir:
            suite = ", la leçon ne peut être faite" if self.canal is Canal.COURS else ""
            return Fait(refus=f"le {french(jour)} est dans l'avenir{suite}")
        return Fait(effet, jour.toordinal(), -1 if effet is Effet.FAIT else _minute(brut))

    def _effect(self, dits: Mapping[str, str], avenir: bool) -> Effet | None:
        """The effect of what the cells of ``EFFETS`` say; None when it is not known."""
        if not KINDS[self.canal].effets:
            return Effet.FAIT
        if self.canal is Canal.CONNEXIONS:
            return login_effect(dits["action"]) if dits.get("action") else Effet.FAIT
        if self.canal is Canal.CONTACTS:
            moyen = f"{dits.get('canal', '')} {dits.get('type', '')}"
            return contact_effect(dits.get("sens") or moyen)
        for champ in ("annule", "absent"):
            if (annule := cancelled(dits.get(champ, ""))) is not False:
                return Effet.RIEN if annule else None
        presence, statut = dits.get("presence", ""), dits.get("statut", "")
        if _UN_JOUR.match(presence):
            presence = "oui"  # « Effectué le »
        if avenir and says_no(presence):
            presence = ""  # nobody has come yet
        if lesson_effect(statut) is Effet.RIEN:
            return Effet.RIEN
        if presence or statut:
            return lesson_effect(presence or statut)
        if dits.get("motif"):
            return Effet.RIEN
        manque = "statut" in dits or ("presence" in dits and not avenir)
        return None if manque else Effet.COMPTE

    def _refuse_ranks(self) -> None:
        """Refuse a column « N° » alone, that counts the rows: 1, 2, 3…

        Raises:
            FichierInvalide: so it is.
        """
        disposition = self.lecture.disposition
        if not self.lecture.simple:
            return
        textes = filled(self.lecture.plan.sections[0].suite, disposition.colonnes["ordre"])
        if len(textes) > 2 and textes == [str(n) for n in range(1, len(textes) + 1)]:
            entete = disposition.entetes[disposition.colonnes["ordre"]]
            raise FichierInvalide(
                f"{self.lecture.fichier} : « {entete} » compte les lignes (1, 2, 3…), et rien "
                "d'autre ne dit de quel élève il s'agit.",
                "Exportez de nouveau avec le n° d'élève, le NEPH ou le nom ; si ce sont bien les "
                f'n° d\'élève : --colonne "numero={entete}".',
            )

    def coverage(self, suite: Suite) -> Couverture:
        """What the file tells of, and until when."""
        ce_jour = self.aujourdhui.toordinal()
        dit = min(self.dernier, ce_jour)
        if suite.exporte_le is not None and self.dernier:
            dit = suite.exporte_le.toordinal()
        vus = {n: c for n, c in self.cumuls.items() if c.told}
        connu = suite.connu_jusqu_au.toordinal() if suite.connu_jusqu_au else 0
        return Couverture(
            premier=of_ordinal(self.premier),
            dernier=of_ordinal(self.dernier),
            dit_jusqu_au=of_ordinal(dit),
            vus=frozenset(vus),
            tenus=frozenset(n for n, c in vus.items() if c.holds_next),
            sans_prochain={
                n: c.after_lessons(ce_jour, retire=True)
                for n, c in vus.items()
                if c.prochain and not c.holds_next
            },
            ancien=self.canal is Canal.COURS
            and 0 < self.solde < connu
            and (suite.exporte_le is None or dit < connu)
            and any(c.connu > self.solde for c in vus.values()),
        )

    def refuse_revived(self, couverture: Couverture, suite: Suite) -> int:
        """Leave out the reservations that an export before this one, more recent, took back; and,
        of an older export, those that the register does not know. How many lines that is."""
        refusees = 0
        if not (suite.retirees or couverture.ancien):
            return 0
        for numero, cumul in self.cumuls.items():
            connues = suite.retirees.get(numero, {})
            for quand in list(cumul.reserves):
                jour = quand // MINUTES
                retiree = connues.get(jour, 0) > self.solde or couverture.ancien
                if retiree and jour != cumul.prochain:
                    cumul.reserves.discard(quand)
                    refusees += cumul.new_reservation(jour)
        return refusees

    def _unknown_words(self, mots: list[str]) -> str:
        texte = " / ".join(m for m in mots if m)[:40]
        quoi, connu = KINDS[self.canal].inconnu
        return f"{quoi} « {texte} » n'est pas {connu}" if texte else f"{quoi} manque"


def _hour_column(lecture: Lecture) -> int | None:
    """The column that gives the hour of the lesson, where the one of the date does not."""
    disposition = lecture.disposition
    if not lecture.simple:
        return None
    lues = {*disposition.colonnes.values()}
    suite = lecture.plan.sections[0].suite
    for colonne, entete in enumerate(disposition.entetes):
        mots = {*header_words(entete)}
        if colonne in lues or not mots & {"heure", "debut", "horaire"} or "fin" in mots:
            continue
        textes = filled(suite, colonne)
        if most([_HEURE.match(t) is not None for t in textes]):
            return colonne
    return None


@lru_cache(4096)
def _minute(cellule: object) -> int:
    """The minute of the day that a cell gives; -1 when none."""
    if isinstance(cellule, datetime | time):
        return cellule.hour * 60 + cellule.minute or -1
    trouve = _HEURE.search(as_text(cellule))
    return int(trouve[1]) * 60 + int(trouve[2] or 0) if trouve else -1


def _keep(connus: dict[object, Valeur], contenu: object, valeur: Valeur) -> None:
    if len(connus) >= CONTENUS_MAX:
        connus.clear()
    connus[contenu] = valeur


def _warnings(
    lecteur: _Lecteur, registre: Registre, compte: Compte, refusees: int
) -> Iterator[str]:
    if refusees:
        s = "s" if refusees > 1 else ""
        yield (
            f"Export plus ancien que le dernier importé : {refusees} réservation{s} retirée{s} "
            "depuis, ou qu'il serait seul à connaître, non reprise" + s + "."
        )
    if not len(registre):
        yield "Le registre est vide : importez d'abord les élèves."
    if lecteur.canal is Canal.COURS and not lecteur.effets:
        yield (
            "Aucune colonne de statut : toutes les leçons ont été prises pour faites ou "
            "réservées. Retirez du fichier les leçons annulées et les absences."
        )
    for numeros, quoi in (
        (compte.avant_inscription, "Avant l'inscription de l'élève, à vérifier"),
        (
            lecteur.par_nom,
            "Élève reconnu par son nom, bien que son email ou son téléphone ne soit pas celui "
            "du registre",
        ),
    ):
        if numeros:
            yield f"{quoi} : {few(numeros)} ({len(numeros)} en tout)."
