"""The sheet Élèves → the register, and what is doubtful in it, by itself and on a given day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from inactifs.classeur.cells import Muette, reason_of_silence
from inactifs.classeur.locating import Row, Table, rows
from inactifs.classeur.schema import ELEVES, PARAMETRES
from inactifs.classeur.values import Anomalie, Classeur, Place
from inactifs.dates import french
from inactifs.ooxml.references import cell_name
from inactifs.phones import phone_keys
from inactifs.procedure.eleve import without_mark
from inactifs.procedure.modele import STATUTS, Eleve, is_known_statut
from inactifs.procedure.retention import is_neutral
from inactifs.registre import Registre, is_email, is_odd_name, name_words, number_key


class RegistreLu(NamedTuple):
    """What the register says. ``lignes`` gives the row of each number, as ``number_key`` makes
    it; ``douteux`` are the numbers of the students of whom a date cannot be read."""

    registre: Registre
    lignes: Mapping[str, int]
    anomalies: tuple[Anomalie, ...]
    douteux: frozenset[str]


def read_registre(table: Table) -> RegistreLu:
    """Every student of the register; a row without a usable number is reported, not kept."""
    eleves: list[Eleve] = []
    lignes: dict[str, int] = {}
    anomalies: list[Anomalie] = []
    douteux: set[str] = set()
    for rangee in rows(table, ELEVES):
        numero = rangee.valeurs["numero"]
        valeurs = rangee.fields(ELEVES)
        anomalies += rangee.faults
        if isinstance(numero, Muette):
            anomalies[-len(rangee.faults)] = _mute_number(rangee, numero)
            continue
        cle = number_key(str(valeurs["numero"]))
        if cle and cle not in lignes:
            lignes[cle] = rangee.ligne
            eleve = Eleve(**valeurs)  # type: ignore[arg-type]
            eleves.append(eleve)
            anomalies += _doubts(rangee, eleve)
            if rangee.unreadable is not None:
                douteux.add(eleve.numero)
        elif any(valeurs.values()):
            anomalies.append(_rejected(rangee, valeurs, lignes.get(cle)))
    return RegistreLu(Registre(eleves), lignes, tuple(anomalies), frozenset(douteux))


def _mute_number(rangee: Row, numero: Muette) -> Anomalie:
    remede = "Tapez la valeur à la place de la formule."
    return rangee.table.anomalie("numero", rangee.ligne, numero, reason_of_silence(numero), remede)


def _rejected(rangee: Row, valeurs: Mapping[str, object], premiere: int | None) -> Anomalie:
    """A row whose number is missing or taken."""
    numero = str(valeurs["numero"])
    if premiere is not None:
        raison = f"le numéro {numero} est déjà celui de la ligne {premiere}"
        remede = "Donnez à chaque élève son numéro : cette ligne n'est pas suivie."
    else:
        raison = "cet élève n'a pas de numéro : il n'est pas suivi"
        remede = "Tapez son numéro dans la colonne N° ÉLÈVE."
    contenu = f"{valeurs['nom']} {valeurs['prenom']}".strip() or numero
    return rangee.table.anomalie("numero", rangee.ligne, contenu, raison, remede)


def _doubts(rangee: Row, eleve: Eleve) -> Iterator[Anomalie]:
    """A STATUT that is not known, a student without a name."""
    if not is_known_statut(eleve.statut):
        yield rangee.table.anomalie(
            "statut",
            rangee.ligne,
            eleve.statut,
            "ce statut n'est pas connu : l'élève est suivi",
            f"Tapez {', '.join(STATUTS[:-1])} ou {STATUTS[-1]}, ou videz la cellule.",
            gravite="avertissement",
        )
    if not eleve.nom and not eleve.prenom:
        yield rangee.table.anomalie(
            "nom",
            rangee.ligne,
            eleve.numero,
            "cet élève n'a pas de nom",
            "Tapez son nom et son prénom.",
            gravite="avertissement",
        )


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
