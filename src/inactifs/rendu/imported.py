"""What an import shows: its counts, the lines to correct, what would change; and its JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from inactifs.dates import french
from inactifs.imports.outcome import KINDS
from inactifs.rendu.table import Bloc, Column, draw, ranked
from inactifs.rendu.wording import VIDE, many, plural

if TYPE_CHECKING:
    from inactifs.imports.outcome import Rejet, ResultatImport
    from inactifs.procedure.modele import Eleve


LIGNES_MONTREES = 30
"""Rejected lines; ``--rejets`` writes them all."""
_COMPTES = ("lignes", "importees", "inchangees", "ignorees", "nouveaux")
_SOMMES = (*_COMPTES, "rejets", "compris", "avertissements")
_REJET = ("fichier", "ligne", "raison", "contenu", "eleve", "suggestions")


def result_json(resultat: ResultatImport) -> dict[str, Any]:
    """What one file brought."""
    dit = resultat.couverture.dit_jusqu_au
    return {
        "nature": str(resultat.canal),
        **{champ: getattr(resultat, champ) for champ in _COMPTES},
        "rejets": [{champ: getattr(r, champ) for champ in _REJET} for r in resultat.rejets],
        "compris": list(resultat.compris),
        "avertissements": list(resultat.avertissements),
        "dit_jusqu_au": dit.isoformat() if dit else None,
    }


def import_json(fichiers: Sequence[dict[str, Any]], dits: Sequence[str]) -> dict[str, Any]:
    """The document of ``import`` (contract, section 5): the file, or each of several and all of
    them together."""
    document = dict(fichiers[0])
    if len(fichiers) > 1:
        lus = [f for f in fichiers if "erreur" not in f]
        document = {"fichiers": list(fichiers)}
        for champ in _SOMMES:
            document[champ] = sum((f[champ] for f in lus[1:]), lus[0][champ])
    document["avertissements"] = [*document["avertissements"], *dits]
    return document


def count_line(resultats: Sequence[ResultatImport]) -> str:
    """« 12 lignes lues : 3 importées, 7 déjà connues, 1 qui ne compte pas (leçon annulée ou
    manquée), 1 rejetée »."""
    n, importees, inchangees, ignorees, nouveaux = (
        sum(getattr(r, champ) for r in resultats) for champ in _COMPTES
    )
    rejets = sum(len(r.rejets) for r in resultats)
    raisons: Counter[tuple[str, ...]] = Counter()
    for resultat in resultats:
        genre = KINDS[resultat.canal]
        raisons[tuple(genre.jamais)] += resultat.jamais
        raisons[tuple(genre.sans_effet)] += resultat.ignorees - resultat.jamais
    pourquoi = ", ".join(dits[nombre > 1] for dits, nombre in raisons.items() if nombre)
    comptes = [
        many(importees, "importée"),
        f"{inchangees} déjà connue{plural(inchangees)}",
        f"{ignorees} qui ne compte{'nt' if ignorees > 1 else ''} pas"
        + (f" ({pourquoi})" if ignorees else ""),
        many(rejets, "rejetée"),
    ]
    texte = f"{many(n, 'ligne lue')} : {', '.join(comptes)}"
    if nouveaux:
        texte += f" ; {nouveaux} {'nouveaux élèves' if nouveaux > 1 else 'nouvel élève'}"
    return texte + "."


def render_rejects(rejets: Sequence[Rejet]) -> list[Bloc]:
    """The lines of an import that were not taken (the first 30)."""
    montres = rejets[:LIGNES_MONTREES]
    suite = f", les {len(montres)} premières" if len(rejets) > len(montres) else ""
    utiles = {
        "Fichier": len({r.fichier for r in rejets}) > 1,
        "Suggestions": any(r.suggestions for r in montres),
    }
    colonnes = [c for c in _REJETS if utiles.get(c.title, True)]
    return [draw(f"{many(len(rejets), 'ligne rejetée')}{suite}", colonnes, montres)]


def _named_content(rejet: Rejet) -> str:
    nom = f"{rejet.eleve[:30]} : " if rejet.eleve and rejet.eleve not in rejet.contenu[:40] else ""
    return nom + rejet.contenu[:40]


_REJETS: tuple[Column[Rejet], ...] = (
    Column("Fichier", lambda r: r.fichier),
    Column("Ligne", lambda r: str(r.ligne)),
    Column("Contenu", _named_content),
    Column("Raison", lambda r: r.raison),
    Column("Suggestions", lambda r: ", ".join(r.suggestions)),
)


def render_changes(changes: Sequence[tuple[Eleve | None, Eleve]]) -> list[Bloc]:
    """Before → after for each student changed, under the headers of the register."""
    from inactifs.classeur.schema import ELEVES

    def told(valeur: object) -> str:
        return french(valeur) if isinstance(valeur, date) else str(valeur or VIDE)

    titre = "1 élève changerait" if len(changes) == 1 else f"{len(changes)} élèves changeraient"
    lignes: list[tuple[str, str, str, str]] = []
    for avant, apres in changes:
        if avant is None:
            lignes.append((apres.nom_complet, "(nouveau)", "", ""))
            continue
        lignes += [
            (apres.nom_complet, colonne.entete, told(vieux), told(neuf))
            for colonne in ELEVES.colonnes
            if (vieux := getattr(avant, colonne.champ)) != (neuf := getattr(apres, colonne.champ))
        ]
    colonnes = ranked("Élève", "Colonne", "Avant", "Après")
    return [draw(titre, colonnes, lignes, vide="Aucun élève ne changerait.")]
