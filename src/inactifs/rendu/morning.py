"""Lines and tables for the terminal, 100 columns wide; rich is loaded for a table only.

No text is read as rich markup: ``cli.commun.show`` prints them as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

from inactifs.dates import french
from inactifs.procedure.inactivite import CANAUX_SUIVIS
from inactifs.procedure.modele import Eleve, Etat, Moyen
from inactifs.registre import as_typed

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from inactifs.classeur.valeurs import Anomalie, Classeur
    from inactifs.depot.history import Version
    from inactifs.procedure.matin import Matin
    from inactifs.procedure.suivi import Situation

LIGNES_PAR_RESPONSABLE = 20
"""So that the morning fits one screen; « inactifs next » shows them all."""


def render_morning(
    matin: Matin, classeur: Classeur, a_verifier: Sequence[Anomalie], perimes: Sequence[str]
) -> list[RenderableType]:
    """The morning's screen: whom to contact, whom to close, what to look at, what to type."""
    a_relancer = matin.in_state(Etat.A_RELANCER)
    a_cloturer = matin.in_state(Etat.A_CLOTURER)
    lignes: list[RenderableType] = [
        f"Matin du {french(matin.date)} : {_count(matin.suivis, 'élève suivi')}, "
        f"{len(a_relancer)} à relancer, {len(a_cloturer)} à clôturer, "
        f"{len(matin.in_state(Etat.EN_ATTENTE))} en attente, "
        f"{_count(len(matin.in_state(Etat.SUSPENDU)), 'suspendu')}."
    ]
    if matin.nouveaux:
        lignes.append(
            "Un nouveau dossier ouvert ce jour."
            if len(matin.nouveaux) == 1
            else f"{len(matin.nouveaux)} nouveaux dossiers ouverts ce jour."
        )
    if matin.en_file:
        n = len(matin.en_file)
        attendent = "attendent leur" if n > 1 else "attend son"
        lignes.append(f"{_count(n, 'autre')} {attendent} tour (limite de nouveaux dossiers).")
    lignes += [
        f"Reprise : {r.dossier.eleve} ({r.critere.value} du {french(r.date)})"
        for r in matin.reprises
    ]
    lignes += _by_responsible(a_relancer, classeur, LIGNES_PAR_RESPONSABLE)
    if a_cloturer:
        table = table_of("À clôturer (relances sans réponse)", "Élève", "N°", "Relances", "Retard")
        for s in a_cloturer:
            table.add_row(
                s.dossier.eleve,
                s.dossier.numero,
                ", ".join(f"{r.date:%d/%m}" for r in s.dossier.relances),
                _delay(s),
            )
        lignes.append(table)
    if a_verifier:
        lignes += render_anomalies(a_verifier[:10])
        if len(a_verifier) > 10:
            lignes.append(f"… et {len(a_verifier) - 10} autres : inactifs check")
    lignes.append(_freshness(classeur, perimes))
    if matin.suivis:
        lignes.append(_advice(a_relancer, a_cloturer))
    else:
        lignes.append("Aucun élève à suivre : inactifs import eleves FICHIER")
    return lignes


def render_steps(
    etapes: Sequence[Situation], classeur: Classeur, jour: date, a_cloturer: int
) -> list[RenderableType]:
    """The steps due, then those to come, by responsible."""
    dues = [s for s in etapes if s.etat is Etat.A_RELANCER]
    futures = [s for s in etapes if s.etat is not Etat.A_RELANCER]
    lignes: list[RenderableType] = [
        f"Au {french(jour)} : {_count(len(dues), 'étape due')}, "
        f"{len(futures)} à venir, {_count(a_cloturer, 'dossier')} à clôturer."
    ]
    lignes += _by_responsible(dues, classeur, None)
    if futures:
        table = table_of("À venir", "Le", "Élève", "N°", "Étape", "Moyen", "Responsable")
        for s in futures:
            if s.etape and s.echeance:
                table.add_row(
                    french(s.echeance),
                    s.dossier.eleve,
                    s.dossier.numero,
                    s.etape.libelle,
                    _means(s, classeur.eleve_of(s.dossier)),
                    s.etape.responsable,
                )
        lignes.append(table)
    return lignes


def render_anomalies(anomalies: Sequence[Anomalie]) -> list[RenderableType]:
    """What is wrong or doubtful, by cell, with the mend."""
    if not anomalies:
        return ["Rien à signaler : le classeur est en ordre."]
    table = table_of("À vérifier", "Gravité", "Où", "Contenu", "Ce qui ne va pas, et que faire")
    for a in anomalies:
        table.add_row(
            a.gravite,
            f"{a.feuille} {a.cellule}".strip(),
            a.contenu[:40],
            f"{a.raison} {a.remede}".strip(),
        )
    return [table]


