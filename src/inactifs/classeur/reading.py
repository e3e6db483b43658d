"""The workbook → what it says, and what is doubtful in it. Nothing raises for bad content."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from inactifs.classeur.cells import read_text
from inactifs.classeur.locating import Table, find_table, rows
from inactifs.classeur.register import RegistreLu, read_registre
from inactifs.classeur.schema import ELEVES, FEUILLES, MODELES, PARAMETRES, TABLEAU
from inactifs.classeur.settings import ParametresLus, read_modeles, read_parametres
from inactifs.classeur.source import Source
from inactifs.classeur.tableau import read_tableau
from inactifs.classeur.values import Anomalie, Classeur
from inactifs.erreurs import FichierInvalide
from inactifs.ooxml.references import cell_name
from inactifs.procedure.modele import Dossier, Issue, Regles
from inactifs.procedure.suivi import refusal_in
from inactifs.registre import Registre

_COLONNES_ECOLE_MINIMUM = 4
"""How many of the school's six headers make a tableau of a sheet that bears another name."""


@dataclass
class DejaLu:
    """What was read of a workbook: its next reading takes over what no byte of has changed, and the
    dossiers of the rows that are as they were."""

    source: Source | None = None
    registre: RegistreLu | None = None
    dossiers: dict[Hashable, Dossier] = field(default_factory=dict)


def read_classeur(data: bytes, nom: str, deja: DejaLu | None = None) -> Classeur:
    """All that a workbook says; ``nom`` is its name, for errors: ``FichierInvalide`` when it is
    not a readable workbook, or has no tableau at all. ``deja``, what was read of it before, is
    replaced by what is read now."""
    deja = deja or DejaLu()
    source = Source(data, nom, deja.source)
    tables = locate_tables(source)
    if (tableau := tables.get(TABLEAU.nom)) is None:
        raise _no_tableau(source)
    eleves = _registre(tables.get(ELEVES.nom), source, deja)
    parametres = read_parametres(source)
    lu = read_tableau(tableau, eleves.registre, deja.dossiers)
    modeles, fautes_modeles = read_modeles(tables.get(MODELES.nom))
    anomalies = (
        *parametres.anomalies,
        *_doubtful_cells(source, tables),
        *eleves.anomalies,
        *lu.anomalies,
        *fautes_modeles,
    )
    return Classeur(
        regles=parametres.regles,
        ecole=parametres.ecole,
        registre=_with_refusals(eleves.registre, lu.dossiers),
        lignes_eleves=eleves.lignes,
        dossiers=lu.dossiers,
        illisibles=lu.illisibles,
        anomalies=anomalies,
        imports=parametres.imports,
        entetes=parametres.entetes,
        modeles=modeles,
        places={f: t.place for f, t in tables.items()}
        | {TABLEAU.nom: tableau.place._replace(fin=lu.fin)},
        cellules=Cellules({f: tables[f] for f in (TABLEAU.nom, ELEVES.nom) if f in tables}),
        eleves_douteux=eleves.douteux | lu.douteux,
        doublons=lu.doublons,
        manquants=tuple(_missing(source, tables, parametres)),
        parametres=parametres.cellules,
    )


def _with_refusals(registre: Registre, dossiers: Collection[Dossier]) -> Registre:
    """The register with the « ne plus contacter » that only the tableau holds: whoever typed it
    there is heard everywhere (RGPD, article 21)."""
    if not any(r.issue is Issue.REFUS_CONTACT for d in dossiers for r in d.relances):
        return registre
    par_eleve: dict[str, list[Dossier]] = {}
    for dossier in dossiers:
        if eleve := registre.only(dossier.numero, dossier.eleve):
            par_eleve.setdefault(eleve.numero, []).append(dossier)
    marques = {numero: mark for numero, ds in par_eleve.items() if (mark := refusal_in(ds))}
    if not marques:
        return registre
    return Registre(
        replace(e, ne_plus_contacter=e.ne_plus_contacter or marques.get(e.numero, ""))
        for e in registre
    )


def _registre(table: Table | None, source: Source, deja: DejaLu) -> RegistreLu:
    """The register: what was read before, where no byte of its sheet has changed."""
    if deja.registre is None or table is None or table.place.nom not in source.reprises:
        deja.registre = read_registre(table)
    deja.source = source
    return deja.registre


def read_eleves_only(data: bytes) -> list[tuple[str, str, str]]:
    """(number, last name, first name) of the register's students, for completion;
    ``FichierInvalide`` when this is not a readable workbook."""
    rangees = rows(Source(data, "Le classeur").table(ELEVES), ELEVES)
    lus = ((r.text("numero"), r.text("nom"), r.text("prenom")) for r in rangees)
    return [eleve for eleve in lus if eleve[0]]


def read_rules_only(data: bytes) -> Regles:
    """The procedure as Paramètres sets it, for completion: bad values take their default;
    ``FichierInvalide`` when this is not a readable workbook."""
    return read_parametres(Source(data, "Le classeur")).regles


