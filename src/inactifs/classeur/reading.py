"""The workbook → what it says, and what is doubtful in it. Nothing raises for bad content."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from inactifs.classeur.locating import find_table, rows
from inactifs.classeur.register import RegistreLu, read_registre
from inactifs.classeur.schema import ELEVES, FEUILLES, MODELES, PARAMETRES, TABLEAU
from inactifs.classeur.settings import ParametresLus, read_modeles, read_parametres
from inactifs.classeur.source import Source
from inactifs.classeur.tableau import read_tableau
from inactifs.classeur.values import Anomalie, Classeur, Table, doubtful
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
    register = tables.get(ELEVES.nom)
    if deja.registre is None or register is None or register.place.nom not in source.reprises:
        deja.registre = read_registre(register)
    deja.source, eleves = source, deja.registre
    parametres = read_parametres(source)
    lu = read_tableau(tableau, eleves.registre, deja.dossiers)
    modeles, fautes_modeles = read_modeles(tables.get(MODELES.nom))
    anomalies = (
        *parametres.anomalies,
        *_repeated_headers(tables),
        *source.lost_cells(),
        *eleves.anomalies,
        *lu.anomalies,
        *fautes_modeles,
    )
    places = {f: t.place for f, t in tables.items()}
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
        places=places | {TABLEAU.nom: tableau.place._replace(fin=lu.fin)},
        tables=tables,
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
    return Registre(
        replace(e, ne_plus_contacter=e.ne_plus_contacter or marques[e.numero])
        if e.numero in marques
        else e
        for e in registre
    )


def read_eleves_only(data: bytes) -> list[tuple[str, str, str]]:
    """(number, last name, first name) of the register's students, for completion;
    ``FichierInvalide`` when this is not a readable workbook."""
    lus = (r.fields(ELEVES) for r in rows(Source(data, "Le classeur").table(ELEVES), ELEVES))
    return [(str(e["numero"]), str(e["nom"]), str(e["prenom"])) for e in lus if e["numero"]]


def read_rules_only(data: bytes) -> Regles:
    """The procedure as Paramètres sets it, for completion: bad values take their default;
    ``FichierInvalide`` when this is not a readable workbook."""
    return read_parametres(Source(data, "Le classeur")).regles


def locate_tables(source: Source) -> dict[str, Table]:
    """The tables found, by the name of their sheet in the schema (the plan's left aside); a tableau
    is also known by its headers, in a sheet of any name, when there is only one."""
    tables = {f.nom: table for f in FEUILLES if (table := source.table(f)) is not None}
    if source.named(TABLEAU.nom) is None and len(seuls := _tableaux_of_another_name(source)) == 1:
        tables[TABLEAU.nom] = seuls[0]
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
    connues = {source.named(f.nom) for f in FEUILLES[1:]}
    ecole = {c.champ for c in TABLEAU.colonnes if c.ecole}
    return [
        table
        for feuille in source.feuilles
        if feuille not in connues
        and (table := find_table(feuille, source.rows(feuille), TABLEAU)) is not None
        and len(ecole & set(table.place.colonnes)) >= _COLONNES_ECOLE_MINIMUM
    ]


def _repeated_headers(tables: Mapping[str, Table]) -> Iterator[Anomalie]:
    for place, lignes, doubles in tables.values():
        for ligne, colonne in doubles:
            dit = lignes[ligne - 1][colonne - 1]
            yield doubtful("entete_double", place.nom, cell_name(ligne, colonne), dit)


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
            "Remettez les en-têtes du tableau : "
            f"{', '.join(c.entete for c in TABLEAU.colonnes if c.ecole)}.",
        )
    return several_tableaux(source) or FichierInvalide(
        f"{source.nom} n'a pas de feuille « {TABLEAU.nom} ».",
        f"Ajoutez-la avec « inactifs init {source.nom} ».",
    )
