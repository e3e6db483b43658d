"""``relance add`` and ``relance message``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from inactifs.cli.commun import (
    ArgEleve,
    OptClasseur,
    OptDate,
    OptJson,
    OptJusquAu,
    OptSimulation,
    ask,
    case_document,
    command_day,
    open_dossier_of,
    print_json,
    read,
    say,
    situation_of,
    typed_day,
    workbook_path,
    working,
)
from inactifs.dates import french
from inactifs.erreurs import UsageIncorrect
from inactifs.procedure.inactivite import with_contact
from inactifs.procedure.modele import Dossier, Issue, Moyen, Regles, Relance
from inactifs.procedure.suivi import Situation, add_relance, situate, suspension

T = TypeVar("T", Moyen, Issue)

MOYENS = "sms, telephone, message-vocal, email, courrier"
ISSUES = (
    "sans-reponse, message-laisse, faux-numero, rappeler, entretien, plan, refus-contact, "
    "reprise, abandon"
)

OptMoyen = Annotated[
    str | None,
    typer.Option(
        "--moyen",
        metavar="MOYEN",
        help=f"Comment : {MOYENS} (sinon celui de l'étape).",
        autocompletion=lambda incomplete: [m for m in Moyen if m.startswith(incomplete)],
        show_default=False,
    ),
]


def add(
    eleve: ArgEleve = None,
    moyen: OptMoyen = None,
    resultat: Annotated[
        str | None,
        typer.Option(
            "--resultat",
            metavar="ISSUE",
            help=f"Ce qui s'est passé : {ISSUES} (sinon sans-reponse).",
            autocompletion=lambda incomplete: [i for i in Issue if i.startswith(incomplete)],
            show_default=False,
        ),
    ] = None,
    jusqu_au: OptJusquAu = None,
    cause: Annotated[
        str | None,
        typer.Option("--cause", metavar="CAUSE", help="La cause donnée.", show_default=False),
    ] = None,
    commentaire: Annotated[
        str | None,
        typer.Option(
            "--commentaire", metavar="TEXTE", help="Ce qu'il faut retenir.", show_default=False
        ),
    ] = None,
    date_: OptDate = None,
    classeur: OptClasseur = None,
    json_: OptJson = False,
    simulation: OptSimulation = False,
) -> None:
    """Note une relance : l'étape et la prochaine échéance sont calculées."""
    from inactifs.classeur.valeurs import Changements
    from inactifs.cli.saisie import ask_relance, ask_student, default_moyen
    from inactifs.recherche import find_person

    jour = command_day(date_)
    guide = eleve is None
    if guide:
        _, contenu = read(workbook_path(classeur))
        eleve = ask_student(contenu, jour)
    with working(classeur, jour, "relance add", simulation=simulation) as travail:
        regles = travail.classeur.regles
        personne = find_person(travail.classeur, eleve or "")
        dossier = open_dossier_of(personne)
        avant = situation_of(travail, dossier, personne.eleve)
        if guide:
            moyen, resultat, jusqu_au, cause, commentaire = ask_relance(avant, regles)
        issue = _choice(Issue, resultat or Issue.SANS_REPONSE, "--resultat", ISSUES)
        choisi = _choice(Moyen, moyen, "--moyen", MOYENS) if moyen else default_moyen(avant)
        relance = Relance(jour, choisi, issue.repondu, issue is Issue.FAUX_NUMERO)
        apres = add_relance(
            dossier,
            relance,
            issue,
            regles,
            jusqu_au=typed_day(jusqu_au, "--jusqu-au") if jusqu_au else None,
            cause=known_cause(cause, regles) if cause else "",
            commentaire=commentaire or "",
        )
        modifie = personne.eleve
        if issue.repondu and modifie is not None:
            statut = "abandonniste" if issue is Issue.ABANDON else modifie.statut
            modifie = with_contact(replace(modifie, statut=statut), jour)
        suite = situate(apres, regles, jour)
        travail.save(
            Changements(
                eleves=[modifie] if modifie else [],
                dossiers=[apres],
                journal=[travail.entry(dossier.eleve, _detail(relance, issue, avant, regles))],
            )
        )
    if json_:
        print_json(case_document(personne, suite, modifie))
        return
    say(*_sentences(avant, relance, issue, suite, regles))
    if apres.cause and apres.cause.partition(" :")[0] not in regles.causes:
        say(f"« {apres.cause} » n'est pas dans les causes de Paramètres : notée telle quelle.")
    if simulation:
        say("Simulation : rien n'a été écrit.")


