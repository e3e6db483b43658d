"""Exports made up together with their truth: the import must find it.

Hypothesis chooses the encoding, the separator or a workbook, the columns, their headers and
their order, who the lines are about and how they are named, the form of the dates, the words of
the statuses, and the noise around the table. Names are Faker's, in French.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from exports_fabrique import JOUR, csv_bytes, importe, updated, xlsx_bytes
from faker import Faker
from hypothesis import given, settings
from hypothesis import strategies as st

from inactifs.imports import Canal
from inactifs.procedure.modele import Eleve
from inactifs.registre import Registre, name_words


def people(combien: int) -> list[Eleve]:
    """Students of distinct names, but for the last, who is the first one's namesake."""
    faker = Faker("fr_FR")
    faker.seed_instance(2026)
    eleves: dict[tuple[str, ...], Eleve] = {}
    while len(eleves) < combien - 1:
        nom, prenom, n = faker.last_name(), faker.first_name(), len(eleves)
        eleve = Eleve(
            str(1000 + n), nom, prenom, neph=f"{n + 1:05}{faker.numerify('#######')}",
            telephone=f"06 {n:02} {faker.numerify('## ## ##')}", email=f"eleve{n}@exemple.fr",
        )  # fmt: skip
        eleves.setdefault(name_words(eleve.nom_complet), eleve)
    liste = list(eleves.values())
    nom, prenom = liste[0].nom, liste[0].prenom
    return [*liste, Eleve("1999", nom, prenom, "999999999999", "0799999999", "autre@exemple.fr")]


ELEVES = people(25)
HOMONYMES = {ELEVES[0].numero, ELEVES[-1].numero}


