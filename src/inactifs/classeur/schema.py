"""The workbook's sheets and columns, as data (contract, section 2)."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from inactifs.procedure.modele import Canal


class Nature(StrEnum):
    """What a column, or a line of Paramètres, holds."""

    TEXTE = "texte"
    DATE = "date"
    MOMENT = "moment"  # a day, with an hour if there is one
    LISTE = "liste"  # one line per relance
    NOTE = "note"  # a text with its blanks
    RESULTAT = "résultat"
    TELEPHONE = "téléphone"  # as a number, Excel drops its leading zero
    NEPH = "neph"  # as well
    NOMBRE = "nombre"
    OUI_NON = "oui ou non"
    DEPARTEMENT = "département"
    LIGNES = "lignes"
    PERIODES = "périodes"
    ENTETES = "en-têtes"


class Colonne(NamedTuple):
    """A column: the field of ``Eleve`` or ``Dossier`` it holds, its header, what it holds, its
    width in Excel characters, whether purge empties it or puts a neutral word. ``variantes``: other
    headers by which it is known, when none bears its own. ``ecole``: one of the school's own six.
    ``calculee``: worked out of the others; a formula there is the school's. ``optionnelle``: used
    where it is, added with its first value, never asked for."""

    champ: str
    entete: str
    nature: Nature = Nature.TEXTE
    largeur: float = 14
    purge: bool = False
    variantes: str = ""
    ecole: bool = False
    optionnelle: bool = False
    calculee: bool = False


class Feuille(NamedTuple):
    """A sheet: its name and its columns, in the order of a new workbook. ``requis``: the fields
    without which a row is not the header of its table; ``profondeur``: how many rows are searched
    for it."""

    nom: str
    colonnes: tuple[Colonne, ...]
    requis: tuple[str, ...]
    profondeur: int = 30

    @property
    def obligatoires(self) -> tuple[Colonne, ...]:
        """The columns that every workbook has."""
        return tuple(c for c in self.colonnes if not c.optionnelle)


T, D, M, L = Nature.TEXTE, Nature.DATE, Nature.MOMENT, Nature.LISTE
PURGER = True
_NUMERO = "numeroeleve noeleve numeleve ndeleleve numerodeleleve"

# fmt: off
# « N° » is the register's only: in a tableau, such a column often just counts the rows.
TABLEAU = Feuille(
    "Tableau de suivi",
    (
        Colonne("eleve", "ÉLÈVE", T, 26, PURGER, ecole=True,
                variantes="eleves nomdeleleve nometprenom nomprenom nomprenomdeleleve nom"),
        Colonne("derniere_activite", "DATE DE DERNIÈRE ACTIVITÉ", D, 15, ecole=True,
                variantes="derniereactivite datederniereactivite"),
        Colonne("dates_relances", "DATES DE RELANCES", L, 13, ecole=True,
                variantes="datesrelances datederelance datesdesrelances relances"),
        Colonne("moyens", "MOYENS UTILISÉS", L, 24, ecole=True,
                variantes="moyen moyens moyenutilise"),
        Colonne("resultat", "RÉSULTAT (REPRISE / ABANDON)", Nature.RESULTAT, 15, ecole=True),
        Colonne("commentaire", "COMMENTAIRE", Nature.NOTE, 42, PURGER, ecole=True,
                variantes="commentaires"),
        Colonne("numero", "N° ÉLÈVE", T, 10, PURGER, variantes=_NUMERO),
        Colonne("detecte_le", "DÉTECTÉ LE", D, 12, variantes="datededetection"),
        Colonne("echeance", "PROCHAINE ÉCHÉANCE", D, 13, calculee=True),
        Colonne("etape", "ÉTAPE", T, 13, calculee=True),
        Colonne("responsable", "RESPONSABLE", T, 24, calculee=True),
        Colonne("suspendu_jusqu_au", "SUSPENDU JUSQU'AU", D, 13),
        Colonne("a_rappeler_le", "À RAPPELER LE", M, 16, PURGER),
        Colonne("cause", "CAUSE", T, 18),
        Colonne("cloture_le", "CLÔTURÉ LE", D, 12, variantes="datedecloture"),
    ),
    requis=("eleve",),
)
ELEVES = Feuille(
    "Élèves",
    (
        Colonne("numero", "N° ÉLÈVE", T, 10, PURGER, variantes=f"{_NUMERO} n no num numero"),
        Colonne("nom", "NOM", T, 18, PURGER, variantes="nomdefamille nomdeleleve"),
        Colonne("prenom", "PRÉNOM", T, 16, PURGER, variantes="prenoms prenomdeleleve"),
        Colonne("neph", "NEPH", Nature.NEPH, 15, PURGER, variantes="numeroneph nneph noneph"),
        Colonne("telephone", "TÉLÉPHONE", Nature.TELEPHONE, 28, PURGER,
                variantes="tel portable mobile telephoneportable telportable"),
        Colonne("email", "EMAIL", T, 30, PURGER,
                variantes="mail courriel adresseemail adressemail mel"),
        Colonne("formation", "FORMATION", T, 12),
        Colonne("financement", "FINANCEMENT", T, 18, PURGER),
        Colonne("inscrit_le", "INSCRIT LE", D, 12,
                variantes="dateinscription datedinscription inscription"),
        Colonne("statut", "STATUT", T, 15),
        Colonne("dernier_cours", "DERNIER COURS", D, 12, PURGER),
        Colonne("prochain_cours", "PROCHAIN COURS", D, 12, PURGER),
        Colonne("derniere_connexion", "DERNIÈRE CONNEXION", D, 13, PURGER),
        Colonne("dernier_contact", "DERNIER CONTACT", D, 12, PURGER),
        Colonne("ne_plus_contacter", "NE PLUS CONTACTER", T, 22, PURGER, optionnelle=True),
        Colonne("fin_contrat", "FIN DE CONTRAT", D, 12, PURGER, optionnelle=True),
        Colonne("heures_restantes", "HEURES RESTANTES", T, 12, PURGER, optionnelle=True),
        Colonne("code_obtenu_le", "CODE OBTENU LE", D, 12, PURGER, optionnelle=True),
        Colonne("representant_legal", "REPRÉSENTANT LÉGAL", T, 28, PURGER, optionnelle=True),
        Colonne("adresse", "ADRESSE", T, 34, PURGER, optionnelle=True),
        Colonne("dit_export", "DIT PAR L'EXPORT", T, 34, PURGER, optionnelle=True),
    ),
    requis=("nom",),
)
JOURNAL = Feuille(
    "Journal",
    (
        Colonne("horodatage", "HORODATAGE", D, 18),
        Colonne("operateur", "OPÉRATEUR", T, 16),
        Colonne("commande", "COMMANDE", T, 18),
        Colonne("eleve", "ÉLÈVE", T, 28),
        Colonne("detail", "DÉTAIL", T, 70),
    ),
    requis=("horodatage", "detail"),
)
MODELES = Feuille(
    "Modèles",
    (
        Colonne("etape", "ÉTAPE", T, 8), Colonne("moyen", "MOYEN", T, 16),
        Colonne("objet", "OBJET", T, 40), Colonne("texte", "TEXTE", T, 100),
    ),
    requis=("etape", "moyen", "texte"),
)
PARAMETRES = Feuille(
    "Paramètres",
    (
        Colonne("parametre", "PARAMÈTRE", T, 52), Colonne("valeur", "VALEUR", T, 24),
        Colonne("attendu", "CE QUI EST ATTENDU", T, 44),
    ),
    requis=("parametre", "valeur"),
)
FEUILLES = (TABLEAU, ELEVES, PARAMETRES, MODELES, JOURNAL)
"""The sheets of a workbook, in the order of a new one."""
PLAN = Feuille(  # the second table of Paramètres, below or beside the first one
    "Paramètres",
    (
        Colonne("etape", "ÉTAPE"), Colonne("delai", "DÉLAI (JOURS)"), Colonne("action", "ACTION"),
        Colonne("moyens", "MOYENS"), Colonne("responsable", "RESPONSABLE"),
        Colonne("optionnelle", "OPTIONNELLE"),
    ),
    requis=("etape", "delai", "moyens"), profondeur=500,
)
SEUILS = Feuille(  # the third one, empty until the school fills it
    "Paramètres", (Colonne("formation", "FORMATION"), Colonne("seuil", "SEUIL (MOIS)")),
    requis=("formation", "seuil"), profondeur=500,
)
# fmt: on


class Parametre(NamedTuple):
    """A line of the sheet Paramètres: name of the field, label, default, what is expected, what
    the value is, and the bounds of a number. Workbooks of before do without one that is
    ``facultatif``; ``init`` adds it."""

    champ: str
    libelle: str
    defaut: str | int | None
    attendu: str
    nature: Nature = T
    bornes: tuple[int, int] = (0, 3650)
    facultatif: bool = False


_N, _ON = Nature.NOMBRE, Nature.OUI_NON
_NOTEE = "date, notée par l'outil"

# fmt: off
PARAMETRES_LIGNES = (
    Parametre("seuil_mois", "Inactif après (mois)", 3,
              "nombre entier de mois, 1 ou plus", _N, (1, 120)),
    Parametre("delai_reponse", "Délai de réponse avant clôture (jours)", 0, "nombre de jours", _N),
    Parametre("delai_suivi", "Suivi après une réponse (jours)", 30, "nombre de jours", _N),
    Parametre("peremption_import", "Un import est ancien après (jours)", 7, "nombre de jours", _N),
    Parametre("max_nouveaux", "Nouveaux dossiers par jour, au plus", None,
              "nombre, ou vide : sans limite", _N, (1, 1_000_000)),
    Parametre("jours_ouvres", "Reporter les échéances des week-ends et jours fériés", "non",
              "oui ou non", _ON),
    Parametre("ecole_nom", "Nom de l'auto-école", "", "texte"),
    Parametre("ecole_telephone", "Téléphone de l'auto-école", "",
              "numéro de téléphone", Nature.TELEPHONE),
    Parametre("ecole_email", "Email de l'auto-école", "", "adresse email"),
    *(Parametre(f"import_{c}", f"Dernier import : {c.libelle}", None, _NOTEE, D) for c in Canal),
    Parametre("causes", "Causes", None, "une cause par ligne dans la cellule", Nature.LIGNES),
    Parametre("semaines_decrochage", "Un élève décroche après (semaines sans cours réservé)", 5,
              "nombre de semaines, 0 : jamais", _N, (0, 520), facultatif=True),
    Parametre("departement", "Département", "",
              "numéro, comme 67 ou 974, pour les jours fériés ; vide : métropole",
              Nature.DEPARTEMENT, facultatif=True),
    Parametre("samedis_travailles", "Samedis travaillés", "non",
              "oui ou non", _ON, facultatif=True),
    Parametre("fermetures", "Fermetures de l'auto-école", "",
              "une par ligne : du 24/12/2026 au 02/01/2027", Nature.PERIODES, facultatif=True),
    Parametre("entetes_exports", "En-têtes des exports", "",
              "noté par l'outil : champ = en-tête, un par ligne", Nature.ENTETES, facultatif=True),
)
# fmt: on
