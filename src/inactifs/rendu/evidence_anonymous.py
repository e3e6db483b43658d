"""The tableau and the register without names: what the evidence is made of under ``--anonyme``.

Taken out before anything is computed, so that no form of the evidence can show them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from inactifs.classeur.actions import Action
from inactifs.mots import simplify
from inactifs.procedure.modele import Dossier, Eleve, Regles
from inactifs.procedure.retention import neutral_comment
from inactifs.registre import Registre, name_words

CAUSE_LIBRE = "écrite librement"
NOMME = "Texte non reproduit : il contient le nom d'un élève."


def without_names(
    dossiers: Iterable[Dossier], registre: Registre, regles: Regles
) -> tuple[tuple[Dossier, ...], Registre]:
    """The same cases and students, known by their number alone.

    Names, NEPH, phone numbers, addresses and free texts are gone; of the comment, the tool's
    own dated notes stay; a cause that Paramètres does not list may hold a name as well.
    """
    causes = {simplify(c): c for c in regles.causes}
    anonymes = []
    for dossier in dossiers:
        eleve = registre.only(dossier.numero, dossier.eleve)
        numero = dossier.numero or (eleve.numero if eleve else "")
        listee = causes.get(simplify(dossier.cause.partition(" :")[0]), CAUSE_LIBRE)
        anonymes.append(
            replace(
                dossier,
                eleve=_label(numero) if numero else f"Sans numéro (ligne {dossier.ligne})",
                numero=numero,
                commentaire=neutral_comment(dossier),
                cause=listee if dossier.cause.strip() else "",
            )
        )
    return tuple(anonymes), Registre(_without_name(e) for e in registre)


def actions_without_names(actions: Iterable[Action], noms: Iterable[str]) -> list[Action]:
    """The actions of which no text has a word of ``noms``; in its place, that it had."""
    mots = {mot for nom in noms for mot in name_words(nom) if len(mot) > 2}

    def told(texte: str) -> str:
        return NOMME if mots & {*name_words(texte)} else texte

    return [
        replace(
            a,
            constat=told(a.constat),
            decision=told(a.decision),
            responsable=told(a.responsable),
            jour=told(a.jour) if isinstance(a.jour, str) else a.jour,
            fait_le=told(a.fait_le) if isinstance(a.fait_le, str) else a.fait_le,
        )
        for a in actions
    ]


def _without_name(eleve: Eleve) -> Eleve:
    return Eleve(
        eleve.numero,
        _label(eleve.numero),
        formation=eleve.formation,
        financement=eleve.financement,
        inscrit_le=eleve.inscrit_le,
        statut=eleve.statut,
        dernier_cours=eleve.dernier_cours,
        prochain_cours=eleve.prochain_cours,
        derniere_connexion=eleve.derniere_connexion,
        dernier_contact=eleve.dernier_contact,
    )


def _label(numero: str) -> str:
    return f"N° {numero}"
