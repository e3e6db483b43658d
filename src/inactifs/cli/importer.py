"""``import``: exports of other software into the register."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path

from inactifs.classeur.values import Anomalie, Changements, Classeur, EntreeJournal, unreadable
from inactifs.cli.exports import Demande, Lu, exports_of, read_exports
from inactifs.cli.options import typed_day
from inactifs.cli.outputs import write_private
from inactifs.cli.questions import ask, question
from inactifs.cli.screen import interactive, say
from inactifs.cli.session import Session, Writing
from inactifs.dates import french
from inactifs.erreurs import FichierInvalide, UsageIncorrect
from inactifs.imports.outcome import KINDS, Rejet, ResultatImport, rejets_csv
from inactifs.imports.tally import Retrait, cancelled, vanished
from inactifs.procedure.cloture import take_back_reprise
from inactifs.procedure.modele import Canal, Dossier, Eleve
from inactifs.rendu.imported import (
    count_line,
    import_json,
    render_changes,
    render_rejects,
)


def run(session: Writing, fichiers: list[Path] | None = None, *, demande: Demande) -> None:
    """Read exports of the kind that the command's name says, or of any."""
    jour = demande.exporte_le
    if jour is not None and jour > session.jour:
        raise UsageIncorrect(
            f"--exporte-le : le {french(jour)} n'est pas encore venu.",
            "Donnez le jour où le fichier a été exporté.",
        )
    demande = demande.understood(session.commande.partition(" ")[2])
    _import(session, demande, fichiers or [_asked()])


@dataclass
class Bilan:
    """What an import changes, and what is said of it."""

    changes: list[tuple[Eleve | None, Eleve]]
    retraits: list[Retrait]
    rouverts: list[Dossier]
    imports: dict[str, date]
    dits: list[str]


def _import(session: Session, demande: Demande, nommes: list[Path]) -> None:
    if demande.rejets is not None:
        _require_free(demande.rejets, [*exports_of(nommes, session.chemin), session.chemin])
    with session.writing():
        classeur = session.classeur
        lus, ecartes = read_exports(session, demande, nommes)
        resultats = [lu.resultat for lu in lus if lu.resultat is not None]
        perdues = [r for resultat in resultats for r in resultat.rejets]
        if demande.rejets is not None and perdues and not session.simulation:
            write_private(demande.rejets, rejets_csv(resultats))
        if demande.strict and perdues:
            raise _refused(perdues, None if session.simulation else demande.rejets)
        bilan = _summed_up(session, resultats, demande)
        bilan.dits += ecartes
        intacts = _left_alone(classeur, [apres for _, apres in bilan.changes])
        if intacts and demande.strict:
            raise unreadable(next(iter(intacts.values())))
        bilan.dits += _unreadable_rows(intacts)
        reconnus = any(r.lignes > len(r.rejets) for r in resultats)
        if reconnus:
            session.save(
                Changements(
                    eleves=[e for _, e in bilan.changes if e.numero not in intacts],
                    dossiers=bilan.rouverts,
                    imports=bilan.imports,
                    entetes=_remembered(lus, classeur),
                    journal=_journal(session, resultats, bilan),
                )
            )
    _answer(session, demande, lus, bilan)
    if not reconnus:
        say("Aucune ligne n'a été reconnue : rien n'a été écrit, cet import n'est pas noté.")
        if not session.classeur.registre and any(r.canal is not Canal.ELEVES for r in resultats):
            say("Importez d'abord vos élèves : inactifs import eleves FICHIER")


def _summed_up(session: Session, resultats: list[ResultatImport], demande: Demande) -> Bilan:
    """All the files together: students, reservations taken back, the day until which each kind
    tells."""
    classeur, jour = session.classeur, session.jour
    apres: dict[str, Eleve] = {}
    for resultat in resultats:
        apres |= {e.numero: e for e in resultat.eleves}
    retraits, dits = vanished(resultats, classeur.registre, apres)
    apres |= {r.apres.numero: r.apres for r in retraits}
    changes = [(classeur.registre.get(n), e) for n, e in apres.items()]
    changes = [(avant, e) for avant, e in changes if avant != e]
    retraits += cancelled([c for c in changes if c[1] not in [r.apres for r in retraits]])
    rouverts = []
    for retrait in retraits:
        dits.append(f"{retrait.avant.nom_complet} : {retrait.note[0].lower()}{retrait.note[1:]}.")
        siens = classeur.dossiers_of(retrait.avant)
        if siens and (d := take_back_reprise(siens[-1], retrait.avant, retrait.apres, jour)):
            rouverts.append(d)
            dits.append(f"{retrait.avant.nom_complet} : la reprise ne tient plus, dossier rouvert.")
    imports = {}
    for resultat in resultats:
        if resultat.lignes == len(resultat.rejets):
            continue
        if resultat.canal is Canal.ELEVES:
            imports[str(resultat.canal)] = jour
        elif (dit := _told_until(session, resultat, demande, dits)) is not None:
            connu = imports.get(resultat.canal) or classeur.imports.get(resultat.canal)
            imports[str(resultat.canal)] = max(dit, connu) if connu else dit
    return Bilan(changes, retraits, rouverts, imports, dits)


