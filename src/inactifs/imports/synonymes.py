"""The headers of French driving-school software, by meaning: the table to add words to.

For each field, the best header first. A header is compared without case, accents,
punctuation, articles, plurals nor order of words; a word for the student (élève, candidat,
stagiaire…) may be added to any of them or left out. Sources: the exports that schools of the
procedure use (planning, PASS Rousseau, register of contacts), and the words of ANTS and CERFA
forms for the identity.
"""

from __future__ import annotations

from inactifs.imports.resultat import Canal

PERSONNE = ("élève", "candidat", "candidate", "stagiaire", "apprenant", "apprenante", "client",
            "cliente", "étudiant", "étudiante", "bénéficiaire")  # fmt: skip
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
        "surname",
    ),
    "prenom": ("prénom", "prénom usuel", "first name", "firstname"),
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
            "date heure début", "début", "heure début", "début leçon", "début cours",
            "date horaire", "horaire", "créneau", "rdv", "rendez-vous", "start", "start date",
        ),
        "statut": (
            "statut leçon", "statut cours", "statut rdv", "statut rendez-vous", "statut séance",
            "statut réservation", "état leçon", "état cours", "état rdv", "état séance",
            "état réservation", "présence", "statut", "état", "présent", "présent absent",
            "présence absence", "effectué", "réalisé", "status", "situation", "émargement",
        ),
        "annule": ("annulé", "annulation", "absence", "absent", "leçon annulée", "cours annulé"),
    },
    Canal.CONNEXIONS: {
        "date": (
            "dernière connexion", "date dernière connexion", "date heure dernière connexion",
            "dernière connexion le", "dernière date connexion", "date connexion", "connexion",
            "connecté le", "dernier accès", "date dernier accès", "dernière visite",
            "dernière activité", "date dernière activité", "dernière utilisation", "last login",
            "last connection", "date et heure", "date heure", "date", "jour", "horodatage",
        ),
    },
    Canal.CONTACTS: {
        "date": (
            "date contact", "date appel", "date échange", "date message", "date visite",
            "date réception", "date et heure", "date heure", "date", "jour", "horodatage",
            "reçu le", "début", "date début",
        ),
        "sens": (
            "sens", "direction", "sens appel", "sens contact", "sens échange", "sens communication",
            "entrant sortant", "entrant ou sortant", "origine", "origine contact", "initiative",
            "initiateur", "à l'initiative de", "provenance", "émetteur",
        ),
        "canal": (
            "canal", "type", "moyen", "nature", "mode", "type contact", "moyen contact",
            "mode contact", "nature contact", "type appel", "type échange", "média", "objet",
        ),
    },
    Canal.ELEVES: {
        "inscrit_le": (
            "inscrit le", "date inscription", "inscription", "date d'inscription", "inscription le",
            "date entrée", "date entrée formation", "date début formation", "début formation",
            "date contrat", "date signature contrat", "date création dossier", "date création",
            "date dossier",
        ),
        "formation": (
            "formation", "type formation", "catégorie permis", "permis", "catégorie", "type permis",
            "permis préparé", "formule", "prestation", "forfait",
        ),
        "financement": (
            "financement", "mode financement", "type financement", "financeur", "prise en charge",
        ),
        "statut": (
            "statut", "statut élève", "statut dossier", "état", "état dossier", "situation",
            "statut formation", "état formation", "status",
        ),
    },
}  # fmt: skip

LIBELLES = {
    "numero": "n° élève", "neph": "NEPH", "dossier": "n° de dossier", "email": "email",
    "telephone": "téléphone", "eleve": "élève", "nom": "nom", "prenom": "prénom", "ordre": "n°",
    "date": "date", "statut": "statut", "annule": "annulé", "sens": "sens", "canal": "canal",
    "inscrit_le": "inscrit le", "formation": "formation", "financement": "financement",
}  # fmt: skip
"""The fields, in the words shown to people."""
