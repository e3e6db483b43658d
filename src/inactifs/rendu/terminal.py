"""Tables for the terminal, 100 columns wide (rich)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from inactifs.dates import french
from inactifs.messages import format_phone
from inactifs.procedure.modele import Critere, Eleve, Etat
from inactifs.procedure.suivi import suspension

if TYPE_CHECKING:
    from rich.console import RenderableType

    from inactifs.classeur.sauvegardes import Version
    from inactifs.classeur.valeurs import Anomalie, Classeur
    from inactifs.imports.resultat import Rejet
    from inactifs.procedure.matin import Matin
    from inactifs.procedure.suivi import Situation
    from inactifs.recherche import Personne

LIGNES_PAR_RESPONSABLE = 20
"""So that the morning fits one screen; « inactifs next » shows them all."""

ETATS = {
    Etat.A_RELANCER: "à relancer",
    Etat.EN_ATTENTE: "en attente",
    Etat.SUSPENDU: "suspendu",
    Etat.A_CLOTURER: "à clôturer",
    Etat.REPRISE: "reprise",
    Etat.ABANDON: "abandon",
}
CRITERES = {
    Critere.COURS: "Cours effectué ou réservé",
    Critere.CONNEXION: "Connexion PASS Rousseau",
    Critere.CONTACT: "Visite, appel, email reçus",
}


def render_morning(
    matin: Matin, classeur: Classeur, a_verifier: Sequence[Anomalie], perimes: Sequence[str]
) -> list[RenderableType]:
    """The morning's screen: whom to contact, whom to close, what to look at, what to type."""
    a_relancer = matin.in_state(Etat.A_RELANCER)
    a_cloturer = matin.in_state(Etat.A_CLOTURER)
    lignes: list[RenderableType] = [
        Text.from_markup(
            f"[bold]Matin du {french(matin.date)}[/] : {matin.suivis} élèves suivis, "
            f"[bold]{len(a_relancer)} à relancer[/], {len(a_cloturer)} à clôturer, "
            f"{len(matin.in_state(Etat.EN_ATTENTE))} en attente, "
            f"{len(matin.in_state(Etat.SUSPENDU))} suspendus."
        )
    ]
    if matin.nouveaux:
        lignes.append(Text(f"{len(matin.nouveaux)} nouveaux dossiers ouverts ce jour."))
    if matin.en_file:
        lignes.append(
            Text(f"{matin.en_file} autres attendent leur tour (limite de nouveaux dossiers).")
        )
    lignes += [
        Text(f"Reprise : {r.dossier.eleve} ({r.critere.value} du {french(r.date)})", style="green")
        for r in matin.reprises
    ]
    lignes += _by_responsible(a_relancer, classeur, LIGNES_PAR_RESPONSABLE)
    if a_cloturer:
        table = _table("À clôturer (relances sans réponse)", "Élève", "N°", "Relances", "Depuis")
        for s in a_cloturer:
            table.add_row(
                escape(s.dossier.eleve),
                s.dossier.numero,
                ", ".join(f"{r.date:%d/%m}" for r in s.dossier.relances),
                _delay(s),
            )
        lignes.append(table)
    if a_verifier:
        lignes += render_anomalies(a_verifier[:10])
        if len(a_verifier) > 10:
            lignes.append(Text(f"… et {len(a_verifier) - 10} autres : inactifs check"))
    lignes.append(_freshness(classeur, perimes))
    lignes.append(_advice(a_relancer, a_cloturer))
    return lignes


def render_steps(
    etapes: Sequence[Situation], classeur: Classeur, jour: date, a_cloturer: int
) -> list[RenderableType]:
    """The steps due, then those to come, by responsible."""
    dues = [s for s in etapes if s.etat is Etat.A_RELANCER]
    futures = [s for s in etapes if s.etat is not Etat.A_RELANCER]
    lignes: list[RenderableType] = [
        Text.from_markup(f"[bold]Au {french(jour)}[/] : {len(dues)} étapes dues, "
                         f"{len(futures)} à venir, {a_cloturer} dossiers à clôturer.")
    ]  # fmt: skip
    lignes += _by_responsible(dues, classeur, None)
    if futures:
        table = _table("À venir", "Le", "Élève", "N°", "Étape", "Moyen", "Responsable")
        for s in futures:
            if s.etape and s.echeance:
                table.add_row(
                    french(s.echeance),
                    escape(s.dossier.eleve),
                    s.dossier.numero,
                    s.etape.libelle,
                    _means(s),
                    escape(s.etape.responsable),
                )
        lignes.append(table)
    return lignes


