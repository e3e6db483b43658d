"""What an action in the log of a revision platform says: that the student was there, or not."""

from __future__ import annotations

import re
from functools import lru_cache

from inactifs.imports.wordings import Effet
from inactifs.mots import fold

_ECOLE = re.compile(
    r"\b(?:ecole|autoecole|auto ecole|agence|moniteur|monitrice|enseignante?|admin\w*|gestionnaire|"
    r"secretariat|relance|rappel|notification|newsletter|envoye?e?s?|envoi|sent|facture|paiement|"
    r"licence|import|export|compte (?:cree|reinitialise|active|desactive|supprime)|reinitialise|"
    r"attribue|affecte|invitation|deconnexion|deconnecte|logout|logged out|sign(?:ed)? out|"
    r"session expiree?|expiration|creation (?:de |du )?compte|account created|jamais|aucune?)\b"
)
_MANQUE = re.compile(
    r"\b(?:echec|echoue|erreur|refuse|tentative|failed|failure|bloque)e?s?\b.*"
    r"\b(?:connexion|login|authentification|identification|mot de passe|password)|"
    r"\b(?:connexion|login|authentification|sign in)\b.*"
    r"\b(?:echouee?|refusee?|impossible|en echec|erronee?|failed|bloquee?)\b"
)
_ELEVE = re.compile(
    r"\b(?:connexion|connectee?|login|log in|logged in|sign(?:ed)? in|authentification|session|"
    r"series?|tests?|entrainements?|quiz|qcm|examens? blancs?|exercices?|questions?|lecons?|cours|"
    r"videos?|modules?|themes?|revisions?|consultation|consultee?|visionnage|vue?|page vue|fiche|"
    r"score|evaluation|reponses?|ouverture (?:de )?(?:l )?application)\b"
)


@lru_cache(1024)
def login_effect(texte: str) -> Effet | None:
    """FAIT when the student was on the platform, RIEN when the school or the platform acted, or
    the login failed; None when the words are not known."""
    phrase = " ".join(re.findall(r"[a-z]+", fold(texte)))
    if _ECOLE.search(phrase) or _MANQUE.search(phrase):
        return Effet.RIEN
    return Effet.FAIT if _ELEVE.search(phrase) else None
