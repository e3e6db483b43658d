"""Finding the person whom somebody typed: a number, a name, or a part of it."""

from __future__ import annotations

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
    dossiers: tuple[Dossier, ...]
    illisibles: tuple[LigneIllisible, ...]

    @property
    def ouvert(self) -> Dossier | None:
        """The open dossier, if there is one; the last of several."""
        return next((d for d in reversed(self.dossiers) if d.ouvert), None)

    @property
    def libelle(self) -> str:
        """« ROYER Laurence (n° 1042) »."""
        return f"{self.nom} (n° {self.numero})" if self.numero else self.nom


def find_person(classeur: Classeur, texte: str) -> Personne:
    """The only person that ``texte`` can mean.

    A student's number comes first, then a whole name in any case, accents and order, then an
    unambiguous part of a name. Rows whose student the register does not know count too.

    Raises:
        EleveIntrouvable: nobody answers to ``texte``, or several do; they are listed.
    """
    if not texte.strip():
        raise EleveIntrouvable("Aucun élève n'est indiqué.", "Tapez son nom ou son numéro.")
    if (eleve := classeur.registre.get(texte)) is not None:
        return _of_student(classeur, eleve)
    personnes = all_persons(classeur)
    cle = number_key(texte)
    mots = name_words(texte)
    essais = (
        [p for p in personnes if p.numero and number_key(p.numero) == cle],
        [p for p in personnes if mots and name_words(p.nom) == mots],
        [p for p in personnes if mots and _matches(mots, name_words(p.nom))],
        [p for p in personnes if mots and simplify(texte) in simplify(p.nom)],
    )
    trouves = next((e for e in essais if e), [])
    if len(trouves) == 1:
        return trouves[0]
    if not trouves:
        raise EleveIntrouvable(
            f"Aucun élève ne correspond à « {texte} ».", _did_you_mean(texte, personnes)
        )
    noms = [p.libelle for p in trouves]
    montres = ", ".join(noms[:8]) + (and_others(len(noms) - 8) if len(noms) > 8 else "")
    raise EleveIntrouvable(
        f"« {texte} » peut désigner {len(noms)} élèves : {montres}.",
        "Précisez le nom, ou tapez le numéro de l'élève. Rien n'a été écrit.",
        trouves,
    )


def begins_words(personne: Personne, texte: str) -> bool:
    """Whether ``texte`` is somebody's number, or the beginnings of words of their name."""
    return number_key(texte) == number_key(personne.numero) or _matches(
        name_words(texte), name_words(personne.nom)
    )


def open_dossier_of(personne: Personne, classeur: Classeur, jour: date) -> Dossier:
    """The open dossier of somebody, on the day of a command.

    Raises:
        FichierInvalide: the row that would have to be written cannot be read.
        Refus: there is none.
    """
    require_readable(personne)
    if (dossier := personne.ouvert) is not None:
        return dossier
    if (attente := turn_awaited(classeur, personne.eleve, jour)) is not None:
        raise Refus(*attente)
    if personne.dossiers:
        require_open(personne.dossiers[-1])
    raise Refus(
        f"{personne.libelle} n'a pas de dossier d'inactivité.",
        _why_none(personne, classeur.regles.seuil_of(personne.eleve), jour),
    )


def require_readable(personne: Personne) -> None:
    """Raise ``FichierInvalide`` when an open row of this person cannot be read."""
    for ligne in personne.illisibles:
        if ligne.ouverte:
            raise unreadable(ligne.anomalie)


def _why_none(personne: Personne, seuil_mois: int | None, jour: date) -> str:
    """Why a student without a dossier has none, and what to do."""
    eleve = personne.eleve
    if eleve is not None and not eleve.suivi:
        return f"La procédure ne suit pas cet élève : son statut est « {eleve.statut} »."
    if eleve is not None and seuil_mois is None:
        return f"La formation « {eleve.formation} » n'est pas suivie (Paramètres)."
    derniere = last_known(eleve, personne.dossiers) if eleve is not None else None
    if derniere and seuil_mois is not None and inactive_from(derniere, seuil_mois) > jour:
        return (
            "Cet élève n'est pas inactif, rien n'est à relancer : un signe de vie se note avec "
            "« inactifs activite add »."
        )
    return "Lancez « inactifs detect » : il ouvre les dossiers des élèves inactifs."


def all_persons(classeur: Classeur) -> list[Personne]:
    """Everybody: the register's students, then the names that only the tableau knows."""
    par_eleve: dict[str, list[Dossier]] = {}
    par_nom: dict[tuple[str, tuple[str, ...]], list[Dossier]] = {}
    for dossier in classeur.dossiers:
        eleve = classeur.eleve_of(dossier)
        if eleve is not None:
            par_eleve.setdefault(eleve.numero, []).append(dossier)
        else:
            par_nom.setdefault((dossier.numero, name_words(dossier.eleve)), []).append(dossier)
    personnes = [
        Personne(e.nom_complet, e.numero, e, _in_order(par_eleve.get(e.numero, [])), ())
        for e in classeur.registre
    ]
    personnes += [
        Personne(siens[-1].eleve, siens[-1].numero, None, _in_order(siens), ())
        for siens in par_nom.values()
    ]
    if not classeur.illisibles:
        return personnes
    connus = {name_words(p.nom) for p in personnes}
    numeros = {number_key(p.numero) for p in personnes if p.numero}
    personnes += [
        Personne(ligne.eleve, ligne.numero, None, (), ())
        for ligne in classeur.illisibles
        if number_key(ligne.numero) not in numeros and name_words(ligne.eleve) not in connus
    ]
    return [_with_unreadable(classeur, p) for p in personnes]


def _of_student(classeur: Classeur, eleve: Eleve) -> Personne:
    dossiers = tuple(classeur.dossiers_of(eleve))
    return _with_unreadable(
        classeur, Personne(eleve.nom_complet, eleve.numero, eleve, dossiers, ())
    )


def _with_unreadable(classeur: Classeur, personne: Personne) -> Personne:
    siennes = [x for x in classeur.illisibles if x.concerns(personne.numero, personne.nom)]
    return replace(personne, illisibles=tuple(siennes)) if siennes else personne


def _in_order(dossiers: list[Dossier]) -> tuple[Dossier, ...]:
    return tuple(sorted(dossiers, key=in_time))


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
