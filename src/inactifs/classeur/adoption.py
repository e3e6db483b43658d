"""A new workbook from the template; what another lacks → added at its right and in blank rows.

Nothing of it is moved. ``scripts/make_template.py`` makes the template from the schema.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from importlib.resources import files
from pathlib import Path

from inactifs.classeur.locating import Table
from inactifs.classeur.presentation import present
from inactifs.classeur.reading import (
    locate_plan,
    locate_tables,
    locate_thresholds,
    several_tableaux,
)
from inactifs.classeur.schema import (
    FEUILLES,
    PARAMETRES,
    PARAMETRES_LIGNES,
    PLAN,
    SEUILS,
    TABLEAU,
    Feuille,
    Genre,
    Nature,
    Parametre,
)
from inactifs.classeur.settings import read_parametres
from inactifs.classeur.source import Source
from inactifs.classeur.values import Classeur, Ecole, Place, sheet_to_write
from inactifs.erreurs import FichierInvalide
from inactifs.ooxml import Refusal
from inactifs.ooxml.sheet import Sheet
from inactifs.ooxml.workbook import Workbook
from inactifs.procedure.modele import CAUSES, PLAN_DE_RELANCE, Etape

_FICHIERS_REGARDES = 40
INCONNUE = Ecole()
"""A school that has said nothing of itself yet."""
_BOUTON = 4  # characters that a header leaves to the button of its filter


def complete(
    data: bytes,
    nom: str,
    ecole: Ecole = INCONNUE,
    *,
    parametres: bool = False,
    optionnelles: Collection[str] = (),
) -> bytes:
    """The workbook with the sheets and columns that it lacks; ``data`` itself if none.

    Args:
        data: a workbook, the school's own or one made by ``init``.
        nom: its name, for errors.
        ecole: what Paramètres is to say of the school where it says nothing.
        parametres: also put back the lines that Paramètres lacks, and its relance plan. A
            command that does not need them reads their default, and leaves the sheet alone.
        optionnelles: the fields of the optional columns that are about to be used.

    Raises:
        FichierInvalide: it cannot be edited safely, or a sheet bears one of the tool's names
            without its headers.
    """
    source = Source(data, nom)
    tables = locate_tables(source)
    if TABLEAU.nom not in tables and (doute := several_tableaux(source)) is not None:
        raise doute
    try:
        livre = Workbook(data)
        modele = b""
        for feuille in FEUILLES:
            table = tables.get(feuille.nom)
            if table is not None:
                _add_columns(livre, feuille, table, optionnelles)
                if parametres and feuille is PARAMETRES:
                    _add_parametres(livre, table, source, ecole)
            elif (presente := source.named(feuille.nom)) is not None:
                raise FichierInvalide(
                    f"{nom} : la feuille « {presente} » n'a pas les en-têtes attendus "
                    f"({', '.join(c.entete for c in feuille.colonnes[:4])}…).",
                    "Renommez cette feuille, ou mettez ces en-têtes à sa première ligne.",
                )
            else:
                modele = modele or new_workbook(ecole)
                livre.transplant(modele, feuille.nom)
        return livre.to_bytes()
    except Refusal as refus:
        raise FichierInvalide(f"Rien n'a été écrit : {refus.message}.", refus.conseil) from refus


def additions(avant: Classeur | None, apres: Classeur) -> list[str]:
    """What adoption added, in a few words."""
    if avant is None:
        return ["le tableau de suivi et ses feuilles"]
    dites: list[str] = []
    for feuille in FEUILLES:
        place, neuve = avant.places.get(feuille.nom), apres.places[feuille.nom]
        if place is not None and (n := len(neuve.colonnes) - len(place.colonnes)):
            colonnes = "une colonne" if n == 1 else f"{n} colonnes"
            dites.append(f"{colonnes} à « {place.nom} »")
    if n := len(apres.parametres) - len(avant.parametres) if avant.parametres else 0:
        dites.append("une ligne de Paramètres" if n == 1 else f"{n} lignes de Paramètres")
    feuilles = [f"« {f.nom} »" for f in FEUILLES if f.nom not in avant.places]
    if feuilles:
        dites.append(("la feuille " if len(feuilles) == 1 else "les feuilles ")
                     + ", ".join(feuilles))  # fmt: skip
    return dites


def tableaux_in(dossier: Path) -> list[Path]:
    """The workbooks of a folder that have a tableau de suivi."""
    trouves: list[Path] = []
    for chemin in sorted(dossier.glob("*.xls[xm]"))[:_FICHIERS_REGARDES]:
        if chemin.name.startswith(("~$", ".")) or not chemin.is_file():
            continue
        try:
            if TABLEAU.nom in locate_tables(Source(chemin.read_bytes(), chemin.name)):
                trouves.append(chemin)
        except (OSError, FichierInvalide):
            continue  # not a workbook that could be adopted
    return trouves


def _add_columns(
    livre: Workbook, feuille: Feuille, table: Table, optionnelles: Collection[str]
) -> None:
    place = table.place
    rangees = table.lignes[place.entete - 1 :]  # what lies beside the rows to come counts too
    libre = 1 + max(
        (c for rangee in rangees for c, v in enumerate(rangee, 1) if v not in ("", None)),
        default=0,
    )
    voisine = max(place.colonnes.values())
    voisins = livre.sheet(place.nom).tables_beside(place.entete, voisine)
    if any(table.right == libre - 1 for table in voisins):
        libre += 1  # an Excel table that is touched would take the new column for its own
    modele_date = next(
        (
            place.colonnes[c.champ]
            for c in feuille.colonnes
            if c.nature is Nature.DATE and c.champ in place.colonnes
        ),
        voisine,
    )
    for colonne in feuille.colonnes:
        voulue = not colonne.optionnelle or colonne.champ in optionnelles
        if voulue and colonne.champ not in place.colonnes:
            onglet = sheet_to_write(livre, place)
            largeur = max(colonne.largeur, len(colonne.entete) + _BOUTON)
            onglet.add_column(place.entete, libre, colonne.entete, voisine, largeur)
            onglet.draw_column(
                libre,
                modele_date if colonne.nature is Nature.DATE else voisine,
                range(place.entete + 1, place.fin + 1),
            )
            libre += 1


def _add_parametres(livre: Workbook, table: Table, source: Source, ecole: Ecole) -> None:
    """The lines that the sheet lacks, with their default, then the relance plan below."""
    place, plan, seuils = table.place, locate_plan(source), locate_thresholds(source)
    lus = read_parametres(table, plan)
    absents = lus.absents
    libres = _blank_rows(table, plan)[: len(absents)]
    onglet = sheet_to_write(livre, place)
    modeles = {
        nature_of(p): lus.cellules[p.champ][0] for p in PARAMETRES_LIGNES if p.champ in lus.cellules
    }
    for parametre, ligne in zip(absents, libres, strict=True):
        comme = modeles.get(nature_of(parametre), place.entete + 1)
        for champ, valeur in (
            ("parametre", parametre.libelle),
            ("valeur", default_value(parametre, ecole)),
            ("attendu", parametre.attendu),
        ):
            if colonne := place.colonnes.get(champ):
                onglet.set(ligne, colonne, valeur, like=(comme, colonne))
    dessous = max(len(table.lignes), *libres, 0) + 3
    for champ, valeur in ecole._asdict().items():
        cellule = lus.cellules.get(f"ecole_{champ}")
        if valeur and cellule and not getattr(lus.ecole, champ):
            onglet.set(*cellule, valeur)
    if plan is None:
        _add_plan(onglet, dessous, place)
        dessous += len(PLAN_DE_RELANCE) + 3
    if seuils is None:
        for colonne, c in enumerate(SEUILS.colonnes, start=1):
            titre = (place.entete, place.colonnes["parametre"])
            onglet.set(dessous, colonne, c.entete, like=titre)


def _blank_rows(table: Table, plan: Table | None) -> list[int]:
    """Rows where a line may be added: above the plan if it is below, then under everything.

    A row that holds anything, in whatever column, is the school's.
    """
    place = table.place
    fin = len(table.lignes)
    plafond = plan.place.entete if plan and plan.place.entete > place.entete else fin + 1
    dedans = [n for n in range(place.entete + 1, plafond) if _is_blank(table.lignes[n - 1])]
    dessous = fin + (2 if plan else 1)  # a line that touches the plan would be a step of it
    return [*dedans, *range(dessous, dessous + len(PARAMETRES_LIGNES))]


def _is_blank(rangee: Sequence[object]) -> bool:
    return all(v in ("", None) for v in rangee)


def _add_plan(onglet: Sheet, entete: int, place: Place) -> None:
    titre = (place.entete, place.colonnes["parametre"])
    valeur = (place.entete + 1, place.colonnes["valeur"])
    for colonne, c in enumerate(PLAN.colonnes, start=1):
        onglet.set(entete, colonne, c.entete, like=titre)
    for ligne, etape in enumerate(PLAN_DE_RELANCE, start=entete + 1):
        for colonne, contenu in enumerate(plan_row(etape), start=1):
            onglet.set(ligne, colonne, contenu, like=valeur)


def new_workbook(ecole: Ecole = INCONNUE) -> bytes:
    """The bytes of an ``.xlsx`` with the five sheets, empty but for Modèles and Paramètres, which
    says what is known of the school."""
    modele = files("inactifs.classeur").joinpath("modele.xlsx").read_bytes()
    livre = Workbook(modele)
    lignes = {p.champ: ligne for ligne, p in enumerate(PARAMETRES_LIGNES, start=2)}
    for champ, valeur in ecole._asdict().items():
        if dit := "".join(c for c in valeur if c >= " "):
            livre.sheet(PARAMETRES.nom).set(lignes[f"ecole_{champ}"], 2, dit)
    return present(livre.to_bytes(), "modele.xlsx")


def default_value(parametre: Parametre, ecole: Ecole = INCONNUE) -> str | int | None:
    """What a line of Paramètres says until the school changes it."""
    if parametre.champ.startswith("ecole_"):
        return str(getattr(ecole, parametre.champ.removeprefix("ecole_")))
    return "\n".join(CAUSES) if parametre.champ == "causes" else parametre.defaut


def nature_of(parametre: Parametre) -> str:
    """« nombre », « texte », or « date » for a line that the tool fills in."""
    if parametre.genre in (Genre.DATE, Genre.ENTETES):
        return "date"
    return "nombre" if parametre.genre is Genre.NOMBRE else "texte"


def plan_row(etape: Etape) -> tuple[str | int, ...]:
    """The cells of a step of the relance plan, in the order of its columns."""
    return (
        etape.libelle,
        etape.delai,
        etape.action,
        "\n".join(moyen.libelle for moyen in etape.moyens),
        etape.responsable,
        "oui" if etape.optionnelle else "non",
    )