def render_list(
    situations: Sequence[Situation], classeur: Classeur, jour: date
) -> list[RenderableType]:
    """The tableau's rows, as they stand on ``jour``."""
    if not situations:
        return [Text("Aucun dossier ne correspond.")]
    table = _table(
        f"{len(situations)} dossiers au {french(jour)}",
        "Élève", "N°", "État", "Dern. activité", "Relances", "Échéance", "Étape", "Cause",
    )  # fmt: skip
    for s in situations:
        d = s.dossier
        table.add_row(
            escape(d.eleve),
            d.numero,
            ETATS[s.etat],
            _day(d.derniere_activite),
            str(len(d.relances)),
            _day(s.echeance),
            s.etape.libelle if s.etape else "",
            escape(d.cause),
        )
    return [table]


def render_student(
    personne: Personne,
    situations: Sequence[Situation],
    classeur: Classeur,
    jour: date,
    derniere: date | None,
    inactif_depuis: date | None,
) -> list[RenderableType]:
    """Everything about a student, and why: criterion by criterion, then each dossier's story."""
    from inactifs.procedure.inactivite import criteria, inactive_from

    eleve = personne.eleve
    lignes: list[RenderableType] = [Text(personne.libelle, style="bold")]
    if eleve is None:
        lignes.append(Text("Inconnu de la feuille Élèves : seul le tableau en parle."))
    else:
        lignes.append(
            Text(f"Statut : {eleve.statut or 'en formation'}   Tél. {format_phone(eleve.telephone)}"
                 f"   {eleve.email}")
        )  # fmt: skip
        table = _table("Critères", "Critère", "Dernière date")
        for critere, quand in criteria(eleve).items():
            table.add_row(CRITERES[critere], _day(quand) or "jamais")
        table.add_row("Inscription", _day(eleve.inscrit_le))
        lignes.append(table)
    if derniere is None:
        lignes.append(Text("Aucune date : à vérifier, l'inactivité ne se devine pas."))
    else:
        mois = classeur.regles.seuil_mois
        seuil = inactive_from(derniere, mois)
        verdict = (
            f"inactif depuis le {french(inactif_depuis)}"
            if inactif_depuis
            else f"actif ; inactif à partir du {french(seuil)} si rien ne se passe"
        )
        lignes.append(
            Text(f"Dernière activité le {french(derniere)}, plus {mois} mois : {verdict}.")
        )
    for s in situations:
        lignes.append(Panel(Text("\n".join(_story(s, classeur))), title=f"Ligne {s.dossier.ligne}"))
    if not situations:
        lignes.append(Text("Aucun dossier d'inactivité."))
    return lignes


def render_anomalies(anomalies: Sequence[Anomalie]) -> list[RenderableType]:
    """What is wrong or doubtful, by cell, with the mend."""
    if not anomalies:
        return [Text("Rien à signaler : le classeur est en ordre.", style="green")]
    table = _table("À vérifier", "Gravité", "Où", "Contenu", "Ce qui ne va pas, et que faire")
    for a in anomalies:
        table.add_row(
            a.gravite,
            escape(f"{a.feuille} {a.cellule}".strip()),
            escape(a.contenu[:40]),
            escape(f"{a.raison} {a.remede}".strip()),
        )
    return [table]


def render_versions(versions: Sequence[Version]) -> list[RenderableType]:
    """The versions kept, the latest write first."""
    if not versions:
        return [Text("Aucune version antérieure n'est gardée.")]
    table = _table("« inactifs undo » annule la première", "Quand", "Par", "Commande")
    for v in versions:
        table.add_row(f"{v.quand:%d/%m/%Y %H:%M}", escape(v.operateur), v.commande)
    return [table]


def render_rejects(rejets: Sequence[Rejet]) -> list[RenderableType]:
    """The lines of an import that were not taken (the first 30)."""
    table = _table(f"{len(rejets)} lignes rejetées", "Ligne", "Contenu", "Raison", "Suggestions")
    for r in rejets[:30]:
        table.add_row(
            str(r.ligne), escape(r.contenu[:40]), escape(r.raison), escape(", ".join(r.suggestions))
        )
    return [table]


