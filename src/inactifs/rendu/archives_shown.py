"""The archives as verified, in the terminal and in JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from inactifs.archives.verification import Controle
from inactifs.dates import french
from inactifs.rendu.json_shapes import Json
from inactifs.rendu.wording import plural

if TYPE_CHECKING:
    from rich.console import RenderableType


def render_archives(controles: Sequence[Controle]) -> list[RenderableType]:
    """One line an archive, then each defect, then what to do."""
    from rich.table import Table
    from rich.text import Text

    table = Table(title="Archives", title_justify="left", title_style="bold", header_style="bold")
    for colonne in ("Archive", "Faite le", "Par", "Fichiers", "État"):
        table.add_column(colonne, overflow="fold")
    for c in controles:
        m = c.manifeste
        table.add_row(
            Text(c.nom),
            french(m.quand) if m else "",
            Text(m.par if m else ""),
            str(len(m.fichiers)) if m else "",
            "intacte" if c.intacte else Text("À VÉRIFIER", style="bold red"),
        )
    blocs: list[RenderableType] = [table]
    abimees = [c for c in controles if not c.intacte]
    for c in abimees:
        for d in c.defauts:
            blocs.append(Text(" ".join(f"{c.nom}/{d.fichier} : {d.raison}.".split())))
    n = len(abimees)
    if not n:
        blocs.append(Text(f"{len(controles)} archive{plural(len(controles))}, rien à signaler."))
    else:
        blocs.append(
            Text(
                f"{n} archive{plural(n)} sur {len(controles)} à vérifier : reprenez les fichiers "
                "dans une sauvegarde, sans rien corriger dans l'archive."
            )
        )
    return blocs


def archives_json(controles: Sequence[Controle]) -> list[Json]:
    """One object an archive; ``defauts`` is empty when it is what it was."""
    return [
        {
            "nom": c.nom,
            "genre": c.manifeste.genre if c.manifeste else None,
            "etabli_le": c.manifeste.quand.isoformat() if c.manifeste else None,
            "par": c.manifeste.par if c.manifeste else None,
            "fichiers": len(c.manifeste.fichiers) if c.manifeste else None,
            "intacte": c.intacte,
            "defauts": [
                {"fichier": d.fichier, "nature": d.nature, "raison": d.raison} for d in c.defauts
            ],
        }
        for c in controles
    ]
