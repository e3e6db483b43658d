"""What changed → cells and rows to set. Only the cells whose value differs are touched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING

from inactifs.classeur import values
from inactifs.classeur.adoption import complete
from inactifs.classeur.cells import written_moyen
from inactifs.classeur.reading import read_classeur
from inactifs.classeur.schema import ELEVES, JOURNAL, PARAMETRES, TABLEAU, Feuille, Nature
from inactifs.classeur.values import Changements, Classeur, EntreeJournal, Place
from inactifs.dates import as_date, french, has_year, split_dates
from inactifs.erreurs import FichierInvalide
from inactifs.ooxml import CellRefused, FormulaCell
from inactifs.ooxml.formulas import Growth
from inactifs.ooxml.references import cell_name
from inactifs.ooxml.workbook import Workbook
from inactifs.procedure.modele import Dossier, Rappel
from inactifs.procedure.suivi import Situation, situate
from inactifs.registre import number_key

if TYPE_CHECKING:
    from inactifs.ooxml.cell_xml import CellValue

    Rangee = tuple[int, Mapping[str, CellValue]]
    """A row of a sheet, 0 for one to be added, and what its columns are to say."""

_CALCULES = tuple(c.champ for c in TABLEAU.colonnes if c.calculee)
_ECRITS = tuple(
    c.champ
    for c in TABLEAU.colonnes
    if c.nature is not Nature.LISTE and not c.calculee and c.champ != "eleve"
)
"""The fields of a dossier that a cell holds as they are; the name stays as it was typed."""

LONGUEUR_MAXIMALE = 32_767
"""Characters in one cell: Excel's limit (specifications and limits of Excel)."""

ENTETES = "entetes_exports"
"""The line of Paramètres that keeps the headers said for the school's exports."""


def apply(data: bytes, nom: str, classeur: Classeur, changements: Changements, jour: date) -> bytes:
    """The bytes of the workbook called ``nom``, which ``classeur`` says, once ``changements`` are
    written on ``jour``, from which due dates are counted; ``data`` itself when every cell already
    says what is wanted. ``FichierInvalide`` where a cell to be written holds a formula or what
    cannot be read, is merged, protected or too small for its text."""
    place = classeur.places.get(ELEVES.nom)
    connues = place.colonnes if place else {}
    absentes = [c.champ for c in ELEVES.colonnes if c.optionnelle and c.champ not in connues]
    nouvelles = [c for c in absentes if any(getattr(e, c) for e in changements.eleves)]
    a_noter = {f"import_{canal}" for canal in changements.imports}
    a_noter |= {ENTETES} if changements.entetes else set()
    lignes_absentes = not a_noter <= classeur.parametres.keys()
    if classeur.manquants or nouvelles or lignes_absentes:
        data = complete(data, nom, parametres=lignes_absentes, optionnelles=nouvelles)
        classeur = read_classeur(data, nom)
    livre = Workbook(data)
    with values.all_or_nothing():
        touche = write_rows(livre, classeur, ELEVES, _eleves(classeur, changements))
        touche |= write_rows(livre, classeur, TABLEAU, _dossiers(classeur, changements, jour))
        touche |= _write_imports(livre, classeur, changements)
        if touche or changements.noter:
            write_journal(livre, classeur, changements.journal)
    return livre.to_bytes()


def computed_cells(situation: Situation) -> dict[str, CellValue]:
    """The value of the columns that the tool works out of the others."""
    etape = situation.etape
    nom = etape.libelle if etape else "Clôture" if situation.echeance else None
    return {
        "echeance": situation.echeance,
        "etape": "Rappel" if situation.rappel is not None else nom,
        "responsable": etape.responsable if etape else None,
    }


def _written(valeur: object) -> CellValue:
    """A field as its cell holds it."""
    if isinstance(valeur, Rappel):
        return datetime.combine(valeur.jour, valeur.heure) if valeur.heure else valeur.jour
    return valeur or None  # type: ignore[return-value]  # texts and dates


