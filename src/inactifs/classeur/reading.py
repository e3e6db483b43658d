"""The workbook → what it says, and what is doubtful in it. Nothing raises for bad content."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from inactifs.classeur.cells import read_text
from inactifs.classeur.locating import LIGNES_DE_TITRE, Table, find_table
from inactifs.classeur.ownership import match
from inactifs.classeur.register import RegistreLu, read_registre
from inactifs.classeur.schema import (
    ELEVES,
    FEUILLES,
    JOURNAL,
    MODELES,
    PARAMETRES,
    PLAN,
    SEUILS,
    TABLEAU,
)
from inactifs.classeur.settings import read_modeles, read_parametres
from inactifs.classeur.source import Source
from inactifs.classeur.tableau import read_tableau
from inactifs.classeur.values import Anomalie, Classeur
from inactifs.erreurs import FichierInvalide
from inactifs.ooxml.references import cell_name
from inactifs.procedure.modele import Regles
from inactifs.registre import Registre

REQUIS: dict[str, tuple[str, ...]] = {
    TABLEAU.nom: ("eleve",),
    ELEVES.nom: ("nom",),
    PARAMETRES.nom: ("parametre", "valeur"),
    MODELES.nom: ("etape", "moyen", "texte"),
    JOURNAL.nom: ("horodatage", "detail"),
}
"""The fields without which a row is not the header of a sheet's table."""

_COLONNES_ECOLE_MINIMUM = 4
"""How many of the school's six headers make a tableau of a sheet that bears another name."""


@dataclass
class DejaLu:
    """What was read of a workbook: its next reading takes over what no byte of has changed."""

    source: Source | None = None
    registre: RegistreLu | None = None


def read_classeur(data: bytes, nom: str, deja: DejaLu | None = None) -> Classeur:
    """All that a workbook says.

    Args:
        data: the file's bytes.
        nom: its name, for errors.
        deja: what was read of it before; replaced by what is read now.

    Raises:
        FichierInvalide: this is not a readable workbook, or it has no tableau at all.
    """
    deja = deja or DejaLu()
    source = Source(data, nom, deja.source)
    tables = locate_tables(source)
    tableau = tables.get(TABLEAU.nom)
    if tableau is None:
        raise _no_tableau(source)
    plan = locate_plan(source)
    eleves = tables.get(ELEVES.nom)
    registre = deja.registre
    if registre is None or eleves is None or eleves.place.nom not in source.reprises:
        registre = _read_registre(eleves)
    deja.source, deja.registre = source, registre
    parametres = read_parametres(tables.get(PARAMETRES.nom), plan, locate_thresholds(source))
    lu = read_tableau(tableau, registre.registre)
    rapprochement = match(lu, registre.registre, tableau)
    modeles, fautes_modeles = read_modeles(tables.get(MODELES.nom))
    return Classeur(
        regles=parametres.regles,
        ecole=parametres.ecole,
        registre=registre.registre,
        lignes_eleves=registre.lignes,
        dossiers=rapprochement.dossiers,
        illisibles=rapprochement.illisibles,
        anomalies=(
            *parametres.anomalies,
            *(a for t in tables.values() for a in _repeated_headers(t)),
            *source.lost_cells(),
            *registre.anomalies,
            *lu.anomalies,
            *rapprochement.anomalies,
            *fautes_modeles,
        ),
        imports=parametres.imports,
        entetes=parametres.entetes,
        modeles=modeles,
        places={feuille: table.place for feuille, table in tables.items()}
        | {TABLEAU.nom: tableau.place._replace(fin=lu.fin)},
        cellules=Cellules({f: tables[f] for f in (TABLEAU.nom, ELEVES.nom) if f in tables}),
        eleves_douteux=registre.douteux | rapprochement.douteux,
        doublons=rapprochement.doublons,
        manquants=tuple(
            _missing(
                source,
                tables,
                plan,
                tuple(p.libelle for p in parametres.absents if not p.facultatif),
            )
        ),
        parametres=parametres.cellules,
    )


def read_eleves_only(data: bytes) -> list[tuple[str, str, str]]:
    """(number, last name, first name) of the register's students, for completion.

    Raises:
        FichierInvalide: this is not a readable workbook.
    """
    source = Source(data, "Le classeur")
    table = source.table(ELEVES, REQUIS[ELEVES.nom])
    if table is None:
        return []
    numeros, noms, prenoms = table.columns(("numero", "nom", "prenom"))
    return [
        (numero, read_text(nom), read_text(prenom))
        for valeur, nom, prenom in zip(numeros, noms, prenoms, strict=True)
        if (numero := read_text(valeur))
    ]


