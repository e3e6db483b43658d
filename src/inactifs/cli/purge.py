"""``purge``: the people whose time is over, anonymised for good."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inactifs.cli.options import (
    OptClasseur,
    OptJson,
    OptSimulation,
    operator,
    timestamp,
    today,
    typed_day,
)
from inactifs.cli.questions import free_answer, question
from inactifs.cli.screen import interactive, print_json, say, show
from inactifs.cli.session import Session
from inactifs.dates import french
from inactifs.erreurs import Refus
from inactifs.mots import simplify
from inactifs.registre import name_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from inactifs.classeur.anonymisation import Anonymisation
    from inactifs.rendu.purge_shown import Cas


def purge(
    avant: Annotated[
        str | None,
        typer.Option(
            "--avant",
            metavar="JOUR",
            help="Sans signe de vie de la personne depuis ce jour (sinon il y a trois ans).",
        ),
    ] = None,
    oui: Annotated[bool, typer.Option("--oui", help="Anonymise sans demander.")] = False,
    classeur: OptClasseur = None,
    json_: OptJson = False,
    simulation: OptSimulation = False,
) -> None:
    """Anonymise what is older than the retention period."""
    from inactifs import depot
    from inactifs.rendu.purge_shown import persons_json, purge_json, remains_lines, render_purge

    jour = today()
    limite = _limit(avant, jour, demander=not (oui or simulation))
    travail = Session("purge", classeur, simulation=simulation)
    with travail.writing():
        cas, fait = _prepared(travail, limite)
        if not json_:
            show(*render_purge(cas, limite))
        if fait is not None and not simulation:
            if not oui:
                _confirm(_done(fait, cas, "seraient"))
            avis = depot.replace(
                travail.source,
                fait.data,
                commande=travail.commande,
                operateur=operator(),
                quand=timestamp(),
            )
            if avis:
                say(avis)
        restantes = [] if simulation else depot.forget(travail.source)
        ailleurs = _elsewhere(travail.source.chemin, cas)
    if json_:
        document = purge_json(cas, limite, fait) | {
            "ecrit": fait is not None and not simulation,
            "versions_restantes": [str(v) for v in restantes],
            "hors_de_portee": ailleurs,
        }
        print_json(document | ({"personnes": persons_json(cas)} if simulation else {}))
        return
    if fait is None:
        say("Personne à anonymiser : rien n'a été écrit.")
    elif simulation:
        say(*_done(fait, cas, "seraient"), *remains_lines(fait))
        say("Simulation : rien n'a été écrit.")
    else:
        say(*_done(fait, cas, "sont"), *remains_lines(fait))
        say(
            "Les versions gardées par l'outil sont supprimées : « inactifs undo » ne peut pas y "
            "revenir.",
            "L'outil n'atteint pas, à vous de les vider :",
            *(f"  - {lieu}" for lieu in ailleurs),
        )
    if restantes:
        say(
            "Ces versions d'avant une purge n'ont pas pu être supprimées, supprimez-les : "
            + ", ".join(str(v) for v in restantes)
        )


def _limit(avant: str | None, jour: date, *, demander: bool) -> date:
    from inactifs.procedure.retention import check_limit, default_limit

    if avant is None and demander and interactive():
        avant = question(
            "Anonymiser qui n'a donné aucun signe de vie depuis le", french(default_limit(jour))
        )
    limite = typed_day(avant, "--avant") if avant else default_limit(jour)
    check_limit(limite, jour)
    return limite


def _prepared(travail: Session, limite: date) -> tuple[list[Cas], Anonymisation | None]:
    """What becomes of everybody, and the workbook without those who leave."""
    from inactifs.classeur.anonymisation import Partant, anonymise
    from inactifs.procedure.retention import Sort, fate, last_sign
    from inactifs.recherche import all_persons
    from inactifs.rendu.purge_shown import Cas

    contenu = travail.classeur
    cas = []
    for personne in all_persons(contenu):
        signe = last_sign(personne.eleve, personne.dossiers)
        douteux = bool(personne.illisibles) or (
            personne.eleve.numero in contenu.eleves_douteux
            if personne.eleve
            else bool(contenu.registre.named(personne.nom))
        )
        sort = fate(personne.eleve, personne.dossiers, signe, limite, douteux=douteux)
        cas.append(Cas(personne, signe, sort))
    gardes = {name_words(c.personne.nom) for c in cas if c.sort not in (Sort.ANONYMISER, Sort.DEJA)}
    cas = [
        replace(c, sort=Sort.DOUTEUX)
        if c.sort is Sort.ANONYMISER
        and c.personne.eleve is None
        and name_words(c.personne.nom) in gardes  # may be theirs, under another number
        else c
        for c in cas
    ]
    partants = [
        Partant(c.personne.eleve, c.personne.dossiers) for c in cas if c.sort is Sort.ANONYMISER
    ]
    if not partants:
        return cas, None
    nombre = len(partants)
    dossiers = sum(len(p.dossiers) for p in partants)
    entree = travail.entry(
        "",
        f"Anonymisés, sans signe de vie depuis le {french(limite)} : {nombre} "
        f"personne{'s' if nombre > 1 else ''}, {dossiers} dossier{'s' if dossiers > 1 else ''}",
    )
    nom = travail.source.chemin.name
    return cas, anonymise(travail.source.data, nom, contenu, partants, [entree])


def _confirm(phrases: list[str]) -> None:
    """Ask before what cannot be undone; outside a terminal, ``--oui`` is required."""
    if not interactive():
        raise Refus(
            "Anonymiser ne s'annule pas et demande une confirmation : rien n'a été écrit.",
            "Regardez avec --simulation, puis ajoutez --oui.",
        )
    say(*phrases)
    reponse = free_answer("Les anonymiser, sans retour possible ? (oui/non)", "non")
    if simplify(reponse) not in ("oui", "o"):
        raise Refus("Purge abandonnée : rien n'a été écrit.")


def _done(fait: Anonymisation, cas: Sequence[Cas], verbe: str) -> list[str]:
    from inactifs.procedure.retention import Sort
    from inactifs.rendu.wording import plural

    partants = [c.personne for c in cas if c.sort is Sort.ANONYMISER]
    n, dossiers = len(partants), sum(len(p.dossiers) for p in partants)
    if n == 1:
        verbe = {"seraient": "serait", "sont": "est"}[verbe]
    lignes = [
        f"{n} personne{plural(n)} {verbe} anonymisée{plural(n)} : {dossiers} "
        f"dossier{plural(dossiers)} au tableau, {fait.journal} ligne{plural(fait.journal)} du "
        "Journal.",
        "Les dates, moyens, résultats et causes restent : les chiffres du passé ne changent pas.",
    ]
    if fait.notes or fait.liens:
        lignes.append(
            f"Sur ces lignes : {fait.notes} note{plural(fait.notes)} et {fait.liens} "
            f"lien{plural(fait.liens)} effacés."
        )
    return lignes


def _elsewhere(chemin: Path, cas: Sequence[Cas]) -> list[str]:
    """The places that a purge does not reach, the known ones by their path, and what to do."""
    from inactifs.archives.storing import DOSSIERS_CLOS, root_of
    from inactifs.depot.disk import kept_beside

    lieux = []
    archives = root_of(chemin)
    if archives.is_dir():
        lieux.append(
            f"{archives} : mois archivés, documents des dossiers clos ({DOSSIERS_CLOS}/). "
            "Supprimez ceux dont la durée est passée : une archive ne se modifie pas."
        )
        lieux += [f"{dossier} : leurs documents." for dossier in _documents(archives, cas)]
    discret = kept_beside(chemin).parent
    voisins = discret.iterdir() if discret.is_dir() else ()
    autres = sorted(d.name for d in voisins if d.is_dir() and d.name != chemin.name)
    if autres:
        lieux.append(
            f"{discret} : versions gardées d'autres classeurs ({', '.join(autres)}). Supprimez "
            "celles d'un classeur renommé ou abandonné."
        )
    return [
        *lieux,
        "Logiciel de l'auto-école, PASS Rousseau et leurs exports : sinon le prochain import les "
        "ramène.",
        "Rapports, preuves, messages et copies du classeur déjà faits, y compris en ligne et sur "
        "clé.",
    ]


def _documents(archives: Path, cas: Sequence[Cas]) -> list[Path]:
    """The archived documents of those who leave, which nothing else leads to any more."""
    from inactifs.archives.storing import DOSSIERS_CLOS
    from inactifs.procedure.retention import Sort

    partants = {
        name_words(f"{c.personne.numero or 'eleve'} {c.personne.nom}")
        for c in cas
        if c.sort is Sort.ANONYMISER
    }
    clos = archives / DOSSIERS_CLOS
    return [
        dossier
        for dossier in sorted(clos.iterdir() if clos.is_dir() else ())
        if partants & {name_words(dossier.name), name_words(dossier.name.rpartition("-")[0])}
    ]