def _dossiers(classeur: Classeur, changements: Changements, jour: date) -> Iterator[Rangee]:
    """The rows of the tableau, with the fields that differ."""
    changes = {number_key(e.numero): e for e in changements.eleves}
    connus = {d.ligne: d for d in classeur.dossiers}
    situations = {s.dossier: s for s in changements.situations or ()}
    dossiers = list(changements.dossiers)
    if changements.situations is not None:
        ecrits = {d.ligne for d in dossiers}
        dossiers += [d for d in classeur.dossiers if d.ligne not in ecrits]
    for dossier in dossiers:
        eleve = classeur.eleve_of(dossier)
        if eleve is not None:
            eleve = changes.get(number_key(eleve.numero), eleve)
        situation = situations.get(dossier)
        situation = situation or situate(dossier, eleve, classeur.regles, jour)
        cellules = computed_cells(situation)
        if dossier.ligne:
            brut = classeur.tables[TABLEAU.nom].row(dossier.ligne)
            champs = _changed_fields(connus[dossier.ligne], dossier, brut)
            cellules = {c: v for c, v in cellules.items() if not _same(brut.get(c), v)}
        else:
            champs = ["eleve", "dates_relances", "moyens", *_ECRITS]
        voulues = {c: _written(getattr(dossier, c)) for c in champs if c not in _LISTES}
        voulues |= {
            c: "\n".join(map(ecrire, dossier.relances)) or None
            for c, ecrire in _LISTES.items()
            if c in champs
        }
        yield dossier.ligne, voulues | cellules


_LISTES = {"dates_relances": lambda relance: french(relance.date), "moyens": written_moyen}
"""The columns with one line a relance."""


def _changed_fields(avant: Dossier, apres: Dossier, brut: Mapping[str, object]) -> list[str]:
    """The fields of the row to write, the calculated ones left aside."""
    differents = [c for c in _ECRITS if getattr(avant, c) != getattr(apres, c)]
    if avant.relances != apres.relances:
        return [*differents, *_LISTES]
    # A date typed without its year is read from the row's last activity: moving the one
    # would change the other, so the year is written down.
    dates = brut.get("dates_relances")
    if "derniere_activite" in differents and isinstance(dates, str):
        differents += [] if all(map(has_year, split_dates(dates))) else ["dates_relances"]
    return differents


def _same(brut: object, voulu: CellValue) -> bool:
    """Whether a cell already says what is wanted; a date-time stands for its day."""
    return voulu is None if brut in (None, "") else (as_date(brut) or brut) == voulu


def _eleves(classeur: Classeur, changements: Changements) -> Iterator[Rangee]:
    """The rows of the register, with the fields that differ; ``FichierInvalide`` where one of these
    cells cannot be read."""
    colonnes = classeur.places[ELEVES.nom].colonnes
    champs = [c.champ for c in ELEVES.colonnes if c.champ in colonnes]
    for eleve in changements.eleves:
        avant = classeur.registre.get(eleve.numero)
        if (illisible := classeur.blocked_by(eleve)) is not None:
            raise values.unreadable(illisible)
        siens = {c: getattr(eleve, c) for c in champs}
        yield (
            classeur.lignes_eleves[number_key(eleve.numero)] if avant else 0,
            {c: _written(v) for c, v in siens.items() if not avant or getattr(avant, c) != v},
        )


def _write_imports(livre: Workbook, classeur: Classeur, changements: Changements) -> bool:
    """Note the days until which imports tell, and the headers said for them."""
    imports = changements.imports.items()
    voulus: dict[str, date | str] = {
        f"import_{canal}": jour for canal, jour in imports if classeur.imports.get(canal) != jour
    }
    entetes = {**classeur.entetes, **changements.entetes}
    if entetes != classeur.entetes:
        voulus[ENTETES] = "\n".join(f"{champ} = {entete}" for champ, entete in entetes.items())
    for champ, valeur in voulus.items():
        ligne, colonne = classeur.parametres[champ]
        values.sheet_to_write(livre, classeur.places[PARAMETRES.nom]).set(ligne, colonne, valeur)
    return bool(voulus)


