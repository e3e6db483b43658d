"""``purge``: the people whose time is over, anonymised for good."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from inactifs import depot
from inactifs.archives.storing import DOSSIERS_CLOS, root_of
from inactifs.classeur.anonymisation import Anonymisation, Partant, anonymise
from inactifs.classeur.values import Classeur
from inactifs.cli.options import typed_day
from inactifs.cli.questions import free_answer, question
from inactifs.cli.screen import interactive, say, show, speaks_json
from inactifs.cli.session import Session, Writing
from inactifs.dates import french
from inactifs.depot.disk import kept_beside
from inactifs.erreurs import Refus
from inactifs.mots import simplify
from inactifs.procedure.retention import (
    GARDER_AILLEURS,
    Sort,
    Sujet,
    check_limit,
    default_limit,
    fates,
    last_sign,
)
from inactifs.recherche import Personne, all_persons, find_person
from inactifs.registre import hours_left, name_words
from inactifs.rendu.put_away import Cas, persons_json, purge_json, remains_lines, render_purge
from inactifs.rendu.wording import many, plural


def purge(
    session: Writing,
    avant: str | None = None,
    avec: list[str] | None = None,
    oui: bool = False,
) -> None:
    """Anonymise what is older than the retention period."""
    limite = _limit(avant, session.jour, demander=not (oui or session.simulation))
    with session.writing():
        cas, fait = _prepared(session, limite, avec or ())
        if not speaks_json():
            show(*render_purge(cas, limite))
        if fait is not None and not session.simulation:
            if not oui:
                _confirm(_done(fait, cas, "seraient"))
            session.put(fait.data)
        restantes = [] if session.simulation else depot.forget(session.source)
        ailleurs = _elsewhere(session.source.chemin, cas)
    document = purge_json(cas, limite, fait) | {
        "ecrit": session.ecrit,
        "versions_restantes": [str(v) for v in restantes],
        "hors_de_portee": ailleurs,
    }
    if session.simulation:
        document["personnes"] = persons_json(cas)
    session.reply(lambda: document, *_told(session, cas, fait, ailleurs))
    if restantes:
        say(
            "Ces versions d'avant une purge n'ont pas pu être supprimées, supprimez-les : "
            + ", ".join(str(v) for v in restantes)
        )


def _told(
    session: Session, cas: Sequence[Cas], fait: Anonymisation | None, ailleurs: Sequence[str]
) -> list[str]:
    """What was done, what is left to the school, what is to be kept."""
    if fait is None:
        return ["Personne à anonymiser : rien n'a été écrit.", GARDER_AILLEURS]
    verbe = "seraient" if session.simulation else "sont"
    phrases = [*_done(fait, cas, verbe), *remains_lines(fait), GARDER_AILLEURS]
    if session.simulation:
        return phrases
    return [
        *phrases,
        "Les versions gardées par l'outil sont supprimées : « inactifs undo » ne peut pas y "
        "revenir.",
        "L'outil n'atteint pas, à vous de les vider :",
        *(f"  - {lieu}" for lieu in ailleurs),
    ]


def _limit(avant: str | None, jour: date, *, demander: bool) -> date:
    if avant is None and demander and interactive():
        avant = question(
            "Anonymiser qui n'a donné aucun signe de vie depuis le", french(default_limit(jour))
        )
    limite = typed_day(avant, "--avant") if avant else default_limit(jour)
    check_limit(limite, jour)
    return limite


def _prepared(
    session: Session, limite: date, avec: Sequence[str]
) -> tuple[list[Cas], Anonymisation | None]:
    """What becomes of everybody, and the workbook without those who leave."""
    contenu = session.classeur
    personnes = all_persons(contenu)
    nommes = {find_person(contenu, texte).libelle for texte in avec}
    sorts = fates([_subject(p, contenu, p.libelle in nommes) for p in personnes], limite)
    cas = [
        Cas(p, last_sign(p.eleve, p.dossiers), sort)
        for p, sort in zip(personnes, sorts, strict=True)
    ]
    partants = [Partant(p.eleve, p.dossiers) for p in _leaving(cas)]
    if not partants:
        return cas, None
    dossiers = sum(len(p.dossiers) for p in partants)
    entree = session.entry(
        "",
        f"Anonymisés, sans signe de vie depuis le {french(limite)} : "
        f"{many(len(partants), 'personne')}, {many(dossiers, 'dossier')}",
    )
    nom = session.source.chemin.name
    return cas, anonymise(session.source.data, nom, contenu, partants, [entree])


def _leaving(cas: Sequence[Cas]) -> list[Personne]:
    return [c.personne for c in cas if c.sort is Sort.ANONYMISER]


def _subject(personne: Personne, contenu: Classeur, nomme: bool) -> Sujet:
    """A person, as the rule book looks at them."""
    eleve = personne.eleve
    if eleve is not None:
        douteux = eleve.numero in contenu.eleves_douteux
    else:
        douteux = bool(contenu.registre.named(personne.nom))
    return Sujet(
        eleve,
        personne.dossiers,
        name_words(personne.nom),
        douteux or bool(personne.illisibles),
        hours_left(eleve) or 0,
        nomme,
    )


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
    partants = _leaving(cas)
    n, dossiers = len(partants), sum(len(p.dossiers) for p in partants)
    if n == 1:
        verbe = {"seraient": "serait", "sont": "est"}[verbe]
    lignes = [
        f"{many(n, 'personne')} {verbe} anonymisée{plural(n)} : {many(dossiers, 'dossier')} au "
        f"tableau, {many(fait.journal, 'ligne')} du Journal.",
        "Les dates, moyens, résultats et causes restent : les chiffres du passé ne changent pas.",
    ]
    if fait.notes or fait.liens:
        lignes.append(
            f"Sur ces lignes : {many(fait.notes, 'note')} et {many(fait.liens, 'lien')} effacés."
        )
    return lignes


def _elsewhere(chemin: Path, cas: Sequence[Cas]) -> list[str]:
    """The places that a purge does not reach, the known ones by their path, and what to do."""
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
    partants = {name_words(f"{p.numero or 'eleve'} {p.nom}") for p in _leaving(cas)}
    clos = archives / DOSSIERS_CLOS
    return [
        dossier
        for dossier in sorted(clos.iterdir() if clos.is_dir() else ())
        if partants & {name_words(dossier.name), name_words(dossier.name.rpartition("-")[0])}
    ]
