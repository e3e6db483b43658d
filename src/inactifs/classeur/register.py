"""The sheet Élèves → the register, and what is doubtful in it, by itself and on a given day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import partial
from typing import NamedTuple

from inactifs.classeur.cells import Muette
from inactifs.classeur.locating import rows
from inactifs.classeur.schema import ELEVES
from inactifs.classeur.values import Anomalie, Classeur, Table
from inactifs.phones import phone_keys
from inactifs.procedure.eleve import without_mark
from inactifs.procedure.modele import STATUTS, Eleve
from inactifs.procedure.retention import is_neutral
from inactifs.registre import Registre, is_email, is_odd_name, name_words, number_key

LOINTAIN = timedelta(days=366)


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
        faute = table.place.doubt(table.place.entete, "nom", "", "sans_colonne_numero")
        return RegistreLu(Registre(), {}, (faute,), frozenset())
    eleves: list[Eleve] = []
    lignes: dict[str, int] = {}
    anomalies: list[Anomalie] = []
    douteux: set[str] = set()
    for rangee in rows(table, ELEVES):
        valeurs = rangee.fields(ELEVES)
        if isinstance(rangee["numero"], Muette):
            rangee.faults[0] = rangee.faults[0]._replace(gravite="erreur")
        elif (cle := number_key(numero := str(valeurs["numero"]))) and cle not in lignes:
            lignes[cle] = rangee.ligne
            eleve = Eleve(**valeurs)  # type: ignore[arg-type]
            eleves.append(eleve)
            if rangee.unreadable is not None:
                douteux.add(numero)
            if not eleve.statut_connu:
                statuts = ", ".join(STATUTS[:-1])
                rangee.doubt("statut", "statut_inconnu", statuts=statuts, dernier=STATUTS[-1])
            if not eleve.nom and not eleve.prenom:
                rangee.faults.append(rangee.place.doubt(rangee.ligne, "nom", numero, "sans_nom"))
        elif any(valeurs.values()):
            qui = f"{valeurs['nom']} {valeurs['prenom']}".strip() or numero
            doute = partial(rangee.place.doubt, rangee.ligne, "numero", qui)
            if cle in lignes:
                faute = doute("numero_double", numero=numero, ligne=lignes[cle])
            else:
                faute = doute("sans_numero")
            rangee.faults.append(faute)
        anomalies += rangee.faults
    return RegistreLu(Registre(eleves), lignes, tuple(anomalies), frozenset(douteux))


def check_register(classeur: Classeur, aujourdhui: date) -> Iterator[Anomalie]:
    """The doubts of the sheet Élèves, and of what Paramètres says of the school and of imports."""
    for eleve in classeur.registre:
        for champ, quoi in _doubts(eleve, aujourdhui):
            yield classeur.at(eleve)(champ, getattr(eleve, champ), quoi)
    yield from _check_doubles(classeur)
    nom, telephone, email = classeur.ecole
    for champ, valeur, faux, attendu in (
        ("ecole_nom", nom, is_email(nom) or bool(phone_keys(nom)), "le nom"),
        ("ecole_telephone", telephone, not phone_keys(telephone), "le téléphone"),
        ("ecole_email", email, not is_email(email), "l'adresse email"),
    ):
        if valeur and faux and champ in classeur.parametres:
            yield classeur.at(champ)("valeur", valeur, "autre_ligne", attendu=attendu)
    for canal, jour in classeur.imports.items():  # the tool notes them: somebody changed this one
        if jour is not None and jour > aujourdhui:
            yield classeur.at(f"import_{canal}")("valeur", jour, "import_a_venir")


def _doubts(eleve: Eleve, aujourdhui: date) -> Iterator[tuple[str, str]]:
    """The fields that are doubtful, and why: days to come, letters that an encoding spoilt, a
    number that a spreadsheet rounded, a word in the place of another thing."""
    for champ in ("inscrit_le", "derniere_connexion", "dernier_contact"):
        if (jour := getattr(eleve, champ)) is not None and jour > aujourdhui:
            yield champ, "activite_a_venir"
    for champ in ("dernier_cours", "prochain_cours"):
        if (jour := getattr(eleve, champ)) is not None and jour > aujourdhui + LOINTAIN:
            yield champ, "cours_lointain"
    for champ, nom in (("nom", eleve.nom), ("prenom", eleve.prenom)):
        if nom and is_odd_name(nom) and not is_neutral(eleve.numero):
            yield champ, "pas_un_nom"
    if eleve.telephone and not phone_keys(without_mark(eleve.telephone)):
        yield "telephone", "pas_un_telephone"
    if eleve.email and not is_email(without_mark(eleve.email)):
        yield "email", "pas_un_email"


def _check_doubles(classeur: Classeur) -> Iterator[Anomalie]:
    """Two rows that are one person: the same name, and a phone, an email, a NEPH or a number
    (zeros left aside) in common."""
    vus: dict[tuple[object, ...], Eleve] = {}
    for eleve in classeur.registre:
        if len(classeur.registre.named(eleve.nom_complet)) < 2:
            continue
        mots = name_words(eleve.nom_complet)
        marques = [(mots, "tel", cle) for cle in phone_keys(without_mark(eleve.telephone))]
        if eleve.email:
            marques.append((mots, "email", without_mark(eleve.email).casefold()))
        if eleve.neph:
            marques.append((mots, "neph", eleve.neph.lstrip("0")))
        marques.append((mots, "numero", number_key(eleve.numero).lstrip("0")))
        deja = next((vus[m] for m in marques if m in vus), None)
        vus.update(dict.fromkeys(marques, eleve))
        if deja is not None:
            dits = {"nom": eleve.nom_complet, "numero": deja.numero}
            ligne = classeur.lignes_eleves[number_key(deja.numero)]
            yield classeur.at(eleve)("numero", eleve.numero, "meme_personne", ligne=ligne, **dits)