def write_journal(livre: Workbook, classeur: Classeur, entrees: Iterable[EntreeJournal]) -> None:
    """Add lines to the journal."""
    champs = [c.champ for c in JOURNAL.colonnes]
    rangees = ((0, {c: _written(getattr(e, c)) for c in champs}) for e in entrees)
    write_rows(livre, classeur, JOURNAL, rangees)


def write_rows(
    livre: Workbook, classeur: Classeur, feuille: Feuille, rangees: Iterable[Rangee]
) -> bool:
    """Set the cells of a sheet's rows, and add the new ones; whether anything was to be set.
    ``FichierInvalide`` where a cell holds a formula (of a column that is not computed), is merged,
    protected or too small for its text."""
    place = classeur.places[feuille.nom]
    nouvelles: list[Mapping[str, CellValue]] = []
    touche = False
    for ligne, cellules in rangees:
        if ligne == 0:
            nouvelles.append(cellules)
        for champ, valeur in cellules.items() if ligne else ():
            touche |= _set(livre, place, ligne, champ, valeur)
    if nouvelles:
        ouvertes = [d.ligne for d in classeur.dossiers if d.ouvert]
        comme = max(ouvertes, default=0) if feuille is TABLEAU else place.last_row
        croissance = _append(livre, place, nouvelles, comme)
        if croissance is not None and feuille is not JOURNAL:  # which every command writes
            livre.follow(croissance)
    return touche or bool(nouvelles)


def _set(livre: Workbook, place: Place, ligne: int, champ: str, valeur: CellValue) -> bool:
    """Set one cell; False where a computed column holds the school's own formula."""
    colonne = place.colonnes[champ]
    feuille = values.sheet_to_write(livre, place)
    _check_length(valeur, place, ligne, colonne)
    try:
        feuille.set(ligne, colonne, valeur)
    except CellRefused as faute:
        raison, remede = faute.message, faute.conseil
        if isinstance(faute, FormulaCell):
            if champ in _CALCULES:
                return False
            raison = "elle contient une formule, que l'outil n'efface pas"
            remede = "Remplacez la formule par sa valeur, puis relancez."
        cellule = cell_name(ligne, colonne)
        raise FichierInvalide(f"{place.nom}, cellule {cellule} : {raison}.", remede) from faute
    return True


def _append(
    livre: Workbook, place: Place, lignes: list[Mapping[str, CellValue]], comme: int
) -> Growth | None:
    """Write rows under the last one, looking like row ``comme``; like the last one, without its
    background, if 0. How the table grew, None if they are apart from it."""
    feuille = values.sheet_to_write(livre, place)
    dessus = place.fin
    if feuille.blocked_below(dessus, len(lignes), place.entete) is not None:
        dessus = max(dessus, place.bas)  # below what the school wrote under its table
    placees = [{place.colonnes[champ]: v for champ, v in ligne.items()} for ligne in lignes]
    for numero, ligne in enumerate(placees, dessus + 1):
        for colonne, valeur in ligne.items():
            _check_length(valeur, place, numero, colonne)
    last = place.last_row or None
    feuille.append(placees, dessus + 1, last=last, look=comme or None, filled=comme != 0)
    if dessus != place.last_row:
        return None
    return Growth(place.nom, place.entete, dessus, dessus + len(lignes))


def _check_length(valeur: CellValue, place: Place, ligne: int, colonne: int) -> None:
    if isinstance(valeur, str) and len(valeur) > LONGUEUR_MAXIMALE:
        raise FichierInvalide(
            f"{place.nom}, cellule {cell_name(ligne, colonne)} : le texte dépasserait "
            f"{LONGUEUR_MAXIMALE} caractères, la limite d'Excel.",
            "Raccourcissez le texte de cette cellule, puis relancez.",
        )
