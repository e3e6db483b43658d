"""Which means can reach a student."""

from __future__ import annotations

from datetime import date

import pytest

from inactifs.procedure.eleve import default_moyen, is_wrong, marked, means_to_use, without_mark
from inactifs.procedure.modele import PLAN_DE_RELANCE, Dossier, Eleve, Issue, Moyen, Relance

SMS, TEL, VOCAL, EMAIL, COURRIER = Moyen
PREMIERE, DEUXIEME, _ = PLAN_DE_RELANCE


@pytest.mark.parametrize(
    ("texte", "faux"),
    [
        ("06 12 34 56 78", False),
        ("06 12 34 56 78 (faux numéro)", True),
        ("FAUX 0612345678", True),
        ("0612345678 - mauvais n°", True),
        ("0612345678 (non attribué)", True),
        ("0612345678 (mère)", False),
        ("jean.faux@exemple.fr", False),
        ("jean.faux@exemple.fr (adresse erronée)", True),
        ("", False),
    ],
)
def test_a_mark_is_read_as_people_type_it(texte: str, faux: bool) -> None:
    """The tool's own, or a hand's; a name in an address is not one."""
    assert is_wrong(texte) is faux


@pytest.mark.parametrize(
    ("telephone", "email", "premiere", "deuxieme"),
    [
        ("0612345678", "a@b.fr", (SMS, TEL), (EMAIL,)),
        ("", "a@b.fr", (EMAIL, COURRIER), (EMAIL,)),
        ("0612345678", "", (SMS, TEL), (TEL, COURRIER)),
        ("0612345678 (faux numéro)", "a@b.fr (erronée)", (COURRIER,), (COURRIER,)),
        ("", "", (SMS, TEL), (EMAIL,)),
    ],
)
def test_what_remains_when_a_number_is_missing_or_wrong(
    telephone: str, email: str, premiere: tuple[Moyen, ...], deuxieme: tuple[Moyen, ...]
) -> None:
    """The step's own means first, else the others; a letter always remains."""
    eleve = Eleve("1", "ROYER", telephone=telephone, email=email)
    assert means_to_use(PREMIERE, eleve) == premiere
    assert means_to_use(DEUXIEME, eleve) == deuxieme


def test_of_a_student_outside_the_register_the_tableau_alone_tells() -> None:
    """Their wrong number is known by the relance that met it."""
    vaine = Relance(date(2026, 11, 24), SMS, Issue.FAUX_NUMERO)
    dossier = Dossier("ROYER Laurence", relances=(vaine,))
    assert default_moyen(Dossier("ROYER Laurence"), PREMIERE, None) is SMS
    assert default_moyen(dossier, PREMIERE, None) is TEL


def test_what_was_done_is_not_guessed_from_what_is_missing() -> None:
    """Without a number in the register, a relance is still by the step's own means."""
    sans = Eleve("1", "ROYER", email="a@b.fr")
    faux = Eleve("1", "ROYER", telephone="06 (faux numéro)", email="a@b.fr")
    assert default_moyen(Dossier("ROYER"), PREMIERE, sans) is SMS
    assert default_moyen(Dossier("ROYER"), PREMIERE, faux) is EMAIL


def test_a_wrong_number_is_marked_once_and_an_answer_clears_it() -> None:
    """Each means marks what it used: the number, or the address; a letter, nothing."""
    eleve = Eleve("1", "ROYER", telephone="0612345678", email="a@b.fr")
    marque = marked(marked(eleve, SMS, Issue.FAUX_NUMERO), VOCAL, Issue.FAUX_NUMERO)
    assert (marque.telephone, marque.email) == ("0612345678 (faux numéro)", "a@b.fr")
    assert marked(eleve, EMAIL, Issue.FAUX_NUMERO).email == "a@b.fr (adresse erronée)"
    assert marked(eleve, COURRIER, Issue.FAUX_NUMERO) == eleve
    assert marked(marque, SMS, Issue.SANS_REPONSE) == marque
    assert marked(marque, TEL, Issue.ENTRETIEN) == eleve
    assert without_mark(marque.telephone) == "0612345678"
