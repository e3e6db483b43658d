"""``relance add`` for several students, or those of a folder of prepared messages (``--lot``)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from inactifs.cli.attempt import Dites, Essai, prepare
from inactifs.cli.message import PREPARE, file_name
from inactifs.erreurs import ErreurInactifs, FichierInvalide, Refus
from inactifs.procedure.modele import ordinal
from inactifs.recherche import Personne, all_persons
from inactifs.rendu.json_shapes import student_json

if TYPE_CHECKING:
    from inactifs.cli.session import Session


@dataclass
class Essais:
    """What several relances gave: those that may be written, those that are refused."""

    faits: list[Essai] = field(default_factory=list)
    refuses: list[tuple[dict[str, Any], ErreurInactifs]] = field(default_factory=list)

    def require(self, sauf_refus: bool) -> None:
        """Raise the refusals as one, unless the others are to be written all the same."""
        if not self.refuses or (sauf_refus and self.faits):
            return
        premier = self.refuses[0][1]
        raise type(premier)(
            "Rien n'a été écrit. " + " ".join(r.message for _, r in self.refuses),
            "Ajoutez --sauf-refus pour noter les autres." if self.faits else premier.conseil,
        )

    @property
    def refusals(self) -> list[dict[str, Any]]:
        """The refusals in JSON."""
        return [
            qui | {"code": r.code, "message": r.message, "conseil": r.conseil}
            for qui, r in self.refuses
        ]

    @property
    def sentences(self) -> list[str]:
        """One line each, then how many."""
        n, refus = len(self.faits), len(self.refuses)
        s = "s" if n > 1 else ""
        return [
            *(e.sentences[0] for e in self.faits),
            *(f"Refusé : {r.message}" for _, r in self.refuses),
            f"{n} relance{s} notée{s}"
            + (f", {refus} refusée{'s' if refus > 1 else ''}." if refus else "."),
        ]


def try_all(gestes: Iterable[tuple[dict[str, Any], Callable[[], Essai]]]) -> Essais:
    """Every relance tried, none written; each comes with its student, in JSON."""
    essais = Essais()
    for qui, geste in gestes:
        try:
            essais.faits.append(geste())
        except ErreurInactifs as refus:
            essais.refuses.append((qui, refus))
    return essais


def named(personne: Personne) -> dict[str, Any]:
    """A student in JSON, whom the register knows or not."""
    return student_json(personne.eleve) | {"numero": personne.numero, "eleve": personne.nom}


class Prepared(NamedTuple):
    """A message that was prepared: whose it is, for which step, by what means."""

    fichier: str
    personnes: list[Personne]
    etape: int
    moyen: str

    @property
    def document(self) -> dict[str, Any]:
        """The student, in JSON; the file's name where it tells of nobody, or of several."""
        if len(self.personnes) != 1:
            return {"fichier": self.fichier}
        return named(self.personnes[0])

    def attempt(self, session: Session, dites: Dites) -> Essai:
        """The relance that this message was, once sent.

        Raises:
            Refus: it was noted already, or its student is not known any more.
        """
        if len(self.personnes) != 1:
            raise Refus(
                f"« {self.fichier} » n'est le message d'aucun élève du classeur."
                if not self.personnes
                else f"« {self.fichier} » peut être le message de plusieurs élèves.",
                "Notez cette relance à part, par le numéro de l'élève.",
            )
        (personne,) = self.personnes
        situation = session.situation(session.dossier_of(personne), personne.eleve)
        if situation.rappel is None and (
            situation.etape is None or situation.etape.numero != self.etape
        ):
            raise Refus(
                f"{personne.libelle} : la {ordinal(self.etape)} relance de ce lot n'est plus à "
                "faire, elle est sans doute déjà notée.",
                "Voyez son dossier avec « inactifs show ».",
            )
        return prepare(session, personne, dites._replace(moyen=dites.moyen or self.moyen))


def prepared_in(session: Session, lot: Path) -> list[Prepared]:
    """The messages of a folder, in order of name.

    Raises:
        FichierInvalide: there is no such folder, or it holds none.
    """
    try:
        noms = sorted(f.name for f in lot.iterdir())
    except OSError as faute:
        raise FichierInvalide(
            f"Le lot « {lot} » n'est pas un dossier qui peut être lu.",
            "Donnez celui qu'a préparé « inactifs relance message --tous ».",
        ) from faute
    siens: dict[str, list[Personne]] = {}
    for personne in all_persons(session.classeur):
        if personne.ouvert is not None:
            siens.setdefault(file_name(personne.ouvert), []).append(personne)
    trouves = [
        Prepared(nom, siens.get(lu["qui"], []), int(lu["etape"]), lu["moyen"])
        for nom in noms
        if (lu := re.fullmatch(PREPARE, nom))
    ]
    if not trouves:
        raise FichierInvalide(
            f"Le dossier « {lot} » ne contient aucun message préparé.",
            "Donnez celui qu'a préparé « inactifs relance message --tous ».",
        )
    return trouves
