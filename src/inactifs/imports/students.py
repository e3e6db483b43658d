"""The list of students: lines of an export → students new or changed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from inactifs.dates import french
from inactifs.imports import merging
from inactifs.imports.activities import PREMIER_JOUR
from inactifs.imports.cell_values import LONGUEUR_MAX, as_text
from inactifs.imports.data_lines import Lecture, few
from inactifs.imports.headers import header_words, meaning
from inactifs.imports.matching import (
    Annuaire,
    Identite,
    Inconnu,
    Reconnu,
    card,
    email_key,
    identity_of,
    neph_key,
    same_person,
)
from inactifs.imports.outcome import ResultatImport
from inactifs.imports.tables import Ligne
from inactifs.mots import and_others, of, simplify
from inactifs.phones import phone_keys
from inactifs.procedure.eleve import without_mark
from inactifs.procedure.modele import Canal, Eleve, is_followed
from inactifs.registre import Registre, is_email, name_words, number_key

_JOURS = ("inscrit_le", "fin_contrat", "code_obtenu_le")


@dataclass
class Fiche:
    """The lines of one student: the last word on each field, that of the formation in progress
    first."""

    lus: list[Eleve] = field(default_factory=list)
    lignes: list[tuple[int, Ligne]] = field(default_factory=list)

    @property
    def eleve(self) -> Eleve:
        """What the lines say together."""
        eleve, *suite = sorted(self.lus, key=lambda e: e.suivi)  # the last one has the last word
        for lu in suite:
            eleve = merging.overlaid(replace(eleve, statut=""), lu)
        return eleve


def read_students(lecture: Lecture, registre: Registre, aujourdhui: date) -> ResultatImport:
    """The students new or changed, and the lines that are rejected.

    A student is keyed by their number, else by their NEPH. A field already filled is never
    emptied nor replaced by what is none, a date never moved back, what staff corrected by hand
    not put back, and an « abandonniste » is not made « en formation » again.

    Raises:
        FichierInvalide: the dates are written month first.
    """
    return _Lecteur(lecture, registre, aujourdhui).result()


class _Lecteur:
    """One list of students, read against the register."""

    def __init__(self, lecture: Lecture, registre: Registre, aujourdhui: date) -> None:
        self.lecture, self.registre, self.aujourdhui = lecture, registre, aujourdhui
        self.annuaire = Annuaire(registre)
        self.colonnes = lecture.disposition.colonnes
        self.fiches: dict[str, Fiche] = {}
        self.doutes: dict[str, list[tuple[int, str]]] = {}
        self.autres = self._alternatives()
        self.departs: dict[str, list[tuple[str, str]]] = {}
        mots_departs = {m for d in merging.words("departs") for m in header_words(d)}
        self.colonnes_departs = {
            n: mots
            for n, entete in enumerate(lecture.disposition.entetes)
            if n not in self.colonnes.values() and mots_departs & (mots := {*header_words(entete)})
        }

    def result(self) -> ResultatImport:
        """Every line, read; then what changes."""
        lignes = list(self.lecture.data_rows())
        numerotes = self._numbered(lignes)
        if not numerotes:
            self.colonnes.pop("ordre", None)
        for numero, ligne in lignes:
            illisible = self.lecture.unreadable(ligne)
            lu = Inconnu(illisible) if illisible else self._student(numero, ligne, numerotes)
            refus = self._kept(lu, numero, ligne) if isinstance(lu, Eleve) else lu
            if refus is not None:
                self.lecture.reject(numero, ligne, refus.raison, refus.suggestions)
        self.lecture.check(len(lignes) - len(self.lecture.rejets))
        return self._conclude(len(lignes))

    def _alternatives(self) -> Mapping[str, list[int]]:
        """Field → the other columns of its meaning, heeded where its own is empty."""
        entetes = self.lecture.disposition.entetes
        autres: dict[str, list[tuple[int, int]]] = {}
        for colonne, entete in enumerate(entetes):
            sens = meaning(entete, Canal.ELEVES) if entete else None
            if sens and sens[0] in self.colonnes and colonne != self.colonnes[sens[0]]:
                autres.setdefault(sens[0], []).append((sens[1], colonne))
        return {champ: [c for _, c in sorted(rangs)] for champ, rangs in autres.items()}

    def _texts(self, ligne: Ligne) -> dict[str, str]:
        """The cells of the fields as text, empty where they stand for nothing."""
        textes = {}
        for champ, colonne in self.colonnes.items():
            dits = (
                as_text(ligne[c]) for c in (colonne, *self.autres.get(champ, ())) if c < len(ligne)
            )
            textes[champ] = next(
                (t for t in dits if not merging.stands_for_nothing(t) and "\ufffd" not in t), ""
            )
        return textes

    def _numbered(self, lignes: list[tuple[int, Ligne]]) -> bool:
        """Whether a column « N° » that does not say whose is the students' numbers.

        It is not when it is called otherwise (« Code », « Réf. »), when a value has no digit or
        comes back, nor when the register says otherwise: 1, 2, 3… are then the rows'.
        """
        if "ordre" not in self.colonnes:
            return False
        mots = {*header_words(self.lecture.disposition.entetes[self.colonnes["ordre"]])}
        if not mots <= merging.words("numeros").keys():
            return False
        vus: dict[str, str] = {}
        for _, ligne in lignes:
            identite = identity_of(self._texts(ligne))
            valeur = identite.ordre
            if not valeur:
                continue
            deja = vus.setdefault(number_key(valeur), identite.nom)
            if not re.search(r"\d", valeur) or name_words(deja) != name_words(identite.nom):
                return False
            connu = self.registre.get(valeur)
            if connu is not None and same_person(connu, identite.nom):
                continue
            if connu is not None or self.registre.named(identite.nom):
                return False
        return True

    def _student(self, numero: int, ligne: Ligne, numerotes: bool) -> Eleve | Inconnu:
        """The student that a line describes, or why it cannot be taken."""
        textes = self._texts(ligne)
        if trop := next((t for t in textes.values() if len(t) > LONGUEUR_MAX), None):
            return Inconnu(f"« {trop[:20]}… » est trop long pour une cellule")
        identite = identity_of(textes)
        nom, prenom = textes.get("nom", ""), textes.get("prenom", "")
        if not nom or "prenom" not in textes:
            nom, prenom = merging.split_name(identite.nom)
        if not nom and not prenom:
            return Inconnu("le nom manque")
        sien, neph = _keys(identite, numerotes and not textes.keys() & {"numero", "dossier"})
        for quoi, valeur in (("NEPH", neph), ("numéro", sien)):
            if "e+" in valeur.casefold():
                return Inconnu(f"le {quoi} « {valeur} » a été abîmé par un tableur")
        try:
            jours = {champ: self._day(champ, ligne) for champ in _JOURS}
        except ValueError as refus:
            return Inconnu(str(refus))
        telephone, email = self._coordinates(identite, numero)
        lu = Eleve(
            numero=sien,
            nom=nom,
            prenom=prenom,
            neph=neph_key(neph) if neph.isdigit() else neph,
            telephone=telephone,
            email=email,
            formation=textes.get("formation", ""),
            financement=textes.get("financement", ""),
            statut=self._status(textes, ligne, f"{nom} {prenom}".strip()),
            heures_restantes=textes.get("heures_restantes", ""),
            representant_legal=textes.get("representant_legal", ""),
            adresse=_address(textes),
            **jours,  # type: ignore[arg-type]
        )
        return lu if sien and textes.keys() & {"numero", "dossier"} else self._keyed(lu, identite)

    def _coordinates(self, identite: Identite, numero: int) -> tuple[str, str]:
        """The phone and the email of a line, none where they are no such; which is told."""
        telephone, email = _phone(identite.telephone), identite.email.removeprefix("mailto:")
        if telephone and not phone_keys(telephone):
            self.doutes.setdefault("téléphones", []).append((numero, telephone))
            telephone = ""
        if email and not is_email(email):
            self.doutes.setdefault("adresses email", []).append((numero, email))
            email = ""
        return telephone, email

    def _status(self, textes: Mapping[str, str], ligne: Ligne, nom: str) -> str:
        """STATUT of a line; what other columns say of a departure is told, not guessed."""
        statut = merging.status(textes.get("statut", ""))
        for colonne, mots in self.colonnes_departs.items():
            dit = as_text(ligne[colonne]) if colonne < len(ligne) else ""
            reste = merging.words("presents" if {"actif", "active"} & mots else "restes")
            if (
                is_followed(statut)
                and not merging.stands_for_nothing(dit)
                and simplify(dit) not in reste
            ):
                entete = self.lecture.disposition.entetes[colonne]
                self.departs.setdefault(entete, []).append((dit, nom))
        permis = textes.get("permis_le", "")
        obtenu = re.search(r"\d", permis) or simplify(permis) in ("oui", "x")
        return "Permis obtenu" if obtenu and is_followed(statut) else statut

    def _day(self, champ: str, ligne: Ligne) -> date | None:
        colonne = self.colonnes.get(champ)
        if colonne is None or merging.stands_for_nothing(as_text(ligne[colonne])):
            return None
        inscription = champ == "inscrit_le"
        try:
            jour = self.lecture.day(ligne[colonne], champ)
        except ValueError:
            if not inscription:
                return None
            lu = as_text(ligne[colonne])[:40]
            raise ValueError(f"« {lu} » n'est pas une date d'inscription") from None
        if jour is not None and inscription and jour < PREMIER_JOUR:
            raise ValueError(f"inscription le {french(jour)} : date douteuse, avant 1990")
        if jour is not None and inscription and jour > self.aujourdhui:
            raise ValueError(f"inscription le {french(jour)} : date dans l'avenir")
        return jour

    def _keyed(self, lu: Eleve, identite: Identite) -> Eleve | Inconnu:
        """A student whose number is none, or may be the row's: the one of the register, else keyed
        by number or NEPH."""
        if lu.numero and lu.neph:
            connu = self.annuaire.resolve(Identite(neph=lu.neph))
            if isinstance(connu, Reconnu) and same_person(connu.eleve, lu.nom_complet):
                return replace(lu, numero=connu.eleve.numero)
        if lu.numero:
            return lu
        trouve = self.annuaire.resolve(replace(identite, ordre=""), coordonnees=True)
        if not isinstance(trouve, Inconnu):
            return replace(lu, numero=trouve.eleve.numero)
        if trouve.connu:
            return trouve
        if lu.neph:
            return replace(lu, numero=lu.neph)
        return Inconnu("ni n° d'élève ni NEPH", trouve.suggestions)

    def _kept(self, lu: Eleve, numero: int, ligne: Ligne) -> Inconnu | None:
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
        if deja is None and (jumeau := self._twin(lu)) is not None:
            raison = (
                f"{jumeau.nom_complet} est déjà au registre sous le n° {jumeau.numero}, avec les "
                "mêmes coordonnées : gardez un seul des deux numéros"
            )
            return Inconnu(raison, (card(jumeau),))
        fiche = self.fiches.setdefault(cle, Fiche())
        fiche.lus.append(replace(lu, numero=fiche.lus[0].numero) if fiche.lus else lu)
        fiche.lignes.append((numero, ligne))
        return None

    def _twin(self, lu: Eleve) -> Eleve | None:
        """The student of the register who has the name and the phone or email of a new one."""
        for eleve in self.registre.named(lu.nom_complet):
            tels = {*phone_keys(eleve.telephone)} & {*phone_keys(lu.telephone)}
            if tels or (lu.email and email_key(without_mark(eleve.email)) == email_key(lu.email)):
                return eleve
        return None

    def _conclude(self, lignes: int) -> ResultatImport:
        importees = inchangees = 0
        changes: list[Eleve] = []
        avant: dict[str, Eleve] = {}
        corriges: list[str] = []
        for fiche in self.fiches.values():
            lu = fiche.eleve
            connu = self.registre.get(lu.numero)
            apres = merging.heard(lu, lu) if connu is None else merging.updated(connu, lu, corriges)
            if connu is not None and replace(apres, dit_export=connu.dit_export) == connu:
                inchangees += len(fiche.lignes)
            else:
                importees += len(fiche.lignes)
            if apres != connu:
                changes.append(apres)
                avant |= {connu.numero: connu} if connu else {}
        return ResultatImport(
            canal=Canal.ELEVES,
            lignes=lignes,
            importees=importees,
            inchangees=inchangees,
            ignorees=0,
            nouveaux=len(changes) - len(avant),
            rejets=tuple(self.lecture.rejets),
            eleves=tuple(changes),
            avant=avant,
            avertissements=(*self.lecture.avertissements, *self._warnings(), *_several(corriges)),
        )

    def _warnings(self) -> Iterator[str]:
        compris: Counter[tuple[str, str]] = Counter()
        for fiche in self.fiches.values():
            statuts = dict.fromkeys(e.statut for e in fiche.lus)
            if len({is_followed(s) for s in statuts}) > 1:
                dits = " et ".join(f"« {s or 'sans statut'} »" for s in statuts)
                ou = few([n for n, _ in fiche.lignes])
                yield (
                    f"{fiche.lus[0].nom_complet} a {len(fiche.lus)} lignes, {dits} : la formation "
                    f"en cours est retenue ({ou})."
                )
            compris[fiche.eleve.statut, _said_status(fiche, self.colonnes.get("statut"))] += 1
        yield from _statuses(compris)
        yield from self._shared_neph()
        yield from self._departures()
        for quoi, notes in self.doutes.items():
            uns = list(dict.fromkeys(contenu[:30] for _, contenu in notes))
            vus = ", ".join(f"« {un} »" for un in uns[:3]) + "…" * (len(uns) > 3)
            yield f"Ce ne sont pas des {quoi}, non repris : {vus} ({few([n for n, _ in notes])})."

    def _departures(self) -> Iterator[str]:
        for entete, siens in self.departs.items():
            valeurs = ", ".join(f"« {v[:20]} »" for v in dict.fromkeys(v for v, _ in siens[:3]))
            noms = ", ".join(n for _, n in siens[:3]) + ("…" if len(siens) > 3 else "")
            s, nt = ("s", "nt") if len(siens) > 1 else ("", "")
            yield (
                f"La colonne « {entete} » n'est pas lue ; elle dit {valeurs} pour {len(siens)} "
                f"élève{s} ({noms}), qui reste{nt} suivi{s}. Si la formation est finie, donnez le "
                "STATUT."
            )

    def _shared_neph(self) -> Iterator[str]:
        porteurs: dict[str, set[str]] = {}
        for eleve in self.registre:
            if eleve.neph:
                porteurs.setdefault(neph_key(eleve.neph), set()).add(number_key(eleve.numero))
        for fiche in self.fiches.values():
            eleve = fiche.eleve
            if eleve.neph:
                cle = number_key(eleve.numero)
                siens = porteurs.setdefault(neph_key(eleve.neph), set())
                siens.add(cle)
                if len(siens) > 1:
                    yield (
                        f"Même NEPH que le n° {min(siens - {cle})} : {eleve.nom_complet} "
                        f"({few([n for n, _ in fiche.lignes])})."
                    )


def _keys(identite: Identite, numerotes: bool) -> tuple[str, str]:
    """The number and the NEPH of a line; « dossier » may be either."""
    neph, numero = identite.neph, identite.numero
    if len(identite.dossier) in (11, 12) and identite.dossier.isdigit():
        neph = neph or identite.dossier
    else:
        numero = numero or identite.dossier
    if numero and not re.search(r"\d", numero):
        numero = ""  # « Obtenu », « En cours »
    return numero or (identite.ordre if numerotes else ""), neph


def _said_status(fiche: Fiche, colonne: int | None) -> str:
    """The words of the export for the STATUT that was retained."""
    if colonne is None:
        return ""
    dits = [as_text(ligne[colonne]) for _, ligne in fiche.lignes]
    return next((d for d in dits if merging.status(d) == fiche.eleve.statut), "")


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


def _several(phrases: list[str]) -> list[str]:
    """The first ten of these, and how many more."""
    suite = [f"{and_others(len(phrases) - 10)}."] if len(phrases) > 10 else []
    return [*phrases[:10], *suite]


def _address(textes: Mapping[str, str]) -> str:
    adresse = textes.get("adresse", "")
    ville = f"{textes.get('code_postal', '')} {textes.get('ville', '')}".strip()
    return ", ".join(t for t in (adresse, ville) if t) if adresse else ""


def _phone(texte: str) -> str:
    """A phone as text, with the first zero that a spreadsheet dropped."""
    return f"0{texte}" if len(texte) == 9 and texte.isdigit() and texte[0] != "0" else texte
