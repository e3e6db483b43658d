"""Whether a file writes its dates month first, as American software does."""

from __future__ import annotations

from dataclasses import dataclass

from inactifs.erreurs import FichierInvalide
from inactifs.imports.cell_values import month_first


@dataclass
class OrdreDates:
    """The dates seen so far that can only be month/day, or day/month."""

    mois_d_abord: int = 0
    jour_d_abord: bool = False

    def note(self, cellule: object) -> None:
        """Count one cell."""
        ordre = month_first(cellule)
        if ordre:
            self.mois_d_abord += 1
        elif ordre is False:
            self.jour_d_abord = True

    def require_day_first(self, fichier: str) -> None:
        """Refuse a file of months first: half of its dates would be read wrong. One alone is a
        typing mistake.

        Raises:
            FichierInvalide: it is one.
        """
        if self.mois_d_abord >= 2 and not self.jour_d_abord:
            raise FichierInvalide(
                f"{fichier} : les dates y sont écrites mois/jour/année.",
                "Exportez-le de nouveau avec des dates jour/mois/année.",
            )
