"""Prévention des abandons : le tableau de suivi des élèves inactifs d'une auto-école."""

__version__ = "0.1.0"
