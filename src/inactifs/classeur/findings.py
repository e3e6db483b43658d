"""What a morning shows that somebody has to look at, by cell (contract, ``a_verifier``)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from inactifs.classeur.cells import Muette, read_text
from inactifs.classeur.schema import JOURNAL, TABLEAU
from inactifs.classeur.values import Anomalie, Classeur, doubtful
from inactifs.classeur.writing import computed_cells
from inactifs.dates import as_date, french
from inactifs.mots import simplify
from inactifs.procedure.eleve import lessons_known
from inactifs.procedure.matin import Matin, Reserves, Tri, morning
from inactifs.procedure.modele import Critere, Dossier, Eleve
from inactifs.procedure.suivi import Situation, situate
from inactifs.registre import as_typed

if TYPE_CHECKING:
    from inactifs.ooxml.cell_xml import CellValue

_FAITS = {Critere.COURS: "un cours est noté", Critere.CONNEXION: "une connexion est notée"}
_A_UTILISER = ("echeance", "etape", "responsable")
"""The computed cells."""


def morning_of(classeur: Classeur, jour: date, tri: Tri = Tri.ANCIENNETE) -> Matin:
    """The morning of ``jour`` on what a workbook says; nothing is opened for those of whom a row
    or a date cannot be read (one of which the outcome is read settles its student all the same),
    nor for anybody while no lesson is known."""
    registre = classeur.registre
    douteux = set(classeur.eleves_douteux)
    for ligne in classeur.illisibles:  # a number that nobody has may be what is wrong with it
        eleve = registre.get(ligne.numero)
        douteux |= {e.numero for e in ([eleve] if eleve else registre.named(ligne.eleve))}
    cours = lessons_known(classeur.imports, registre)
    rattaches = [(d, classeur.eleve_of(d)) for d in classeur.dossiers]
    reserves = Reserves(frozenset(douteux), classeur.doublons, cours)
    return morning(registre, rattaches, classeur.regles, jour, reserves, tri)


def typed_over(
    classeur: Classeur, jour: date, situations: Iterable[Situation] = ()
) -> list[Anomalie]:
    """The computed cells in which somebody typed something else. A value that the tool may have
    written before the row, the register or the plan changed is none: neither is one that most rows
    of its step share. ``situations`` are those known."""
    connues = {s.dossier.ligne: s for s in situations}
    ecarts: dict[str, list[tuple[Dossier, str]]] = {champ: [] for champ in _A_UTILISER}
    ouverts = [d for d in classeur.dossiers if d.ouvert]
    for dossier in ouverts:
        brut = classeur.tables[TABLEAU.nom].row(dossier.ligne)
        situation = connues.get(dossier.ligne) or situate(
            dossier, classeur.eleve_of(dossier), classeur.regles, jour
        )
        voulus = computed_cells(situation)
        differents = [
            (champ, vu)
            for champ in _A_UTILISER
            if (vu := brut.get(champ, "")) not in ("", voulus[champ]) and not isinstance(vu, Muette)
        ]
        ecrits = _once_written(dossier, classeur, jour) if differents else []
        for champ, vu in differents:
            if (as_date(vu) or read_text(vu)) not in (voulus[champ], *(e[champ] for e in ecrits)):
                ecarts[champ].append((dossier, read_text(vu)))
    return [
        classeur.at(dossier)(champ, contenu, f"calcule_{champ}")
        for champ, liste in ecarts.items()
        if 2 * len(liste) <= len(ouverts) or len(liste) <= 2
        for dossier, contenu in liste
    ]


def _once_written(dossier: Dossier, classeur: Classeur, jour: date) -> list[dict[str, CellValue]]:
    """What the tool may have written in the computed cells of a row before the register changed,
    before the last relance or the suspension was typed."""
    libre = replace(dossier, suspendu_jusqu_au=None, a_rappeler_le=None)
    etats = [dossier, libre]
    etats += [replace(libre, relances=libre.relances[:n]) for n in range(len(libre.relances))]
    return [computed_cells(situate(d, None, classeur.regles, jour)) for d in etats]


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
    """The cells that bear on this morning's verdicts, the unusable ones first; the other doubtful
    ones are for ``check``."""
    return (
        *(a for a in classeur.anomalies if a.gravite == "erreur"),
        *typed_over(classeur, matin.date, matin.situations),
        *_of_the_morning(classeur, matin),
    )


def _of_the_morning(classeur: Classeur, matin: Matin) -> Iterator[Anomalie]:
    for eleve in matin.sans_date:
        yield classeur.at(eleve)("inscrit_le", eleve.nom_complet, "sans_date")
    if JOURNAL.nom not in classeur.places and any(d.detecte_le for d in classeur.dossiers):
        yield doubtful("journal_disparu", JOURNAL.nom)  # it is put back with the next write
    place = classeur.places[TABLEAU.nom]
    homonymes = {  # no dossier is opened for any of those who answer to such a row
        place.cell("eleve", d.ligne)
        for d in classeur.dossiers
        if d.ouvert and not d.numero and len(classeur.registre.named(d.eleve)) > 1
    }
    for anomalie in classeur.anomalies if homonymes else ():
        if anomalie.feuille == place.nom and anomalie.cellule in homonymes:
            yield anomalie
    for d in matin.non_suivis:
        yield classeur.at(d)("resultat", d.eleve, "ouvert_non_suivi")
    for retour in matin.revenus:
        d = retour.dossier
        dits = {"fait": _FAITS[retour.critere], "jour": french(retour.date)}
        qui = as_typed(d.numero, d.eleve)
        yield classeur.at(d)("resultat", d.eleve, "revenu", qui=qui, **dits)
    par_mot: dict[str, list[Eleve]] = defaultdict(list)
    for eleve in matin.statuts_inconnus:
        par_mot[simplify(eleve.statut)].append(eleve)
    for eleve, *autres in par_mot.values():  # one line for each word, at the first who bears it
        qui = eleve.nom_complet + (f" et {len(autres)} de plus" if autres else "")
        yield classeur.at(eleve)("statut", eleve.statut, "statut_nouveau", qui=qui)
