"""What changed → cells and rows to set. Only the cells whose value differs are touched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from inactifs.classeur.cells import written_moyen, written_rappel
from inactifs.classeur.reading import read_classeur
from inactifs.classeur.schema import ELEVES, JOURNAL, PARAMETRES, TABLEAU, Nature
from inactifs.classeur.values import (
    Anomalie,
    Changements,
    Classeur,
    EntreeJournal,
    Place,
    sheet_to_write,
    unreadable,
)
from inactifs.dates import as_date, french, has_year, split_dates
from inactifs.erreurs import FichierInvalide
from inactifs.ooxml import CellRefused, FormulaCell, Refusal
from inactifs.ooxml.references import cell_name
from inactifs.ooxml.workbook import Workbook
from inactifs.procedure.modele import Dossier, Eleve, Regles
from inactifs.procedure.suivi import Situation, situate
from inactifs.registre import number_key

if TYPE_CHECKING:
    from inactifs.ooxml.cell_xml import CellValue
    from inactifs.ooxml.sheet import Sheet


_CALCULES = ("echeance", "etape", "responsable")
"""The columns that the tool works out of the others: a formula there is the school's."""

_ECRITS = tuple(
    c.champ
    for c in TABLEAU.colonnes
    if c.nature is not Nature.LISTE and c.champ not in ("eleve", *_CALCULES)
)
"""The fields of a dossier that a cell holds as they are; the name stays as it was typed."""

LONGUEUR_MAXIMALE = 32_767
"""Characters in one cell: Excel's limit (specifications and limits of Excel)."""


ENTETES = "entetes_exports"
"""The line of Paramètres that keeps the headers said for the school's exports."""


def apply(
    data: bytes,
    nom: str,
    classeur: Classeur,
    changements: Changements,
    jour: date,
    *,
    actualiser: bool = False,
    noter: bool = False,
) -> bytes:
    """The workbook's bytes once ``changements`` are written.

    Args:
        data: the workbook as read; ``nom`` is its name, for errors.
        classeur: what ``data`` says.
        changements: students and dossiers as they must be after the write.
        jour: the day of the command, from which due dates are counted.
        actualiser: also bring PROCHAINE ÉCHÉANCE, ÉTAPE and RESPONSABLE up to date on every
            open row, not only on those of ``changements``.
        noter: write the journal even when no other cell differs.

    Returns:
        ``data`` itself when every cell already says what is wanted.

    Raises:
        FichierInvalide: a cell that must be written holds a formula or what cannot be read,
            is merged or is too small for its text, or its sheet is protected.
    """
    dossiers = list(changements.dossiers)
    if actualiser:
        ecrits = {d.ligne for d in dossiers}
        dossiers += [d for d in classeur.dossiers if d.ligne not in ecrits]
    nouvelles = _new_columns(classeur, changements.eleves)
    a_noter = {f"import_{canal}" for canal in changements.imports}
    a_noter |= {ENTETES} if changements.entetes else set()
    if classeur.manquants or nouvelles or not a_noter <= classeur.parametres.keys():
        from inactifs.classeur.adoption import complete

        data = complete(
            data,
            nom,
            parametres=not a_noter <= classeur.parametres.keys(),
            optionnelles=nouvelles,
        )
        classeur = read_classeur(data, nom)
    livre = Workbook(data)
    try:
        touche = _write_eleves(livre, classeur, changements.eleves)
        changes = {number_key(e.numero): e for e in changements.eleves}
        touche = _write_dossiers(livre, classeur, dossiers, changes, jour) or touche
        touche = _write_imports(livre, classeur, changements) or touche
        if touche or noter:
            write_journal(livre, classeur, changements.journal)
    except Refusal as refus:
        raise FichierInvalide(f"Rien n'a été écrit : {refus.message}.", refus.conseil) from refus
    return livre.to_bytes()


def _new_columns(classeur: Classeur, eleves: Iterable[Eleve]) -> frozenset[str]:
    """The optional columns of the register that these students are the first to need."""
    place = classeur.places.get(ELEVES.nom)
    absentes = [
        c.champ
        for c in ELEVES.colonnes
        if c.optionnelle and not (place and c.champ in place.colonnes)
    ]
    return frozenset(c for c in absentes if any(getattr(e, c) for e in eleves))


