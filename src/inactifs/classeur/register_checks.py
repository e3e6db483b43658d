"""What is doubtful in the register, on a given day: the net under imports and typing.

Dates to come, cells that are not what their column says, students who are one.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from inactifs.classeur.schema import ELEVES, PARAMETRES
from inactifs.classeur.valeurs import Anomalie, Classeur, Place
from inactifs.dates import french
from inactifs.ooxml.references import cell_name
from inactifs.phones import phone_keys
from inactifs.procedure.eleve import without_mark
from inactifs.procedure.modele import Eleve
from inactifs.procedure.retention import is_neutral
from inactifs.registre import is_email, is_odd_name, name_words, number_key

LOINTAIN = timedelta(days=366)
CORRIGER = "Corrigez la date."


def check_register(classeur: Classeur, aujourdhui: date) -> Iterator[Anomalie]:
    """The doubts of the sheet Élèves, and of what Paramètres says of the school and of imports."""
    place = classeur.places.get(ELEVES.nom)
    if place is not None:
        for eleve in classeur.registre:
            ligne = classeur.lignes_eleves[number_key(eleve.numero)]
            yield from _check_dates(eleve, place, ligne, aujourdhui)
            yield from _check_cells(eleve, place, ligne)
        yield from _check_doubles(classeur, place)
    yield from _check_school(classeur)
    yield from _check_imports(classeur, aujourdhui)


def _check_dates(eleve: Eleve, place: Place, ligne: int, aujourdhui: date) -> Iterator[Anomalie]:
    bientot = aujourdhui + LOINTAIN
    for champ, jour, limite in (
        ("inscrit_le", eleve.inscrit_le, aujourdhui),
        ("derniere_connexion", eleve.derniere_connexion, aujourdhui),
        ("dernier_contact", eleve.dernier_contact, aujourdhui),
        ("dernier_cours", eleve.dernier_cours, bientot),
        ("prochain_cours", eleve.prochain_cours, bientot),
    ):
        if jour is not None and jour > limite:
            raison = (
                "Cette date est à venir : l'élève passe pour actif."
                if limite is aujourdhui
                else "Ce cours est à plus d'un an : l'élève passe pour actif jusque-là."
            )
            yield place.reporter(ligne)(champ, french(jour), raison, CORRIGER)


def _check_cells(eleve: Eleve, place: Place, ligne: int) -> Iterator[Anomalie]:
    """Letters that an encoding spoilt, a number that a spreadsheet rounded, a word instead."""
    signaler = place.reporter(ligne)
    for champ, nom in (("nom", eleve.nom), ("prenom", eleve.prenom)):
        if nom and is_odd_name(nom) and not is_neutral(eleve.numero):
            yield signaler(
                champ, nom, "Ce n'est sans doute pas un nom.", "Tapez le nom de l'élève."
            )
    if eleve.telephone and not phone_keys(without_mark(eleve.telephone)):
        yield signaler(
            "telephone",
            eleve.telephone,
            "Ce n'est pas un numéro de téléphone : l'élève ne peut être appelé.",
            "Tapez son numéro, ou videz la cellule.",
        )
    if eleve.email and not is_email(without_mark(eleve.email)):
        yield signaler(
            "email",
            eleve.email,
            "Ce n'est pas une adresse email.",
            "Tapez son adresse, ou videz la cellule.",
        )


def _check_doubles(classeur: Classeur, place: Place) -> Iterator[Anomalie]:
    """Two rows that are one person: the same name, and a phone, an email, a NEPH or a number
    (zeros left aside) in common."""
    for homonymes in _namesakes(classeur).values():
        vus: dict[tuple[str, str], Eleve] = {}
        for eleve in homonymes:
            deja = next((vus[c] for c in _marks(eleve) if c in vus), None)
            vus.update(dict.fromkeys(_marks(eleve), eleve))
            if deja is not None:
                ligne = classeur.lignes_eleves[number_key(deja.numero)]
                yield place.reporter(classeur.lignes_eleves[number_key(eleve.numero)])(
                    "numero",
                    eleve.numero,
                    f"{eleve.nom_complet} est sans doute aussi l'élève de la ligne {ligne} "
                    f"(n° {deja.numero}) : ses activités seraient partagées entre les deux.",
                    "Gardez une seule ligne, avec les dates les plus récentes des deux.",
                )


def _namesakes(classeur: Classeur) -> dict[tuple[str, ...], list[Eleve]]:
    noms: dict[tuple[str, ...], list[Eleve]] = {}
    for eleve in classeur.registre:
        if mots := name_words(eleve.nom_complet):
            noms.setdefault(mots, []).append(eleve)
    return {mots: eleves for mots, eleves in noms.items() if len(eleves) > 1}


def _marks(eleve: Eleve) -> list[tuple[str, str]]:
    marques = [("tel", cle) for cle in phone_keys(without_mark(eleve.telephone))]
    if eleve.email:
        marques.append(("email", without_mark(eleve.email).casefold()))
    if eleve.neph:
        marques.append(("neph", eleve.neph.lstrip("0")))
    return [*marques, ("numero", number_key(eleve.numero).lstrip("0"))]


def _check_school(classeur: Classeur) -> Iterator[Anomalie]:
    """A value that is on the line of another."""
    ecole = classeur.ecole
    for champ, valeur, faux, attendu in (
        ("ecole_nom", ecole.nom, is_email(ecole.nom) or bool(phone_keys(ecole.nom)), "le nom"),
        ("ecole_telephone", ecole.telephone, not phone_keys(ecole.telephone), "le téléphone"),
        ("ecole_email", ecole.email, not is_email(ecole.email), "l'adresse email"),
    ):
        if valeur and faux and champ in classeur.parametres:
            yield Anomalie(
                "avertissement",
                classeur.places[PARAMETRES.nom].nom,
                cell_name(*classeur.parametres[champ]),
                valeur,
                f"Ce n'est sans doute pas {attendu} de l'auto-école.",
                "Tapez chaque valeur sur sa ligne : les messages aux élèves les reprennent.",
            )


def _check_imports(classeur: Classeur, aujourdhui: date) -> Iterator[Anomalie]:
    """The days that the tool notes, if somebody has changed them."""
    for canal, jour in classeur.imports.items():
        if jour is not None and jour > aujourdhui:
            yield Anomalie(
                "avertissement",
                classeur.places[PARAMETRES.nom].nom,
                cell_name(*classeur.parametres[f"import_{canal}"]),
                french(jour),
                "Cette date est à venir : un import ancien passerait pour récent.",
                "Corrigez-la, ou refaites l'import.",
            )