def locate_tables(source: Source) -> dict[str, Table]:
    """The tables found, by the name of their sheet in the schema (the plan's left aside).

    A tableau is also known by its headers, in a sheet of any name, when there is only one.
    """
    tables = {f.nom: table for f in FEUILLES if (table := source.table(f)) is not None}
    if TABLEAU.nom not in tables and source.named(TABLEAU.nom) is None:
        candidats = _tableaux_of_another_name(source)
        if len(candidats) == 1:
            tables[TABLEAU.nom] = candidats[0]
    return tables


def several_tableaux(source: Source) -> FichierInvalide | None:
    """The error for a workbook without a sheet of the tableau's name, of which several others
    could be it; None when no sheet could."""
    candidats = [t.place.nom for t in _tableaux_of_another_name(source)]
    if not candidats:
        return None
    return FichierInvalide(
        f"{source.nom} : plusieurs feuilles ressemblent au tableau de suivi "
        f"({', '.join(candidats)}).",
        f"Nommez « {TABLEAU.nom} » celle qui est à jour.",
    )


def _tableaux_of_another_name(source: Source) -> list[Table]:
    """The sheets that hold most of the school's six columns, under any name."""
    connues = {header for f in FEUILLES[1:] if (header := source.named(f.nom))}
    ecole = {c.champ for c in TABLEAU.colonnes if c.ecole}
    return [
        table
        for feuille in source.feuilles
        if feuille not in connues
        and (table := find_table(feuille, source.rows(feuille), TABLEAU)) is not None
        and len(ecole & set(table.place.colonnes)) >= _COLONNES_ECOLE_MINIMUM
    ]


class Cellules(Mapping[tuple[str, int], Mapping[str, object]]):
    """The raw values of the rows of the tables, gathered only when a row is asked for.

    Keyed by (sheet name in the schema, row); an empty cell is ``""``.
    """

    def __init__(self, tables: Mapping[str, Table]) -> None:
        self._tables = tables

    def __getitem__(self, cle: tuple[str, int]) -> Mapping[str, object]:
        feuille, ligne = cle
        table = self._tables[feuille]
        if not table.place.entete < ligne <= table.place.derniere:
            raise KeyError(cle)
        valeurs = table.lignes[ligne - 1]
        return {champ: valeurs[col - 1] for champ, col in table.place.colonnes.items()}

    def __iter__(self) -> Iterator[tuple[str, int]]:
        for feuille, table in self._tables.items():
            for ligne in range(table.place.entete + 1, table.place.derniere + 1):
                yield feuille, ligne

    def __len__(self) -> int:
        return sum(t.place.derniere - t.place.entete for t in self._tables.values())


def _doubtful_cells(source: Source, tables: Mapping[str, Table]) -> Iterator[Anomalie]:
    """The headers that stand twice, the cells too far to be read."""
    for table in tables.values():
        for ligne, colonne in table.doubles:
            yield Anomalie(
                "avertissement",
                table.place.nom,
                cell_name(ligne, colonne),
                read_text(table.lignes[ligne - 1][colonne - 1]),
                "Cet en-tête figure deux fois : seule la première colonne est lue.",
                "Renommez ou effacez la colonne en trop.",
            )
    yield from source.lost_cells()


def _missing(
    source: Source, tables: Mapping[str, Table], parametres: ParametresLus
) -> Iterator[str]:
    """What adoption would add, in French."""
    for feuille in FEUILLES:
        if (table := tables.get(feuille.nom)) is not None:
            for colonne in feuille.obligatoires:
                if colonne.champ not in table.place.colonnes:
                    yield f"la colonne « {colonne.entete} » de la feuille « {table.place.nom} »"
        elif source.named(feuille.nom) is not None:
            yield f"les en-têtes de la feuille « {feuille.nom} »"
        else:
            yield f"la feuille « {feuille.nom} »"
    if (reglages := tables.get(PARAMETRES.nom)) is not None:
        absents = [f"la ligne « {p.libelle} »" for p in parametres.absents if not p.facultatif]
        absents += [] if parametres.plan else ["le plan de relance"]
        yield from (f"{absent} de la feuille « {reglages.place.nom} »" for absent in absents)


def _no_tableau(source: Source) -> FichierInvalide:
    presente = source.named(TABLEAU.nom)
    if presente is not None:
        return FichierInvalide(
            f"{source.nom} : la feuille « {presente} » n'a pas d'en-tête « ÉLÈVE » dans ses "
            f"{TABLEAU.profondeur} premières lignes.",
            "Remettez les en-têtes du tableau : ÉLÈVE, DATE DE DERNIÈRE ACTIVITÉ, DATES DE "
            "RELANCES, MOYENS UTILISÉS, RÉSULTAT (REPRISE / ABANDON), COMMENTAIRE.",
        )
    return several_tableaux(source) or FichierInvalide(
        f"{source.nom} n'a pas de feuille « {TABLEAU.nom} ».",
        f"Ajoutez-la avec « inactifs init {source.nom} ».",
    )