def dossier_cells(
    dossier: Dossier, eleve: Eleve | None, regles: Regles, jour: date
) -> dict[str, CellValue]:
    """The value of each field of a dossier's row, as written."""
    situation = situate(dossier, eleve, regles, jour)
    return {
        "eleve": dossier.eleve,
        "derniere_activite": dossier.derniere_activite,
        "dates_relances": "\n".join(french(r.date) for r in dossier.relances) or None,
        "moyens": "\n".join(written_moyen(r) for r in dossier.relances) or None,
        "resultat": dossier.resultat.value if dossier.resultat else None,
        "commentaire": dossier.commentaire or None,
        "numero": dossier.numero or None,
        "detecte_le": dossier.detecte_le,
        **computed_cells(situation),
        "suspendu_jusqu_au": dossier.suspendu_jusqu_au,
        "a_rappeler_le": written_rappel(dossier.a_rappeler_le),
        "cause": dossier.cause or None,
        "cloture_le": dossier.cloture_le,
    }


def computed_cells(situation: Situation) -> dict[str, CellValue]:
    """The value of the columns that the tool works out of the others."""
    return {
        "echeance": situation.echeance,
        "etape": _named_step(situation),
        "responsable": situation.etape.responsable if situation.etape else None,
    }


def _named_step(situation: Situation) -> str | None:
    if situation.rappel is not None:
        return "Rappel"
    if situation.etape is not None:
        return situation.etape.libelle
    return "Clôture" if situation.echeance else None


def _write_dossiers(
    livre: Workbook,
    classeur: Classeur,
    dossiers: Iterable[Dossier],
    changes: Mapping[str, Eleve],
    jour: date,
) -> bool:
    """``changes`` are the students changed by the same command, by number."""
    place = classeur.places[TABLEAU.nom]
    connus = {d.ligne: d for d in classeur.dossiers}
    nouveaux: list[dict[str, CellValue]] = []
    touche = False
    for dossier in dossiers:
        eleve = classeur.eleve_of(dossier)
        if eleve is not None:
            eleve = changes.get(number_key(eleve.numero), eleve)
        voulu = dossier_cells(dossier, eleve, classeur.regles, jour)
        if dossier.ligne == 0:
            nouveaux.append(voulu)
            continue
        brut = classeur.cellules[TABLEAU.nom, dossier.ligne]
        avant = connus[dossier.ligne]
        differents = _changed_fields(avant, dossier, brut)
        differents += [c for c in _CALCULES if not _same(brut.get(c), voulu[c])]
        if differents:
            feuille = sheet_to_write(livre, place)
            touche |= set_cells(feuille, place, dossier.ligne, {c: voulu[c] for c in differents})
    if nouveaux:
        ouverts = [d.ligne for d in classeur.dossiers if d.ouvert]
        _append(livre, place, nouveaux, max(ouverts, default=0))
        touche = True
    return touche


def _changed_fields(avant: Dossier, apres: Dossier, brut: Mapping[str, object]) -> list[str]:
    """The fields of the row to write, the calculated ones left aside."""
    differents = [c for c in _ECRITS if getattr(avant, c) != getattr(apres, c)]
    if avant.relances != apres.relances:
        return [*differents, "dates_relances", "moyens"]
    # A date typed without its year is read from the row's last activity: moving the one
    # would change the other, so the year is written down.
    dates = brut.get("dates_relances")
    if (
        avant.derniere_activite != apres.derniere_activite
        and isinstance(dates, str)
        and not all(has_year(d) for d in split_dates(dates))
    ):
        differents.append("dates_relances")
    return differents


def unreadable_cells(classeur: Classeur) -> dict[str, Anomalie]:
    """What cannot be read in the register, by cell: it must not be written over."""
    feuille = classeur.places[ELEVES.nom].nom if ELEVES.nom in classeur.places else ""
    return {
        a.cellule: a for a in classeur.anomalies if a.feuille == feuille and a.gravite == "erreur"
    }


def blocked_by(
    classeur: Classeur, eleve: Eleve, illisibles: Mapping[str, Anomalie]
) -> Anomalie | None:
    """The unreadable cell, if any, that writing ``eleve`` would overwrite."""
    avant = classeur.registre.get(eleve.numero)
    if avant is None or not illisibles:
        return None
    place, ligne = classeur.places[ELEVES.nom], classeur.lignes_eleves[number_key(eleve.numero)]
    for colonne in ELEVES.colonnes:
        if getattr(avant, colonne.champ) != getattr(eleve, colonne.champ):
            anomalie = illisibles.get(place.cell(colonne.champ, ligne))
            if anomalie is not None:
                return anomalie
    return None


