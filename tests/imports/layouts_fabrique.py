"""Layouts of exports with their truth: what software, phones and hand-kept lists give.

Every layout holds the same fifty students and the same events; only the way in which they are
written down changes. What an import makes of it is the truth, a refusal, or a rejection.
"""

from __future__ import annotations

import io
import random
import unicodedata
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

import xlsxwriter
from exports_fabrique import JOUR, csv_bytes

from inactifs.imports import Canal
from inactifs.procedure.modele import Eleve

Cellule = object
NOMS = """DURAND PETIT ROYER LEFÈVRE GARÇON MOREAU SIMON LAURENT MICHEL LEROY ROUX DAVID BERTRAND
MOREL FOURNIER GIRARD BONNET DUPONT LAMBERT FONTAINE ROUSSEAU VINCENT MULLER FAURE ANDRÉ MERCIER
BLANC GUÉRIN BOYER GARNIER CHEVALIER FRANÇOIS LEGRAND GAUTHIER GARCIA PERRIN ROBIN CLÉMENT MORIN
NICOLAS HENRY ROUSSEL MATHIEU GAUTIER MASSON MARCHAND DUVAL DENIS DUMONT LEMAIRE"""
PRENOMS = """Ana Luc Eva Gaël Noël Zoé Élodie Hugo Léa Inès Tom Jules Chloé Adam Manon Louis Sarah
Noah Camille Paul Lina Théo Anaïs Enzo Jade Maël Rose Nina Axel Lou Malo Alix Sacha Iris Yanis
Élise Marius Juliette Gabin Lucie Rayan Clara Eliott Margaux Naël Agathe Timéo Romane Ethan
Maëlys"""


def people() -> list[Eleve]:
    """Fifty students, two of one name, two of one family and phone."""
    prenoms = PRENOMS.split()
    eleves = [
        Eleve(str(2001 + n), nom, prenoms[n], f"{10 + n:02}0203040{506 + n}",
              f"06 {10 + n:02} 20 30 {40 + n:02}", f"{prenoms[n][:2].lower()}{n}@exemple.fr",
              inscrit_le=date(2026, 1, 5))
        for n, nom in enumerate(NOMS.split())
    ]  # fmt: skip
    homonyme, frere = eleves[0], eleves[10]
    eleves[48] = Eleve("2049", homonyme.nom, homonyme.prenom, "580203040554", "06 58 20 30 88",
                       "autre@exemple.fr", inscrit_le=date(2026, 1, 5))  # fmt: skip
    eleves[49] = Eleve("2050", frere.nom, "Swan", "590203040555", frere.telephone,
                       "swan@exemple.fr", inscrit_le=date(2026, 1, 5))  # fmt: skip
    return eleves


ELEVES = people()


@dataclass(frozen=True)
class Fait:
    """What happened, or will: whose, when, and whether it counts (and how)."""

    eleve: Eleve
    quand: datetime
    genre: str  # fait, reserve, rien

    @property
    def jour(self) -> date:
        return self.quand.date()


Verite = Mapping[str, tuple[date | None, date | None]]


@dataclass
class Layout:
    """An export: its bytes, what it is about, and what the register must hold after it."""

    nom: str
    canal: Canal
    octets: bytes
    verite: Verite
    plain: bool = True
    colonnes: Mapping[str, str] = field(default_factory=dict)


def facts(hasard: random.Random, combien: int = 60, *, avenir: bool = True) -> list[Fait]:
    """Events of the last ten months, and of the weeks to come, in order."""
    faits = []
    for _ in range(combien):
        eleve = hasard.choice(ELEVES)
        genre = hasard.choice(["fait", "fait", "fait", "rien", "reserve" if avenir else "fait"])
        ecart = hasard.randrange(1, 40) if genre == "reserve" else -hasard.randrange(1, 300)
        heure = time(hasard.randrange(8, 20), hasard.choice([0, 15, 30]))
        faits.append(Fait(eleve, datetime.combine(JOUR + timedelta(days=ecart), heure), genre))
    return sorted(faits, key=lambda f: f.quand)


def truth(faits: list[Fait], canal: Canal) -> dict[str, tuple[date | None, date | None]]:
    """The last day that counts, and the last to come, of each student."""
    verite: dict[str, tuple[date | None, date | None]] = {}
    for fait in faits:
        if fait.genre == "rien":
            continue
        dernier, prochain = verite.get(fait.eleve.numero, (None, None))
        if fait.genre == "reserve":
            prochain = max(prochain or fait.jour, fait.jour)
        else:
            dernier = max(dernier or fait.jour, fait.jour)
        verite[fait.eleve.numero] = (dernier, prochain)
    return verite


