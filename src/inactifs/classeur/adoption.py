"""A new workbook from the template (``scripts/make_template.py``); what another lacks → added at
its right and in blank rows; the look of the tableau, which the school's own gets with ``init
--presentation``. Nothing of the school's is moved, nor dressed where it is already. REPRISE and
ABANDON are told apart by more than their colour, for print."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from functools import cache
from importlib.resources import files
from pathlib import Path

from inactifs.classeur import schema
from inactifs.classeur.reading import locate_tables, several_tableaux
from inactifs.classeur.schema import PARAMETRES, TABLEAU, Feuille, Nature, Parametre
from inactifs.classeur.settings import read_parametres
from inactifs.classeur.source import Source
from inactifs.classeur.values import Classeur, Ecole, Place, Table, all_or_nothing, sheet_to_write
from inactifs.erreurs import FichierInvalide
from inactifs.ooxml.references import Area, letters
from inactifs.ooxml.sheet import Sheet
from inactifs.ooxml.workbook import Workbook
from inactifs.procedure.modele import CAUSES, PLAN_DE_RELANCE, Etape, Resultat

_FICHIERS_REGARDES = 40
INCONNUE = Ecole()
"""A school that has said nothing of itself yet."""
_BOUTON = 4  # characters that a header leaves to the button of its filter
_LIGNES = 5000
"""Rows that colours and lists cover, from the header on."""
_NOM, _SUITE = ("eleve",), ("echeance", "etape", "responsable")

_REGLES = (
    (_NOM, 'ISNUMBER(SEARCH("aband",{resultat}))', "strike 595959 F2F2F2"),
    (_NOM, 'ISNUMBER(SEARCH("repris",{resultat}))', "b i 375623 E2EFDA"),
    ((), 'LEFT({resultat},5)="ABAND"', "595959 F2F2F2"),
    ((), 'LEFT({resultat},6)="REPRIS"', "375623 E2EFDA"),
    ((), 'AND({resultat}="",{suspendu_jusqu_au}<>"",{suspendu_jusqu_au}>=TODAY())', "DDEBF7"),
    (_SUITE, 'AND({resultat}="",{echeance}<>"",{echeance}<=TODAY())', "b FCE4D6"),
)
"""Where (these columns, else the whole row), when, and how it looks: the font's elements and
colour, then a background. The first rule that is true wins."""
_LEGENDE = (
    "gris, nom barré : abandon · vert, nom en italique : reprise · bleu : suspendu · "
    "orange : à faire"
)
_AIDE = (
    f"Laissez vide tant que le dossier est ouvert ; sinon REPRISE ou ABANDON. Légende : {_LEGENDE}."
)


def complete(
    data: bytes,
    nom: str,
    ecole: Ecole = INCONNUE,
    *,
    parametres: bool = False,
    optionnelles: Collection[str] = (),
) -> bytes:
    """The workbook with the sheets and columns that it lacks, ``data`` itself if none; ``nom`` is
    its name, for errors.

    ``ecole`` is what Paramètres is to say of the school where it says nothing. ``parametres``: the
    lines that it lacks are put back too, and its relance plan (a command that does not need them
    reads their default, and leaves the sheet alone). ``optionnelles``: the fields of the optional
    columns that are about to be used. ``FichierInvalide`` when it cannot be edited safely, or a
    sheet bears one of the tool's names without its headers."""
    source = Source(data, nom)
    tables = locate_tables(source)
    if TABLEAU.nom not in tables and (doute := several_tableaux(source)) is not None:
        raise doute
    with all_or_nothing():
        livre = Workbook(data)
        for feuille in schema.FEUILLES:
            if (table := tables.get(feuille.nom)) is not None:
                _add_columns(livre, feuille, table, optionnelles)
                if parametres and feuille is PARAMETRES:
                    _add_parametres(livre, table, source, ecole)
            elif (presente := source.named(feuille.nom)) is None:
                livre.transplant(new_workbook(ecole), feuille.nom)
            else:
                raise FichierInvalide(
                    f"{source.nom} : la feuille « {presente} » n'a pas les en-têtes attendus "
                    f"({', '.join(c.entete for c in feuille.colonnes[:4])}…).",
                    "Renommez cette feuille, ou mettez ces en-têtes à sa première ligne.",
                )
        return livre.to_bytes()


