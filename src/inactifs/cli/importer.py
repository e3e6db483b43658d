"""``import``: exports of other software into the register."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from pathlib import Path

from inactifs.classeur.values import Changements, unreadable
from inactifs.cli.exports import Demande, Lu, exports_of, in_order, read_exports
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
from inactifs.rendu.imported import count_line, import_json, render_changes, render_rejects


@dataclass
class Bilan:
    """What an import changes, and what is said of it."""

    changes: list[tuple[Eleve | None, Eleve]] = field(default_factory=list)
    retraits: list[Retrait] = field(default_factory=list)
    rouverts: list[Dossier] = field(default_factory=list)
    imports: dict[str, date] = field(default_factory=dict)
    dits: list[str] = field(default_factory=list)


def run(session: Writing, fichiers: list[Path] | None = None, *, demande: Demande) -> None:
    """Read exports of the kind that the command's name says, or of any."""
    jour, rejets = demande.exporte_le, demande.rejets
    if jour is not None and jour > session.jour:
        raise UsageIncorrect(
            f"--exporte-le : le {french(jour)} n'est pas encore venu.",
            "Donnez le jour où le fichier a été exporté.",
        )
    dites = dict(map(_column, demande.colonne or ()))
    nommes = fichiers or [_asked()]
    genre = session.commande.partition(" ")[2]
    if rejets is not None and rejets.exists():
        a_lire = [*exports_of(nommes, session.chemin), session.chemin]
        if any(lu.exists() and rejets.samefile(lu) for lu in a_lire):
            raise UsageIncorrect(
                f"--rejets : « {rejets} » est aussi un fichier à lire, il serait remplacé.",
                "Donnez un autre nom, par exemple --rejets rejets2.csv.",
            )
    with session.writing():
        classeur = session.classeur  # what is wrong with it is said first
        chemins = exports_of(nommes, session.chemin)
        lus = in_order(chemins, Canal(genre) if genre else None, demande.feuille, dites)
        ecartes = read_exports(session, demande, lus, nommes)
        resultats = [lu.resultat for lu in lus if lu.resultat is not None]
        perdues = [r for resultat in resultats for r in resultat.rejets]
        if rejets is not None and perdues and not session.simulation:
            write_private(rejets, rejets_csv(resultats))
        if demande.strict and perdues:
            raise _refused(perdues, None if session.simulation else rejets)
        bilan = _summed_up(session, resultats, demande)
        bilan.dits += ecartes
        _save(session, lus, bilan, strict=demande.strict)
    _answer(session, rejets, lus, bilan)
    if all(r.lignes == len(r.rejets) for r in resultats):
        say("Aucune ligne n'a été reconnue : rien n'a été écrit, cet import n'est pas noté.")
        if not classeur.registre and any(r.canal is not Canal.ELEVES for r in resultats):
            say("Importez d'abord vos élèves : inactifs import eleves FICHIER")


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


def _refused(perdues: Sequence[Rejet], rejets: Path | None) -> FichierInvalide:
    """The refusal of ``--strict``."""
    s, premiere = "s" if len(perdues) > 1 else "", perdues[0]
    ou = f" (lignes rejetées dans {rejets})" if rejets is not None else ""
    return FichierInvalide(
        f"{len(perdues)} ligne{s} rejetée{s} et --strict : rien n'a été écrit. La première : "
        f"{premiere.fichier}, ligne {premiere.ligne} : {premiere.raison}",
        f"Corrigez le fichier{ou}, ou relancez sans --strict.",
    )