MOIS = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
        "octobre", "novembre", "décembre")  # fmt: skip
JOURS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
ANGLAIS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def in_letters(jour: date) -> str:
    """« lundi 2 novembre 2026 »."""
    return f"{JOURS[jour.weekday()]} {jour.day} {MOIS[jour.month - 1]} {jour.year}"


DATES: dict[str, Callable[[datetime], Cellule]] = {
    "jj/mm/aaaa": lambda q: f"{q:%d/%m/%Y}",
    "jj/mm/aaaa hh:mm": lambda q: f"{q:%d/%m/%Y %H:%M}",
    "jj/mm/aa": lambda q: f"{q:%d/%m/%y}",
    "jj-mm-aaaa": lambda q: f"{q:%d-%m-%Y}",
    "jj.mm.aaaa": lambda q: f"{q:%d.%m.%Y}",
    "aaaa-mm-jj": lambda q: f"{q:%Y-%m-%d}",
    "aaaa-mm-jj hh:mm:ss": lambda q: f"{q:%Y-%m-%d %H:%M:%S}",
    "iso": lambda q: f"{q:%Y-%m-%dT%H:%M:%S}",
    "iso zone": lambda q: f"{q:%Y-%m-%dT%H:%M:%S}" + ("+02:00" if 3 < q.month < 10 else "+01:00"),
    "aaaammjj": lambda q: f"{q:%Y%m%d}",
    "en lettres": lambda q: in_letters(q.date()),
    "abrégé": lambda q: f"{JOURS[q.weekday()][:3]}. {q.day} {MOIS[q.month - 1][:4]}. {q.year}",
    "anglais": lambda q: f"{ANGLAIS[q.month - 1]} {q.day}, {q.year}",
    "anglais 2": lambda q: f"{q.day:02}-{ANGLAIS[q.month - 1]}-{q.year}",
    "à l'heure": lambda q: f"{q:%d/%m/%Y} à {q.hour}h{q.minute:02}",
    "créneau": lambda q: f"{q:%d/%m/%Y %H:%M}-{q.hour + 1:02}:{q.minute:02}",
}
"""How a day is written; in a workbook, a true date too."""

