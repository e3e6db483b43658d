"""Lessons, logins and contacts: lines of an export → the latest dates of each student.

The same students, days and words come back thousands of times: each is understood once, and a
line costs two look-ups in dictionaries. Those hold ``CONTENUS_MAX`` contents and begin again:
an export whose cells are all different costs time, not memory.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from operator import itemgetter
from typing import TypeVar

from inactifs.dates import french
from inactifs.imports.cell_values import as_text, month_first
from inactifs.imports.data_lines import Lecture, few
from inactifs.imports.header_words import EFFETS, IDENTITE
from inactifs.imports.matching import Annuaire, Inconnu, Reconnu, identity_of
from inactifs.imports.outcome import Canal, ResultatImport
from inactifs.imports.platform_log import login_effect
from inactifs.imports.tables import Ligne
from inactifs.imports.tally import Cumul
from inactifs.imports.wordings import (
    Effet,
    cancelled,
    contact_effect,
    lesson_effect,
    says_no,
)
from inactifs.procedure.modele import Eleve
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

_UN_JOUR = re.compile(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{2}")


@dataclass(frozen=True, slots=True)
class Fait:
    """What the cells of a line say, beside who: FAIT, RESERVE or RIEN, and when (an ordinal).

    Or why the line is refused: ``refus``. ``datee`` is whether it has a date that can be read.
    """

    effet: Effet = Effet.RIEN
    jour: int = -1
    refus: str = ""
    datee: bool = True


@dataclass
class Compte:
    """The counts of a file, and the numbers of the lines to be looked at."""

    lignes: int = 0
    importees: int = 0
    inchangees: int = 0
    ignorees: int = 0
    avant_inscription: list[int] = field(default_factory=list)
    par_nom: list[int] = field(default_factory=list)


def read_activities(
    lecture: Lecture, canal: Canal, registre: Registre, aujourdhui: date
) -> ResultatImport:
    """The students whose dates change, and the lines that are rejected.

    Raises:
        FichierInvalide: the dates are written month first.
    """
    lecteur = _Lecteur(lecture, canal, registre, aujourdhui)
    compte = _run(lecteur, lecture, aujourdhui)
    lecture.check(compte.lignes - len(lecture.rejets))
    changes: list[Eleve] = []
    avant: dict[str, Eleve] = {}
    for cumul in lecteur.cumuls.values():
        apres = cumul.after(canal, aujourdhui.toordinal())
        if apres is not cumul.eleve:
            changes.append(apres)
            avant[apres.numero] = cumul.eleve
        if cumul.taken_back:  # these lines did count after all
            compte.ignorees -= cumul.annulations
            compte.importees += cumul.annulations
            if apres.prochain_cours is not None:  # and the reservation that takes its place
                compte.inchangees -= 1
                compte.importees += 1
    return ResultatImport(
        canal=canal,
        lignes=compte.lignes,
        importees=compte.importees,
        inchangees=compte.inchangees,
        ignorees=compte.ignorees,
        nouveaux=0,
        rejets=tuple(lecture.rejets),
        eleves=tuple(changes),
        avant=avant,
        avertissements=(*lecture.avertissements, *_warnings(lecteur, registre, compte)),
    )


def _run(lecteur: _Lecteur, lecture: Lecture, aujourdhui: date) -> Compte:
    """Read every line into the students' cumuls."""
    compte = Compte()
    cumul_de, fait_de = lecteur.par_cle.get, lecteur.faits.get
    ce_jour = aujourdhui.toordinal()
    lues = importees = 0
    FAIT, RESERVE = Effet.FAIT, Effet.RESERVE  # local names are quicker
    qui_est, quoi_est = lecteur.qui_est, lecteur.quoi_est
    lecteur.expect_register()
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
        elif fait.effet is RESERVE:
            nouvelle = qui.reserve(jour, ce_jour)
        else:
            compte.ignorees += 1
            if jour == qui.prochain:
                qui.annulations += 1
            continue
        if jour == qui.prochain:
            qui.maintenu = True
        if nouvelle:
            importees += 1
        if jour < qui.inscrit_le:
            compte.avant_inscription.append(numero)
    compte.lignes = lues + len(lecture.rejets)
    compte.importees = importees
    compte.inchangees = lues - importees - compte.ignorees
    return compte


class _Lecteur:
    """What the cells of lines mean; each distinct content is understood once."""

    def __init__(
        self, lecture: Lecture, canal: Canal, registre: Registre, aujourdhui: date
    ) -> None:
        self.lecture, self.canal, self.aujourdhui = lecture, canal, aujourdhui
        self.registre, self.annuaire = registre, Annuaire(registre)
        colonnes = lecture.disposition.colonnes
        self.identites = {c: colonnes[c] for c in (*IDENTITE, "qui") if c in colonnes}
        stables = {c: n for c, n in self.identites.items() if c != "ordre"} or self.identites
        self.effets = [c for c in EFFETS.get(canal, ()) if c in colonnes]
        self.champs, self.qui = tuple(stables), tuple(stables.values())
        self.quoi = (colonnes["date"], *(colonnes[c] for c in self.effets))
        self.qui_est, self.quoi_est = _cells(self.qui), _cells(self.quoi)
        self.par_cle: dict[object, Cumul] = {}
        self.faits: dict[object, Fait] = {}
        self.cumuls: dict[str, Cumul] = {}
        self.par_nom: list[int] = []
        self._numerotees = "ordre" in self.identites and "ordre" not in stables
        self._refuses: dict[object, Fait] = {}
        self._inconnus: dict[object, Inconnu] = {}
        self._douteux: set[object] = set()

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
        raisons = [qui.raison] if isinstance(qui, Inconnu) else []
        if fait.refus:
            raisons.append(fait.refus)
        if isinstance(qui, Inconnu) or raisons:
            suggestions = qui.suggestions if isinstance(qui, Inconnu) else ()
            self.lecture.reject(numero, ligne, " ; ".join(raisons), suggestions)
            return None
        if cle in self._douteux:
            self.par_nom.append(numero)
        return qui, fait

    def _who(self, cle: object, ligne: Ligne) -> Cumul | Inconnu:
        if (deja := self.par_cle.get(cle) or self._inconnus.get(cle)) is not None:
            return deja
        identite = identity_of(self.lecture.texts(ligne, self.identites))
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
        return fait

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
        effet = self._effect(dict(zip(self.effets, mots, strict=True)), avenir)
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
        return Fait(effet, jour.toordinal())

    def _effect(self, dits: Mapping[str, str], avenir: bool) -> Effet | None:
        """The effect of what the cells of ``EFFETS`` say; None when it is not known."""
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

    def _unknown_words(self, mots: list[str]) -> str:
        texte = " / ".join(m for m in mots if m)[:40]
        quoi = {Canal.COURS: "le statut", Canal.CONNEXIONS: "l'action"}.get(
            self.canal, "le sens du contact"
        )
        return f"{quoi} « {texte} » n'est pas connu" if texte else f"{quoi} manque"


def _cells(colonnes: tuple[int, ...]) -> Callable[[Ligne], object]:
    """What takes these cells of a row: the cell itself where there is one."""
    return itemgetter(*colonnes)


def _keep(connus: dict[object, Valeur], contenu: object, valeur: Valeur) -> None:
    if len(connus) >= CONTENUS_MAX:
        connus.clear()
    connus[contenu] = valeur


def _warnings(lecteur: _Lecteur, registre: Registre, compte: Compte) -> Iterator[str]:
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
