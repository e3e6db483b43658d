"""The list of students: lines of an export → students new or changed."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from datetime import date

from inactifs.dates import french
from inactifs.imports.activities import PREMIER_JOUR
from inactifs.imports.cell_values import LONGUEUR_MAX, as_day, as_text
from inactifs.imports.data_lines import Lecture, few
from inactifs.imports.date_order import OrdreDates
from inactifs.imports.matching import (
    Annuaire,
    Identite,
    Inconnu,
    Reconnu,
    email_key,
    identity_of,
    neph_key,
    phone_keys,
    same_person,
)
from inactifs.imports.outcome import Canal, ResultatImport
from inactifs.imports.row_blocks import Ligne
from inactifs.mots import simplify
from inactifs.procedure.joignable import without_mark
from inactifs.procedure.modele import Eleve, is_followed
from inactifs.registre import Registre, name_words, number_key

_STATUTS = {
    "Permis obtenu": "permis obtenu, permis obtenus, permis ok, permis réussi, permis délivré, "
    "obtenu, obtenue, reçu, reçue, réussi, réussie, admis, admise, diplômé, diplômée, "
    "examen réussi, permis en poche",
    "Transféré": "transfert, transféré, parti, partie, dossier transféré, changement d'auto-école, "
    "changement d'école, autre auto-école, autre école",
    "Suspendu": "suspension, suspendu, en pause, pause, dossier suspendu, formation suspendue",
    "Abandonniste": "abandon, abandonné, abandonnée, abandonnistes, a abandonné",
}
"""Words for the four STATUT that are not followed (contract, section 2). One that may mean
anything else (« Archivé », « Terminé ») is kept as it is, followed, and told."""
_SYNONYMES = {simplify(m): s for s, mots in _STATUTS.items() for m in mots.split(", ")}
_SUIVIS_MOTS = (
    "en formation, en cours, en cours de formation, actif, active, inscrit, inscrite, en code, "
    "en conduite, code, conduite, nouveau, nouvelle, suivi, suivie"
)
_SUIVIS = {simplify(m) for m in _SUIVIS_MOTS.split(", ")}


@dataclass
class Fiche:
    """The lines of one student: the last word on each field."""

    eleve: Eleve
    lignes: list[tuple[int, Ligne]] = field(default_factory=list)


def read_students(lecture: Lecture, registre: Registre, aujourdhui: date) -> ResultatImport:
    """The students new or changed, and the lines that are rejected.

    A student is keyed by their number, else by their NEPH. A field already filled is never
    emptied, a date never moved back, and an « abandonniste » is not made « en formation »
    again, which is for ``reopen``.

    Raises:
        FichierInvalide: the dates are written month first.
    """
    annuaire = Annuaire(registre)
    fiches: dict[str, Fiche] = {}
    lignes = 0
    ordre = OrdreDates()
    for numero, ligne in lecture.data_rows():
        if "inscrit_le" in lecture.disposition.colonnes:
            ordre.note(ligne[lecture.disposition.colonnes["inscrit_le"]])
        textes = lecture.texts(ligne, lecture.disposition.colonnes)
        lignes += 1
        lu = _student(textes, ligne, lecture, aujourdhui)
        if isinstance(lu, Eleve) and not lu.numero:
            lu = _keyed(lu, identity_of(textes), annuaire)
        elif isinstance(lu, Eleve) and lu.neph and not textes.keys() & {"numero", "dossier"}:
            connu = annuaire.resolve(Identite(neph=lu.neph))  # « N° » may be the row's
            if isinstance(connu, Reconnu) and same_person(connu.eleve.nom_complet, lu.nom_complet):
                lu = replace(lu, numero=connu.eleve.numero)
        if isinstance(lu, Inconnu):
            lecture.reject(numero, ligne, lu.raison, lu.suggestions)
            continue
        cle = number_key(lu.numero)
        fiche = fiches.get(cle)
        deja = fiche.eleve if fiche else registre.get(lu.numero)
        if deja is not None and not same_person(deja.nom_complet or lu.nom_complet, lu.nom_complet):
            ou = "plus haut dans le fichier" if fiche else "au registre"
            lecture.reject(
                numero,
                ligne,
                f"le n° {lu.numero} est celui de {deja.nom_complet} {ou}",
                (f"{deja.numero} {deja.nom_complet}",),
            )
            continue
        if fiche is None:
            fiche = fiches.setdefault(cle, Fiche(lu))
        fiche.eleve = _overlaid(fiche.eleve, lu)
        fiche.lignes.append((numero, ligne))
    ordre.require_day_first(lecture.fichier)
    return _conclude(fiches, registre, lecture, lignes)


def _student(
    textes: dict[str, str], ligne: Ligne, lecture: Lecture, aujourdhui: date
) -> Eleve | Inconnu:
    """The student that a line describes, or why it cannot be taken."""
    if trop := next((t for t in textes.values() if len(t) > LONGUEUR_MAX), None):
        return Inconnu(f"« {trop[:20]}… » est trop long pour une cellule")
    identite = identity_of(textes)
    nom, prenom = textes.get("nom", ""), textes.get("prenom", "")
    if not nom or "prenom" not in textes:
        nom, prenom = split_name(identite.nom)
    if not nom and not prenom:
        return Inconnu("le nom manque")
    neph, numero = identite.neph, identite.numero
    if _neph_like(identite.dossier):
        neph = neph or identite.dossier
    else:
        numero = numero or identite.dossier
    if not textes.keys() & {"numero", "dossier"}:
        numero = numero or identite.ordre
    for quoi, valeur in (("NEPH", neph), ("numéro", numero)):
        if "e+" in valeur.casefold():
            return Inconnu(f"le {quoi} « {valeur} » a été abîmé par un tableur")
    try:
        inscrit_le = _enrolment(ligne, lecture, aujourdhui)
    except ValueError as refus:
        return Inconnu(str(refus))
    return Eleve(
        numero=numero,
        nom=nom,
        prenom=prenom,
        neph=neph_key(neph) if neph.isdigit() else neph,
        telephone=_phone(identite.telephone),
        email=identite.email.removeprefix("mailto:"),
        formation=textes.get("formation", ""),
        financement=textes.get("financement", ""),
        inscrit_le=inscrit_le,
        statut=status(textes.get("statut", "")),
    )


def _enrolment(ligne: Ligne, lecture: Lecture, aujourdhui: date) -> date | None:
    colonne = lecture.disposition.colonnes.get("inscrit_le")
    if colonne is None:
        return None
    try:
        jour = as_day(ligne[colonne])
    except ValueError:
        lu = as_text(ligne[colonne])[:40]
        raise ValueError(f"« {lu} » n'est pas une date d'inscription") from None
    if jour is not None and jour < PREMIER_JOUR:
        raise ValueError(f"inscription le {french(jour)} : date douteuse, avant 1990")
    if jour is not None and jour > aujourdhui:
        raise ValueError(f"inscription le {french(jour)} : date dans l'avenir")
    return jour


def _keyed(eleve: Eleve, identite: Identite, annuaire: Annuaire) -> Eleve | Inconnu:
    """A student without a number: the one of the register, else keyed by NEPH."""
    trouve = annuaire.resolve(identite, coordonnees=True)
    if not isinstance(trouve, Inconnu):
        return replace(eleve, numero=trouve.eleve.numero)
    if trouve.connu:
        return trouve
    if not eleve.neph:
        return Inconnu("ni n° d'élève ni NEPH", trouve.suggestions)
    return replace(eleve, numero=eleve.neph)


def _overlaid(avant: Eleve, lu: Eleve) -> Eleve:
    """``avant`` with what ``lu`` says that is new.

    The same name in other letters, the same phone or email otherwise written, is not new.
    """
    nouveau: dict[str, object] = {}
    for champ in fields(Eleve):
        ancien, valeur = getattr(avant, champ.name), getattr(lu, champ.name)
        if valeur and valeur != ancien and champ.name != "numero":
            nouveau[champ.name] = valeur
    if name_words(avant.nom_complet) == name_words(lu.nom_complet):
        nouveau.pop("nom", None)
        nouveau.pop("prenom", None)
    elif not lu.prenom:  # the whole name came in one column
        nouveau["prenom"] = ""
    if email_key(without_mark(avant.email)) == email_key(lu.email):
        nouveau.pop("email", None)
    if phone_keys(without_mark(avant.telephone)) == phone_keys(lu.telephone) != ():
        nouveau.pop("telephone", None)
    if neph_key(avant.neph) == neph_key(lu.neph):
        nouveau.pop("neph", None)
    if avant.inscrit_le and lu.inscrit_le and lu.inscrit_le < avant.inscrit_le:
        nouveau.pop("inscrit_le", None)
    if simplify(avant.statut) == simplify(lu.statut) or (
        _abandonniste(avant.statut) and is_followed(lu.statut)
    ):
        nouveau.pop("statut", None)
    return replace(avant, **nouveau) if nouveau else avant  # type: ignore[arg-type]


def _conclude(
    fiches: dict[str, Fiche], registre: Registre, lecture: Lecture, lignes: int
) -> ResultatImport:
    importees = inchangees = nouveaux = 0
    changes: list[Eleve] = []
    avant: dict[str, Eleve] = {}
    for fiche in fiches.values():
        connu = registre.get(fiche.eleve.numero)
        apres = fiche.eleve if connu is None else _overlaid(connu, fiche.eleve)
        if connu is not None and apres == connu:
            inchangees += len(fiche.lignes)
            continue
        importees += len(fiche.lignes)
        changes.append(apres)
        if connu is None:
            nouveaux += 1
        else:
            avant[apres.numero] = connu
    return ResultatImport(
        canal=Canal.ELEVES,
        lignes=lignes,
        importees=importees,
        inchangees=inchangees,
        ignorees=0,
        nouveaux=nouveaux,
        rejets=tuple(lecture.rejets),
        eleves=tuple(changes),
        avant=avant,
        avertissements=tuple(_warnings(fiches, registre)),
    )


def _warnings(fiches: dict[str, Fiche], registre: Registre) -> list[str]:
    avertissements = []
    inconnus: dict[str, int] = {}
    for fiche in fiches.values():
        statut = fiche.eleve.statut
        if statut and is_followed(statut) and simplify(statut) not in _SUIVIS:
            inconnus[statut] = inconnus.get(statut, 0) + 1
    for statut, fois in inconnus.items():
        qui = "1 élève reste suivi" if fois == 1 else f"{fois} élèves restent suivis"
        avertissements.append(f"Le statut « {statut[:40]} » n'est pas connu : {qui}.")
    porteurs: dict[str, set[str]] = {}
    for eleve in registre:
        if eleve.neph:
            porteurs.setdefault(neph_key(eleve.neph), set()).add(number_key(eleve.numero))
    for cle, fiche in fiches.items():
        if fiche.eleve.neph:
            siens = porteurs.setdefault(neph_key(fiche.eleve.neph), set())
            siens.add(cle)
            if len(siens) > 1:
                avertissements.append(
                    f"Même NEPH que le n° {min(siens - {cle})} : {fiche.eleve.nom_complet} "
                    f"({few([n for n, _ in fiche.lignes])})."
                )
    return avertissements


def status(texte: str) -> str:
    """STATUT: one of the four words that are not followed where ``texte`` is a synonym of one,
    else ``texte`` itself."""
    return _SYNONYMES.get(simplify(texte), texte)


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


def _neph_like(texte: str) -> bool:
    return len(texte) in (11, 12) and texte.isdigit()


def _phone(texte: str) -> str:
    """A phone as text, with the first zero that a spreadsheet dropped."""
    return f"0{texte}" if len(texte) == 9 and texte.isdigit() and texte[0] != "0" else texte


def _abandonniste(statut: str) -> bool:
    return simplify(statut).startswith("abandon")