IDENTITES: dict[str, tuple[tuple[str, ...], Callable[[Eleve], list[Cellule]]]] = {
    "numero": (("N° élève",), lambda e: [e.numero]),
    "matricule nom": (("Matricule", "Nom", "Prénom"), lambda e: [e.numero, e.nom, e.prenom]),
    "neph": (("NEPH", "Candidat"), lambda e: [e.neph, f"{e.nom} {e.prenom}"]),
    "email": (("E-mail", "Nom complet"), lambda e: [e.email, f"{e.prenom} {e.nom}"]),
    "email seul": (("Adresse mail",), lambda e: [e.email]),
    "noms": (("Nom", "Prénom", "Courriel"), lambda e: [e.nom, e.prenom, e.email]),
    "code": (("Code stagiaire", "Stagiaire"), lambda e: [e.numero, f"{e.nom} {e.prenom}"]),
    "anglais": (("Student ID", "Student"), lambda e: [e.numero, f"{e.prenom} {e.nom}"]),
}
STATUTS = (
    {"fait": "Effectué", "reserve": "Réservé", "rien": "Annulé"},
    {"fait": "Présent", "reserve": "Planifié", "rien": "Absent"},
    {"fait": "Honoré", "reserve": "À venir", "rien": "Non honoré"},
    {"fait": "Réalisée", "reserve": "Confirmée", "rien": "Annulée par l'élève"},
    {"fait": "Terminé", "reserve": "Programmé", "rien": "Absence non excusée"},
)
LECONS = (
    "Date", "Date de la leçon", "Jour de la leçon", "Date du cours", "Début", "Date de début",
    "Créneau", "Date RDV", "Date du rendez-vous", "Horaire", "Jour", "Date et heure", "Le",
    "Date de conduite", "Heure de début", "Date séance", "DATE COURS", "Date prestation",
    "Rendez-vous du", "Leçon du", "Quand", "Date heure début", "dateLecon", "Date/heure du RDV",
)  # fmt: skip
CONNEXIONS = (
    "Dernière connexion", "Date de dernière connexion", "Dernière connexion PASS Rousseau",
    "Dernière activité sur la plateforme", "Dernière visite", "Dernier accès", "Dernière séance",
    "Date dernière utilisation", "Dernière connexion au site", "Connecté le", "Date",
    "Dernière connexion à l'application", "Dernière série effectuée le", "Dernier test",
    "Dernière connexion e-learning", "Dernière utilisation du pass", "Vu pour la dernière fois",
    "Dernier entraînement", "Date de connexion", "Dernière session", "Der. connexion", "Le",
    "Dernière activité en ligne", "Dernière révision", "Date dern. connexion",
    "Dernière connexion au code en ligne", "Dernier passage sur la plateforme",
)  # fmt: skip
CONTACTS = (
    "Date", "Date de contact", "Date de l'appel", "Appel du", "Le", "Date et heure", "Reçu le",
    "Date du message", "Date de l'échange", "Jour", "Horodatage", "Date de visite", "Appelé le",
    "Contact du", "Date de réception",
)  # fmt: skip
AUTRES_JOURS = {
    Canal.COURS: (
        "Réservé le", "Date de réservation", "Date facture", "Payé le", "Date de création",
        "Date de saisie", "Saisi le", "Créé le", "Modifié le", "Date de naissance", "Né(e) le",
        "Date d'inscription", "Date de paiement", "Dernière modification", "Date d'achat",
        "Prise le", "Date de fin de contrat", "Date commande", "Mis à jour le", "Annulé le",
        "Date d'expiration", "Date du devis", "Date d'échéance", "Fin de validité",
    ),
    Canal.CONNEXIONS: (
        "Date de création", "Date d'expiration", "Inscrit le", "Date d'inscription", "Achat le",
        "Fin d'accès", "Première connexion", "Date d'activation", "Date de naissance",
        "Date limite", "Dernière relance", "Validité", "Date de l'examen", "Créé le",
        "Début d'accès", "Dernier paiement", "Date d'achat du pass", "Expire le",
    ),
    Canal.CONTACTS: (
        "Date de saisie", "Saisi le", "À rappeler le", "Date de naissance", "Prochain RDV",
        "Date d'inscription", "Relance le", "Traité le", "Date de création", "Clôturé le",
        "Prochain rappel", "Date de relance", "Date d'échéance",
    ),
}  # fmt: skip
ENCODAGES = ("utf-8", "utf-8-sig", "cp1252", "mac_roman", "cp850", "utf-16")
"""Of a CSV; in the order of their frequency."""


def workbook(
    feuilles: Mapping[str, list[list[Cellule]]], *, fusions: Mapping[str, list[int]] | None = None,
    date_1904: bool = False,
) -> bytes:  # fmt: skip
    """A workbook of these sheets; ``fusions`` are rows merged over their width."""
    sortie = io.BytesIO()
    classeur = xlsxwriter.Workbook(sortie, {"in_memory": True, "date_1904": date_1904})
    formats = {date: "dd/mm/yyyy", datetime: "dd/mm/yyyy hh:mm"}
    styles = {genre: classeur.add_format({"num_format": f}) for genre, f in formats.items()}
    for nom, lignes in feuilles.items():
        feuille = classeur.add_worksheet(nom)
        for r, ligne in enumerate(lignes):
            if fusions and r in fusions.get(nom, ()):
                feuille.merge_range(r, 0, r, 3, str(ligne[0]))
                continue
            for c, valeur in enumerate(ligne):
                if isinstance(valeur, date):
                    feuille.write_datetime(r, c, valeur, styles[type(valeur)])
                elif isinstance(valeur, str):
                    feuille.write_string(r, c, valeur)
                else:
                    feuille.write(r, c, valeur)
    classeur.close()
    return sortie.getvalue()


def written(hasard: random.Random, lignes: list[list[Cellule]]) -> tuple[str, bytes]:
    """A table as a CSV or as a workbook, with a title or not; and how."""
    titre = hasard.choice([[], [], [["Auto-école du Port"], []], [["Export du 24/11/2026"]]])
    bas = hasard.choice([[], [], [[], ["Total", str(len(lignes) - 1)]]])
    lignes = [*titre, *lignes, *bas]
    forme = hasard.randrange(4)
    if forme == 0:
        return "xlsx", workbook({"Feuil1": lignes})
    if forme == 1:
        vrais = [[_as_true(c) for c in ligne] for ligne in lignes]
        return "xlsx dates vraies", workbook({"Export": vrais})
    separateur, encodage = hasard.choice(";;;,\t|"), hasard.choice(ENCODAGES)
    octets = csv_bytes(lignes, separateur=separateur).decode()
    return f"csv {encodage} {separateur!r}", octets.encode(encodage, "replace")


