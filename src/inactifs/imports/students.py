"""The list of students: lines of an export → students new or changed."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from inactifs.dates import french
from inactifs.imports import matching, merging
from inactifs.imports.activities import PREMIER_JOUR
from inactifs.imports.cell_values import LONGUEUR_MAX, as_text
from inactifs.imports.data_lines import Lecture, few
from inactifs.imports.headers import header_words, meaning
from inactifs.imports.matching import Identite, Inconnu, card, neph_key, same_person
from inactifs.imports.outcome import ResultatImport
from inactifs.imports.tables import Ligne
from inactifs.mots import and_others, of, simplify
from inactifs.phones import phone_keys
from inactifs.procedure.modele import Canal, Eleve, is_followed
from inactifs.registre import Registre, is_email, name_words, number_key

_JOURS = ("inscrit_le", "fin_contrat", "code_obtenu_le")


@dataclass
class Fiche:
    """The lines of one student: the last word on each field, that of the formation in progress
    first."""

    lus: list[Eleve] = field(default_factory=list)
    lignes: list[int] = field(default_factory=list)
    statuts: list[str] = field(default_factory=list)  # as they are written

    @property
    def eleve(self) -> Eleve:
        """What the lines say together."""
        eleve, *suite = sorted(self.lus, key=lambda e: e.suivi)  # the last one has the last word
        for lu in suite:
            eleve = merging.overlaid(replace(eleve, statut=""), lu)
        return eleve

    @property
    def ou(self) -> str:
        """« ligne 12 », « lignes 12, 15 »."""
        return few(self.lignes)


def read_students(lecture: Lecture, registre: Registre, aujourdhui: date) -> ResultatImport:
    """The students new or changed, and the lines that are rejected.

    A student is keyed by their number, else by their NEPH. A field already filled is never
    emptied nor replaced by what is none, a date never moved back, what staff corrected by hand
    not put back, and an « abandonniste » is not made « en formation » again. Raises
    FichierInvalide: the dates are written month first."""
    liste = _Liste(lecture, registre, aujourdhui)
    for numero, ligne in lecture.data_rows():
        lu = liste.student(numero, ligne)
        refus = lu if isinstance(lu, Inconnu) else liste.keep(lu, numero, ligne)
        if refus is not None:
            lecture.reject(numero, ligne, refus.raison, refus.suggestions)
    lues = sum(len(fiche.lignes) for fiche in liste.fiches.values())
    importees = 0
    changes: list[tuple[Eleve | None, Eleve]] = []
    corriges: list[str] = []
    for fiche in liste.fiches.values():
        lu = fiche.eleve
        connu = registre.get(lu.numero)
        apres = merging.updated(connu or lu, lu, corriges)
        if connu is None or replace(apres, dit_export=connu.dit_export) != connu:
            importees += len(fiche.lignes)
        if apres != connu:
            changes.append((connu, apres))
    if len(corriges) > 10:
        corriges[10:] = [f"{and_others(len(corriges) - 10)}."]
    lecture.avertissements += (*liste.warnings(), *corriges)
    return lecture.result(changes, lues, importees)


class _Liste:
    """The students that the lines read so far give, against the register, and what is to be told.

    A column « N° » that does not say whose it is (``ordre``) is heeded where it is the students'.
    """

    def __init__(self, lecture: Lecture, registre: Registre, jour: date) -> None:
        self.lecture, self.registre, self.aujourdhui = lecture, registre, jour
        self.annuaire = matching.Annuaire(registre)
        self.fiches: defaultdict[str, Fiche] = defaultdict(Fiche)
        self.douteux: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
        self.departs: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        self.entetes, self.colonnes = lecture.disposition.entetes, lecture.disposition.colonnes
        self.lues = {champ: [colonne] for champ, colonne in self.colonnes.items()}
        sens = ((meaning(e, Canal.ELEVES), n) for n, e in enumerate(self.entetes) if e)
        for (champ, _), n in sorted((lu, n) for lu, n in sens if lu is not None):
            if n not in self.lues.get(champ, [n]):
                self.lues[champ].append(n)  # of the same meaning, heeded where its own is empty
        departs = {m for d in merging.words("departs") for m in header_words(d)}
        mots = {n: {*header_words(e)} for n, e in enumerate(self.entetes)}
        libres = mots.keys() - {*self.colonnes.values()}
        self.restes = {
            n: merging.words("presents" if {"actif", "active"} & mots[n] else "restes")
            for n in sorted(libres)
            if departs & mots[n]
        }
        if not self._is_numbered():
            self.colonnes.pop("ordre", None)
            self.lues.pop("ordre", None)
        self.numero_sur = bool({"numero", "dossier"} & self.colonnes.keys())

    def _texts(self, ligne: Ligne) -> dict[str, str]:
        """The cells of the fields as text, empty where they stand for nothing."""
        textes = {}
        for champ, colonnes in self.lues.items():
            dits = (as_text(ligne[c]) for c in colonnes if c < len(ligne))
            utiles = (t for t in dits if not merging.stands_for_nothing(t) and "\ufffd" not in t)
            textes[champ] = next(utiles, "")
        return textes

    def _is_numbered(self) -> bool:
        """Whether ``ordre`` is the students' number. It is not when it is called otherwise
        (« Code », « Réf. »), when a value has no digit or comes back, nor when the register says
        otherwise: 1, 2, 3… are then the rows'."""
        if "ordre" not in self.colonnes:
            return False
        mots = {*header_words(self.entetes[self.colonnes["ordre"]])}
        if not mots <= merging.words("numeros").keys():
            return False
        vus: dict[str, str] = {}
        for _, ligne in self.lecture.data_rows():
            identite = matching.identity_of(self._texts(ligne))
            if not (valeur := identite.ordre):
                continue
            deja = vus.setdefault(number_key(valeur), identite.nom)
            if not re.search(r"\d", valeur) or name_words(deja) != name_words(identite.nom):
                return False
            connu = self.registre.get(valeur)
            if not same_person(connu, identite.nom) if connu else self.registre.named(identite.nom):
                return False
        return True

    def student(self, numero: int, ligne: Ligne) -> Eleve | Inconnu:
        """The student that a line describes, or why it cannot be taken."""
        textes = self._texts(ligne)
        if trop := next((t for t in textes.values() if len(t) > LONGUEUR_MAX), None):
            return Inconnu(f"« {trop[:20]}… » est trop long pour une cellule")
        identite = matching.identity_of(textes)
        nom, prenom = textes.get("nom", ""), textes.get("prenom", "")
        if not nom or "prenom" not in textes:
            nom, prenom = merging.split_name(identite.nom)
        if not nom and not prenom:
            return Inconnu("le nom manque")
        neph, sien = identite.neph, identite.numero
        if len(identite.dossier) in (11, 12) and identite.dossier.isdigit():
            neph = neph or identite.dossier
        else:
            sien = sien or identite.dossier
        sien = sien if re.search(r"\d", sien) else ""  # « Obtenu », « En cours »
        sien = sien or ("" if self.numero_sur else identite.ordre)
        for quoi, valeur in (("NEPH", neph), ("numéro", sien)):
            if "e+" in valeur.casefold():
                return Inconnu(f"le {quoi} « {valeur} » a été abîmé par un tableur")
        try:
            jours = {champ: self._day(champ, ligne) for champ in _JOURS}
        except ValueError as refus:
            return Inconnu(str(refus))
        lu = Eleve(
            numero=sien,
            nom=nom,
            prenom=prenom,
            neph=neph_key(neph) if neph.isdigit() else neph,
            statut=self._status(textes, ligne, f"{nom} {prenom}".strip()),
            **self._coordinates(textes, identite, numero),
            **jours,  # type: ignore[arg-type]
        )
        return lu if sien and self.numero_sur else self._keyed(lu, identite)

    def _coordinates(
        self, textes: Mapping[str, str], identite: Identite, numero: int
    ) -> dict[str, Any]:
        """The fields of a line that are taken as text; a phone or an email that is none is told."""
        dits = ("formation", "financement", "heures_restantes", "representant_legal", "adresse")
        lus = {champ: textes.get(champ, "") for champ in dits}
        ville = f"{textes.get('code_postal', '')} {textes.get('ville', '')}".strip()
        if lus["adresse"] and ville:
            lus["adresse"] += f", {ville}"
        tel, email = identite.telephone, identite.email.removeprefix("mailto:")
        if len(tel) == 9 and tel.isdigit() and tel[0] != "0":
            tel = f"0{tel}"  # that a spreadsheet dropped
        lus |= {"telephone": tel, "email": email}
        for champ, quoi, est in (
            ("telephone", "téléphones", bool(phone_keys(tel))),
            ("email", "adresses email", is_email(email)),
        ):
            if lus[champ] and not est:
                self.douteux[quoi].append((numero, lus[champ]))
                lus[champ] = ""
        return lus

    def _status(self, textes: Mapping[str, str], ligne: Ligne, nom: str) -> str:
        """STATUT of a line; what other columns say of a departure is told, not guessed."""
        statut = merging.status(textes.get("statut", ""))
        if not is_followed(statut):
            return statut
        for colonne, reste in self.restes.items():
            dit = as_text(ligne[colonne]) if colonne < len(ligne) else ""
            if not merging.stands_for_nothing(dit) and simplify(dit) not in reste:
                self.departs[self.entetes[colonne]].append((dit, nom))
        permis = textes.get("permis_le", "")
        obtenu = re.search(r"\d", permis) or simplify(permis) in ("oui", "x")
        return "Permis obtenu" if obtenu else statut

    def _day(self, champ: str, ligne: Ligne) -> date | None:
        """Raises ValueError where a day of enrolment is none, or doubtful."""
        cellule = ligne[self.colonnes[champ]] if champ in self.colonnes else None
        if merging.stands_for_nothing(as_text(cellule)):
            return None
        jour, doute = None, f"« {as_text(cellule)[:40]} » n'est pas une date d'inscription"
        with suppress(ValueError):
            jour, doute = self.lecture.day(cellule, champ), ""
        if jour is not None and jour < PREMIER_JOUR:
            doute = f"inscription le {french(jour)} : date douteuse, avant 1990"
        if jour is not None and jour > self.aujourdhui:
            doute = f"inscription le {french(jour)} : date dans l'avenir"
        if doute and champ == "inscrit_le":
            raise ValueError(doute)
        return jour

    def _keyed(self, lu: Eleve, identite: Identite) -> Eleve | Inconnu:
        """A student whose number is none, or may be the row's: the one of the register, else keyed
        by number or NEPH."""
        if lu.numero:
            connu = self.annuaire.resolve(Identite(neph=lu.neph))
            if isinstance(connu, Inconnu) or not same_person(connu.eleve, lu.nom_complet):
                return lu
            return replace(lu, numero=connu.eleve.numero)
        trouve = self.annuaire.resolve(replace(identite, ordre=""), coordonnees=True)
        if not isinstance(trouve, Inconnu):
            return replace(lu, numero=trouve.eleve.numero)
        if lu.neph and not trouve.connu:
            return replace(lu, numero=lu.neph)
        return trouve if trouve.connu else replace(trouve, raison="ni n° d'élève ni NEPH")

    def keep(self, lu: Eleve, numero: int, ligne: Ligne) -> Inconnu | None:
        """Add a line to its student's; or why it is refused."""
        if self.registre.get(lu.numero) is None:
            proches = filter(None, map(self.registre.get, self.annuaire.numbers(lu.numero)))
            siens = [e.numero for e in proches if same_person(e, lu.nom_complet)]
            nu = re.sub(r"(?i)^n\s*[°o]\s*", "", lu.numero)
            lu = replace(lu, numero=siens[0] if siens else nu)
        connu = self.registre.get(lu.numero)
        cle = number_key(lu.numero) if connu else number_key(lu.numero).lstrip("0") or lu.numero
        fiche = self.fiches.get(cle)
        if fiche and not connu and not same_person(fiche.lus[0], lu.nom_complet):
            cle = number_key(lu.numero)  # 42 and 042 may be two people
            fiche = self.fiches.get(cle)
        deja = fiche.lus[0] if fiche else connu
        if deja is not None and not merging.same(deja, lu):
            ou = "plus haut dans le fichier" if fiche else "au registre"
            raison = f"le n° {lu.numero} est celui {of(deja.nom_complet)} {ou}"
            return Inconnu(raison, (card(deja),))
        homonymes = self.registre.named(lu.nom_complet) if deja is None else ()
        for jumeau in homonymes:
            tels = {*phone_keys(jumeau.telephone)} & {*phone_keys(lu.telephone)}
            if tels or (lu.email and merging.alike("email", jumeau.email, lu.email)):
                raison = (
                    f"{jumeau.nom_complet} est déjà au registre sous le n° {jumeau.numero}, avec "
                    "les mêmes coordonnées : gardez un seul des deux numéros"
                )
                return Inconnu(raison, (card(jumeau),))
        self.fiches[cle].lus.append(replace(lu, numero=fiche.lus[0].numero) if fiche else lu)
        self.fiches[cle].lignes.append(numero)
        if (colonne := self.colonnes.get("statut")) is not None:
            self.fiches[cle].statuts.append(as_text(ligne[colonne]))
        return None

    def warnings(self) -> Iterator[str]:
        """What was taken but is to be looked at."""
        compris: Counter[tuple[str, str]] = Counter()
        for fiche in self.fiches.values():
            statuts = dict.fromkeys(e.statut for e in fiche.lus)
            if len({is_followed(s) for s in statuts}) > 1:
                dits = " et ".join(f"« {s or 'sans statut'} »" for s in statuts)
                yield (
                    f"{fiche.lus[0].nom_complet} a {len(fiche.lus)} lignes, {dits} : la formation "
                    f"en cours est retenue ({fiche.ou})."
                )
            statut = fiche.eleve.statut
            dit = next((lu for lu in fiche.statuts if merging.status(lu) == statut), "")
            compris[statut, dit] += 1
        yield from _statuses(compris)
        yield from self._shared_neph()
        for entete, siens in self.departs.items():
            valeurs = ", ".join(f"« {v[:20]} »" for v in dict.fromkeys(v for v, _ in siens[:3]))
            noms = ", ".join(n for _, n in siens[:3]) + ("…" if len(siens) > 3 else "")
            s, nt = ("s", "nt") if len(siens) > 1 else ("", "")
            yield (
                f"La colonne « {entete} » n'est pas lue ; elle dit {valeurs} pour {len(siens)} "
                f"élève{s} ({noms}), qui reste{nt} suivi{s}. Si la formation est finie, donnez le "
                "STATUT."
            )
        for quoi, notes in self.douteux.items():
            uns = list(dict.fromkeys(contenu[:30] for _, contenu in notes))
            vus = ", ".join(f"« {un} »" for un in uns[:3]) + "…" * (len(uns) > 3)
            yield f"Ce ne sont pas des {quoi}, non repris : {vus} ({few([n for n, _ in notes])})."

    def _shared_neph(self) -> Iterator[str]:
        porteurs: defaultdict[str, set[str]] = defaultdict(set)
        lus = [(fiche.eleve, fiche.ou) for fiche in self.fiches.values()]
        for eleve, ou in [*((e, "") for e in self.registre), *lus]:
            if eleve.neph:
                siens, cle = porteurs[neph_key(eleve.neph)], number_key(eleve.numero)
                siens.add(cle)
                if ou and (autres := siens - {cle}):
                    yield f"Même NEPH que le n° {min(autres)} : {eleve.nom_complet} ({ou})."


def _statuses(compris: Mapping[tuple[str, str], int]) -> Iterator[str]:
    """How each STATUT was understood, where it is not plain."""
    for (statut, dit), fois in compris.items():
        s = "s" if fois > 1 else ""
        if not is_followed(statut):
            if simplify(dit) != simplify(statut):
                lu = f"« {dit} »" if dit else "la date du permis"
                pas = "ne sont pas suivis" if s else "n'est pas suivi"
                yield f"Statut : {lu} compris « {statut} » : {fois} élève{s} {pas}."
        elif statut and simplify(statut) in merging.words("ambigus"):
            yield (
                f"Le statut « {statut} » ne dit pas de quel examen : {fois} élève{s} "
                f"reste{'nt' if s else ''} suivi{s}. Si c'est le permis, écrivez « permis obtenu »."
            )
        elif statut and simplify(statut) not in merging.words("suivis"):
            qui = f"{fois} élèves restent suivis" if s else "1 élève reste suivi"
            yield f"Le statut « {statut[:40]} » n'est pas connu : {qui}."
