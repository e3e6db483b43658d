"""What a command says of a dossier: what will be written of it, what was, what it waits for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from inactifs.dates import french
from inactifs.mots import of
from inactifs.procedure.eleve import means_to_use, wrong_means
from inactifs.procedure.modele import Dossier, Eleve, Etat, Issue, Moyen, Regles
from inactifs.procedure.suivi import Situation, situate, suspension
from inactifs.recherche import Personne
from inactifs.registre import hours_left
from inactifs.rendu.wording import list_of_means, many, means


def relance_shown(avant: Dossier, apres: Dossier, nom: str, qui: str) -> list[str]:
    """The last relance of ``apres``, called « 2e relance », before it is written."""
    relance, ajout = apres.relances[-1], apres.commentaire.removeprefix(avant.commentaire).strip()
    ajout = ajout.replace("\n", "\n" + " " * 15)
    return [
        "Ce qui va être écrit :",
        f"  Élève        {qui}",
        f"  Relance      {nom} du {french(relance.date)}, {means(relance.moyen)}, "
        f"{relance.issue.dit}",
        *([f"  Cause        {apres.cause}"] if apres.cause != avant.cause else []),
        *([f"  Commentaire  {ajout}"] if ajout else []),
    ]


def relance_noted(dossier: Dossier, nom: str) -> str:
    """The last relance of a dossier, once it is written."""
    relance = dossier.relances[-1]
    return (
        f"{nom} {of(dossier.eleve)} notée : {means(relance.moyen)}, le {french(relance.date)} "
        f"({relance.issue.dit})."
    )


def relance_remarks(
    avant: Situation, dossier: Dossier, eleve: Eleve | None, prevu: str, due: date | None
) -> Iterator[str]:
    """What is to be known of the last relance of ``dossier``; ``prevu`` is what the plan had, where
    it was made otherwise, ``due`` when, unless it is another try."""
    relance = dossier.relances[-1]
    if avant.actif_depuis is not None:
        critere, quand = avant.actif_depuis
        yield (
            f"Actif depuis le {french(quand)} ({critere.value}) : le prochain « inactifs detect » "
            "notera sa reprise."
        )
    if due and relance.date < due and not relance.vaine:
        yield (
            f"C'est avant l'échéance du {french(due)} : accepté, les dates suivantes partent de ce "
            "jour."
        )
    if prevu:
        yield f"Le plan prévoyait : {prevu}. Noté tel que vous l'avez fait."
    if relance.vaine:
        yield (
            "L'étape reste à faire par un autre moyen. La feuille Élèves le signale : corrigez-y "
            "le numéro ou l'adresse dès que vous l'avez."
        )
    elif not relance.repondu and eleve and relance.moyen in wrong_means(eleve):
        faux = "cette adresse erronée" if relance.moyen is Moyen.EMAIL else "ce numéro faux"
        yield (
            f"La feuille Élèves dit {faux} : si c'est vrai, personne n'a été joint, essayez un "
            "autre moyen ; sinon, corrigez-la."
        )
    if relance.issue is Issue.REFUS_CONTACT:
        yield (
            "Plus personne ne le relancera ; clôturez le dossier s'il le faut (« inactifs close "
            '--motif "…" »), ou levez cette demande : « inactifs recontacter ».'
        )


def what_follows(dossier: Dossier, eleve: Eleve | None, regles: Regles, jour: date) -> str:
    """What a dossier waits for after what was done on ``jour``, in a sentence."""
    if dossier.resultat is not None:
        return f"Dossier terminé : {dossier.resultat.value}."
    suite = situate(dossier, eleve, regles, jour)
    if suite.etat is Etat.NE_PLUS_CONTACTER:
        return ""
    if suite.rappel is not None:
        return f"À rappeler le {suite.rappel.libelle}."
    fin, echeance = suspension(dossier, regles), suite.echeance
    phrases = [f"Rien n'est dû jusqu'au {french(fin)}."] if fin is not None and fin >= jour else []
    if suite.etape is not None and echeance is not None:
        moyens = list_of_means(means_to_use(suite.etape, eleve))
        quand = "dès maintenant" if echeance <= jour else f"le {french(echeance)}"
        phrases.append(
            f"Ensuite : {suite.etape.libelle} {quand}, {moyens} ({suite.etape.responsable})."
        )
    elif echeance is not None:
        phrases.append(
            "Toutes les relances sont faites : clôture possible à partir du "
            f"{french(echeance)} (« inactifs close »)."
        )
    return " ".join(phrases)


def nothing_due_yet(situation: Situation, nom: str, regles: Regles, jour: date) -> Iterator[str]:
    """That nothing is due on ``jour``, and whether it is because they answered."""
    dossier, echeance, fin = situation.dossier, situation.echeance, None
    if echeance is None or echeance <= jour:
        return
    if situation.etat is Etat.SUSPENDU:
        fin = suspension(dossier, regles)
    reponse = next((r for r in reversed(dossier.relances) if r.repondu), None)
    if reponse is not None and fin is not None:
        quoi = "" if reponse.issue is Issue.REPONDU else f" ({reponse.issue.libelle})"
        le = french(reponse.repondu_le or reponse.date)
        yield f"{nom} a répondu le {le}{quoi} : dossier suspendu jusqu'au {french(fin)}."
    jour_du = french(echeance)
    yield f"Rien n'est à faire pour {nom} avant le {jour_du} : ce texte est pour ce jour-là."


def grounds_to_close(personne: Personne, dossier: Dossier | None, jour: date) -> str:
    """On what a closing rests: the relances, how long the student had to answer the last, and
    the paid hours that remain, of which closing the follow-up takes nothing away."""
    eleve, relances, dit = personne.eleve, dossier.relances if dossier else (), "aucune relance"
    if relances:
        n = (jour - relances[-1].date).days
        depuis = "aujourd'hui : aucun délai de réponse" if n <= 0 else f"il y a {many(n, 'jour')}"
        dates = ", ".join(french(r.date) for r in relances)
        dit = f"relances {dates} (la dernière {depuis})"
    if eleve is not None and hours_left(eleve):
        fin = eleve.fin_contrat
        contrat = f", contrat jusqu'au {french(fin)}" if fin and fin >= jour else ""
        dit += (
            f". Heures payées qui restent : {eleve.heures_restantes}{contrat} "
            "(clôturer le suivi ne les retire pas)"
        )
    return f"{personne.libelle} : {dit}"
