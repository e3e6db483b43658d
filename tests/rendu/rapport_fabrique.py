"""A small school's November, for the tests of the report's forms."""

from __future__ import annotations

from datetime import date, datetime

from inactifs.bilan.computing import Bilan, Etabli, report_on
from inactifs.dates import Mois
from inactifs.procedure.modele import Dossier, Eleve, Issue, Moyen, Regles, Relance, Resultat
from inactifs.rendu.report_tables import Edition

AUJOURDHUI = date(2026, 11, 27)
SCRIPT = "<script>alert(1)</script> Ève"
FORMULE = '=HYPERLINK("http://x.example";"clic")'
BALISE = "[bold]MARTIN[/bold] Léo"

EDITION = Edition(
    ecole="Auto-école <du> Pont & Neuf",
    par="Nadia Fontaine",
    le=datetime(2026, 11, 27, 9, 5),
    classeur="suivi_eleves.xlsx",
    illisibles=("Tableau de suivi, C12 : « 32/13 » n'est pas une date",),
    mois_par_defaut=True,
)


def _jour(jour: int, mois: int = 11) -> date:
    return date(2026, mois, jour)


def dossiers() -> list[Dossier]:
    """Late, waiting, suspended, resumed and closed dossiers, with names that bite."""
    sms, email, appel = Moyen.SMS, Moyen.EMAIL, Moyen.TELEPHONE
    trois = (
        Relance(_jour(1, 10), sms),
        Relance(_jour(8, 10), email),
        Relance(_jour(24, 10), appel),
    )
    return [
        Dossier(SCRIPT, "1", _jour(1, 7), (), detecte_le=_jour(2), ligne=4),
        Dossier(
            FORMULE,
            "2",
            _jour(2, 7),
            (Relance(_jour(2), sms), Relance(_jour(24), email)),
            detecte_le=_jour(2),
            cause="santé",
            ligne=5,
        ),
        Dossier(
            BALISE,
            "=3",
            _jour(3, 8),
            (Relance(_jour(9), None, Issue.REPONDU),),
            detecte_le=_jour(9),
            cause="=1+1",
            ligne=6,
        ),
        Dossier(
            "PETIT Zoé",
            "4",
            _jour(4, 6),
            trois,
            Resultat.REPRISE,
            detecte_le=_jour(1, 10),
            cloture_le=_jour(5),
            ligne=7,
        ),
        Dossier(
            "GRAND Max",
            "5",
            _jour(5, 6),
            trois,
            Resultat.ABANDON,
            detecte_le=_jour(1, 10),
            cloture_le=_jour(20),
            cause="financière",
            commentaire="confidentiel",
            ligne=8,
        ),
    ]


def bilan() -> Bilan:
    """November 2026, still running on the 27th."""
    eleves = [
        Eleve("1", "<SCRIPT>", telephone="0612345678", email="eve@exemple.fr"),
        Eleve("2", "H"),
        Eleve("5", "GRAND", "Max", statut="abandonniste"),
    ]
    imports = {"cours": _jour(26), "connexions": _jour(10)}
    etabli = Etabli(AUJOURDHUI, imports)
    return report_on(dossiers(), eleves, Regles(), Mois(2026, 11), etabli)


def empty_bilan() -> Bilan:
    """A month in which nothing happened, in a school without students."""
    return report_on([], [], Regles(), Mois(2026, 10), Etabli(AUJOURDHUI))
