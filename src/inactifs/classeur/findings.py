"""What a morning shows that somebody has to look at, by cell (contract, ``a_verifier``)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from inactifs.classeur.cells import Muette, read_text
from inactifs.classeur.schema import JOURNAL, TABLEAU
from inactifs.classeur.values import Anomalie, Classeur
from inactifs.classeur.writing import computed_cells
from inactifs.dates import as_date, french
from inactifs.mots import simplify
from inactifs.procedure.eleve import lessons_known
from inactifs.procedure.matin import Matin, RepriseConstatee, Reserves, Tri, morning
from inactifs.procedure.modele import Critere, Dossier, Eleve
from inactifs.procedure.suivi import Situation, situate
from inactifs.registre import as_typed

_FAITS = {Critere.COURS: "un cours est noté", Critere.CONNEXION: "une connexion est notée"}


def morning_of(classeur: Classeur, jour: date, tri: Tri = Tri.ANCIENNETE) -> Matin:
    """The morning of ``jour`` on what a workbook says; nothing is opened for those of whom a row
    or a date cannot be read (one of which the outcome is read settles its student all the same),
    nor for anybody while no lesson is known."""
    illisibles = {
        eleve.numero
        for ligne in classeur.illisibles
        for eleve in _meant(classeur, ligne.numero, ligne.eleve)
    }
    return morning(
        classeur.registre,
        [(d, classeur.eleve_of(d)) for d in classeur.dossiers],
        classeur.regles,
        jour,
        Reserves(
            classeur.eleves_douteux | illisibles,
            classeur.doublons,
            lessons_known(classeur.imports, classeur.registre),
        ),
        tri,
    )


def typed_over(
    classeur: Classeur, jour: date, situations: Iterable[Situation] = ()
) -> list[Anomalie]:
    """The computed cells in which somebody typed something else, and what to use instead.

    A value that the tool may have written before the row, the register or the plan changed is
    none: neither is one that most rows of its step share. ``situations`` are those known.
    """
    connues = {s.dossier.ligne: s for s in situations}
    ecarts: dict[str, list[tuple[Dossier, str]]] = {champ: [] for champ in _A_UTILISER}
    ouverts = [d for d in classeur.dossiers if d.ouvert]
    for dossier in ouverts:
        brut = classeur.cellules[TABLEAU.nom, dossier.ligne]
        situation = connues.get(dossier.ligne) or situate(
            dossier, classeur.eleve_of(dossier), classeur.regles, jour
        )
        voulus = computed_cells(situation)
        differents = [
            (champ, vu)
            for champ in _A_UTILISER
            if (vu := brut.get(champ, "")) not in ("", voulus[champ]) and not isinstance(vu, Muette)
        ]
        ecrits = _once_written(dossier, classeur, jour) if differents else {}
        for champ, vu in differents:
            if (as_date(vu) or read_text(vu)) not in (voulus[champ], *ecrits[champ]):
                ecarts[champ].append((dossier, read_text(vu)))
    return [
        classeur.at(dossier)(
            champ,
            contenu,
            "Cette cellule est calculée : ce qui y est tapé est remplacé au prochain « detect ».",
            _A_UTILISER[champ],
        )
        for champ, liste in ecarts.items()
        if 2 * len(liste) <= len(ouverts) or len(liste) <= 2
        for dossier, contenu in liste
    ]


_A_UTILISER = {
    "echeance": "Pour attendre : inactifs pause, ou À RAPPELER LE ; pour d'autres délais, le plan "
    "de Paramètres.",
    "etape": "Notez ce qui a été fait : inactifs relance add.",
    "responsable": "Changez le responsable de l'étape dans le plan de Paramètres.",
}


def _once_written(dossier: Dossier, classeur: Classeur, jour: date) -> dict[str, set[object]]:
    """What the tool may have written in the computed cells of a row before the register changed,
    before the last relance or the suspension was typed."""
    libre = replace(dossier, suspendu_jusqu_au=None, a_rappeler_le=None)
    etats = [dossier, libre]
    etats += [replace(libre, relances=libre.relances[:n]) for n in range(len(libre.relances))]
    cellules = [computed_cells(situate(d, None, classeur.regles, jour)) for d in etats]
    return {champ: {ligne[champ] for ligne in cellules} for champ in _A_UTILISER}


def turn_awaited(classeur: Classeur, eleve: Eleve | None, jour: date) -> tuple[str, str] | None:
    """That an inactive student has no dossier yet because of the daily limit, and what to do;
    None when it is not so."""
    limite = classeur.regles.max_nouveaux
    if limite is None or eleve is None or eleve not in morning_of(classeur, jour).en_file:
        return None
    ouverts = "nouveaux dossiers sont ouverts" if limite > 1 else "nouveau dossier est ouvert"
    return (
        f"{eleve.nom_complet} attend son tour : au plus {limite} {ouverts} par jour.",
        "Augmentez cette limite dans « Paramètres », puis lancez « inactifs detect » ; ou "
        "attendez les prochains matins.",
    )


def to_look_at(classeur: Classeur, matin: Matin) -> tuple[Anomalie, ...]:
    """The cells that bear on this morning's verdicts, the unusable ones first.

    The other doubtful cells are for ``check``.
    """
    return (
        *(a for a in classeur.anomalies if a.gravite == "erreur"),
        *typed_over(classeur, matin.date, matin.situations),
        *(_no_date(classeur, eleve) for eleve in matin.sans_date),
        *_no_journal(classeur),
        *_homonyms(classeur),
        *(_not_followed(classeur, dossier) for dossier in matin.non_suivis),
        *(_came_back(classeur, retour) for retour in matin.revenus),
        *_unknown_statuts(classeur, matin.statuts_inconnus),
    )


def _no_journal(classeur: Classeur) -> Iterator[Anomalie]:
    """That somebody has taken out the sheet Journal; it is put back with the next write."""
    if JOURNAL.nom not in classeur.places and any(d.detecte_le for d in classeur.dossiers):
        yield Anomalie(
            "avertissement",
            JOURNAL.nom,
            "",
            "",
            "La feuille « Journal » a disparu, avec ce qui y était noté : une autre est commencée.",
            "Retrouvez-la dans une version gardée : inactifs undo --liste.",
        )


def _meant(classeur: Classeur, numero: str, nom: str) -> list[Eleve]:
    """The students that an unreadable row may be about: its number, if nobody has it, may be what
    is wrong with it, and its name still tells."""
    eleve = classeur.registre.get(numero)
    return [eleve] if eleve is not None else classeur.registre.named(nom)


def _no_date(classeur: Classeur, eleve: Eleve) -> Anomalie:
    return classeur.at(eleve)(
        "inscrit_le",
        eleve.nom_complet,
        "Aucune date d'activité ni d'inscription : impossible de dire s'il est inactif.",
        "Remplissez INSCRIT LE, ou notez une activité : inactifs activite add.",
        "erreur",
    )


def _homonyms(classeur: Classeur) -> Iterator[Anomalie]:
    """The open rows that several students answer to: no dossier is opened for any of them."""
    place = classeur.places[TABLEAU.nom]
    cellules = {
        place.cell("eleve", d.ligne)
        for d in classeur.dossiers
        if d.ouvert and not d.numero and len(classeur.registre.named(d.eleve)) > 1
    }
    for anomalie in classeur.anomalies if cellules else ():
        if anomalie.feuille == place.nom and anomalie.cellule in cellules:
            yield anomalie


def _not_followed(classeur: Classeur, dossier: Dossier) -> Anomalie:
    return classeur.at(dossier)(
        "resultat",
        dossier.eleve,
        "Le dossier est ouvert alors que le STATUT de l'élève n'est plus suivi.",
        "Notez l'issue : inactifs reprise, ou inactifs close --demande-eleve.",
    )


def _came_back(classeur: Classeur, retour: RepriseConstatee) -> Anomalie:
    dossier = retour.dossier
    quand = f"{_FAITS[retour.critere]} le {french(retour.date)}"
    return classeur.at(dossier)(
        "resultat",
        dossier.eleve,
        f"Abandonniste, mais {quand} : plus personne ne le suit.",
        f'S\'il revient : inactifs reopen {as_typed(dossier.numero, dossier.eleve)} --motif "…".',
    )


def _unknown_statuts(classeur: Classeur, eleves: Iterable[Eleve]) -> Iterator[Anomalie]:
    """One line for each word, at the first student who bears it."""
    par_mot: dict[str, list[Eleve]] = defaultdict(list)
    for eleve in eleves:
        par_mot[simplify(eleve.statut)].append(eleve)
    for siens in par_mot.values():
        autres = f" et {len(siens) - 1} de plus" if len(siens) > 1 else ""
        yield classeur.at(siens[0])(
            "statut",
            siens[0].statut,
            f"Ce statut n'est pas connu ({siens[0].nom_complet}{autres}) : qui le porte est suivi.",
            "Si ce n'est pas voulu, tapez permis obtenu, transféré, suspendu ou abandonniste.",
        )