def render_versions(versions: Sequence[Version]) -> list[RenderableType]:
    """The versions kept, the latest write first."""
    if not versions:
        return ["Aucune version antérieure n'est gardée."]
    table = table_of("« inactifs undo » annule la première", "Quand", "Par", "Commande")
    for v in versions:
        table.add_row(f"{v.quand:%d/%m/%Y %H:%M}", v.operateur, v.commande)
    return [table]


def _by_responsible(
    situations: Iterable[Situation], classeur: Classeur, limite: int | None
) -> list[RenderableType]:
    tables: list[RenderableType] = []
    dues = sorted(
        (s for s in situations if s.etape is not None),
        key=lambda s: (s.etape.numero if s.etape else 0, -s.retard_jours, s.dossier.eleve),
    )
    for responsable, groupe in groupby(dues, key=lambda s: s.etape.responsable if s.etape else ""):
        siens = list(groupe)
        table = table_of(
            f"{responsable} : {len(siens)} à contacter",
            "Élève", "N°", "À joindre", "Étape", "Moyen", "Vu le", "Retard",
        )  # fmt: skip
        for s in siens[:limite]:
            eleve = classeur.eleve_of(s.dossier)
            table.add_row(
                s.dossier.eleve,
                s.dossier.numero,
                _address(s, eleve),
                s.etape.libelle + ("*" if s.etape.optionnelle else "") if s.etape else "",
                _means(s, eleve),
                day_or_blank(s.dossier.derniere_activite),
                _delay(s),
            )
        if any(s.etape and s.etape.optionnelle for s in siens[:limite]):
            table.caption = "* facultative"
        tables.append(table)
        if limite is not None and len(siens) > limite:
            tables.append(f"… et {len(siens) - limite} autres : inactifs next")
    return tables


def _count(nombre: int, mots: str) -> str:
    """« 0 élève suivi », « 2 élèves suivis »."""
    return f"{nombre} {mots if nombre < 2 else mots.replace(' ', 's ') + 's'}"


def _freshness(classeur: Classeur, perimes: Sequence[str]) -> str:
    morceaux = [
        f"{canal} {day_or_blank(quand) if (quand := classeur.imports.get(canal)) else 'jamais'}"
        for canal in CANAUX_SUIVIS
    ]
    texte = "Imports : " + ", ".join(morceaux) + "."
    if perimes:
        texte += (
            f" À refaire avant d'appeler : {', '.join(perimes)} "
            "(un élève peut être actif sans que l'outil le sache)."
        )
    return texte


def _advice(a_relancer: Sequence[Situation], a_cloturer: Sequence[Situation]) -> str:
    lignes = []
    if a_relancer:
        premier = a_relancer[0].dossier
        qui = as_typed(premier.numero, premier.eleve)
        lignes.append(f"Le texte à envoyer : inactifs relance message {qui}")
        lignes.append("Après l'appel :      inactifs relance add")
    if a_cloturer:
        lignes.append("Clôturer :           inactifs close --tous")
    return "\n".join(lignes) or "Rien à faire ce matin."


_ENTIERES = ("N°", "Le", "Vu le", "Étape", "Rel.", "Relances", "Retard", "Activité", "Échéance")


def table_of(titre: str, *colonnes: str) -> Table:
    """An empty table with its title and its headers."""
    from inactifs.rendu.table import TableLisible

    table = TableLisible(titre)
    for colonne in colonnes:
        table.add_column(colonne, no_wrap=colonne in _ENTIERES, overflow="fold")
    return table


def _address(situation: Situation, eleve: Eleve | None) -> str:
    """The number to dial, or the address to write to when the means is the email; a wrong one
    is not shown, so that nobody uses it."""
    from inactifs.phones import format_phone
    from inactifs.procedure.joignable import is_wrong

    if eleve is None:
        return ""
    if _first_means(situation, eleve) is Moyen.EMAIL:
        faux = " (faux numéro)" if is_wrong(eleve.telephone) else ""
        return "adresse erronée" if is_wrong(eleve.email) else f"{eleve.email}{faux}"
    return "faux numéro" if is_wrong(eleve.telephone) else format_phone(eleve.telephone)


def _first_means(situation: Situation, eleve: Eleve) -> Moyen | None:
    from inactifs.procedure.joignable import means_to_use

    return next(iter(means_to_use(situation.etape, eleve)), None) if situation.etape else None


def _means(situation: Situation, eleve: Eleve | None) -> str:
    """The step's means, or those that remain when the number is missing or wrong."""
    from inactifs.procedure.joignable import means_to_use

    if situation.etape is None:
        return ""
    premier, *autres = [m.libelle for m in means_to_use(situation.etape, eleve)] or [""]
    return " ou ".join([premier, *(a if a.isupper() else a.lower() for a in autres)])


def _delay(situation: Situation) -> str:
    if situation.retard_jours <= 0:
        return "aujourd'hui"
    return f"{situation.retard_jours} jour{'s' if situation.retard_jours > 1 else ''}"


def day_or_blank(jour: date | None) -> str:
    """« 24/11/2026 », or nothing."""
    return french(jour) if jour else ""