def message(
    eleve: ArgEleve = None,
    moyen: OptMoyen = None,
    eml: Annotated[
        Path | None,
        typer.Option(
            "--eml",
            metavar="FICHIER",
            help="Écrit un brouillon d'email prêt à envoyer.",
            show_default=False,
        ),
    ] = None,
    tous: Annotated[
        Path | None,
        typer.Option(
            "--tous",
            metavar="DOSSIER",
            help="Prépare dans ce dossier tous les messages dus aujourd'hui.",
            show_default=False,
        ),
    ] = None,
    date_: OptDate = None,
    classeur: OptClasseur = None,
    json_: OptJson = False,
) -> None:
    """Le texte à envoyer ou à dire pour l'étape due."""
    from inactifs.cli.messagerie import one_message, write_all
    from inactifs.recherche import find_person

    jour = command_day(date_)
    _, contenu = read(workbook_path(classeur))
    voulu = _choice(Moyen, moyen, "--moyen", MOYENS) if moyen else None
    if tous is not None:
        write_all(contenu, jour, tous, voulu, as_json=json_)
        return
    personne = find_person(contenu, ask(eleve, "Quel élève ?", "le nom ou le numéro de l'élève"))
    one_message(contenu, personne, jour, voulu, eml, as_json=json_)


def known_cause(cause: str, regles: Regles) -> str:
    """The cause as Paramètres spells it; « autre : … » keeps its free text, and so does a
    cause that is not in the list."""
    from inactifs.procedure.modele import simplify

    debut, _, precision = cause.partition(":")
    trouvees = [c for c in regles.causes if simplify(c) == simplify(debut)] or [
        c for c in regles.causes if simplify(c).startswith(simplify(debut))
    ]
    if len(trouvees) != 1:
        return cause
    return f"{trouvees[0]} : {precision.strip()}" if precision.strip() else trouvees[0]


def _choice(genre: type[T], texte: str, option: str, liste: str) -> T:
    """The only value that begins as typed."""
    from inactifs.procedure.modele import simplify

    valeurs = [v for v in genre if simplify(v) == simplify(texte)] or [
        v for v in genre if simplify(v).startswith(simplify(texte))
    ]
    if len(valeurs) != 1:
        raise UsageIncorrect(f"{option} : « {texte} » n'est pas connu.", f"Au choix : {liste}.")
    return valeurs[0]


def _detail(relance: Relance, issue: Issue, avant: Situation, regles: Regles) -> str:
    """The journal's words: step, means and outcome, and what departs from the plan."""
    moyen = relance.moyen.libelle if relance.moyen else "?"
    etape = avant.etape.libelle if avant.etape else "Après les relances"
    detail = f"{etape} du {french(relance.date)} : {moyen}, {issue.value}"
    if avant.etape and relance.moyen not in avant.etape.moyens:
        prevu = " ou ".join(m.libelle for m in avant.etape.moyens)
        detail += f" (le plan prévoit : {prevu})"
    return detail


def _sentences(
    avant: Situation, relance: Relance, issue: Issue, suite: Situation, regles: Regles
) -> list[str]:
    dossier: Dossier = suite.dossier
    etape = avant.etape.libelle if avant.etape else "Relance"
    if avant.relances_sans_reponse and suite.relances_sans_reponse == avant.relances_sans_reponse:
        etape = "Nouvel essai" if not relance.repondu else etape
    moyen = relance.moyen.libelle if relance.moyen else "?"
    issue_dite = issue.value.replace("-", " ").replace("reponse", "réponse")
    phrases = [
        f"{etape} de {dossier.eleve} notée : {moyen}, le {french(relance.date)} ({issue_dite})."
    ]
    if avant.echeance and relance.date < avant.echeance and avant.retard_jours < 0:
        phrases.append(
            f"C'est avant l'échéance du {french(avant.echeance)} : accepté, les dates suivantes "
            "partent de ce jour."
        )
    if avant.etape and relance.moyen not in avant.etape.moyens:
        prevu = " ou ".join(m.libelle for m in avant.etape.moyens)
        phrases.append(f"Le plan prévoyait : {prevu}. Noté tel que vous l'avez fait.")
    if issue is Issue.FAUX_NUMERO:
        phrases.append(
            "L'étape reste à faire par un autre moyen ; corrigez le numéro dans la feuille Élèves."
        )
    elif dossier.resultat is not None:
        phrases.append(f"Dossier terminé : {dossier.resultat.value}.")
    elif (fin := suspension(dossier, regles)) is not None and fin >= relance.date:
        phrases.append(f"Rien n'est dû jusqu'au {french(fin)}.")
    elif suite.etape is not None and suite.echeance is not None:
        moyens = " ou ".join(m.libelle for m in suite.etape.moyens)
        phrases.append(
            f"Ensuite : {suite.etape.libelle} le {french(suite.echeance)}, {moyens} "
            f"({suite.etape.responsable})."
        )
    elif suite.echeance is not None:
        phrases.append(
            f"Toutes les relances sont faites : clôture possible à partir du "
            f"{french(suite.echeance)} (« inactifs close »)."
        )
    return phrases
