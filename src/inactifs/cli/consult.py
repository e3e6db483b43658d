"""``list`` and ``show``: consulting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inactifs.cli.commun import (
    ArgEleve,
    OptClasseur,
    OptDateVue,
    OptJson,
    ask_eleve,
    choice,
    command_day,
    part_of_one,
    print_json,
    read,
    say,
    show,
    workbook_path,
)
from inactifs.mots import simplify
from inactifs.procedure.modele import Critere, Etat

if TYPE_CHECKING:
    from inactifs.bilan import Mois
    from inactifs.classeur.valeurs import Classeur
    from inactifs.procedure.suivi import Situation
    from inactifs.recherche import Personne


class Ordre(StrEnum):
    """What a list may be sorted by; the value is what is typed after ``--tri``."""

    ELEVE = "eleve"
    ECHEANCE = "echeance"
    ACTIVITE = "activite"
    DETECTION = "detection"


@dataclass(frozen=True)
class Filtre:
    """What ``list`` keeps; the texts are as ``simplify`` makes them, empty for all."""

    mots: tuple[str, ...]
    etat: Etat | None
    responsable: str
    cause: str
    mois: Mois | None

    def keeps(self, situation: Situation, classeur: Classeur) -> bool:
        """Whether a dossier answers to every filter."""
        dossier = situation.dossier
        responsable = situation.etape.responsable if situation.etape else ""
        cherche = (dossier.eleve, dossier.numero, dossier.cause, dossier.commentaire, responsable)
        foin = simplify(" ".join(cherche))
        return (
            (self.etat is None or situation.etat is self.etat)
            and self.responsable in simplify(responsable)
            and self.cause in simplify(dossier.cause)
            and all(mot in foin for mot in self.mots)
            and (self.mois is None or _open_in(situation, classeur, self.mois))
        )


def list_dossiers(
    texte: Annotated[
        str | None,
        typer.Argument(
            metavar="[TEXTE]",
            help="Un mot du nom, de la cause, du commentaire…",
            show_default=False,
        ),
    ] = None,
    etat: Annotated[
        str | None,
        typer.Option("--etat", metavar="ÉTAT", help=", ".join(Etat), show_default=False),
    ] = None,
    responsable: Annotated[
        str | None,
        typer.Option(
            "--responsable",
            metavar="RESPONSABLE",
            help="Ceux dont l'étape suivante est à lui (une partie du nom suffit).",
            show_default=False,
        ),
    ] = None,
    cause: Annotated[
        str | None,
        typer.Option("--cause", metavar="CAUSE", help="Ceux de cette cause.", show_default=False),
    ] = None,
    mois: Annotated[
        str | None,
        typer.Option(
            "--mois",
            metavar="AAAA-MM",
            help="Ceux qui étaient ouverts ce mois-là, un jour au moins ; leur état est celui "
            "du jour.",
            show_default=False,
        ),
    ] = None,
    tri: Annotated[
        str | None,
        typer.Option(
            "--tri",
            metavar="ORDRE",
            help=f"{', '.join(Ordre)} (sinon l'ordre du tableau).",
            show_default=False,
        ),
    ] = None,
    csv: Annotated[
        Path | None,
        typer.Option(
            "--csv", metavar="FICHIER", help="Écrit la liste en CSV pour Excel.", show_default=False
        ),
    ] = None,
    xlsx: Annotated[
        Path | None,
        typer.Option(
            "--xlsx",
            metavar="FICHIER",
            help="Écrit la liste dans un classeur Excel, prêt à imprimer.",
            show_default=False,
        ),
    ] = None,
    date_: OptDateVue = None,
    classeur: OptClasseur = None,
    json_: OptJson = False,
) -> None:
    """Show, sort, export the rows of the tableau."""
    from inactifs.procedure.suivi import situate_of
    from inactifs.rendu.json_shapes import case_json, student_json

    jour = command_day(date_)
    etat_voulu = choice(Etat, etat, "--etat") if etat else None
    ordre = choice(Ordre, tri, "--tri") if tri else None
    mois_voulu = _month(mois) if mois else None
    _, contenu = read(workbook_path(classeur))
    regles = contenu.regles
    responsables = [e.responsable for e in regles.plan]
    causes = [*regles.causes, *(d.cause for d in contenu.dossiers)]
    filtre = Filtre(
        tuple(simplify(m) for m in (texte or "").split()),
        etat_voulu,
        part_of_one(responsable, responsables, "--responsable") if responsable else "",
        part_of_one(cause, causes, "--cause") if cause else "",
        mois_voulu,
    )
    situations = []
    for dossier in contenu.dossiers:
        eleve = contenu.eleve_of(dossier)
        situation = situate_of(dossier, eleve, contenu.regles, jour)
        if filtre.keeps(situation, contenu):
            situations.append(situation)
    if ordre:
        situations.sort(key=lambda s: _rank(s, ordre))
    if csv is not None or xlsx is not None:
        _export(situations, contenu, jour, csv, xlsx)
    if json_:
        print_json(
            {
                "date": jour.isoformat(),
                "dossiers": [
                    student_json(contenu.eleve_of(s.dossier), s.dossier) | case_json(s)
                    for s in situations
                ],
            }
        )
    elif csv is None and xlsx is None:
        from inactifs.rendu.case_list import render_list

        show(*render_list(situations, jour))
    if contenu.illisibles and not json_:
        say(f"Lignes illisibles, absentes de cette liste : {len(contenu.illisibles)} "
            "(« inactifs check » les montre).")  # fmt: skip


def show_student(
    eleve: ArgEleve = None,
    date_: OptDateVue = None,
    classeur: OptClasseur = None,
    json_: OptJson = False,
) -> None:
    """Show a student, their cases, and the rule of each date."""
    from inactifs.procedure.suivi import situate_of
    from inactifs.recherche import find_person

    jour = command_day(date_)
    _, contenu = read(workbook_path(classeur))
    personne = find_person(contenu, ask_eleve(eleve))
    connu = personne.eleve
    situations = [situate_of(d, connu, contenu.regles, jour) for d in personne.dossiers]
    if json_:
        print_json(_student_document(personne, situations, contenu, jour))
        return
    from inactifs.rendu.student import render_student

    show(*render_student(personne, situations, contenu, jour))


def _student_document(
    personne: Personne, situations: list[Situation], contenu: Classeur, jour: date
) -> dict[str, Any]:
    from inactifs.procedure.inactivite import criteria, inactive_from, last_activity
    from inactifs.rendu.json_shapes import case_json, event_json, iso, student_json
    from inactifs.rendu.story import story

    connu = personne.eleve
    derniere = last_activity(connu) if connu else None
    if connu is None and personne.dossiers:
        derniere = personne.dossiers[-1].derniere_activite
    debut = inactive_from(derniere, contenu.regles.seuil_mois) if derniere else None
    document: dict[str, Any] = student_json(connu)
    if connu is None:
        document |= {"numero": personne.numero, "eleve": personne.nom}
    dates = criteria(connu) if connu else {}
    return document | {
        "statut": connu.statut if connu else "",
        "criteres": {c.value: iso(dates.get(c)) for c in Critere},
        "inscrit_le": iso(connu.inscrit_le) if connu else None,
        "derniere_activite": iso(derniere),
        "inactif_depuis": iso(debut) if debut and debut <= jour else None,
        "dossiers": [
            case_json(s)
            | {"histoire": [event_json(e) for e in story(s.dossier, connu, contenu.regles, jour)]}
            for s in situations
        ],
    }


def _export(
    situations: list[Situation],
    classeur: Classeur,
    jour: date,
    csv: Path | None,
    xlsx: Path | None,
) -> None:
    """Write the list where it is asked for, in place of an older one as ``report`` does."""
    from inactifs.cli.outputs import write_private
    from inactifs.rendu.case_list import list_csv, list_xlsx

    nombre = f"{len(situations)} dossier{'s' if len(situations) > 1 else ''}"
    if csv is not None:
        write_private(csv, list_csv(situations, classeur))
        say(f"Liste écrite ({nombre}) : {csv}")
    if xlsx is not None:
        write_private(xlsx, list_xlsx(situations, classeur, jour))
        say(f"Liste écrite ({nombre}) : {xlsx}")


def _open_in(situation: Situation, classeur: Classeur, mois: Mois) -> bool:
    """Whether a dossier was open one day of a month at least; False when no date tells."""
    from inactifs.bilan.history import bounds

    debut, fin = bounds(situation.dossier, classeur.regles)
    return debut is not None and debut <= mois.dernier and (fin is None or fin >= mois.premier)


def _rank(situation: Situation, ordre: Ordre) -> tuple[date, str]:
    """What a dossier is sorted by; those without the date come last."""
    dossier = situation.dossier
    nom = simplify(dossier.eleve) if ordre is Ordre.ELEVE else ""
    jour = {
        Ordre.ECHEANCE: situation.echeance,
        Ordre.ACTIVITE: dossier.derniere_activite,
        Ordre.DETECTION: dossier.detecte_le,
    }.get(ordre)
    return jour or date.max, nom


def _month(texte: str) -> Mois:
    from inactifs.bilan import read_month

    return read_month(texte)
