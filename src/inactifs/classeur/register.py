"""The sheet Élèves → the register, and what is doubtful in it, by itself and on a given day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from inactifs.classeur.cells import Muette
from inactifs.classeur.locating import Row, Table, rows
from inactifs.classeur.schema import ELEVES
from inactifs.classeur.values import Anomalie, Classeur, Signaler
from inactifs.dates import french
from inactifs.phones import phone_keys
from inactifs.procedure.eleve import without_mark
from inactifs.procedure.modele import STATUTS, Eleve
from inactifs.procedure.retention import is_neutral
from inactifs.registre import Registre, is_email, is_odd_name, name_words, number_key

LOINTAIN = timedelta(days=366)
CORRIGER = "Corrigez la date."


class RegistreLu(NamedTuple):
    """What the register says. ``lignes`` gives the row of each number, as ``number_key`` makes
    it; ``douteux`` are the numbers of the students of whom a date cannot be read."""

    registre: Registre
    lignes: Mapping[str, int]
    anomalies: tuple[Anomalie, ...]
    douteux: frozenset[str]


def read_registre(table: Table | None) -> RegistreLu:
    """Every student of the register; a row without a usable number is reported, not kept."""
    if table is not None and "numero" not in table.place.colonnes:
        faute = table.place.reporter(table.place.entete)(
            "nom",
            "",
            "la colonne N° ÉLÈVE manque : aucun élève n'est suivi",
            "Ajoutez cette colonne et donnez un numéro à chaque élève.",
            "erreur",
        )
        return RegistreLu(Registre(), {}, (faute,), frozenset())
    eleves: list[Eleve] = []
    lignes: dict[str, int] = {}
    anomalies: list[Anomalie] = []
    douteux: set[str] = set()
    for rangee in rows(table, ELEVES):
        valeurs = rangee.fields(ELEVES)
        anomalies += rangee.faults
        if isinstance(rangee.valeurs["numero"], Muette):
            anomalies[-len(rangee.faults)] = rangee.faults[0]._replace(gravite="erreur")
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
    return rangee.table.place.reporter(rangee.ligne)("numero", contenu, raison, remede, "erreur")


def _doubts(rangee: Row, eleve: Eleve) -> Iterator[Anomalie]:
    """A STATUT that is not known, a student without a name."""
    signaler = rangee.table.place.reporter(rangee.ligne)
    if not eleve.statut_connu:
        remede = f"Tapez {', '.join(STATUTS[:-1])} ou {STATUTS[-1]}, ou videz la cellule."
        raison = "ce statut n'est pas connu : l'élève est suivi"
        yield signaler("statut", eleve.statut, raison, remede)
    if not eleve.nom and not eleve.prenom:
        raison, remede = "cet élève n'a pas de nom", "Tapez son nom et son prénom."
        yield signaler("nom", eleve.numero, raison, remede)


def check_register(classeur: Classeur, aujourdhui: date) -> Iterator[Anomalie]:
    """The doubts of the sheet Élèves, and of what Paramètres says of the school and of imports."""
    for eleve in classeur.registre:
        yield from _check_dates(eleve, classeur.at(eleve), aujourdhui)
        yield from _check_cells(eleve, classeur.at(eleve))
    yield from _check_doubles(classeur)
    yield from _check_school(classeur)
    yield from _check_imports(classeur, aujourdhui)


def _check_dates(eleve: Eleve, signaler: Signaler, aujourdhui: date) -> Iterator[Anomalie]:
    passes = ("inscrit_le", "derniere_connexion", "dernier_contact")
    for champ in (*passes, "dernier_cours", "prochain_cours"):
        limite = aujourdhui if champ in passes else aujourdhui + LOINTAIN
        jour = getattr(eleve, champ)
        if jour is not None and jour > limite:
            raison = (
                "Cette date est à venir : l'élève passe pour actif."
                if champ in passes
                else "Ce cours est à plus d'un an : l'élève passe pour actif jusque-là."
            )
            yield signaler(champ, jour, raison, CORRIGER)


def _check_cells(eleve: Eleve, signaler: Signaler) -> Iterator[Anomalie]:
    """Letters that an encoding spoilt, a number that a spreadsheet rounded, a word instead."""
    for champ, nom in (("nom", eleve.nom), ("prenom", eleve.prenom)):
        if nom and is_odd_name(nom) and not is_neutral(eleve.numero):
            raison = "Ce n'est sans doute pas un nom."
            yield signaler(champ, nom, raison, "Tapez le nom de l'élève.")
    if eleve.telephone and not phone_keys(without_mark(eleve.telephone)):
        raison = "Ce n'est pas un numéro de téléphone : l'élève ne peut être appelé."
        remede = "Tapez son numéro, ou videz la cellule."
        yield signaler("telephone", eleve.telephone, raison, remede)
    if eleve.email and not is_email(without_mark(eleve.email)):
        raison, remede = (
            "Ce n'est pas une adresse email.",
            "Tapez son adresse, ou videz la cellule.",
        )
        yield signaler("email", eleve.email, raison, remede)


def _check_doubles(classeur: Classeur) -> Iterator[Anomalie]:
    """Two rows that are one person: the same name, and a phone, an email, a NEPH or a number
    (zeros left aside) in common."""
    for homonymes in _namesakes(classeur).values():
        vus: dict[tuple[str, str], Eleve] = {}
        for eleve in homonymes:
            deja = next((vus[c] for c in _marks(eleve) if c in vus), None)
            vus.update(dict.fromkeys(_marks(eleve), eleve))
            if deja is not None:
                ligne = classeur.lignes_eleves[number_key(deja.numero)]
                yield classeur.at(eleve)(
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
            yield classeur.at(champ)(
                "valeur",
                valeur,
                f"Ce n'est sans doute pas {attendu} de l'auto-école.",
                "Tapez chaque valeur sur sa ligne : les messages aux élèves les reprennent.",
            )


def _check_imports(classeur: Classeur, aujourdhui: date) -> Iterator[Anomalie]:
    """The days that the tool notes, if somebody has changed them."""
    for canal, jour in classeur.imports.items():
        if jour is not None and jour > aujourdhui:
            yield classeur.at(f"import_{canal}")(
                "valeur",
                french(jour),
                "Cette date est à venir : un import ancien passerait pour récent.",
                "Corrigez-la, ou refaites l'import.",
            )