def _as_true(cellule: Cellule) -> Cellule:
    texte = str(cellule)
    if len(texte) == 10 and texte[2:3] == texte[5:6] == "/":
        return date(int(texte[6:]), int(texte[3:5]), int(texte[:2]))
    return cellule


def other_day(hasard: random.Random, fait: Fait, entete: str) -> Cellule:
    """A day that has nothing to do with the event."""
    if entete.startswith("Annulé") and fait.genre != "rien":
        return ""
    if "naissance" in entete.casefold() or entete.startswith("Né"):
        return f"{date(2000, 1, 1) + timedelta(days=hasard.randrange(2900)):%d/%m/%Y}"
    return f"{fait.quand + timedelta(days=hasard.randrange(-40, 40)):%d/%m/%Y}"


def tables(hasard: random.Random, combien: int) -> Iterator[Layout]:
    """One table each: headers, identity, dates, other days, file, at random."""
    entetes = {
        Canal.COURS: LECONS, Canal.CONNEXIONS: CONNEXIONS, Canal.CONTACTS: CONTACTS,
    }  # fmt: skip
    for n in range(combien):
        canal = [Canal.COURS, Canal.CONNEXIONS, Canal.CONTACTS][n % 3]
        jour = entetes[canal][(n // 3) % len(entetes[canal])]
        autres = hasard.sample(AUTRES_JOURS[canal], hasard.choice([0, 1, 1, 2]))
        identite = hasard.choice([*IDENTITES])
        forme = hasard.choice([*DATES])
        yield _table(hasard, canal, jour, autres, identite, forme)


def _table(
    hasard: random.Random, canal: Canal, jour: str, autres: list[str], identite: str, forme: str
) -> Layout:
    faits = facts(hasard, avenir=canal is Canal.COURS)
    if canal is Canal.CONNEXIONS:  # one line a student, each counts
        faits = [Fait(f.eleve, f.quand, "fait") for f in faits]
    qui, de = IDENTITES[identite]
    mots = hasard.choice(STATUTS)
    if canal is Canal.CONTACTS:
        mots = {"fait": "Entrant", "rien": "Sortant", "reserve": ""}
    colonnes: list[tuple[str, Callable[[Fait], list[Cellule]]]] = [
        (jour, lambda f: [DATES[forme](f.quand)]),
        *((e, lambda f, e=e: [other_day(hasard, f, e)]) for e in autres),
    ]
    if canal is not Canal.CONNEXIONS:
        dit = "Sens" if canal is Canal.CONTACTS else hasard.choice(["Statut", "Présence", "État"])
        colonnes.append((dit, lambda f: [mots[f.genre]]))
    colonnes += [(hasard.choice(["Moniteur", "Note", "Durée"]), lambda f: ["x"])]
    hasard.shuffle(colonnes)
    place = hasard.randrange(len(colonnes) + 1)
    avant, apres = colonnes[:place], colonnes[place:]
    lignes: list[list[Cellule]] = [[*(e for e, _ in avant), *qui, *(e for e, _ in apres)]]
    for f in faits:
        lignes.append([*(c for _, d in avant for c in d(f)), *de(f.eleve),
                       *(c for _, d in apres for c in d(f))])  # fmt: skip
    comment, octets = written(hasard, lignes)
    return Layout(
        f"{canal} · {jour} · {forme} · {identite} · {'+'.join(autres)} · {comment}",
        canal, octets, truth(faits, canal),
    )  # fmt: skip


Table = list[list[Cellule]]


def lessons(faits: list[Fait], entete: list[str], ligne: Callable[[Fait], list[Cellule]]) -> Table:
    """The table of these facts."""
    return [[*entete], *(ligne(f) for f in faits)]


def _nom(fait: Fait) -> str:
    return f"{fait.eleve.nom} {fait.eleve.prenom}"


def _dit(fait: Fait) -> str:
    return STATUTS[0][fait.genre]


def _by_month(faits: list[Fait]) -> dict[tuple[int, int], list[Fait]]:
    mois: dict[tuple[int, int], list[Fait]] = {}
    for fait in faits:
        mois.setdefault((fait.jour.year, fait.jour.month), []).append(fait)
    return mois


def _by_day(faits: list[Fait]) -> dict[date, list[Fait]]:
    jours: dict[date, list[Fait]] = {}
    for fait in faits:
        jours.setdefault(fait.jour, []).append(fait)
    return jours


def several(hasard: random.Random) -> Iterator[Layout]:
    """Several tables in a file: sheets and stacks, with or without the same columns."""
    entete = ["Date", "N° élève", "Élève", "Statut"]

    def row(f: Fait) -> list[Cellule]:
        return [f.jour, f.eleve.numero, _nom(f), _dit(f)]

    for n in range(40):
        faits = facts(hasard)
        vrai = truth(faits, Canal.COURS)
        mois = _by_month(faits)
        par_mois = {f"{MOIS[m - 1].capitalize()} {a}": tels for (a, m), tels in mois.items()}
        moitie = len(faits) // 2
        un, deux = faits[:moitie], faits[moitie:]
        plus = ["Date", "NEPH", "N° élève", "Élève", "Moniteur", "Statut"]

        def wide(f: Fait) -> list[Cellule]:
            return [f.jour, f.eleve.neph, f.eleve.numero, _nom(f), "Karim", _dit(f)]

        feuilles: dict[str, dict[str, Table]] = {
            "un mois par feuille": {nom: lessons(t, entete, row) for nom, t in par_mois.items()},
            "jour seul, un mois par feuille": {
                nom: lessons(t, ["Jour", *entete[1:]],
                             lambda f: [f.jour.day, f.eleve.numero, _nom(f), _dit(f)])
                for nom, t in par_mois.items()
            },
            "jour et lettres, un mois par feuille": {
                nom: lessons(t, entete, lambda f: [f"{JOURS[f.jour.weekday()][:3]}. {f.jour.day}",
                                                   f.eleve.numero, _nom(f), _dit(f)])
                for nom, t in par_mois.items()
            },
            "sans année, un mois par feuille": {
                nom: lessons(t, entete, lambda f: [f"{f.jour:%d/%m}", f.eleve.numero, _nom(f),
                                                   _dit(f)])
                for nom, t in par_mois.items()
            },
            "deux permis": {
                "Permis B": lessons(un, entete, row), "Moto": lessons(deux, plus, wide),
            },
            "empilées": {
                "Planning": [["Leçons passées"], *lessons(un, entete, row), [], ["La suite"],
                             *lessons(deux, plus, wide)]
            },
            "annulations à part": {
                "Leçons": lessons([f for f in faits if f.genre != "rien"], entete[:3],
                                  lambda f: row(f)[:3]),
                "Annulations": lessons([f for f in faits if f.genre == "rien"], entete[:3],
                                       lambda f: row(f)[:3]),
            },
            "registre à côté": {
                "Élèves": [["N° élève", "Nom", "Prénom", "Téléphone", "Inscrit le"],
                           *([e.numero, e.nom, e.prenom, e.telephone, e.inscrit_le]
                             for e in ELEVES)],
                "Leçons": lessons(faits, entete, row),
            },
            "factures à côté": {
                "Leçons": lessons(faits, entete, row),
                "Factures": [["Date", "N° élève", "Élève", "Montant"],
                             *([JOUR, f.eleve.numero, _nom(f), 52] for f in faits)],
            },
            "factures dessous": {
                "Export": [*lessons(faits, entete, row), [],
                           ["Date facture", "N° facture", "N° élève", "Élève", "Montant"],
                           *([JOUR, f"F{i}", f.eleve.numero, _nom(f), 52]
                             for i, f in enumerate(faits))],
            },
        }  # fmt: skip
        for nom, tables_ in feuilles.items():
            if n < 4:
                yield Layout(f"cours · {nom} · {n}", Canal.COURS, workbook(tables_), vrai)


def titled(hasard: random.Random) -> Iterator[Layout]:
    """A day as a title above its lessons, in a text or in a workbook, its cells merged or not."""
    entete = ["Heure", "Élève", "N° élève", "Statut"]

    def row(f: Fait) -> list[Cellule]:
        return [f"{f.quand:%H:%M}", _nom(f), f.eleve.numero, _dit(f)]

    titres: tuple[Callable[[date], str], ...] = (
        lambda j: in_letters(j).capitalize(),
        lambda j: f"{j:%d/%m/%Y}",
        lambda j: f"Planning du {in_letters(j)}",
        lambda j: f"Journée du {j:%d/%m/%Y}",
    )
    for titre in titres:
        faits = facts(hasard)
        vrai = truth(faits, Canal.COURS)
        jours = _by_day(faits)
        une: Table = [["Planning de l'école"], [], [*entete]]
        repetee: Table = []
        fusions: list[int] = []
        for jour, tels in jours.items():
            fusions.append(len(repetee))
            repetee += [[titre(jour)], *lessons(tels, entete, row), []]
            une += [[titre(jour)], *(row(f) for f in tels)]
        for nom, lignes in (("en-têtes en haut", une), ("en-têtes répétés", repetee)):
            quoi = f"cours · titres de jours, {nom} · {titre(JOUR)}"
            yield Layout(f"{quoi} · csv", Canal.COURS, csv_bytes(lignes), vrai)
            yield Layout(f"{quoi} · xlsx", Canal.COURS, workbook({"P": lignes}), vrai)
        yield Layout(f"cours · titres fusionnés · {titre(JOUR)}", Canal.COURS,
                     workbook({"P": repetee}, fusions={"P": fusions}), vrai)  # fmt: skip
        une_feuille = {f"{j:%d-%m-%Y}": lessons(t, entete, row) for j, t in jours.items()}
        yield Layout("cours · une feuille par jour", Canal.COURS, workbook(une_feuille), vrai)


def doubtful(hasard: random.Random) -> Iterator[Layout]:
    """What no header settles, or what was damaged: anything but a wrong day."""
    faits = facts(hasard, 80)
    vrai = truth(faits, Canal.COURS)

    def layout(nom: str, lignes: Table, *, xlsx: bool = False, plain: bool = False) -> Layout:
        octets = workbook({"F": lignes}) if xlsx else csv_bytes(lignes)
        return Layout(f"doute · {nom}", Canal.COURS, octets, vrai, plain=plain)

    def table(jour: str, de: Callable[[Fait], Cellule], *autres: str) -> Table:
        return lessons(faits, [jour, "N° élève", "Statut", *autres],
                       lambda f: [de(f), f.eleve.numero, _dit(f),
                                  *(other_day(hasard, f, e) for e in autres)])  # fmt: skip

    jma = DATES["jj/mm/aaaa"]
    for autre in ("Pour le", "Passage", "Effet", "Concerne le"):
        yield layout(
            f"« Date » et « {autre} »",
            lessons(
                faits,
                ["Date", "N° élève", "Statut", autre],
                lambda f: [other_day(hasard, f, "x"), f.eleve.numero, _dit(f), jma(f.quand)],
            ),
        )
    yield layout("deux colonnes inconnues", table("Pour le", lambda f: jma(f.quand), "Vu"))
    for entete, statut in (("Date", "Status"), ("Lesson Date", "Status"), ("Date", "Statut")):
        for forme in ("%m/%d/%Y", "%m/%d/%Y %I:%M %p", "%m/%d/%y"):
            for bas in (False, True):
                garde = [f for f in faits if not bas or f.jour.day <= 12]
                lignes = [
                    [entete, "Student ID", statut],
                    *([f.quand.strftime(forme), f.eleve.numero, _dit(f)] for f in garde),
                ]
                quoi = Layout(
                    f"doute · {entete} {statut} {forme} {bas}",
                    Canal.COURS,
                    csv_bytes(lignes),
                    truth(garde, Canal.COURS),
                    plain=False,
                )
                if statut != "Statut" or not bas or "%I" in forme:
                    yield quoi

    def half(f: Fait) -> Cellule:
        if f.jour.day > 12:
            return f"{f.jour:%d/%m/%Y}"
        return date(f.jour.year, f.jour.day, f.jour.month)

    yield layout("à moitié changées par un tableur", table("Date", half), xlsx=True)
    for autre in ("Date de facture", "Réservé le", "Créé le"):
        yield layout(
            f"« {autre} » seule",
            lessons(
                faits,
                [autre, "N° élève", "Montant", "Statut"],
                lambda f: [other_day(hasard, f, "x"), f.eleve.numero, 52, _dit(f)],
            ),
        )


def platforms(hasard: random.Random) -> Iterator[Layout]:
    """Logins as platforms give them: a log, the last of each student, hours of elsewhere."""
    faits = [Fait(f.eleve, f.quand, "fait") for f in facts(hasard, avenir=False)]
    vrai = truth(faits, Canal.CONNEXIONS)
    uns = {f.eleve.numero: f for f in faits}
    derniers = [(e, uns[e.numero].quand if e.numero in uns else None) for e in ELEVES]

    def layout(
        nom: str, octets: bytes, verite: Verite | None = None, *, plain: bool = True
    ) -> Layout:
        tenue = vrai if verite is None else verite
        return Layout(f"plateforme · {nom}", Canal.CONNEXIONS, octets, tenue, plain)

    for jamais in ("", "Jamais", "Jamais connecté", "-", "Aucune connexion", "N/A"):
        for entete in ("Dernière connexion", "Dernière activité", "Last login"):
            lignes: Table = [["Nom", "Prénom", "Email", "Progression", entete, "Inscrit le"]]
            lignes += [[e.nom, e.prenom, e.email, "45 %", f"{q:%d/%m/%Y %H:%M}" if q else jamais,
                        "05/01/2026"] for e, q in derniers]  # fmt: skip
            yield layout(f"{entete}, jamais {jamais!r}", csv_bytes(lignes))
    for action, entete in ((("Connexion", "Série terminée"), "Action"),
                           (("Connexion réussie", "Test blanc"), "Événement"),
                           (("login", "quiz"), "Event"),
                           (("Connexion", "Entraînement"), "Type")):  # fmt: skip
        sans = ("Email de relance envoyé", "Compte créé par l'auto-école", "Échec de connexion",
                "Mot de passe réinitialisé par l'auto-école")  # fmt: skip
        lignes = [["Date", "Utilisateur", entete]]
        for f in faits:
            lignes.append([f"{f.quand:%d/%m/%Y %H:%M}", f.eleve.email, hasard.choice(action)])
            lignes.append([f"{JOUR:%d/%m/%Y} 09:00", hasard.choice(ELEVES).email,
                           hasard.choice(sans)])  # fmt: skip
        yield layout(f"journal, {entete}", csv_bytes(lignes))
    tard = [(e, datetime(2026, 8, 1 + n % 27, 22 + n % 2, 30)) for n, e in enumerate(ELEVES)]
    apres = {e.numero: ((q + timedelta(hours=2)).date(), None) for e, q in tard}
    for forme, entete in (("%Y-%m-%dT%H:%M:%SZ", "Dernière connexion"),
                          ("%Y-%m-%d %H:%M:%S UTC", "Dernière connexion"),
                          ("%Y-%m-%dT%H:%M:%S.000+00:00", "last_login_at"),
                          ("%d/%m/%Y %H:%M", "Dernière connexion (UTC)"),
                          ("%Y-%m-%d %H:%M", "Last login (GMT)")):  # fmt: skip
        lignes = [["Email", entete], *([e.email, f"{q:{forme}}"] for e, q in tard)]
        yield layout(f"heures de Greenwich, {forme}", csv_bytes(lignes), apres)
    lignes = [["Email", "Dernière connexion"], *([e.email, q and q.date()] for e, q in derniers)]
    yield layout("calendrier de 1904", workbook({"P": lignes}, date_1904=True))
    serie = [[e.email, q and (q.date() - date(1904, 1, 1)).days] for e, q in derniers]
    yield layout("1904 en nombres", workbook({"P": [lignes[0], *serie]}, date_1904=True))
    deux: Table = [["Email", "Dernière connexion", "Dernière série", "Première connexion"]]
    deux += [[e.email, q and f"{q:%d/%m/%Y}", "01/02/2026", "06/01/2026"] for e, q in derniers]
    yield layout("connexion et série", csv_bytes(deux))
    comptes: Table = [["Nom", "Prénom", "Email", "Date de création", "Date d'expiration"]]
    comptes += [[e.nom, e.prenom, e.email, "01/01/2026", "20/11/2026"] for e, _ in derniers]
    yield layout("comptes sans connexion", csv_bytes(comptes), plain=False)


def phones(hasard: random.Random) -> Iterator[Layout]:
    """Calls and messages, by number or by name."""
    faits = facts(hasard, avenir=False)
    vrai = truth(faits, Canal.CONTACTS)

    def layout(nom: str, lignes: Table) -> Layout:
        return Layout(f"téléphone · {nom}", Canal.CONTACTS, csv_bytes(lignes), vrai)

    formes: tuple[Callable[[str], str], ...] = (
        lambda t: t, lambda t: t.replace(" ", ""), lambda t: "+33 " + t[1:],
        lambda t: "0033" + t.replace(" ", "")[1:],
    )  # fmt: skip
    for numero in ("Numéro", "Téléphone", "Appelant", "N° appelé/appelant"):
        for sens, (entre, sort) in {
            "Sens": ("Entrant", "Sortant"), "Type": ("Appel reçu", "Appel émis"),
            "Direction": ("Incoming", "Outgoing"), "Type d'appel": ("Entrant", "Sortant"),
        }.items():  # fmt: skip
            forme = hasard.choice(formes)
            lignes: Table = [["Date", "Heure", numero, sens, "Durée"]]
            lignes += [[f"{f.quand:%d/%m/%Y}", f"{f.quand:%H:%M}", forme(f.eleve.telephone),
                        entre if f.genre == "fait" else sort, "0:02"] for f in faits]  # fmt: skip
            yield layout(f"{numero}, {sens}", lignes)
    deux: Table = [["Appels entrants"], ["Date", "Téléphone"]]
    deux += [[f"{f.quand:%d/%m/%Y}", f.eleve.telephone] for f in faits if f.genre == "fait"]
    deux += [[], ["Appels sortants"], ["Date", "Téléphone"]]
    deux += [[f"{f.quand:%d/%m/%Y}", f.eleve.telephone] for f in faits if f.genre != "fait"]
    yield layout("entrants puis sortants", deux)


def damaged(hasard: random.Random) -> Iterator[Layout]:
    """Bytes and cells that something has spoiled, around lessons that can be read."""
    faits = facts(hasard)
    vrai = truth(faits, Canal.COURS)
    entete = ["Élève", "N° élève", "Date de la leçon", "Statut", "Adresse"]
    lignes = lessons(faits, entete, lambda f: [_nom(f), f.eleve.numero, f"{f.quand:%d/%m/%Y}",
                                               _dit(f), "3 allée du Château"])  # fmt: skip
    octets = csv_bytes(lignes)

    def layout(nom: str, octets: bytes) -> Layout:
        return Layout(f"abîmé · {nom}", Canal.COURS, octets, vrai)

    milieu = len(octets) * 3 // 4
    coupe = octets.index("â".encode(), milieu)
    yield layout("un octet coupé", octets[: coupe + 1] + octets[coupe + 2 :])
    rangees = octets.split(b"\r\n")
    for encodage in ("cp1252", "mac_roman", "cp850"):
        meles = [r.decode().encode(encodage) if n % 3 == 1 else r for n, r in enumerate(rangees)]
        yield layout(f"lignes en {encodage}", b"\r\n".join(meles))
        peu = [r.decode().encode(encodage) if n == 40 else r for n, r in enumerate(rangees)]
        yield layout(f"une ligne en {encodage}", b"\r\n".join(peu))
    yield layout("écrit deux fois en UTF-8", octets.decode("cp1252", "replace").encode())
    yield layout("octets nuls à la fin", octets + b"\0" * 300)
    yield layout("octets nuls dans un champ", octets.replace("Château".encode(), b"Chat\0\0\0\0"))
    yield layout("accents décomposés", unicodedata.normalize("NFD", octets.decode()).encode())
    yield layout("sep=", b"sep=;\r\n" + octets)
    yield layout("point-virgule à la fin", octets.replace(b"\r\n", b";;\r\n"))
    vrais = lessons(faits, entete[:4], lambda f: [_nom(f), f.eleve.numero, f.jour, _dit(f)])
    decale: Table = [[], ["", "École"], ["", *entete[:4]], *(["", *ligne] for ligne in vrais[1:])]
    yield layout("colonne vide à gauche", workbook({"Planning": decale}))
    groupes: Table = [
        ["Leçon", "", "Élève", "", "Moniteur", ""],
        ["Date", "Statut", "Nom", "Prénom", "Nom", "Prénom"],
    ]
    groupes += [[f.jour, _dit(f), f.eleve.nom, f.eleve.prenom, "BEN", "Karim"] for f in faits]
    yield layout("en-têtes groupés", workbook({"Planning": groupes}))
    lus = zipfile.ZipFile(io.BytesIO(workbook({"Planning": vrais})))
    for nom, autre in (
        ("noms à barres inverses", lambda n: n.replace("/", "\\")),
        ("partie principale ailleurs", lambda n: n.replace("xl/workbook.xml", "xl/classeur.xml")),
    ):
        sortie = io.BytesIO()
        with zipfile.ZipFile(sortie, "w") as apres:
            for partie in lus.namelist():
                contenu = lus.read(partie)
                if "ailleurs" in nom:
                    contenu = contenu.replace(b"xl/workbook.xml", b"xl/classeur.xml")
                    partie = partie.replace("_rels/workbook.xml", "_rels/classeur.xml")
                apres.writestr(autre(partie), contenu)
        yield layout(nom, sortie.getvalue())