def _told_until(
    session: Session, resultat: ResultatImport, demande: Demande, dits: list[str]
) -> date | None:
    """The day until which a file tells; asked in a terminal when it is old."""
    dit = resultat.couverture.dit_jusqu_au
    if dit is None or demande.exporte_le is not None:
        return dit
    if (session.jour - dit).days <= session.classeur.regles.peremption_import:
        return dit
    phrase = f"{KINDS[resultat.canal].recente} du {french(dit)} : cet export est-il récent ?"
    if interactive() and not session.simulation:
        say(phrase)
        return typed_day(question("De quel jour est-il", french(dit)), "De quel jour est-il")
    dits.append(f"{phrase} Il compte jusqu'à ce jour, sinon ajoutez --exporte-le JJ/MM/AAAA.")
    return dit


def _journal(
    session: Session, resultats: list[ResultatImport], bilan: Bilan
) -> list[EntreeJournal]:
    comptes = [session.entry("", count_line(resultats))]
    return comptes + [session.entry(r.avant.nom_complet, r.note) for r in bilan.retraits]


def _remembered(lus: Iterable[Lu], classeur: Classeur) -> dict[str, str]:
    """The headers said for this import, beside those said before for other exports."""
    retenues: dict[str, str] = {}
    for lu in lus:
        for champ, entete in lu.dites.items():
            cle = f"{lu.canal} {champ}"
            connues = [e for e in classeur.entetes.get(cle, "").split(" | ") if e]
            retenues[cle] = " | ".join(dict.fromkeys([*connues, entete]))
    return retenues


def _left_alone(classeur: Classeur, eleves: list[Eleve]) -> dict[str, Anomalie]:
    """The students whose row holds, where it would be written, what cannot be read; by number.

    That cell is left as it is, and the other students go on (contract, section 2).
    """
    return {e.numero: anomalie for e in eleves if (anomalie := classeur.blocked_by(e)) is not None}


def _unreadable_rows(intacts: dict[str, Anomalie]) -> list[str]:
    return [
        f"{a.feuille}, cellule {a.cellule} : « {a.contenu} » ne peut pas être lu, cet élève n'a "
        "pas été mis à jour. Corrigez cette cellule, puis relancez l'import."
        for a in intacts.values()
    ]


def _answer(session: Session, demande: Demande, lus: list[Lu], bilan: Bilan) -> None:
    """What was understood, the counts, the lines to correct, and what would change."""
    resultats = [lu.resultat for lu in lus if lu.resultat is not None]
    perdues = [r for resultat in resultats for r in resultat.rejets]
    session.reply(
        lambda: import_json([lu.document() for lu in lus], bilan.dits) | {"ecrit": session.ecrit},
        *_where_rejects_are(demande.rejets, bool(perdues), session.simulation),
        entete=[*chain(*(lu.phrases() for lu in lus)), *bilan.dits, count_line(resultats)],
        tables=lambda: (
            *(render_rejects(perdues) if perdues else ()),
            *(render_changes(bilan.changes) if session.simulation else ()),
        ),
    )


def _where_rejects_are(rejets: Path | None, perdues: bool, simulation: bool) -> list[str]:
    if not perdues:
        return [f"Aucune ligne rejetée : {rejets} n'a pas été écrit."] if rejets else []
    if rejets is None:
        return ["Ajoutez --rejets rejets.csv pour les corriger et les réimporter."]
    if simulation:
        return []
    return [f"Lignes rejetées écrites dans {rejets} : corrigez-les et réimportez ce fichier."]


def _require_free(rejets: Path, lus: list[Path]) -> None:
    """Raise ``UsageIncorrect`` when the rejects would take the place of what is read."""
    if rejets.exists() and any(lu.exists() and rejets.samefile(lu) for lu in lus):
        raise UsageIncorrect(
            f"--rejets : « {rejets} » est aussi un fichier à lire, il serait remplacé.",
            "Donnez un autre nom, par exemple --rejets rejets2.csv.",
        )


def _refused(perdues: list[Rejet], rejets: Path | None) -> FichierInvalide:
    """The refusal of ``--strict``."""
    s = "s" if len(perdues) > 1 else ""
    premiere = perdues[0]
    ou = f" (lignes rejetées dans {rejets})" if rejets is not None else ""
    return FichierInvalide(
        f"{len(perdues)} ligne{s} rejetée{s} et --strict : rien n'a été écrit. La première : "
        f"{premiere.fichier}, ligne {premiere.ligne} : {premiere.raison}",
        f"Corrigez le fichier{ou}, ou relancez sans --strict.",
    )


def _asked() -> Path:
    reponse = ask(None, "Quel fichier (ou dossier) importer", "le fichier à importer")
    return Path(reponse.strip("'\""))  # as a terminal writes a file dropped on it