def plain(texte: str) -> str:
    """Without accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", texte) if not unicodedata.combining(c))


NOMS: list[Callable[[Eleve], str]] = [
    lambda e: f"{e.nom} {e.prenom}",
    lambda e: f"{e.prenom} {e.nom}",
    lambda e: f"{e.nom.upper()} {e.prenom}",
    lambda e: plain(f"{e.nom} {e.prenom}").lower(),
    lambda e: f"Mme {e.prenom} {e.nom.upper()}",
    lambda e: f"{e.nom.replace(' ', '')}  {e.prenom.replace('-', ' ')} ",
]
IDENTITES: dict[str, tuple[tuple[str, ...], list[Callable[[Eleve], str]]]] = {
    "numero": (("N° élève", "Code stagiaire", "Matricule"), [lambda e: e.numero]),
    "neph": (("NEPH", "Numéro NEPH"), [lambda e: e.neph, lambda e: e.neph.lstrip("0")]),
    "email": (
        ("E-mail", "Courriel", "Adresse mail"),
        [lambda e: e.email, lambda e: e.email.upper()],
    ),
    "telephone": (
        ("Portable", "Tél. mobile", "Téléphone"),
        [
            lambda e: e.telephone,
            lambda e: e.telephone.replace(" ", "")[1:],
            lambda e: "+33 " + e.telephone[1:],
        ],
    ),
    "eleve": (("Élève", "Nom et prénom", "Candidat", "Apprenant(e)"), NOMS),
}
JOURS = ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim.")
MOIS = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.",
        "déc.")  # fmt: skip
DATES: list[Callable[[date], object]] = [
    lambda j: f"{j:%d/%m/%Y}",
    lambda j: f"{j:%d/%m/%y}",
    lambda j: f"{j:%d-%m-%Y} 10:00",
    lambda j: f"{j.isoformat()}T08:30:00+01:00",
    lambda j: f"{JOURS[j.weekday()]} {j.day} {MOIS[j.month - 1]} {j.year}",
    lambda j: f"le {j.day}{'er' if j.day == 1 else ''} {MOIS[j.month - 1]} {j.year} à 9h30",
    lambda j: str((j - date(1899, 12, 30)).days),
    lambda j: j,
]
STATUTS = {
    "fait": ("Effectué", "Présente", "RÉALISÉ", "Honorée"),
    "reserve": ("Réservé", "Planifiée", "À venir"),
    "rien": ("Annulé par l'élève", "Absente", "Non effectué", "Reporté", "ABSENCE excusée"),
}


@dataclass
class Export:
    """A made-up export of lessons, and what it says."""

    octets: bytes
    verite: dict[str, tuple[date | None, date | None]]
    lignes: int
    ignorees: int
    rejetees: int


@st.composite
def exports(tire: st.DrawFn) -> Export:
    """A planning of a few lessons, in any of the forms that software gives."""
    champs = tire(st.lists(st.sampled_from(list(IDENTITES)), min_size=1, max_size=3, unique=True))
    forme = tire(st.sampled_from(DATES))
    colonnes = {
        "date": tire(st.sampled_from(["Date", "Date de la leçon", "Début", "DATE DU COURS"])),
        "statut": tire(st.sampled_from(["Statut", "État", "Présence"])),
        "bruit": tire(st.sampled_from(["Moniteur", "Véhicule", "Durée", ""])),
        **{c: tire(st.sampled_from(IDENTITES[c][0])) for c in champs},
    }
    ordre = tire(st.permutations(list(colonnes)))
    lecons = tire(
        st.lists(
            st.tuples(
                st.sampled_from(ELEVES), st.integers(-700, 60), st.sampled_from(list(STATUTS))
            ),
            max_size=12,
        )
    )
    table: list[list[object]] = []
    compte = Export(b"", {}, 0, 0, 0)
    for eleve, jours, genre in lecons:
        jour = JOUR + timedelta(days=jours if genre == "reserve" else -abs(jours))
        if genre == "reserve":
            jour = max(jour, JOUR + timedelta(days=1))
        cellules: dict[str, object] = {
            "date": forme(jour),
            "statut": tire(st.sampled_from(STATUTS[genre])),
            "bruit": tire(st.sampled_from(["", "Gaëlle", "Clio ; verte", '5"', "60"])),
            **{c: tire(st.sampled_from(IDENTITES[c][1]))(eleve) for c in champs},
        }
        table.append([cellules[c] for c in ordre])
        _note(compte, eleve, jour, genre, ambigu=champs == ["eleve"])
    compte.octets = tire(written(table, [colonnes[c] for c in ordre], compte))
    return compte


def _note(compte: Export, eleve: Eleve, jour: date, genre: str, *, ambigu: bool) -> None:
    compte.lignes += 1
    if ambigu and eleve.numero in HOMONYMES:
        compte.rejetees += 1
    elif genre == "rien":
        compte.ignorees += 1
    else:
        dernier, prochain = compte.verite.get(eleve.numero, (None, None))
        if genre == "fait":
            dernier = max(dernier or jour, jour)
        else:
            prochain = max(prochain or jour, jour)
        compte.verite[eleve.numero] = (dernier, prochain)


@st.composite
def written(tire: st.DrawFn, table: list[list[object]], entete: list[str], compte: Export) -> bytes:
    """The table with noise around it, as a CSV or a workbook."""
    titre = tire(
        st.sampled_from([[], [["Planning de l'auto-école"], []], [[], ["Édité", "le 24"]]])
    )
    bas = tire(st.sampled_from([[], [[], ["Total", str(len(table))]], [entete], [["Total : 12"]]]))
    if tire(st.booleans()) and table:
        table.insert(tire(st.integers(0, len(table))), [""] * len(entete))
    lignes = [*titre, entete, *table, *bas]
    if tire(st.booleans()):
        return xlsx_bytes({"Accueil": [["Export"]], "Planning": lignes})
    texte = [[f"{c:%d/%m/%Y}" if isinstance(c, date) else c for c in ligne] for ligne in lignes]
    octets = csv_bytes(
        texte,
        separateur=tire(st.sampled_from(";,\t|")),
        encodage="utf-8",
        fin=tire(st.sampled_from(["\r\n", "\n"])),
    )
    encodages = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "mac_roman"]
    return octets.decode().encode(tire(st.sampled_from(encodages)))


@settings(max_examples=250, deadline=None)
@given(exports())
def test_the_import_finds_the_truth_of_any_export(export: Export) -> None:
    """Every student's two dates, every count; and the same file again changes nothing."""
    resultat = importe(Canal.COURS, export.octets, ELEVES)
    assert {
        e.numero: (e.dernier_cours, e.prochain_cours) for e in resultat.eleves
    } == export.verite, resultat
    assert (resultat.lignes, resultat.ignorees, len(resultat.rejets)) == (
        export.lignes,
        export.ignorees,
        export.rejetees,
    ), resultat.rejets
    encore = importe(Canal.COURS, export.octets, updated(Registre(ELEVES), resultat))
    assert (encore.importees, encore.eleves) == (0, ())
