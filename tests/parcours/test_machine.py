"""Any sequence of commands and of changes made by hand keeps what the contract promises.

A hypothesis state machine types commands and edits the workbook as staff do with Excel, the
days going by. After each step: one open dossier per student at most, relances in order, no row
lost or moved, a Journal that only grows, every date readable; ``detect`` twice is the same
bytes, a refused or simulated command writes nothing, and ``undo`` inverts.

The ordinary run is short and always the same. To search for longer, with new sequences:

    INACTIFS_LONGTEMPS=300 pytest tests/parcours/test_machine.py
"""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
from hypothesis import HealthCheck, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from openpyxl.styles import PatternFill

from inactifs.classeur.journal import check_journal, read_journal
from inactifs.classeur.reading import read_classeur
from inactifs.classeur.values import Classeur, EntreeJournal
from inactifs.cli.execution import run
from inactifs.procedure.eleve import without_mark
from inactifs.procedure.modele import ISSUES_OFFERTES, Dossier, Moyen, Resultat
from inactifs.procedure.suivi import situate
from inactifs.registre import name_words, number_key

DEPART = date(2026, 2, 2)
ELEVES = """N° élève;Nom;Prénom;Téléphone;Email;Inscrit le;Statut
7;ROYER;Laurence;0601020304;l.royer@exemple.fr;15/09/2025;
12;N'GUYEN-LE GALL;Zoé;;;01/10/2025;en formation
0031;MARTIN;Paul;;;02/09/2025;
32;MARTIN;Paul;;paul@exemple.fr;20/10/2025;
45;=1+1;<b>Œdipe</b>;;;15/11/2025;
"""
NUMEROS = ("7", "12", "0031", "32", "45")
NOMS = ("Royer", "zoe", "martin paul", "Personne")
INCONNUE = "LEROY Anne"
"""Somebody of whom only the tableau knows, typed by hand."""
ILLISIBLE = "bientôt"
FORMES = ("{j:%d/%m/%Y}", "{j:%d-%m-%Y}", "{j:%Y-%m-%d}", "{j.day}/{j.month}/{j:%y}")
JOINTS = ("\n", "; ", ", ", " puis ", " et ", " + ")
PERMIS = {0, 3, 4, 6}
"""The statuses of commands that are well typed, in a workbook that nobody else has open."""

QUI = st.integers(0, 11)
"""Whom a command is about: see :meth:`Suivi._who`."""
ECARTS = st.integers(-40, 40)


@contextlib.contextmanager
def day(jour: date) -> Iterator[None]:
    """Commands typed on this day, by the secretariat."""
    voulues = {"INACTIFS_AUJOURDHUI": jour.isoformat(), "INACTIFS_PAR": "Secrétariat"}
    avant = {nom: os.environ.get(nom) for nom in voulues}
    os.environ.update(voulues)
    try:
        yield
    finally:
        for nom, valeur in avant.items():
            if valeur is None:
                os.environ.pop(nom)
            else:
                os.environ[nom] = valeur


def type_command(*arguments: str) -> tuple[int, str]:
    """The exit status of a command, and all that it says."""
    dit = io.StringIO()
    with contextlib.redirect_stdout(dit), contextlib.redirect_stderr(dit):
        statut = run(arguments)
    return statut, dit.getvalue()


@cache
def new_school() -> bytes:
    """A workbook into which the students were imported on the first day."""
    with tempfile.TemporaryDirectory() as dossier, day(DEPART):
        classeur = Path(dossier) / "suivi.xlsx"
        export = Path(dossier) / "eleves.csv"
        export.write_text(ELEVES, "utf-8")
        assert type_command("init", str(classeur))[0] == 0
        statut, dit = type_command("import", "eleves", str(export), "-c", str(classeur))
        assert statut == 0, dit
        livre = openpyxl.load_workbook(classeur)
        livre["Élèves"]["K2"] = livre["Élèves"]["I2"].value  # while no lesson is known: nothing
        livre.save(classeur)
        return classeur.read_bytes()


