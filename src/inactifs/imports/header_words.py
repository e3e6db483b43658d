"""The headers of French driving-school software, by meaning: the table to add words to.

For each field, the best header first. A header is compared without case, accents,
punctuation, articles, plurals nor order of words; a word for the student (élève, candidat,
stagiaire…) may be added to any of them or left out. Sources: the exports that schools of the
procedure use (planning, PASS Rousseau, register of contacts), and the words of ANTS and CERFA
forms for the identity.
"""

from __future__ import annotations

from inactifs.imports.outcome import Canal

PERSONNE = ("élève", "candidat", "candidate", "stagiaire", "apprenant", "apprenante", "client",
            "cliente", "étudiant", "étudiante", "bénéficiaire", "student", "invité")  # fmt: skip
"""Who the exports are about."""

IDENTITE: dict[str, tuple[str, ...]] = {
    "numero": (
        "n° élève", "code élève", "id élève", "identifiant élève", "référence élève", "réf élève",
        "matricule élève", "matricule", "student id",
    ),
    "neph": (
        "NEPH", "n° NEPH", "code NEPH", "identifiant NEPH", "n° d'enregistrement préfectoral",
        "n° d'enregistrement préfectoral harmonisé", "numéro préfecture", "n° ANTS",
    ),
    "dossier": ("n° dossier", "dossier", "code dossier", "réf dossier", "référence dossier"),
    "email": (
        "email", "e-mail", "adresse email", "adresse e-mail", "courriel", "adresse courriel",
        "mail", "adresse mail", "adresse électronique", "mél", "email 1", "identifiant email",
        "login email",
    ),
    "telephone": (
        "téléphone portable", "portable", "mobile", "téléphone mobile", "tél portable",
        "tél mobile", "n° portable", "n° mobile", "n° téléphone portable", "gsm", "téléphone",
        "tél", "n° téléphone", "n° tél", "phone", "téléphone 1", "tél 1", "numéro appelant",
        "appelant", "téléphone fixe", "téléphone domicile", "tél fixe", "fixe",
    ),
    "eleve": (
        "nom et prénom", "nom prénom", "nom complet", "identité", "élève", "nom / prénom",
        "full name", "participant", "nom d'usage et prénom",
    ),
    "nom": (
        "nom", "nom famille", "nom d'usage", "nom usuel", "nom naissance", "last name", "lastname",
        "surname", "name",
    ),
    "prenom": ("prénom", "prénom usuel", "prénom 1", "premier prénom", "first name", "firstname"),
    "ordre": ("n°", "id", "code", "identifiant", "réf", "référence", "n° ordre"),
}  # fmt: skip
"""``dossier`` is a number, or a NEPH: the register tells. ``ordre`` is the student's number or
the row's: it only tells homonyms apart, or stands alone."""