def read_rules_only(data: bytes) -> Regles:
    """The procedure as Paramètres sets it, for completion: bad values take their default.

    Raises:
        FichierInvalide: this is not a readable workbook.
    """
    source = Source(data, "Le classeur")
    parametres = source.table(PARAMETRES, REQUIS[PARAMETRES.nom])
    return read_parametres(parametres, locate_plan(source), locate_thresholds(source)).regles


def locate_tables(source: Source) -> dict[str, Table]:
    """The tables found, by the name of their sheet in the schema (the plan's left aside).

    A tableau is also known by its headers, in a sheet of any name, when there is only one.
    """
    tables: dict[str, Table] = {}
    for feuille in FEUILLES:
        table = source.table(feuille, REQUIS[feuille.nom])
        if table is not None:
            tables[feuille.nom] = table
    if TABLEAU.nom not in tables and source.named(TABLEAU.nom) is None:
        candidats = _tableaux_of_another_name(source)
        if len(candidats) == 1:
            tables[TABLEAU.nom] = candidats[0]
    return tables


def locate_plan(source: Source) -> Table | None:
    """The relance plan, below or beside the table of Paramètres."""
    return source.table(PLAN, ("etape", "delai", "moyens"), profondeur=500)


def locate_thresholds(source: Source) -> Table | None:
    """The thresholds by formation, in the same sheet."""
    return source.table(SEUILS, ("formation", "seuil"), profondeur=500)


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
        and (table := find_table(feuille, source.rows(feuille), TABLEAU, ("eleve",))) is not None
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


def _read_registre(table: Table | None) -> RegistreLu:
    if table is None:
        return RegistreLu(Registre(), {}, (), frozenset())
    if "numero" in table.place.colonnes:
        return read_registre(table)
    faute = table.anomalie(
        "nom",
        table.place.entete,
        "",
        "la colonne N° ÉLÈVE manque : aucun élève n'est suivi",
        "Ajoutez cette colonne et donnez un numéro à chaque élève.",
    )
    return RegistreLu(Registre(), {}, (faute,), frozenset())


def _repeated_headers(table: Table) -> list[Anomalie]:
    return [
        Anomalie(
            "avertissement",
            table.place.nom,
            cell_name(ligne, colonne),
            read_text(table.lignes[ligne - 1][colonne - 1]),
            "Cet en-tête figure deux fois : seule la première colonne est lue.",
            "Renommez ou effacez la colonne en trop.",
        )
        for ligne, colonne in table.doubles
    ]


def _missing(
    source: Source, tables: Mapping[str, Table], plan: Table | None, absents: tuple[str, ...]
) -> Iterator[str]:
    """What adoption would add, in French."""
    for feuille in FEUILLES:
        table = tables.get(feuille.nom)
        if table is None:
            presente = source.named(feuille.nom) is not None
            yield (
                f"les en-têtes de la feuille « {feuille.nom} »"
                if presente
                else f"la feuille « {feuille.nom} »"
            )
            continue
        for colonne in feuille.obligatoires:
            if colonne.champ not in table.place.colonnes:
                yield f"la colonne « {colonne.entete} » de la feuille « {table.place.nom} »"
    if (parametres := tables.get(PARAMETRES.nom)) is None:
        return
    for libelle in absents:
        yield f"la ligne « {libelle} » de la feuille « {parametres.place.nom} »"
    if plan is None:
        yield f"le plan de relance de la feuille « {parametres.place.nom} »"


def _no_tableau(source: Source) -> FichierInvalide:
    presente = source.named(TABLEAU.nom)
    if presente is not None:
        return FichierInvalide(
            f"{source.nom} : la feuille « {presente} » n'a pas d'en-tête « ÉLÈVE » dans ses "
            f"{LIGNES_DE_TITRE} premières lignes.",
            "Remettez les en-têtes du tableau : ÉLÈVE, DATE DE DERNIÈRE ACTIVITÉ, DATES DE "
            "RELANCES, MOYENS UTILISÉS, RÉSULTAT (REPRISE / ABANDON), COMMENTAIRE.",
        )
    return several_tableaux(source) or FichierInvalide(
        f"{source.nom} n'a pas de feuille « {TABLEAU.nom} ».",
        f"Ajoutez-la avec « inactifs init {source.nom} ».",
    )
