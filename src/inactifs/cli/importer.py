"""``import``: exports of other software into the register."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

from inactifs.classeur.journal import read_journal
from inactifs.classeur.values import Anomalie, Changements, Classeur, EntreeJournal, unreadable
from inactifs.cli.exports import Lu, Voulu, exports_of, read_exports
from inactifs.cli.options import typed_day
from inactifs.cli.outputs import write_private
from inactifs.cli.questions import ask, question
from inactifs.cli.screen import interactive, print_json, say, show, speaks_json
from inactifs.cli.session import SIMULATION, Session, Writing
from inactifs.dates import french
from inactifs.erreurs import FichierInvalide, UsageIncorrect
from inactifs.imports.outcome import KINDS, Rejet, ResultatImport, Suite, rejets_csv
from inactifs.imports.tally import Retrait, cancelled, taken_back_before, vanished
from inactifs.procedure.cloture import take_back_reprise
from inactifs.procedure.modele import Canal, Dossier, Eleve
from inactifs.rendu.imported import (
    count_line,
    import_json,
    render_changes,
    render_rejects,
)


class Demande(NamedTuple):
    """What is asked of an import, beside its files; without ``canal``, it is recognised."""

    colonne: list[str] | None = None
    feuille: str | None = None
    rejets: Path | None = None
    strict: bool = False
    exporte_le: date | None = None
    canal: Canal | None = None

    @property
    def colonnes(self) -> dict[str, str]:
        """The columns said by hand: field → header."""
        return dict(map(_column, self.colonne or ()))


def run(session: Writing, fichiers: list[Path] | None = None, *, demande: Demande) -> None:
    """Read exports of the kind that the command's name says, or of any."""
    jour, genre = demande.exporte_le, session.commande.partition(" ")[2]
    if jour is not None and jour > session.jour:
        raise UsageIncorrect(
            f"--exporte-le : le {french(jour)} n'est pas encore venu.",
            "Donnez le jour où le fichier a été exporté.",
        )
    demande = demande._replace(canal=Canal(genre) if genre else None)
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
    chemins = exports_of(nommes, session.chemin)
    if demande.rejets is not None:
        _require_free(demande.rejets, [*chemins, session.chemin])
    with session.writing():
        classeur = session.classeur
        voulu = Voulu(
            demande.canal, demande.colonnes, demande.feuille, session.nomme, session.jour, nommes,
            lambda canal: _before(session, canal, demande.exporte_le),
        )  # fmt: skip
        lus, ecartes = read_exports(voulu, chemins, classeur)
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


def _before(session: Session, canal: Canal, exporte_le: date | None) -> Suite:
    """What is known of the imports of this kind before this one."""
    classeur = session.classeur
    retirees = {}
    if canal is Canal.COURS:
        notes = [
            (e.horodatage, eleve.numero, e.detail)
            for e in read_journal(session.source.data)[0]
            if e.commande.startswith("import") and e.eleve
            for eleve in classeur.registre.named(e.eleve)
        ]
        retirees = taken_back_before(notes)
    return Suite(exporte_le, classeur.imports.get(canal), retirees)


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
    if speaks_json():
        document = import_json([lu.document() for lu in lus], bilan.dits)
        print_json(document | {"ecrit": session.ecrit})
        return
    resultats = [lu.resultat for lu in lus if lu.resultat is not None]
    for lu in lus:
        say(*lu.phrases())
    say(*bilan.dits, *([count_line(resultats)] if resultats else []))
    perdues = [r for resultat in resultats for r in resultat.rejets]
    if perdues:
        show(*render_rejects(perdues))
        if demande.rejets is None:
            say("Ajoutez --rejets rejets.csv pour les corriger et les réimporter.")
        elif not session.simulation:
            say(
                f"Lignes rejetées écrites dans {demande.rejets} : corrigez-les et réimportez ce "
                "fichier."
            )
    elif demande.rejets is not None:
        say(f"Aucune ligne rejetée : {demande.rejets} n'a pas été écrit.")
    if session.simulation:
        show(*render_changes(bilan.changes))
        say(SIMULATION)


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


def _column(texte: str) -> tuple[str, str]:
    champ, egal, entete = texte.partition("=")
    if not egal or not champ.strip() or not entete.strip():
        raise UsageIncorrect(
            f"--colonne : « {texte} » n'a pas la forme champ=En-tête.",
            "Par exemple : --colonne date=Horaire",
        )
    return champ.strip(), entete.strip()


def _asked() -> Path:
    reponse = ask(None, "Quel fichier (ou dossier) importer", "le fichier à importer")
    return Path(reponse.strip("'\""))  # as a terminal writes a file dropped on it
