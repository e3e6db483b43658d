"""``purge``: the people whose time is over, anonymised for good."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from inactifs import depot
from inactifs.archives.storing import DOSSIERS_CLOS, root_of
from inactifs.classeur.anonymisation import Anonymisation, Partant, anonymise
from inactifs.classeur.values import Classeur
from inactifs.cli.options import typed_day
from inactifs.cli.questions import consent, question
from inactifs.cli.screen import interactive, say, show, speaks_json
from inactifs.cli.session import Session, Writing
from inactifs.dates import french
from inactifs.depot.disk import kept_beside
from inactifs.depot.faults import write_fault
from inactifs.procedure import retention
from inactifs.procedure.retention import GARDER_AILLEURS, Sort, Sujet
from inactifs.recherche import Personne, all_persons, find_person
from inactifs.registre import hours_left, name_words
from inactifs.rendu import put_away
from inactifs.rendu.put_away import Cas
from inactifs.rendu.wording import many

RETOUR = (
    "Les versions gardées par l'outil sont supprimées : « inactifs undo » ne peut pas y revenir."
)
RESTENT = "Ces versions d'avant une purge n'ont pas pu être supprimées, supprimez-les :"
SANS_RETOUR = (
    "Anonymiser ne s'annule pas et demande une confirmation : rien n'a été écrit.",
    "Regardez avec --simulation, puis ajoutez --oui.",
)
A_VIDER = "L'outil n'atteint pas, à vous de les vider :"


def purge(
    session: Writing, avant: str | None = None, avec: list[str] | None = None, oui: bool = False
) -> None:
    """Anonymise what is older than the retention period."""
    jour, simulation = session.jour, session.simulation
    usuelle = retention.default_limit(jour)
    if avant is None and not (oui or simulation) and interactive():
        avant = question("Anonymiser qui n'a donné aucun signe de vie depuis le", french(usuelle))
    limite = typed_day(avant, "--avant") if avant else usuelle
    retention.check_limit(limite, jour)
    with session.writing():
        cas = _cases(session.classeur, limite, avec or ())
        partants = [c.personne for c in cas if c.sort is Sort.ANONYMISER]
        fait = _anonymised(session, limite, partants) if partants else None
        if not speaks_json():
            show(*put_away.render_purge(cas, limite))
        if fait is not None and not simulation:
            if not oui:
                dit = put_away.anonymised_lines(fait, partants, "seraient")
                consent("Les anonymiser, sans retour possible", *SANS_RETOUR, *dit)
            session.put(fait.data)
        restantes = [] if simulation else [str(v) for v in depot.forget(session.source)]
        ailleurs = _elsewhere(session.source.chemin, partants)
    document = put_away.purge_json(cas, limite, fait) | {
        "ecrit": session.ecrit,
        "versions_restantes": restantes,
        "hors_de_portee": ailleurs,
    }
    document |= {"personnes": put_away.persons_json(cas)} if simulation else {}
    phrases = ["Personne à anonymiser : rien n'a été écrit.", GARDER_AILLEURS]
    if fait is not None:
        fini = put_away.anonymised_lines(fait, partants, "seraient" if simulation else "sont")
        phrases = [*fini, *put_away.remains_lines(fait), GARDER_AILLEURS]
        phrases += [] if simulation else [RETOUR, A_VIDER, *(f"  - {lieu}" for lieu in ailleurs)]
    session.reply(lambda: document, *phrases)
    if restantes:
        say(f"{RESTENT} {', '.join(restantes)}")


def _cases(contenu: Classeur, limite: date, avec: Sequence[str]) -> list[Cas]:
    """What becomes of everybody."""
    personnes = all_persons(contenu)
    nommes = {find_person(contenu, texte).libelle for texte in avec}
    sujets = []
    for p in personnes:
        # a date of theirs cannot be read, or a row may be theirs or somebody else's
        douteux = p.eleve and p.eleve.numero in contenu.eleves_douteux
        ambigu = not p.eleve and contenu.registre.named(p.nom)
        faute, heures = bool(douteux or ambigu or p.illisibles), hours_left(p.eleve) or 0
        nomme = p.libelle in nommes
        sujets.append(Sujet(p.eleve, p.dossiers, name_words(p.nom), faute, heures, nomme))
    return [
        Cas(p, retention.last_sign(p.eleve, p.dossiers), sort)
        for p, sort in zip(personnes, retention.fates(sujets, limite), strict=True)
    ]


def _anonymised(session: Session, limite: date, personnes: Sequence[Personne]) -> Anonymisation:
    """The workbook without those who leave; nothing is written."""
    partants = [Partant(p.eleve, p.dossiers) for p in personnes]
    dossiers = sum(len(p.dossiers) for p in partants)
    entree = session.entry(
        "",
        f"Anonymisés, sans signe de vie depuis le {french(limite)} : "
        f"{many(len(partants), 'personne')}, {many(dossiers, 'dossier')}",
    )
    source = session.source
    return anonymise(source.data, source.chemin.name, session.classeur, partants, [entree])


def _elsewhere(chemin: Path, partants: Sequence[Personne]) -> list[str]:
    """The places that a purge does not reach, the known ones by their path, and what to do."""
    lieux: list[str] = []
    archives, discret = root_of(chemin), kept_beside(chemin).parent

    def listed(dossier: Path) -> list[Path]:
        try:
            return sorted(dossier.iterdir()) if dossier.is_dir() else []
        except OSError as faute:
            raison = write_fault(faute, dossier, "de le lire")
            lieux.append(f"{dossier} : ce dossier ne peut pas être lu ({raison}). Regardez-le.")
            return []

    if archives.is_dir():
        lieux.append(
            f"{archives} : mois archivés, documents des dossiers clos ({DOSSIERS_CLOS}/). "
            "Supprimez ceux dont la durée est passée : une archive ne se modifie pas."
        )
    noms = {name_words(f"{p.numero or 'eleve'} {p.nom}") for p in partants}
    for dossier in listed(archives / DOSSIERS_CLOS):
        if noms & {name_words(dossier.name), name_words(dossier.name.rpartition("-")[0])}:
            lieux.append(f"{dossier} : leurs documents.")
    autres = [d.name for d in listed(discret) if d.is_dir() and d.name != chemin.name]
    if autres:
        lieux.append(
            f"{discret} : versions gardées d'autres classeurs ({', '.join(autres)}). Supprimez "
            "celles d'un classeur renommé ou abandonné."
        )
    return [
        *lieux,
        "Logiciel de l'auto-école, PASS Rousseau et leurs exports : sinon le prochain import les "
        "ramène.",
        "Rapports, preuves, messages et copies du classeur déjà faits, y compris en ligne et sur "
        "clé.",
    ]
