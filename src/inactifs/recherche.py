"""Finding the person whom somebody typed: a number, a name, or a part of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from inactifs.classeur.findings import turn_awaited
from inactifs.classeur.values import Classeur, LigneIllisible, in_time, unreadable
from inactifs.erreurs import EleveIntrouvable, Refus
from inactifs.mots import and_others, simplify
from inactifs.procedure.cloture import require_open
from inactifs.procedure.eleve import inactive_from
from inactifs.procedure.matin import last_known
from inactifs.procedure.modele import Dossier, Eleve
from inactifs.registre import name_words, number_key


@dataclass(frozen=True, slots=True)
class Personne:
    """A student of the register, or a name that only the tableau knows (``eleve`` is None)."""

    nom: str
    numero: str
    eleve: Eleve | None
    dossiers: tuple[Dossier, ...] = ()
    illisibles: tuple[LigneIllisible, ...] = ()

    @property
    def ouvert(self) -> Dossier | None:
        """The open dossier, if there is one; the last of several."""
        return next((d for d in reversed(self.dossiers) if d.ouvert), None)

    @property
    def dernier(self) -> Dossier | None:
        """Their last dossier: the open one, if there is one."""
        return self.dossiers[-1] if self.dossiers else None

    @property
    def libelle(self) -> str:
        """« ROYER Laurence (n° 1042) »."""
        return f"{self.nom} (n° {self.numero})" if self.numero else self.nom


def find_person(classeur: Classeur, texte: str) -> Personne:
    """The only person that ``texte`` can mean: a student's number comes first, then a whole name in
    any case, accents and order, then an unambiguous part of a name. Rows whose student the register
    does not know count too. ``EleveIntrouvable`` when there is nobody, or several."""
    if not texte.strip():
        raise EleveIntrouvable("Aucun élève n'est indiqué.", "Tapez son nom ou son numéro.")
    if (eleve := classeur.registre.get(texte)) is not None:  # without going through everybody
        nom, numero = eleve.nom_complet, eleve.numero
        dossiers, illisibles = classeur.dossiers_of(eleve), _unreadable_of(classeur, numero, nom)
        return Personne(nom, numero, eleve, tuple(dossiers), illisibles)
    personnes = all_persons(classeur)
    cle = number_key(texte)
    mots = name_words(texte)
    essais: tuple[Callable[[Personne], bool], ...] = (  # the next one only where none answers
        lambda p: bool(p.numero) and number_key(p.numero) == cle,
        lambda p: name_words(p.nom) == mots,
        lambda p: _matches(mots, name_words(p.nom)),
        lambda p: simplify(texte) in simplify(p.nom),
    )
    reponses = ([*filter(essai, personnes)] for essai in essais[: 4 if mots else 1])
    trouves = next(filter(None, reponses), [])
    if len(trouves) == 1:
        return trouves[0]
    if not trouves:
        raise EleveIntrouvable(
            f"Aucun élève ne correspond à « {texte} ».", _did_you_mean(texte, personnes)
        )
    montres = ", ".join(p.libelle for p in trouves[:8])
    montres += and_others(len(trouves) - 8) if len(trouves) > 8 else ""
    raise EleveIntrouvable(
        f"« {texte} » peut désigner {len(trouves)} élèves : {montres}.",
        "Précisez le nom, ou tapez le numéro de l'élève. Rien n'a été écrit.",
        trouves,
    )


def begins_words(personne: Personne, texte: str) -> bool:
    """Whether ``texte`` is somebody's number, or the beginnings of words of their name."""
    return number_key(texte) == number_key(personne.numero) or _matches(
        name_words(texte), name_words(personne.nom)
    )


def open_dossier_of(personne: Personne, classeur: Classeur, jour: date) -> Dossier:
    """The open dossier of somebody, on the day of a command; ``FichierInvalide`` where its row
    cannot be read, ``Refus`` where there is none."""
    require_readable(personne)
    if (dossier := personne.ouvert) is not None:
        return dossier
    if (attente := turn_awaited(classeur, personne.eleve, jour)) is not None:
        raise Refus(*attente)
    if personne.dossiers:
        require_open(personne.dossiers[-1])
    eleve, seuil = personne.eleve, classeur.regles.seuil_of(personne.eleve)
    derniere = last_known(eleve, personne.dossiers) if eleve else None
    conseil = "Lancez « inactifs detect » : il ouvre les dossiers des élèves inactifs."
    if eleve is not None and not eleve.suivi:
        conseil = f"La procédure ne suit pas cet élève : son statut est « {eleve.statut} »."
    elif eleve is not None and seuil is None:
        conseil = f"La formation « {eleve.formation} » n'est pas suivie (Paramètres)."
    elif derniere and seuil is not None and inactive_from(derniere, seuil) > jour:
        conseil = (
            "Cet élève n'est pas inactif, rien n'est à relancer : un signe de vie se note avec "
            "« inactifs activite add »."
        )
    raise Refus(f"{personne.libelle} n'a pas de dossier d'inactivité.", conseil)


def require_readable(personne: Personne) -> None:
    """Raise ``FichierInvalide`` when an open row of this person cannot be read."""
    for ligne in personne.illisibles:
        if ligne.ouverte:
            raise unreadable(ligne.anomalie)


def all_persons(classeur: Classeur) -> list[Personne]:
    """Everybody: the register's students, then the names that only the tableau knows."""
    siens: dict[object, list[Dossier]] = {}
    for dossier in classeur.dossiers:
        eleve = classeur.eleve_of(dossier)
        cle = eleve.numero if eleve else (dossier.numero, name_words(dossier.eleve))
        siens.setdefault(cle, []).append(dossier)
    connus: list[tuple[str, str, Eleve | None, list[Dossier]]] = [
        (e.nom_complet, e.numero, e, siens.pop(e.numero, [])) for e in classeur.registre
    ]
    connus += [(d[-1].eleve, d[-1].numero, None, d) for d in siens.values()]
    personnes = [
        Personne(nom, numero, eleve, tuple(sorted(dossiers, key=in_time)))
        for nom, numero, eleve, dossiers in connus
    ]
    if not classeur.illisibles:
        return personnes
    noms = {name_words(p.nom) for p in personnes}
    numeros = {number_key(p.numero) for p in personnes if p.numero}
    personnes += [
        Personne(ligne.eleve, ligne.numero, None)
        for ligne in classeur.illisibles
        if number_key(ligne.numero) not in numeros and name_words(ligne.eleve) not in noms
    ]
    return [replace(p, illisibles=_unreadable_of(classeur, p.numero, p.nom)) for p in personnes]


def _unreadable_of(classeur: Classeur, numero: str, nom: str) -> tuple[LigneIllisible, ...]:
    return tuple(ligne for ligne in classeur.illisibles if ligne.concerns(numero, nom))


def _matches(tapes: tuple[str, ...], mots: tuple[str, ...]) -> bool:
    """Whether each typed word begins a different word of the name."""
    restants = list(mots)
    for tape in sorted(tapes, key=len, reverse=True):
        trouve = next((m for m in restants if m.startswith(tape)), None)
        if trouve is None:
            return False
        restants.remove(trouve)
    return True


def _did_you_mean(texte: str, personnes: list[Personne]) -> str:
    from rapidfuzz import process, utils

    proches = process.extract(
        texte, [p.nom for p in personnes], processor=utils.default_process, limit=3, score_cutoff=70
    )
    if proches:
        return "Vouliez-vous dire : " + ", ".join(dict.fromkeys(p[0] for p in proches)) + " ?"
    return (
        "Cherchez-le avec « inactifs list », ou importez les élèves (« inactifs import eleves »)."
    )