def _write_eleves(livre: Workbook, classeur: Classeur, eleves: Iterable[Eleve]) -> bool:
    place = classeur.places[ELEVES.nom]
    champs = [c.champ for c in ELEVES.colonnes if c.champ in place.colonnes]
    illisibles = unreadable_cells(classeur)
    nouveaux: list[dict[str, CellValue]] = []
    touche = False
    for eleve in eleves:
        avant = classeur.registre.get(eleve.numero)
        if avant is None:
            nouveaux.append({c: getattr(eleve, c) or None for c in champs})
            continue
        differents = {
            c: getattr(eleve, c) or None for c in champs if getattr(avant, c) != getattr(eleve, c)
        }
        if differents:
            ligne = classeur.lignes_eleves[number_key(eleve.numero)]
            if (illisible := blocked_by(classeur, eleve, illisibles)) is not None:
                raise unreadable(illisible)
            touche |= set_cells(sheet_to_write(livre, place), place, ligne, differents)
    if nouveaux:
        _append(livre, place, nouveaux)
        touche = True
    return touche


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
        sheet_to_write(livre, classeur.places[PARAMETRES.nom]).set(ligne, colonne, valeur)
    return bool(voulus)


def write_journal(livre: Workbook, classeur: Classeur, entrees: Iterable[EntreeJournal]) -> None:
    place = classeur.places[JOURNAL.nom]
    champs = [c.champ for c in JOURNAL.colonnes]
    _append(livre, place, [{c: getattr(e, c) or None for c in champs} for e in entrees])


def set_cells(feuille: Sheet, place: Place, ligne: int, valeurs: Mapping[str, CellValue]) -> bool:
    touche = False
    for champ, valeur in valeurs.items():
        colonne = place.colonnes[champ]
        try:
            feuille.set(ligne, colonne, _checked(valeur, place, ligne, colonne))
        except FormulaCell as faute:
            if champ in _CALCULES:
                continue
            raise FichierInvalide(
                f"{place.nom}, cellule {cell_name(ligne, colonne)} : elle contient une formule, "
                "que l'outil n'efface pas.",
                "Remplacez la formule par sa valeur, puis relancez.",
            ) from faute
        except CellRefused as faute:
            raise FichierInvalide(
                f"{place.nom}, cellule {cell_name(ligne, colonne)} : {faute.message}.",
                faute.conseil,
            ) from faute
        touche = True
    return touche


def _append(
    livre: Workbook, place: Place, lignes: list[dict[str, CellValue]], comme: int | None = None
) -> None:
    """Write rows under the last one, looking like row ``comme``: like the last one if None, and
    without its background if 0."""
    if not lignes:
        return
    feuille = sheet_to_write(livre, place)
    dessus = place.fin
    if feuille.blocked_below(dessus, len(lignes), place.entete) is not None:
        dessus = max(dessus, place.bas)  # below what the school wrote under its table
    premiere = dessus + 1
    for ecart, ligne in enumerate(lignes):
        for champ, valeur in ligne.items():
            _checked(valeur, place, premiere + ecart, place.colonnes[champ])
    feuille.append(
        [{place.colonnes[champ]: v for champ, v in ligne.items()} for ligne in lignes],
        premiere,
        last=place.fin if place.fin > place.entete else None,
        look=comme or None,
        filled=comme != 0,
    )


def _checked(valeur: CellValue, place: Place, ligne: int, colonne: int) -> CellValue:
    if isinstance(valeur, str) and len(valeur) > LONGUEUR_MAXIMALE:
        raise FichierInvalide(
            f"{place.nom}, cellule {cell_name(ligne, colonne)} : le texte dépasserait "
            f"{LONGUEUR_MAXIMALE} caractères, la limite d'Excel.",
            "Raccourcissez le texte de cette cellule, puis relancez.",
        )
    return valeur


def _same(brut: object, voulu: CellValue) -> bool:
    """Whether a cell already says what is wanted; a date-time stands for its day."""
    if brut is None or brut == "":
        return voulu is None
    return (as_date(brut) or brut) == voulu