def _summed_up(session: Session, resultats: Sequence[ResultatImport], demande: Demande) -> Bilan:
    """All the files together: students, reservations taken back, the day until which each kind
    tells."""
    classeur, jour, bilan = session.classeur, session.jour, Bilan()
    apres: dict[str, Eleve] = {}
    for resultat in resultats:
        apres |= {e.numero: e for e in resultat.eleves}
    bilan.retraits, bilan.dits = vanished(resultats, classeur.registre, apres)
    apres |= {r.apres.numero: r.apres for r in bilan.retraits}
    bilan.changes = [(a, e) for n, e in apres.items() if (a := classeur.registre.get(n)) != e]
    disparus = [r.apres for r in bilan.retraits]
    bilan.retraits += cancelled([c for c in bilan.changes if c[1] not in disparus])
    for retrait in bilan.retraits:
        nom, note = retrait.avant.nom_complet, retrait.note
        bilan.dits.append(f"{nom} : {note[0].lower()}{note[1:]}.")
        siens = classeur.dossiers_of(retrait.avant)
        if siens and (d := take_back_reprise(siens[-1], retrait.avant, retrait.apres, jour)):
            bilan.rouverts.append(d)
            bilan.dits.append(f"{nom} : la reprise ne tient plus, dossier rouvert.")
    for resultat in resultats:
        canal = str(resultat.canal)
        if resultat.lignes == len(resultat.rejets):
            continue
        if resultat.canal is Canal.ELEVES:
            bilan.imports[canal] = jour
        elif (dit := _told_until(session, resultat, demande, bilan.dits)) is not None:
            connu = bilan.imports.get(canal) or classeur.imports.get(canal)
            bilan.imports[canal] = max(dit, connu) if connu else dit
    return bilan


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


def _save(session: Session, lus: Sequence[Lu], bilan: Bilan, *, strict: bool) -> None:
    """Write what was recognised, but for the students whose row holds, where it would be written,
    what cannot be read: that cell is left as it is, and the others go on (contract, section 2)."""
    classeur = session.classeur
    blocs = ((e.numero, classeur.blocked_by(e)) for _, e in bilan.changes)
    intacts = {numero: anomalie for numero, anomalie in blocs if anomalie is not None}
    if intacts and strict:
        raise unreadable(next(iter(intacts.values())))
    bilan.dits += [
        f"{a.feuille}, cellule {a.cellule} : « {a.contenu} » ne peut pas être lu, cet élève n'a "
        "pas été mis à jour. Corrigez cette cellule, puis relancez l'import."
        for a in intacts.values()
    ]
    dites = [(f"{lu.canal} {champ}", e) for lu in lus if lu.canal for champ, e in lu.dites.items()]
    entetes: dict[str, str] = {}  # those said for this import, beside those said before
    for cle, entete in dites:
        connues = filter(None, classeur.entetes.get(cle, "").split(" | "))
        entetes[cle] = " | ".join(dict.fromkeys([*connues, entete]))
    resultats = [lu.resultat for lu in lus if lu.resultat is not None]
    if any(r.lignes > len(r.rejets) for r in resultats):
        faits = [("", count_line(resultats))]
        faits += [(r.avant.nom_complet, r.note) for r in bilan.retraits]
        session.save(
            Changements(
                eleves=[e for _, e in bilan.changes if e.numero not in intacts],
                dossiers=bilan.rouverts,
                imports=bilan.imports,
                entetes=entetes,
                journal=[session.entry(*fait) for fait in faits],
            )
        )


def _answer(session: Session, rejets: Path | None, lus: Sequence[Lu], bilan: Bilan) -> None:
    """What was understood, the counts, the lines to correct, and what would change."""
    resultats = [lu.resultat for lu in lus if lu.resultat is not None]
    perdues = [r for resultat in resultats for r in resultat.rejets]
    ou = ""
    if not perdues:
        ou = f"Aucune ligne rejetée : {rejets} n'a pas été écrit." if rejets else ""
    elif rejets is None:
        ou = "Ajoutez --rejets rejets.csv pour les corriger et les réimporter."
    elif not session.simulation:
        ou = f"Lignes rejetées écrites dans {rejets} : corrigez-les et réimportez ce fichier."
    session.reply(
        lambda: import_json([lu.document() for lu in lus], bilan.dits) | {"ecrit": session.ecrit},
        *filter(None, [ou]),
        entete=[*chain(*(lu.phrases() for lu in lus)), *bilan.dits, count_line(resultats)],
        tables=lambda: (
            *(render_rejects(perdues) if perdues else ()),
            *(render_changes(bilan.changes) if session.simulation else ()),
        ),
    )
