"""The look of the tableau: state colours, lists to choose from, filter, print set-up.

A new workbook has it; the school's own gets it with ``init --presentation``, where it has
nothing of the kind. REPRISE and ABANDON are told apart by more than their colour, for print.
"""

from __future__ import annotations

from collections.abc import Sequence

from inactifs.classeur.reading import locate_plan, locate_tables
from inactifs.classeur.schema import PARAMETRES, TABLEAU
from inactifs.classeur.settings import read_parametres
from inactifs.classeur.source import Source
from inactifs.classeur.values import Place, sheet_to_write
from inactifs.erreurs import FichierInvalide
from inactifs.ooxml import Refusal
from inactifs.ooxml.references import Area, letters
from inactifs.ooxml.sheet import Sheet
from inactifs.ooxml.workbook import Workbook
from inactifs.procedure.modele import Resultat

_LIGNES = 5000
"""Rows that colours and lists cover, from the header on."""
_LIGNE, _NOM, _SUITE = "ligne", "nom", "suite"

_REGLES = (
    (_NOM, 'ISNUMBER(SEARCH("aband",{resultat}))', "strike 595959 F2F2F2"),
    (_NOM, 'ISNUMBER(SEARCH("repris",{resultat}))', "b i 375623 E2EFDA"),
    (_LIGNE, 'LEFT({resultat},5)="ABAND"', "595959 F2F2F2"),
    (_LIGNE, 'LEFT({resultat},6)="REPRIS"', "375623 E2EFDA"),
    (_LIGNE, 'AND({resultat}="",{suspendu_jusqu_au}<>"",{suspendu_jusqu_au}>=TODAY())', "DDEBF7"),
    (_SUITE, 'AND({resultat}="",{echeance}<>"",{echeance}<=TODAY())', "b FCE4D6"),
)
"""Where (the row, its name, what is due), when, and how it looks: the font's elements and
colour, then a background. The first rule that is true wins."""
_LEGENDE = (
    "gris, nom barré : abandon · vert, nom en italique : reprise · bleu : suspendu · "
    "orange : à faire"
)
_AIDE = (
    f"Laissez vide tant que le dossier est ouvert ; sinon REPRISE ou ABANDON. Légende : {_LEGENDE}."
)


def present(data: bytes, nom: str) -> bytes:
    """The workbook with this look for its tableau; ``data`` itself if it has it all.

    Raises:
        FichierInvalide: the sheet is protected, or cannot be edited safely.
    """
    try:
        return _presented(data, nom)
    except Refusal as refus:
        raise FichierInvalide(f"Rien n'a été écrit : {refus.message}.", refus.conseil) from refus


def _presented(data: bytes, nom: str) -> bytes:
    source = Source(data, nom)
    tables = locate_tables(source)
    table = tables.get(TABLEAU.nom)
    if table is None:
        return data
    lus = read_parametres(tables.get(PARAMETRES.nom), locate_plan(source))
    livre = Workbook(data)
    place = table.place
    feuille = sheet_to_write(livre, place)
    _colour(feuille, place)
    dressing = feuille.dressing
    _offer(feuille, place, "resultat", [r.value for r in Resultat], _AIDE)
    _offer(feuille, place, "cause", lus.regles.causes, "Une des causes de la feuille Paramètres.")
    gauche, droite = min(place.colonnes.values()), max(place.colonnes.values())
    if not feuille.covered_by_table(place.entete, gauche):
        fin = max(place.fin, place.entete + 1)
        dressing.add_filter(Area(place.entete, gauche, fin, droite))
    ecole = lus.ecole.nom[:60].replace("&", "&&")
    dressing.set_print(
        f"&L{ecole}&C&BSuivi des élèves inactifs&B&R&A",
        f"&L&8{_LEGENDE}&R&8Imprimé le &D, page &P / &N",
        place.entete,
    )
    return livre.to_bytes()


def _colour(feuille: Sheet, place: Place) -> None:
    premiere, derniere = place.entete + 1, place.entete + _LIGNES - 1
    ici = {champ: f"${letters(col)}{premiere}" for champ, col in place.colonnes.items()}
    ou = {
        _LIGNE: [*place.colonnes.values()],
        _NOM: [place.colonnes["eleve"]],
        _SUITE: [c for k, c in place.colonnes.items() if k in ("echeance", "etape", "responsable")],
    }
    for quoi, formule, aspect in _REGLES:
        area = Area(premiere, min(ou[quoi]), derniere, max(ou[quoi]))
        feuille.dressing.colour([area], formule.format_map(ici), _look(aspect))


def _look(aspect: str) -> bytes:
    """The ``dxf`` of a rule (ECMA-376 Part 1, 18.8.14)."""
    *police, fond = aspect.split()
    font = "".join(f'<color rgb="FF{p}"/>' if p[0].isdigit() else f"<{p}/>" for p in police)
    fonte = f"<font>{font}</font>" if font else ""
    fill = f'<fill><patternFill><bgColor rgb="FF{fond}"/></patternFill></fill>'
    return f"<dxf>{fonte}{fill}</dxf>".encode()


def _offer(feuille: Sheet, place: Place, champ: str, choix: Sequence[str], aide: str) -> None:
    """A list of at most 255 characters, as Excel takes it; none where a comma is in a word."""
    liste = '"' + ",".join(choix) + '"'
    if champ in place.colonnes and len(liste) <= 255 and not any("," in c for c in choix):
        colonne = place.colonnes[champ]
        derniere = place.entete + _LIGNES - 1
        area = Area(place.entete + 1, colonne, derniere, colonne)
        feuille.dressing.offer(area, liste, aide)