class Suivi(RuleBasedStateMachine):
    """The workbook of a small school, and what is remembered of it between two steps."""

    def __init__(self) -> None:
        super().__init__()
        self.dossier = Path(tempfile.mkdtemp(prefix="inactifs-"))
        self.classeur = self.dossier / "suivi.xlsx"
        self.classeur.write_bytes(new_school())
        self.jour = DEPART
        self.ecritures: list[tuple[bytes, bytes]] = []  # before and after each, for undo
        self.lu, self.journal = self._read()

    def teardown(self) -> None:
        shutil.rmtree(self.dossier)

    # What the commands do

    @initialize(attente=st.integers(60, 130))
    def winter(self, attente: int) -> None:
        """Nobody does anything for a while: dossiers are opened, for all or for some."""
        self.jour += timedelta(days=attente)
        self._type("detect")

    @rule(jours=st.integers(0, 45))
    def days_go_by(self, jours: int) -> None:
        """As many of them."""
        self.jour += timedelta(days=jours)

    @rule(simuler=st.booleans())
    def detect(self, simuler: bool) -> None:
        """Twice on the same day is the same bytes."""
        self._type("detect", simuler=simuler)
        if not simuler:
            avant = self.classeur.read_bytes()
            self._type("detect")
            assert self.classeur.read_bytes() == avant

    @rule(
        qui=QUI,
        moyen=st.none() | st.sampled_from(list(Moyen)),
        issue=st.none() | st.sampled_from(ISSUES_OFFERTES),
        recul=st.integers(0, 5),
        suspendre=st.none() | ECARTS,
        cause=st.none() | st.sampled_from(("Financier", "déménagement", "=2+2")),
        simuler=st.booleans(),
    )
    def relance(
        self,
        qui: int,
        moyen: str | None,
        issue: str | None,
        recul: int,
        suspendre: int | None,
        cause: str | None,
        simuler: bool,
    ) -> None:
        """Any outcome, also on a past day or with an absurd end."""
        options = ["--date", self._in(-recul)] if recul else []
        if moyen:
            options += ["--moyen", moyen]
        if issue:
            options += ["--resultat", issue]
        if suspendre is not None:
            options += ["--jusqu-au", self._in(suspendre)]
        if cause:
            options += ["--cause", cause, "--commentaire", f"dit : {cause}"]
        self._type("relance", "add", self._who(qui), *options, simuler=simuler)

    @rule(qui=QUI)
    def relance_when_due(self, qui: int) -> None:
        """The next step on its day, without an answer: what leads to the closing."""
        ouverts = [d for d in self.lu.dossiers if d.ouvert]
        if ouverts:
            dossier = ouverts[qui % len(ouverts)]
            echeance = situate(dossier, None, self.lu.regles, self.jour).echeance
            self.jour = max(self.jour, echeance or self.jour)
            self._type("relance", "add", dossier.numero or dossier.eleve)

    @rule(
        qui=QUI,
        genre=st.sampled_from(("cours", "connexion", "visite", "appel", "email")),
        ecart=ECARTS,
        simuler=st.booleans(),
    )
    def activity(self, qui: int, genre: str, ecart: int, simuler: bool) -> None:
        """Also a reserved lesson; a login to come is refused."""
        self._type(
            "activite", "add", self._who(qui), genre, "--date", self._in(ecart), simuler=simuler
        )

    @rule(qui=QUI, simuler=st.booleans())
    def reprise(self, qui: int, simuler: bool) -> None:
        self._type("reprise", self._who(qui), simuler=simuler)

    @rule(qui=QUI, ecart=ECARTS)
    def pause(self, qui: int, ecart: int) -> None:
        self._type(
            "pause", self._who(qui), "--jusqu-au", self._in(ecart), "--motif", "stage @ l'étranger"
        )

    @precondition(lambda self: any(not d.ouvert for d in self.lu.dossiers))
    @rule(qui=QUI)
    def reopen(self, qui: int) -> None:
        self._type("reopen", self._who(qui, ouvert=False), "--motif", "revient")

    @rule(
        qui=st.none() | QUI,
        options=st.sampled_from(
            ((), ("--demande-eleve",), ("--sans-derniere-relance", "--motif", "injoignable"))
        ),
        oui=st.booleans(),
    )
    def close(self, qui: int | None, options: tuple[str, ...], oui: bool) -> None:
        """One of them, or all those who may be."""
        if qui is None:
            self._type("close", "--tous", "--oui")
        else:
            self._type("close", self._who(qui), *options, *(("--oui",) if oui else ()))

    @rule(qui=st.sampled_from(NUMEROS), ecart=ECARTS, fait=st.booleans())
    def import_lessons(self, qui: str, ecart: int, fait: bool) -> None:
        """One lesson, done or not."""
        export = self.dossier / "cours.csv"
        statut = "Effectué" if fait else "Annulé"
        export.write_text(f"N° élève;Date;Statut\n{qui};{self._in(ecart)};{statut}\n", "utf-8")
        self._type("import", "cours", str(export))

    @rule()
    def import_students_again(self) -> None:
        """The export of the first day."""
        export = self.dossier / "eleves.csv"
        export.write_text(ELEVES, "utf-8")
        self._type("import", "eleves", str(export))

    @rule(commande=st.sampled_from(("check", "list", "next", "report", "show 7", "undo --liste")))
    def consult(self, commande: str) -> None:
        """It always works, and writes nothing."""
        avant = self.classeur.read_bytes()
        statut, dit = self._run(*commande.split())
        assert statut == 0, dit
        assert self.classeur.read_bytes() == avant

    @rule(forcer=st.booleans())
    def undo(self, forcer: bool) -> None:
        """The bytes before the last write; a change by hand is not erased unless told to."""
        actuel = self.classeur.read_bytes()
        statut, dit = self._run("undo", *(("--force",) if forcer else ()))
        if not self.ecritures or (self.ecritures[-1][1] != actuel and not forcer):
            assert statut == 3, dit
            assert self.classeur.read_bytes() == actuel
            return
        assert statut == 0, dit
        assert self.classeur.read_bytes() == self.ecritures.pop()[0]
        self.lu, self.journal = self._read()

    # What people do in Excel

    @rule(colonne=st.sampled_from(("eleve", "derniere_activite", "numero")), envers=st.booleans())
    def sort_rows(self, colonne: str, envers: bool) -> None:
        """The whole tableau by a column, as Excel's button does."""

        def sort(feuille: Any, colonnes: dict[str, int]) -> None:
            lignes = [[(c.value, c.data_type) for c in r] for r in feuille.iter_rows(min_row=2)]
            remplies = [r for r in lignes if any(valeur is not None for valeur, _ in r)]
            cle = colonnes[colonne] - 1
            remplies.sort(key=lambda r: str(r[cle][0] or ""), reverse=envers)
            for rang, ligne in enumerate(remplies, start=2):
                for numero, (valeur, genre) in enumerate(ligne, start=1):
                    cellule = feuille.cell(rang, numero)
                    cellule.value, cellule.data_type = valeur, genre

        self._by_hand(sort)

    @rule(rang=st.integers(0, 5))
    def colour_and_annotate(self, rang: int) -> None:
        """A colour, and a column of the school's own."""

        def annotate(feuille: Any, colonnes: dict[str, int]) -> None:
            libre = colonnes.get("Moniteur") or feuille.max_column + 1
            feuille.cell(1, libre).value = "Moniteur"
            cellule = feuille.cell(2 + rang % max(1, len(self.lu.dossiers)), libre)
            cellule.value = "Paul"
            cellule.fill = PatternFill("solid", fgColor="FFFF00")

        self._by_hand(annotate)

    @rule(
        rang=st.integers(0, 5),
        recul=st.integers(0, 30),
        forme=st.sampled_from(FORMES),
        joint=st.sampled_from(JOINTS),
        moyen=st.sampled_from(("SMS", "tél", "mail (répondu)", "Courrier")),
    )
    def type_a_relance(self, rang: int, recul: int, forme: str, joint: str, moyen: str) -> None:
        """A date and a means behind those of the cell, in one's own way."""
        if not self.lu.dossiers:
            return
        dossier = self.lu.dossiers[rang % len(self.lu.dossiers)]
        jour = self.jour - timedelta(days=recul)
        if dossier.relances and jour < dossier.relances[-1].date:
            return

        def type_it(feuille: Any, colonnes: dict[str, int]) -> None:
            dates = feuille.cell(dossier.ligne, colonnes["dates_relances"])
            moyens = feuille.cell(dossier.ligne, colonnes["moyens"])
            if dates.value is None:
                dates.value = jour
            else:
                ecrites = joint.join(forme.format(j=r.date) for r in dossier.relances)
                dates.value = ecrites + joint + forme.format(j=jour)
            moyens.value = "\n".join(t for t in (moyens.value, moyen) if t)

        self._by_hand(type_it)

    @rule(rang=st.integers(0, 5), mot=st.sampled_from(("reprise", "Abandonniste", "en cours")))
    def type_an_outcome(self, rang: int, mot: str) -> None:
        """In any spelling; nothing else of the row is filled in."""
        ouverts = [d for d in self.lu.dossiers if d.ouvert]
        if ouverts:
            ligne = ouverts[rang % len(ouverts)].ligne
            self._by_hand(lambda f, c: setattr(f.cell(ligne, c["resultat"]), "value", mot))

    @precondition(lambda self: not any(d.eleve == INCONNUE for d in self._rows()))
    @rule(recul=st.integers(0, 200))
    def type_a_row(self, recul: int) -> None:
        """Somebody whom the register does not know, by the school's own columns."""
        ligne = 1 + max((d.ligne for d in self._rows()), default=1)
        jour = self.jour - timedelta(days=recul)

        def type_it(feuille: Any, colonnes: dict[str, int]) -> None:
            feuille.cell(ligne, colonnes["eleve"]).value = INCONNUE
            feuille.cell(ligne, colonnes["derniere_activite"]).value = jour

        self._by_hand(type_it)

    @precondition(lambda self: not self.lu.illisibles)
    @rule(rang=st.integers(0, 5))
    def type_nonsense(self, rang: int) -> None:
        """A date that cannot be read, which no command may overwrite."""
        if self.lu.dossiers:
            ligne = self.lu.dossiers[rang % len(self.lu.dossiers)].ligne
            self._by_hand(
                lambda f, c: setattr(f.cell(ligne, c["suspendu_jusqu_au"]), "value", ILLISIBLE)
            )

    @precondition(lambda self: self.lu.illisibles)
    @rule()
    def mend_nonsense(self) -> None:
        """As ``check`` says to."""
        ligne = self.lu.illisibles[0].ligne
        self._by_hand(lambda f, c: setattr(f.cell(ligne, c["suspendu_jusqu_au"]), "value", None))

    # What is promised

    @invariant()
    def one_open_dossier_a_student(self) -> None:
        ouverts = [_person(self.lu, d) for d in self._rows() if _is_open(d)]
        assert len(ouverts) == len(set(ouverts)), ouverts

    @invariant()
    def relances_are_in_order(self) -> None:
        for dossier in self.lu.dossiers:
            jours = [r.date for r in dossier.relances]
            assert jours == sorted(jours)
            assert not jours or jours[-1] <= self.jour

    @invariant()
    def everything_is_readable(self) -> None:
        fautes = [a for a in self.lu.anomalies if a.gravite == "erreur"]
        assert [a.contenu for a in fautes] == [ILLISIBLE] * len(self.lu.illisibles), fautes

    @invariant()
    def the_journal_agrees(self) -> None:
        assert not list(check_journal(self.lu, self.journal, self.jour))

    # How it is done

    def _who(self, rang: int, *, ouvert: bool = True) -> str:
        """Mostly somebody whose dossier is open (or not), by number or by name; else anybody."""
        siens = [d for d in self.lu.dossiers if d.ouvert is ouvert]
        if rang < 8 and siens:
            dossier = siens[rang % len(siens)]
            return dossier.numero or dossier.eleve
        autres = (*NUMEROS, *NOMS, INCONNUE)
        return autres[rang % len(autres)]

    def _in(self, jours: int) -> str:
        return f"{self.jour + timedelta(days=jours):%d/%m/%Y}"

    def _run(self, *arguments: str) -> tuple[int, str]:
        with day(self.jour):
            statut, dit = type_command(*arguments, "-c", str(self.classeur))
        note(f"{self.jour} inactifs {' '.join(arguments)} → {statut} {dit[:300]}")
        return statut, dit

    def _type(self, *arguments: str, simuler: bool = False) -> None:
        """A command that may write: all of it or nothing, and it loses nothing."""
        avant = self.classeur.read_bytes()
        statut, dit = self._run(*arguments, *(("--simulation",) if simuler else ()))
        apres = self.classeur.read_bytes()
        assert statut in PERMIS, dit
        if statut == 4:
            assert self.lu.illisibles or INCONNUE in dit, dit
        if statut or simuler:
            assert apres == avant
        if apres == avant:
            return
        self.ecritures.append((avant, apres))
        lu, journal = self._read()
        assert journal[: len(self.journal)] == self.journal
        assert len(journal) > len(self.journal)
        _nothing_lost(self.lu, lu)
        assert _own_column(apres) == _own_column(avant)
        self.lu, self.journal = lu, journal

    def _by_hand(self, edit: Callable[[Any, dict[str, int]], None]) -> None:
        livre = openpyxl.load_workbook(self.classeur)
        edit(
            livre["Tableau de suivi"],
            {c.value: c.column for c in livre["Tableau de suivi"][1]}
            | dict(self.lu.places["Tableau de suivi"].colonnes),
        )
        livre.save(self.classeur)
        self.lu, self.journal = self._read()

    def _read(self) -> tuple[Classeur, tuple[EntreeJournal, ...]]:
        data = self.classeur.read_bytes()
        return read_classeur(data, "suivi.xlsx"), read_journal(data)[0]

    def _rows(self) -> list[Any]:
        return [*self.lu.dossiers, *self.lu.illisibles]