def additions(avant: Classeur | None, apres: Classeur) -> list[str]:
    """What adoption added, in a few words."""
    if avant is None:
        return ["le tableau de suivi et ses feuilles"]
    dites: list[str] = []
    for nom in (f.nom for f in schema.FEUILLES if f.nom in avant.places):
        place = avant.places[nom]
        if n := len(apres.places[nom].colonnes) - len(place.colonnes):
            dites.append(f"{'une colonne' if n == 1 else f'{n} colonnes'} à « {place.nom} »")
    if n := len(apres.parametres) - len(avant.parametres) if avant.parametres else 0:
        dites.append("une ligne de Paramètres" if n == 1 else f"{n} lignes de Paramètres")
    if noms := [f"« {f.nom} »" for f in schema.FEUILLES if f.nom not in avant.places]:
        dites.append(f"{'la feuille' if len(noms) == 1 else 'les feuilles'} {', '.join(noms)}")
    return dites


def tableaux_in(dossier: Path) -> list[Path]:
    """The workbooks of a folder that have a tableau de suivi."""
    trouves: list[Path] = []
    for chemin in sorted(dossier.glob("*.xls[xm]"))[:_FICHIERS_REGARDES]:
        if chemin.name.startswith(("~$", ".")) or not chemin.is_file():
            continue
        with suppress(OSError, FichierInvalide):  # not a workbook that could be adopted
            if TABLEAU.nom in locate_tables(Source(chemin.read_bytes(), chemin.name)):
                trouves.append(chemin)
    return trouves


def _add_columns(
    livre: Workbook, feuille: Feuille, table: Table, optionnelles: Collection[str]
) -> None:
    place = table.place
    voulues = [
        c
        for c in feuille.colonnes
        if c.champ not in place.colonnes and (not c.optionnelle or c.champ in optionnelles)
    ]
    if not voulues:
        return
    onglet = sheet_to_write(livre, place)
    rangees = table.lignes[place.entete - 1 :]  # what lies beside the rows to come counts too
    pleines = (c for rangee in rangees for c, v in enumerate(rangee, 1) if v not in ("", None))
    libre = 1 + max(pleines, default=0)
    voisine = max(place.colonnes.values())
    voisins = (t for t in onglet.tables if t.bottom >= place.entete and not t.has_col(voisine))
    if any(table.right == libre - 1 for table in voisins):
        libre += 1  # an Excel table that is touched would take the new column for its own
    dates = (c.champ for c in feuille.colonnes if c.nature is Nature.DATE)
    comme_date = next((place.colonnes[c] for c in dates if c in place.colonnes), voisine)
    for rang, colonne in enumerate(voulues, libre):
        largeur = max(colonne.largeur, len(colonne.entete) + _BOUTON)
        onglet.add_column(place.entete, rang, colonne.entete, voisine, largeur)
        comme = comme_date if colonne.nature is Nature.DATE else voisine
        onglet.draw_column(rang, comme, range(place.entete + 1, place.fin + 1))


def _add_parametres(livre: Workbook, table: Table, source: Source, ecole: Ecole) -> None:
    """The lines that the sheet lacks, with their default, then the relance plan below."""
    place, lus = table.place, read_parametres(source)
    libres = _blank_rows(table, lus.plan)[: len(lus.absents)]
    onglet = sheet_to_write(livre, place)
    modeles = {
        nature_of(p): lus.cellules[p.champ][0]
        for p in schema.PARAMETRES_LIGNES
        if p.champ in lus.cellules
    }
    for parametre, ligne in zip(lus.absents, libres, strict=True):
        comme = modeles.get(nature_of(parametre), place.entete + 1)
        for champ, valeur in (
            ("parametre", parametre.libelle),
            ("valeur", default_value(parametre, ecole)),
            ("attendu", parametre.attendu),
        ):
            if colonne := place.colonnes.get(champ):
                onglet.set(ligne, colonne, valeur, like=(comme, colonne))
    for champ, valeur in ecole._asdict().items():
        cellule = lus.cellules.get(f"ecole_{champ}")
        if valeur and cellule and not getattr(lus.ecole, champ):
            onglet.set(*cellule, valeur)
    titre = (place.entete, place.colonnes["parametre"])
    corps = (place.entete + 1, place.colonnes["valeur"])
    dessous = max(len(table.lignes), *libres, 0) + 3
    for feuille, presente, etapes in (
        (schema.PLAN, lus.plan, PLAN_DE_RELANCE),
        (schema.SEUILS, lus.seuils, ()),
    ):
        if presente is None:  # it is added below, and looks like the first one
            lignes = [tuple(c.entete for c in feuille.colonnes), *map(plan_row, etapes)]
            for numero, contenus in enumerate(lignes, start=dessous):
                comme_elle = corps if numero > dessous else titre
                for colonne, contenu in enumerate(contenus, start=1):
                    onglet.set(numero, colonne, contenu, like=comme_elle)
            dessous += len(lignes) + 2


