"""A new workbook: the template shipped with the package, under the school's name.

``scripts/make_template.py`` makes the template from the schema and the messages.
"""

from __future__ import annotations

from importlib.resources import files

from inactifs.classeur.presentation import present
from inactifs.classeur.schema import PARAMETRES, PARAMETRES_LIGNES, Genre, Parametre
from inactifs.ooxml.workbook import Workbook
from inactifs.procedure.modele import CAUSES, Etape


def new_workbook(ecole_nom: str) -> bytes:
    """The bytes of an ``.xlsx`` with the five sheets, empty but for Paramètres and Modèles.

    Args:
        ecole_nom: the school's name, as Paramètres is to say it; may be empty.
    """
    modele = files("inactifs.classeur").joinpath("modele.xlsx").read_bytes()
    livre = Workbook(modele)
    if nom := "".join(c for c in ecole_nom if c >= " "):
        rang = [p.champ for p in PARAMETRES_LIGNES].index("ecole_nom")
        livre.sheet(PARAMETRES.nom).set(rang + 2, 2, nom)
    return present(livre.to_bytes(), "modele.xlsx")


def default_value(parametre: Parametre, ecole_nom: str = "") -> str | int | None:
    """What a line of Paramètres says until the school changes it."""
    if parametre.champ == "ecole_nom":
        return ecole_nom
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
