"""Which table of a file is the one to read, or why none is: the refusal says what to type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from inactifs.erreurs import ErreurInactifs, FichierInvalide, UsageIncorrect
from inactifs.imports.cell_values import as_day, as_text, filled, most
from inactifs.imports.header_words import EFFETS, PROPRES
from inactifs.imports.headers import (
    Disposition,
    best_row,
    columns,
    header_words,
    meaning,
    missing,
    wanted,
)
from inactifs.imports.kinds import is_register, refusal
from inactifs.imports.matching import is_email
from inactifs.imports.outcome import Canal
from inactifs.imports.row_blocks import Ligne
from inactifs.imports.tables import Tableau
from inactifs.imports.wordings import are_of_lessons, contact_effect
from inactifs.mots import simplify
from inactifs.phones import is_phone


def find_layout(
    tableaux: Sequence[Tableau], canal: Canal, voulues: Mapping[str, str], nom: str
) -> tuple[Tableau, Disposition]:
    """The table that fits, and where its columns are.

    ``voulues`` are the columns that the user named: field → header.

    Raises:
        AutreExport: the tables that fit plainly belong to another kind, or none fits this one.
        FichierInvalide: no table fits, two sheets fit as well, or two columns are alike.
        UsageIncorrect: ``voulues`` names a field or a header that does not exist.
    """
    choix = wanted(voulues, canal)
    trouvees: list[tuple[Tableau, Disposition]] = []
    refus: ErreurInactifs | None = None
    for tableau in tableaux:
        try:
            if (disposition := best_row(tableau, canal, choix, nom)) is None:
                continue
        except FichierInvalide as ambigu:
            refus = refus or ambigu
            continue
        if autre := refusal([tableau], canal, _confusable(canal), nom, complet=True):
            refus = refus or autre
        else:
            trouvees.append((tableau, disposition))
    if not trouvees:
        raise refus or _not_understood(tableaux, canal, choix, nom)
    if len(trouvees) > 1 and canal is not Canal.ELEVES:
        trouvees = [t for t in trouvees if not is_register(*t, canal)] or trouvees
    meilleur = max(len(d.colonnes) for _, d in trouvees)
    premieres = [t for t in trouvees if len(t[1].colonnes) == meilleur]
    if len(premieres) > 1:
        raise FichierInvalide(
            f"{nom} : plusieurs feuilles conviennent ("
            + ", ".join(f"« {t.nom} »" for t, _ in premieres)
            + ").",
            f'Choisissez, par exemple : --feuille "{premieres[0][0].nom}".',
        )
    tableau, disposition = premieres[0]
    return tableau, _completed(disposition, tableau, canal, choix)


def _completed(
    disposition: Disposition, tableau: Tableau, canal: Canal, choix: Mapping[str, str]
) -> Disposition:
    """The same, with what only the cells tell: a status under a header that says nothing, which
    would else be taken for no status at all; a « Numéro » that is a phone or an email."""
    colonnes = dict(disposition.colonnes)
    suite = tableau.tete[disposition.ligne + 1 :]
    if canal is Canal.COURS and not colonnes.keys() & {*EFFETS[canal]}:
        for colonne, entete in enumerate(disposition.entetes):
            textes = filled(suite, colonne) if entete and meaning(entete, canal) is None else []
            if 2 * len(textes) > len(suite) and are_of_lessons(textes):
                colonnes["statut"] = colonne
                break
    if canal is not Canal.ELEVES and "ordre" in colonnes and "ordre" not in choix:
        textes = filled(suite, colonnes["ordre"])
        for champ, est in (("email", is_email), ("telephone", is_phone)):
            if champ not in colonnes and most([est(t) for t in textes]):
                colonnes[champ] = colonnes.pop("ordre")
                break
    return replace(disposition, colonnes=colonnes)


def _confusable(canal: Canal) -> list[Canal]:
    """The kinds that a file with all that ``canal`` needs may be instead. A register may have
    the last login of each student, and a list of logins all that a register has."""
    jamais = {canal, Canal.ELEVES, *([Canal.CONNEXIONS] if canal is Canal.ELEVES else [])}
    return [autre for autre in Canal if autre not in jamais]


_EXEMPLES = {"la date": "date", "le nom": "nom", "le n° d'élève ou le NEPH": "numero"}


def _not_understood(
    tableaux: Sequence[Tableau], canal: Canal, choix: Mapping[str, str], nom: str
) -> ErreurInactifs:
    """The refusal, with the headers seen in the row that looks most like a header."""
    presents: set[str] = set()
    meilleure: tuple[int, int] = (-1, -1)
    entetes: list[str] = []
    colonnes: Mapping[str, int] = {}
    suite: Sequence[Ligne] = ()
    rang_vu = 0
    for tableau in tableaux:
        for rang, ligne in enumerate(tableau.tete):
            textes = [as_text(c) if isinstance(c, str) else "" for c in ligne]
            presents.update(simplify(e) or e for e in textes if e)
            trouvees, _ = columns(textes, canal, choix)
            note = len(trouvees), sum(map(bool, textes))
            if note > meilleure:
                meilleure, entetes, colonnes = note, textes, trouvees
                rang_vu, suite = rang, tableau.tete[rang + 1 :]
    vus = ", ".join(f"« {e[:40]} »" for e in list(filter(None, entetes))[:30]) or "aucun"
    for champ, voulu in choix.items():
        if voulu not in presents:
            return UsageIncorrect(
                f"--colonne {champ} : {nom} n'a pas cet en-tête.", f"En-têtes vus : {vus}."
            )
    if autre := refusal(tableaux, canal, [c for c in Canal if c is not canal], nom):
        return autre
    manque = missing(colonnes, canal) or ["une ligne d'en-têtes"]
    libres = {e: n for n, e in enumerate(entetes) if e and n not in colonnes.values()}
    nommes = {_champ(quoi): "En-tête" for quoi in manque}
    for champ in nommes:
        for entete, colonne in libres.items():
            if _fits(champ, canal, entete, [c[colonne] for c in suite if colonne < len(c)]):
                nommes[champ] = entete
                del libres[entete]
                break
    exemples = " ".join(f'--colonne "{champ}={entete}"' for champ, entete in nommes.items())
    conseil = f"Dites quelle colonne est quoi, par exemple : {exemples}."
    if set(nommes.values()) == {"En-tête"}:
        conseil = (
            f"Si l'un des en-têtes vus convient, dites-le : {exemples}. Sinon, exportez de nouveau "
            "le fichier avec ce qui manque."
        )
    return FichierInvalide(
        f"{nom} : colonnes non comprises, il manque {' et '.join(manque)}. "
        + (f"En-têtes vus (ligne {rang_vu + 1}) : {vus}." if any(entetes) else "").strip(),
        conseil,
    )


def _champ(manque: str) -> str:
    """The field to name for what lacks."""
    return _EXEMPLES.get(manque, "sens" if "sens" in manque else "eleve")


def _fits(champ: str, canal: Canal, entete: str, cellules: Sequence[object]) -> bool:
    """Whether a column whose header says nothing here may be proposed for a field: most of its
    cells are such, and no other kind of export has this header. Nobody is guessed."""
    if champ not in ("date", "sens") or {"naissance", "ne", "nee"} & {*header_words(entete)}:
        return False
    if any(
        (sens := meaning(entete, autre)) is not None and sens[0] in PROPRES[autre]
        for autre in Canal
        if autre is not canal
    ):
        return False
    pleines = [c for c in cellules if as_text(c)]
    if champ == "date":
        return most([_is_day(c) for c in pleines])
    return most([bool(contact_effect(as_text(c))) for c in pleines])


def _is_day(cellule: object) -> bool:
    """Whether a cell is a date; a number may be anything else."""
    try:
        return not as_text(cellule).isdigit() and as_day(cellule) is not None
    except ValueError:
        return False