def _blank_rows(table: Table, plan: Table | None) -> list[int]:
    """Rows where a line may be added: above the plan if it is below, then under everything. A row
    that holds anything, in whatever column, is the school's."""
    entete, fin = table.place.entete, len(table.lignes)
    plafond = plan.place.entete if plan and plan.place.entete > entete else fin + 1
    vides = (n for n, v in enumerate(table.lignes, 1) if all(c in ("", None) for c in v))
    dessous = fin + (2 if plan else 1)  # a line that touches the plan would be a step of it
    dedans = [n for n in vides if entete < n < plafond]
    return [*dedans, *range(dessous, dessous + len(schema.PARAMETRES_LIGNES))]


@cache
def new_workbook(ecole: Ecole = INCONNUE) -> bytes:
    """The bytes of an ``.xlsx`` with the five sheets, empty but for Modèles and Paramètres, which
    says what is known of the school."""
    livre = Workbook(files("inactifs.classeur").joinpath("modele.xlsx").read_bytes())
    lignes = {p.champ: ligne for ligne, p in enumerate(schema.PARAMETRES_LIGNES, start=2)}
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
    if parametre.nature in (Nature.DATE, Nature.ENTETES):
        return "date"
    return "nombre" if parametre.nature is Nature.NOMBRE else "texte"


def plan_row(etape: Etape) -> tuple[str | int, ...]:
    """The cells of a step of the relance plan, in the order of its columns."""
    moyens = "\n".join(moyen.libelle for moyen in etape.moyens)
    optionnelle = "oui" if etape.optionnelle else "non"
    return etape.libelle, etape.delai, etape.action, moyens, etape.responsable, optionnelle


def present(data: bytes, nom: str) -> bytes:
    """The workbook with this look for its tableau; ``data`` itself if it has it all.
    ``FichierInvalide``: the sheet is protected, or cannot be edited safely."""
    source = Source(data, nom)
    table = locate_tables(source).get(TABLEAU.nom)
    if table is None:
        return data
    place, lus = table.place, read_parametres(source)
    with all_or_nothing():
        livre = Workbook(data)
        feuille = sheet_to_write(livre, place)
        _colour(feuille, place)
        _offer(feuille, place, "resultat", [r.value for r in Resultat], _AIDE)
        aide = "Une des causes de la feuille Paramètres."
        _offer(feuille, place, "cause", lus.regles.causes, aide)
        gauche, droite = min(place.colonnes.values()), max(place.colonnes.values())
        if not any(table.holds(place.entete, gauche) for table in feuille.tables):
            fin = max(place.fin, place.entete + 1)
            feuille.dressing.add_filter(Area(place.entete, gauche, fin, droite))
        ecole = lus.ecole.nom[:60].replace("&", "&&")
        haut = f"&L{ecole}&C&BSuivi des élèves inactifs&B&R&A"
        bas = f"&L&8{_LEGENDE}&R&8Imprimé le &D, page &P / &N"
        feuille.dressing.set_print(haut, bas, place.entete)
        return livre.to_bytes()


def _colour(feuille: Sheet, place: Place) -> None:
    premiere, derniere = place.entete + 1, place.entete + _LIGNES - 1
    ici = {champ: f"${letters(col)}{premiere}" for champ, col in place.colonnes.items()}
    for champs, formule, aspect in _REGLES:
        ou = [c for champ, c in place.colonnes.items() if champ in (champs or place.colonnes)]
        *police, fond = aspect.split()
        font = "".join(f'<color rgb="FF{p}"/>' if p[0].isdigit() else f"<{p}/>" for p in police)
        fonte = f"<font>{font}</font>" if font else ""
        fill = f'<fill><patternFill><bgColor rgb="FF{fond}"/></patternFill></fill>'
        dxf = f"<dxf>{fonte}{fill}</dxf>".encode()  # ECMA-376 Part 1, 18.8.14
        area = Area(premiere, min(ou), derniere, max(ou))
        feuille.dressing.colour([area], formule.format_map(ici), dxf)


def _offer(feuille: Sheet, place: Place, champ: str, choix: Sequence[str], aide: str) -> None:
    """A list of at most 255 characters, as Excel takes it; none where a comma is in a word."""
    liste = '"' + ",".join(choix) + '"'
    if champ in place.colonnes and len(liste) <= 255 and not any("," in c for c in choix):
        colonne, entete = place.colonnes[champ], place.entete
        area = Area(entete + 1, colonne, entete + _LIGNES - 1, colonne)
        feuille.dressing.offer(area, liste, aide)