def render_changes(changes: Sequence[tuple[Eleve | None, Eleve]]) -> list[RenderableType]:
    """Before → after for each student changed."""
    from dataclasses import fields

    if not changes:
        return [Text("Aucun élève ne changerait.")]
    table = _table(f"{len(changes)} élèves changeraient", "Élève", "Champ", "Avant", "Après")
    for avant, apres in changes:
        if avant is None:
            table.add_row(escape(apres.nom_complet), "(nouveau)", "", "")
            continue
        for champ in (f.name for f in fields(Eleve)):
            vieux, neuf = getattr(avant, champ), getattr(apres, champ)
            if vieux != neuf:
                table.add_row(
                    escape(apres.nom_complet), champ, escape(_any(vieux)), escape(_any(neuf))
                )
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
        table = _table(
            f"{responsable} : {len(siens)} à contacter",
            "Élève", "N°", "Téléphone", "Étape", "Moyen", "Dern. activité", "Dû",
        )  # fmt: skip
        for s in siens[:limite]:
            eleve = classeur.eleve_of(s.dossier)
            table.add_row(
                escape(s.dossier.eleve),
                s.dossier.numero,
                format_phone(eleve.telephone) if eleve else "",
                (s.etape.libelle if s.etape else "")
                + (" (opt.)" if s.etape and s.etape.optionnelle else ""),
                _means(s),
                _day(s.dossier.derniere_activite),
                _delay(s),
            )
        tables.append(table)
        if limite is not None and len(siens) > limite:
            tables.append(Text(f"… et {len(siens) - limite} autres : inactifs next"))
    return tables


def _story(situation: Situation, classeur: Classeur) -> list[str]:
    d = situation.dossier
    lignes = [f"Dernière activité : {_day(d.derniere_activite) or '?'}"]
    if d.detecte_le:
        lignes.append(f"{french(d.detecte_le)}  dossier ouvert : plus de "
                      f"{classeur.regles.seuil_mois} mois sans activité")  # fmt: skip
    for r in d.relances:
        issue = "répondu" if r.repondu else "faux numéro" if r.faux_numero else "sans réponse"
        lignes.append(f"{french(r.date)}  relance : {r.moyen.libelle if r.moyen else '?'}, {issue}")
    if d.cloture_le:
        lignes.append(f"{french(d.cloture_le)}  dossier terminé : {d.resultat or ''}")
    if d.cause:
        lignes.append(f"Cause : {d.cause}")
    if d.commentaire:
        lignes.append(f"Commentaire : {d.commentaire}")
    fin = suspension(d, classeur.regles)
    etat = f"État : {ETATS[situation.etat]}"
    if situation.etat is Etat.SUSPENDU and fin:
        etat += f" jusqu'au {french(fin)}"
    if situation.etape and situation.echeance:
        etat += f" ; {situation.etape.libelle} due le {french(situation.echeance)}"
    return [*lignes, etat]


def _freshness(classeur: Classeur, perimes: Sequence[str]) -> Text:
    morceaux = [
        f"{canal} {_day(quand) if (quand := classeur.imports.get(canal)) else 'jamais'}"
        for canal in ("cours", "connexions", "contacts")
    ]
    texte = Text("Imports : " + ", ".join(morceaux) + ".")
    if perimes:
        texte.append(
            f" À refaire avant d'appeler : {', '.join(perimes)} "
            "(un élève peut être actif sans que l'outil le sache).",
            style="bold yellow",
        )
    return texte


def _advice(a_relancer: Sequence[Situation], a_cloturer: Sequence[Situation]) -> Text:
    lignes = []
    if a_relancer:
        premier = a_relancer[0].dossier
        qui = premier.numero or f'"{premier.eleve}"'
        lignes.append(f"Le texte à envoyer : inactifs relance message {qui}")
        lignes.append(f"Après l'appel :      inactifs relance add {qui}")
    if a_cloturer:
        lignes.append("Clôturer :           inactifs close --tous")
    return Text("\n".join(lignes) or "Rien à faire ce matin.")


def _table(titre: str, *colonnes: str) -> Table:
    table = Table(title=titre, title_justify="left", title_style="bold", header_style="bold")
    for colonne in colonnes:
        table.add_column(colonne, no_wrap=colonne in ("N°", "Dû", "Le", "Téléphone"))
    return table


def _means(situation: Situation) -> str:
    return " ou ".join(m.libelle for m in situation.etape.moyens) if situation.etape else ""


def _delay(situation: Situation) -> str:
    if situation.retard_jours <= 0:
        return "aujourd'hui"
    return f"{situation.retard_jours} j de retard"


def _day(jour: date | None) -> str:
    return french(jour) if jour else ""


def _any(valeur: object) -> str:
    return french(valeur) if isinstance(valeur, date) else str(valeur or "—")
