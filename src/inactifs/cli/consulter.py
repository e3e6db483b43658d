"""``list`` and ``show``: consulting."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from inactifs.cli.commun import (
    ArgEleve,
    OptClasseur,
    OptDate,
    OptJson,
    ask,
    command_day,
    print_json,
    read,
    show,
    workbook_path,
)
from inactifs.erreurs import UsageIncorrect
from inactifs.procedure.modele import Critere, Etat, simplify


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
        typer.Option(
            "--etat",
            metavar="ÉTAT",
            help=", ".join(Etat),
            autocompletion=lambda incomplete: [e for e in Etat if e.startswith(incomplete)],
            show_default=False,
        ),
    ] = None,
    date_: OptDate = None,
    classeur: OptClasseur = None,
    json_: OptJson = False,
) -> None:
    """Les dossiers du tableau, par état ou par mot."""
    from inactifs.procedure.suivi import situate
    from inactifs.rendu.donnees import case_json, student_json

    jour = command_day(date_)
    _, contenu = read(workbook_path(classeur))
    voulu = _state(etat) if etat else None
    mots = [simplify(m) for m in (texte or "").split()]
    situations = []
    for dossier in contenu.dossiers:
        eleve = contenu.eleve_of(dossier)
        situation = situate(dossier, contenu.regles, jour, suivi=eleve is None or eleve.suivi)
        foin = simplify(
            " ".join(
                (
                    dossier.eleve,
                    dossier.numero,
                    dossier.cause,
                    dossier.commentaire,
                    situation.etape.responsable if situation.etape else "",
                )
            )
        )
        if (voulu is None or situation.etat is voulu) and all(m in foin for m in mots):
            situations.append(situation)
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
        return
    from inactifs.rendu.terminal import render_list

    show(*render_list(situations, contenu, jour))


def show_student(
    eleve: ArgEleve = None,
    date_: OptDate = None,
    classeur: OptClasseur = None,
    json_: OptJson = False,
) -> None:
    """Tout sur un élève : ses dates, ses dossiers, et pourquoi."""
    from inactifs.procedure.inactivite import criteria, inactive_from, last_activity
    from inactifs.procedure.suivi import situate
    from inactifs.recherche import find_person
    from inactifs.rendu.donnees import case_json, iso, student_json

    jour = command_day(date_)
    _, contenu = read(workbook_path(classeur))
    personne = find_person(contenu, ask(eleve, "Quel élève ?", "le nom ou le numéro de l'élève"))
    connu = personne.eleve
    derniere = last_activity(connu) if connu else None
    if connu is None and personne.dossiers:
        derniere = personne.dossiers[-1].derniere_activite
    debut = inactive_from(derniere, contenu.regles.seuil_mois) if derniere else None
    if debut is not None and debut > jour:
        debut = None
    situations = [
        situate(d, contenu.regles, jour, suivi=connu is None or connu.suivi)
        for d in personne.dossiers
    ]
    if json_:
        document: dict[str, Any] = student_json(connu)
        if connu is None:
            document |= {"numero": personne.numero, "eleve": personne.nom}
        dates = criteria(connu) if connu else {}
        document |= {
            "statut": connu.statut if connu else "",
            "criteres": {c.value: iso(dates.get(c)) for c in Critere},
            "inscrit_le": iso(connu.inscrit_le) if connu else None,
            "derniere_activite": iso(derniere),
            "inactif_depuis": iso(debut),
            "dossiers": [case_json(s) for s in situations],
        }
        print_json(document)
        return
    from inactifs.rendu.terminal import render_student

    show(*render_student(personne, situations, contenu, jour, derniere, debut))


def _state(texte: str) -> Etat:
    cle = simplify(texte)
    trouves = [e for e in Etat if simplify(e) == cle] or [
        e for e in Etat if simplify(e).startswith(cle)
    ]
    if len(trouves) != 1:
        raise UsageIncorrect(
            f"--etat : « {texte} » n'est pas un état.", f"Au choix : {', '.join(Etat)}."
        )
    return trouves[0]