def _is_open(ligne: Any) -> bool:
    return ligne.ouvert if isinstance(ligne, Dossier) else ligne.ouverte


def _person(lu: Classeur, ligne: Any) -> object:
    eleve = lu.registre.get(ligne.numero) if ligne.numero else None
    return number_key(eleve.numero) if eleve else name_words(ligne.eleve)


def _nothing_lost(avant: Classeur, apres: Classeur) -> None:
    """Every row is where it was, with at least what it said."""
    lus = {d.ligne: d for d in apres.dossiers}
    for dossier in avant.dossiers:
        suite = lus[dossier.ligne]
        assert (suite.eleve, suite.numero) == (dossier.eleve, dossier.numero or suite.numero)
        assert suite.relances[: len(dossier.relances)] == dossier.relances
        assert suite.commentaire.startswith(dossier.commentaire)
        if not dossier.ouvert and not suite.ouvert:
            assert suite == dossier
        if suite.resultat is Resultat.ABANDON and dossier.ouvert:
            assert "Abandonniste : dossier clôturé le" in suite.commentaire
            assert suite.cloture_le
    assert apres.illisibles == avant.illisibles
    fin = max((d.ligne for d in (*avant.dossiers, *avant.illisibles)), default=1)
    neuves = sorted(set(lus) - {d.ligne for d in avant.dossiers})
    assert neuves == list(range(fin + 1, fin + 1 + len(neuves)))
    for numero, ligne in avant.lignes_eleves.items():
        assert apres.lignes_eleves[numero] == ligne
        connu, devenu = avant.registre.get(numero), apres.registre.get(numero)
        assert connu and devenu
        assert replace(connu, **_may_change(devenu)) == devenu
        for champ in ("telephone", "email"):
            assert without_mark(getattr(devenu, champ)) == without_mark(getattr(connu, champ))


def _may_change(eleve: Any) -> dict[str, Any]:
    """What commands may change of a student; a wrong number is only marked as such."""
    champs = ("statut", "dernier_cours", "prochain_cours", "derniere_connexion", "dernier_contact")
    return {champ: getattr(eleve, champ) for champ in (*champs, "telephone", "email")}


def _own_column(data: bytes) -> list[object]:
    """What the school typed in its own column, row by row."""
    feuille = openpyxl.load_workbook(io.BytesIO(data))["Tableau de suivi"]
    colonne = next((c.column for c in feuille[1] if c.value == "Moniteur"), None)
    if colonne is None:
        return []
    valeurs = [feuille.cell(n, colonne).value for n in range(1, feuille.max_row + 1)]
    while valeurs and valeurs[-1] is None:
        valeurs.pop()
    return valeurs


def test_any_sequence_keeps_the_promises() -> None:
    """Commands and changes by hand in any order, on any reachable workbook."""
    longtemps = int(os.environ.get("INACTIFS_LONGTEMPS", "0"))
    run_state_machine_as_test(
        Suivi,
        settings=settings(
            max_examples=longtemps or 6,
            stateful_step_count=60 if longtemps else 25,
            derandomize=not longtemps,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
