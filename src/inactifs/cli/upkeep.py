"""The file itself: ``init``, ``check``, ``undo``."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path

import typer

from inactifs import depot
from inactifs.classeur.adoption import additions, complete, new_workbook, present, tableaux_in
from inactifs.classeur.checks import changed_places, check_classeur, left_behind
from inactifs.classeur.journal import read_journal
from inactifs.classeur.reading import read_classeur
from inactifs.classeur.schema import MODELES
from inactifs.classeur.values import Anomalie, Changements, Classeur, Ecole, EntreeJournal
from inactifs.classeur.writing import apply
from inactifs.cli.archiving import check_archives, files_around
from inactifs.cli.commands import CLASSEUR_PAR_DEFAUT, EXTENSIONS_CLASSEUR
from inactifs.cli.options import operator, timestamp, workbook_path
from inactifs.cli.screen import say
from inactifs.cli.session import Reading, Session, Undated, Undoing
from inactifs.depot import Version
from inactifs.erreurs import FichierInvalide, UsageIncorrect
from inactifs.messages import check_modeles
from inactifs.mots import and_others, typed
from inactifs.phones import format_phone, international
from inactifs.rendu.morning import render_anomalies, render_versions


def init(
    session: Undated,
    fichier: Path | None = None,
    auto_ecole: str | None = None,
    telephone: str | None = None,
    presentation: bool = False,
) -> None:
    """Create the workbook, or adopt the one that exists (contract, section 2)."""
    if fichier is not None and session.nomme is not None:
        raise UsageIncorrect("Le classeur est donné deux fois.", "Donnez-le une seule fois.")
    session.chemin = chemin = workbook_path(fichier or session.nomme or _found_here())
    if chemin.suffix.lower() not in EXTENSIONS_CLASSEUR:
        raise UsageIncorrect(
            f"« {chemin.name} » ne se termine pas par .xlsx.",
            f"Donnez un nom comme {CLASSEUR_PAR_DEFAUT}.",
        )
    if telephone and not international(telephone):
        raise UsageIncorrect(
            f"--telephone : « {telephone} » n'est pas un numéro.", "Tapez par exemple 0140000000."
        )
    ecole = Ecole(auto_ecole or "", telephone or "")
    ajouts: list[str] = []
    if cree := not chemin.exists():
        if not session.simulation:
            depot.create(chemin, new_workbook(ecole))
        phrases = [f"Classeur créé : {chemin}"]
    else:
        ajouts, ecole, phrases = _adopt(session, ecole, presentation)
    if not session.simulation:
        phrases += _next_steps(chemin, ecole)
    session.reply(lambda: {"classeur": str(chemin), "cree": cree, "ajouts": ajouts}, *phrases)


def _next_steps(chemin: Path, ecole: Ecole) -> list[str]:
    """The commands that come next; first what the messages still lack."""
    classeur = "" if str(chemin) == CLASSEUR_PAR_DEFAUT else typed(str(chemin))
    options = {"--auto-ecole NOM": ecole.nom, "--telephone NUMÉRO": ecole.telephone}
    manquent = [option for option, dit in options.items() if not dit]
    option, lacunes = classeur and f" -c {classeur}", []
    if manquent:
        lacunes = ["Les messages aux élèves disent qui vous êtes, et où vous joindre :",
                   " ".join(filter(None, ["  inactifs init", classeur, *manquent]))]  # fmt: skip
    return [
        *lacunes,
        "Ensuite, importez vos exports :",
        f"  inactifs import eleves FICHIER{option}",
        f"  inactifs import cours FICHIER{option}   (puis connexions, contacts)",
        f"  inactifs detect{option}",
    ]


def _found_here() -> Path | None:
    """The only workbook of this folder that has a tableau, where none bears the usual name."""
    usuel = workbook_path(None)
    if usuel.exists() or os.environ.get("INACTIFS_CLASSEUR"):
        return None
    trouves = tableaux_in(usuel.parent)
    if len(trouves) > 1:
        noms = ", ".join(t.name for t in trouves)
        raise UsageIncorrect(
            f"Ce dossier a déjà des tableaux de suivi : {noms}.",
            f"Dites lequel adopter : inactifs init {typed(trouves[0].name)} ; ou donnez un nom à "
            "celui qu'il faut créer.",
        )
    return trouves[0] if trouves else None


def _adopt(
    session: Session, ecole: Ecole, presentation: bool
) -> tuple[list[str], Ecole, list[str]]:
    """Add what the workbook lacks: what was added, the school as it now is, what to say of it."""
    chemin, avant = session.chemin, None
    ajouts: list[str] = []
    with session.writing():
        data, nom = session.source.data, session.source.chemin.name
        nouveau = complete(data, nom, ecole, parametres=True)
        if presentation:
            nouveau = present(nouveau, nom)
        contenu = read_classeur(nouveau, nom)
        if nouveau != data:
            with suppress(FichierInvalide):  # no tableau at all
                avant = read_classeur(data, nom)
            ajouts += avant.manquants if avant else ["le tableau de suivi et ses feuilles"]
            if presentation:
                ajouts.append("la présentation du tableau")
            detail = "Classeur adopté : " + ", ".join(ajouts) if ajouts else "Classeur adopté"
            changements = Changements(journal=[session.entry("", detail)], noter=True)
            session.put(apply(nouveau, nom, contenu, changements, session.jour))
    phrases = [f"{chemin} est déjà prêt : rien n'a été écrit."]
    if nouveau != data:
        dit = additions(avant, contenu)
        if presentation:
            dit.append("la présentation (couleurs, listes, filtre, impression)")
        phrases = [f"Classeur adopté : {chemin}."]
        if dit:
            phrases += [f"Ajouté : {' ; '.join(dit)}. Rien d'autre n'a changé."]
    for quoi, voulu, su in zip(("nom", "téléphone"), ecole, contenu.ecole, strict=False):
        if voulu and format_phone(voulu) != format_phone(su):
            phrases.append(f"Le {quoi} de l'auto-école se change dans la feuille « Paramètres ».")
    nombre = len(_problems(contenu, nouveau, session.jour))
    if nombre and nouveau != data:
        choses = "une chose" if nombre == 1 else f"{nombre} choses"
        phrases.append(f"« inactifs check » a {choses} à dire de ce classeur.")
    return ajouts, contenu.ecole, phrases


def _problems(contenu: Classeur, data: bytes, jour: date) -> list[Anomalie]:
    """All that ``check`` says."""
    journal, fautes = read_journal(data)
    modeles = contenu.places[MODELES.nom].nom if contenu.modeles else ""
    return [
        *check_classeur(contenu, journal, jour),
        *left_behind(data, contenu),
        *fautes,
        *check_modeles(contenu.modeles, modeles),
    ]


def check(session: Reading, archives: bool = False) -> None:
    """Show what is wrong or doubtful, by cell; or verify the archives."""
    if archives:
        if not check_archives(session):
            raise typer.Exit(FichierInvalide.statut)
        return
    source = depot.read(session.chemin)
    contenu = read_classeur(source.data, source.chemin.name)
    problemes = _problems(contenu, source.data, session.jour)
    problemes += [*files_around(source.chemin, contenu), *changed_places(contenu, source.chemin)]
    session.reply(
        lambda: {"problemes": [p._asdict() for p in problemes]},
        tables=lambda: render_anomalies(problemes),
    )


def undo(session: Undoing, liste: bool = False, force: bool = False) -> None:
    """Put back the workbook as it was before the last write."""
    chemin = session.chemin
    if liste:
        versions = _told(chemin)
        session.reply(
            lambda: {
                "versions": [
                    _document(v) | {"fichier": str(v.chemin), "fait": fait} for v, fait in versions
                ]
            },
            tables=lambda: render_versions(versions),
        )
        return
    if avis := session.require_closed():
        say(avis)
    version = depot.undo(chemin, operateur=operator(), quand=timestamp(), force=force)
    # those of whom the journal told before the undoing, and no more
    noms = _names(_journal(version.chemin)[len(_journal(chemin)) :])
    session.reply(
        lambda: {"classeur": str(chemin), "annule": _document(version)},
        f"Annulé : « {version.commande} » du {version.quand:%d/%m/%Y à %H:%M} "
        f"({version.operateur}){noms and f', pour {noms}'}. Le classeur est comme avant.",
    )


def _document(version: Version) -> dict[str, str]:
    dit = {"operateur": version.operateur, "commande": version.commande}
    return {"quand": version.quand.isoformat()} | dit


def _told(chemin: Path) -> list[tuple[Version, str]]:
    """The versions, the last one first, and what the journal says of each write (« ROYER Laurence :
    1re relance du 24/11/2026 : SMS », or the names where there are several): the lines of its
    second, or those that the copies tell apart when two writes share it."""
    versions, entrees = depot.versions(chemin), _journal(chemin)
    combien = Counter((v.quand, v.commande) for v in versions)
    dites: list[tuple[Version, str]] = []
    apres = chemin
    for version in versions:
        ecriture = version.quand, version.commande
        lignes = [e for e in entrees if (e.horodatage, e.commande) == ecriture]
        if combien[ecriture] > 1:
            lignes = list(_journal(apres)[len(_journal(version.chemin)) :])
        fait = _names(lignes)
        if len(lignes) == 1:
            fait = " : ".join(filter(None, (lignes[0].eleve, lignes[0].detail)))
        dites.append((version, fait))
        apres = version.chemin
    return dites


def _journal(chemin: Path) -> Sequence[EntreeJournal]:
    """The journal of a workbook; empty when it is damaged, which is undone all the same."""
    try:
        return read_journal(chemin.read_bytes())[0]
    except (OSError, FichierInvalide):
        return ()


def _names(lignes: Sequence[EntreeJournal]) -> str:
    """« BLANC Tom, ROUX Léa, FAURE Nina et 3 autres »."""
    noms = list(dict.fromkeys(ligne.eleve for ligne in lignes if ligne.eleve))
    autres = and_others(len(noms) - 3).replace("…", "") if len(noms) > 4 else ""
    return ", ".join(noms[:3] if autres else noms) + autres