PROPRES: dict[Canal, dict[str, tuple[str, ...]]] = {
    Canal.COURS: {
        "date": (
            "date leçon", "date cours", "date séance", "date rdv", "date rendez-vous",
            "date prestation", "date leçon conduite", "date heure leçon", "date conduite",
            "date et heure", "date heure", "date", "jour", "date début", "date et heure début",
            "date heure début", "jour leçon", "jour cours", "début", "heure début", "début leçon",
            "début cours", "date horaire", "horaire", "créneau", "rdv", "rendez-vous", "start",
            "start date", "lesson date", "start time", "start date time", "start at",
        ),
        "statut": (
            "statut leçon", "statut cours", "statut rdv", "statut rendez-vous", "statut séance",
            "statut réservation", "état leçon", "état cours", "état rdv", "état séance",
            "état réservation", "statut", "état", "status", "situation", "booking status",
            "émargement", "signature élève", "validé",
        ),
        "presence": (
            "présence", "présent", "présent absent", "présence absence", "présent absent excusé",
            "statut présence", "P/A", "P/A/E", "effectué", "réalisé", "fait",
            "honoré", "venu", "leçon effectuée", "cours effectué", "séance effectuée",
            "leçon faite", "leçon réalisée", "rdv honoré",
        ),
        "annule": (
            "annulé", "annulation", "leçon annulée", "cours annulé", "rdv annulé",
            "séance annulée", "réservation annulée", "date annulation", "supprimé",
            "absence non excusée", "absence non justifiée", "absence injustifiée",
        ),
        "absent": (
            "absent", "absence", "no show", "excusé", "absence excusée", "absence justifiée",
        ),
        "motif": (
            "motif annulation", "raison annulation", "cause annulation", "annulé par",
            "motif absence", "raison absence",
        ),
    },
    Canal.CONNEXIONS: {
        "date": (
            "dernière connexion", "date dernière connexion", "date heure dernière connexion",
            "dernière connexion le", "dernière date connexion", "date connexion", "connecté le",
            "dernier accès", "date dernier accès", "dernière visite",
            "dernière activité", "date dernière activité", "dernière utilisation", "last login",
            "last login at", "last login date", "last connection", "last connexion", "last seen",
            "last activity", "dern connexion", "dernière connexion plateforme",
            "dernière connexion site", "dernière connexion application",
            "dernière session", "date dernière session", "dernière séance",
            "date dernière séance", "date dernière série", "dernière série", "date dernier test",
            "dernier entraînement", "date dernier entraînement", "dernier passage", "connexion",
            "date et heure", "date heure", "date", "jour", "horodatage", "horodateur",
            "timestamp",
        ),
        "qui": ("utilisateur", "login", "nom d'utilisateur", "identifiant connexion", "compte",
                "user", "username", "user name"),
    },
    Canal.CONTACTS: {
        "date": (
            "date contact", "date appel", "date échange", "date message", "date visite",
            "date réception", "date et heure", "date heure", "date", "jour", "horodatage",
            "reçu le", "début", "date début", "horodateur", "timestamp", "envoyé le",
            "date envoi", "appelé le", "dernier contact", "date dernier contact",
            "dernier échange", "date dernier échange",
        ),
        "sens": (
            "sens", "direction", "sens appel", "sens contact", "sens échange", "sens communication",
            "entrant sortant", "entrant ou sortant", "origine", "origine contact", "initiative",
            "initiateur", "à l'initiative de", "qui est à l'initiative", "initié par", "provenance",
            "émetteur",
            "expéditeur", "reçu émis", "reçu envoyé", "envoyé reçu", "qui a appelé", "appelé par",
            "contacté par", "in out",
        ),
        "canal": (
            "canal", "moyen", "mode", "moyen contact", "mode contact", "canal contact", "média",
            "support", "moyen utilisé",
        ),
        "type": (
            "type", "nature", "type contact", "nature contact", "type appel", "type échange",
            "nature échange", "type message", "type communication", "échange",
        ),
        "qui": ("contact", "nom contact", "correspondant", "interlocuteur"),
    },
    Canal.ELEVES: {
        "inscrit_le": (
            "inscrit le", "date inscription", "inscription", "date d'inscription", "inscription le",
            "date entrée", "date entrée formation", "date début formation", "début formation",
            "date contrat", "date signature contrat", "début contrat", "date début contrat",
            "date création dossier", "date création", "date dossier", "date insc", "date inscr",
        ),
        "formation": (
            "formation", "type formation", "catégorie permis", "permis", "catégorie", "type permis",
            "permis préparé", "permis demandé", "formule", "prestation", "forfait",
        ),
        "financement": (
            "financement", "mode financement", "type financement", "financeur", "prise en charge",
        ),
        "statut": (
            "statut", "statut élève", "statut dossier", "état", "état dossier", "situation",
            "statut formation", "état formation", "status",
        ),
        "permis_le": (
            "permis obtenu le", "date obtention permis", "permis obtenu", "obtention permis",
            "date permis", "date obtention", "permis délivré le", "date réussite permis",
        ),
        "fin_contrat": (
            "fin contrat", "date fin contrat", "contrat jusqu'au", "échéance contrat",
            "date échéance contrat", "expiration contrat", "validité contrat",
        ),
        "heures_restantes": (
            "heures restantes", "heures à faire", "solde heures", "reste heures", "crédit heures",
            "heures dues", "reste à faire", "nombre heures restantes", "h restantes",
        ),
        "code_obtenu_le": (
            "code obtenu le", "date obtention code", "date code", "date réussite code",
            "obtention code", "ETG obtenu le", "date ETG", "réussite code", "ETG",
        ),
        "representant_legal": (
            "représentant légal", "représentants légaux", "responsable légal", "parent",
            "nom représentant légal", "tuteur légal", "tuteur", "nom parent",
        ),
        "adresse": (
            "adresse", "adresse postale", "adresse complète", "adresse 1", "rue", "voie",
            "adresse domicile",
        ),
        "code_postal": ("code postal", "CP"),
        "ville": ("ville", "commune", "localité"),
    },
}  # fmt: skip
"""``qui`` is a name, an email, a phone or a number, heeded where nothing else says who it is."""

EFFETS = {
    Canal.COURS: ("annule", "absent", "presence", "statut", "motif"),
    Canal.CONTACTS: ("sens", "canal", "type"),
}
"""The fields that say whether a line counts."""

LIBELLES = {
    "numero": "n° élève", "neph": "NEPH", "dossier": "n° de dossier", "email": "email",
    "telephone": "téléphone", "eleve": "élève", "nom": "nom", "prenom": "prénom", "ordre": "n°",
    "date": "date", "statut": "statut", "presence": "statut", "annule": "annulé",
    "absent": "absent", "motif": "motif d'annulation", "sens": "sens", "canal": "canal",
    "type": "type", "qui": "élève",
    "inscrit_le": "inscrit le", "formation": "formation", "financement": "financement",
    "permis_le": "permis obtenu le", "fin_contrat": "fin de contrat",
    "heures_restantes": "heures restantes", "code_obtenu_le": "code obtenu le",
    "representant_legal": "représentant légal", "adresse": "adresse",
    "code_postal": "code postal", "ville": "ville",
}  # fmt: skip
"""The fields, in the words shown to people."""
