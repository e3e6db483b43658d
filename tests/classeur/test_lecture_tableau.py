"""The rows of the tableau, as people type them."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from lecture_fabrique import Formule, dossier, eleve, read

from inactifs.procedure.modele import Issue, Moyen, Relance, Resultat

ACTIVITE = date(2026, 5, 20)


def only(**valeurs: object):  # type: ignore[no-untyped-def]
    """The only dossier of a tableau of one row."""
    classeur = read(dossier(**valeurs))
    assert classeur.illisibles == ()
    (seul,) = classeur.dossiers
    return seul


def unreadable(**valeurs: object):  # type: ignore[no-untyped-def]
    """The only unreadable row of a tableau of one row."""
    classeur = read(dossier(**valeurs))
    assert classeur.dossiers == ()
    (seule,) = classeur.illisibles
    assert seule.anomalie in classeur.anomalies
    return seule


def test_a_full_row_is_read_field_by_field() -> None:
    """Every column of the schema that is not computed has its field."""
    lu = only(
        derniere_activite=ACTIVITE,
        dates_relances="24/08/2026\n31/08/2026",
        moyens="SMS\nTéléphone (répondu)",
        resultat="ABANDON",
        commentaire="Ne répond plus.\nParti ?",
        numero="1042",
        detecte_le=date(2026, 8, 24),
        suspendu_jusqu_au=date(2026, 9, 30),
        cause="financière",
        cloture_le=date(2026, 10, 1),
    )
    assert (lu.eleve, lu.numero, lu.ligne) == ("ROYER Laurence", "1042", 2)
    assert lu.derniere_activite == ACTIVITE
    assert lu.relances == (
        Relance(date(2026, 8, 24), Moyen.SMS),
        Relance(date(2026, 8, 31), Moyen.TELEPHONE, Issue.REPONDU),
    )
    assert lu.resultat is Resultat.ABANDON
    assert lu.commentaire == "Ne répond plus.\nParti ?"
    assert (lu.detecte_le, lu.suspendu_jusqu_au, lu.cloture_le) == (
        date(2026, 8, 24),
        date(2026, 9, 30),
        date(2026, 10, 1),
    )
    assert lu.cause == "financière"


@pytest.mark.parametrize(
    "typed",
    [
        date(2026, 11, 3),
        datetime(2026, 11, 3, 14, 30),
        "3/11/26",
        "03-11-2026",
        "2026-11-03",
        "3 nov. 2026",
        "le 3 novembre 2026",
        "• 03/11/2026",
        "03.11.2026",
        " 03/11/2026 ",
    ],
)
def test_a_single_relance_in_every_form(typed: object) -> None:
    """The forms of the contract, a true date cell among them."""
    assert only(dates_relances=typed, moyens="SMS").relances == (
        Relance(date(2026, 11, 3), Moyen.SMS),
    )


@pytest.mark.parametrize(
    "separator", ["\n", "\r\n", " ; ", ", ", " et ", " puis ", " + ", "\n\n", " ;\n"]
)
def test_separators_of_dates_and_means(separator: str) -> None:
    """Dates and means are separated in the same ways."""
    lu = only(
        dates_relances=separator.join(("24/08/2026", "31/08/2026", "14/09/2026")),
        moyens=separator.join(("sms", "mail", "message vocal")),
    )
    assert [r.date.day for r in lu.relances] == [24, 31, 14]
    assert [r.moyen for r in lu.relances] == [Moyen.SMS, Moyen.EMAIL, Moyen.MESSAGE_VOCAL]


@pytest.mark.parametrize(
    ("activite", "typed", "expected"),
    [
        (date(2026, 5, 20), "24/08", [date(2026, 8, 24)]),
        (date(2026, 8, 24), "24/08", [date(2027, 8, 24)]),
        (date(2025, 11, 2), "20/12, 03/01", [date(2025, 12, 20), date(2026, 1, 3)]),
        (date(2026, 5, 20), "3 sept. et 3 sept.", [date(2026, 9, 3)] * 2),
        (date(2026, 5, 20), "24/12/2026 puis 07/01", [date(2026, 12, 24), date(2027, 1, 7)]),
        (None, "24/12/2026 puis 07/01", [date(2026, 12, 24), date(2027, 1, 7)]),
    ],
)
def test_a_date_without_its_year(activite: date | None, typed: str, expected: list[date]) -> None:
    """It follows the row's last activity, then the relance before it."""
    lu = only(derniere_activite=activite, dates_relances=typed)
    assert [r.date for r in lu.relances] == expected


@pytest.mark.parametrize(
    ("typed", "raison"),
    [
        ("24/13/2026", "n'est pas une date"),
        ("31/06/2026", "n'est pas une date"),
        ("la semaine dernière", "n'est pas une date"),
        (24112026, "Un nombre"),
        ("24/08/1926", "n'est pas vraisemblable"),
        ("31/08/2026\n24/08/2026", "ne se suivent pas"),
        ("24/08\n10/08", "n'est pas sûre"),
        ("24/08/2026 ?", "n'est pas une date"),
        ("24/08/2026 (absent)", "n'est pas une date"),
    ],
)
def test_unreadable_relance_dates_are_named_by_cell(typed: object, raison: str) -> None:
    """Never guessed, never put in order: the cell is named with what it holds."""
    lue = unreadable(derniere_activite=ACTIVITE, dates_relances=typed, moyens="SMS")
    assert lue.anomalie.cellule == "C2"
    assert lue.anomalie.gravite == "erreur"
    assert raison in lue.anomalie.raison
    assert lue.anomalie.contenu == str(typed)
    assert lue.anomalie.remede
    assert lue.ouverte


def test_a_first_date_without_year_nor_last_activity_is_unreadable() -> None:
    """There is nothing for it to follow."""
    assert "manque l'année" in unreadable(dates_relances="24/08", moyens="SMS").anomalie.raison


@pytest.mark.parametrize(
    ("typed", "moyen"),
    [
        ("Texto", Moyen.SMS),
        ("MMS", Moyen.SMS),
        ("tél.", Moyen.TELEPHONE),
        ("TEL", Moyen.TELEPHONE),
        ("appel téléphonique", Moyen.TELEPHONE),
        ("Appelé", Moyen.TELEPHONE),
        ("vocal", Moyen.MESSAGE_VOCAL),
        ("Répondeur", Moyen.MESSAGE_VOCAL),
        ("messagerie", Moyen.MESSAGE_VOCAL),
        ("MV", Moyen.MESSAGE_VOCAL),
        ("e-mail", Moyen.EMAIL),
        ("Mél", Moyen.EMAIL),
        ("courriel", Moyen.EMAIL),
        ("LRAR", Moyen.COURRIER),
        ("lettre recommandée", Moyen.COURRIER),
    ],
)
def test_means_in_any_spelling(typed: str, moyen: Moyen) -> None:
    """The words that schools use for the five means."""
    (relance,) = only(dates_relances="24/08/2026", moyens=typed).relances
    assert relance == Relance(date(2026, 8, 24), moyen)


@pytest.mark.parametrize(
    ("typed", "repondu", "faux_numero"),
    [
        ("Téléphone (répondu)", True, False),
        ("tel répondu", True, False),
        ("Appel : a répondu", True, False),
        ("SMS (réponse)", True, False),
        ("SMS (sans réponse)", False, False),
        ("Téléphone - pas de réponse", False, False),
        ("tel (n'a pas répondu)", False, False),
        ("Téléphone (message laissé)", False, False),
        ("Téléphone (faux numéro)", False, True),
    ],
)
def test_what_came_of_a_relance(typed: str, repondu: bool, faux_numero: bool) -> None:
    """Written beside its means."""
    (relance,) = only(dates_relances="24/08/2026", moyens=typed).relances
    assert (relance.repondu, (relance.issue is Issue.FAUX_NUMERO)) == (repondu, faux_numero)


@pytest.mark.parametrize(
    ("dates", "moyens", "raison"),
    [
        ("24/08/2026\n31/08/2026\n14/09/2026", "SMS\nEmail", "3 dates mais 2 moyens."),
        ("24/08/2026", "SMS\nEmail", "1 date mais 2 moyens."),
        (None, "SMS", "0 date mais 1 moyen."),
        ("24/08/2026", "pigeon", "« pigeon » n'est pas un moyen connu."),
        ("24/08/2026", "Téléphone (sa mère a décroché)", "n'est pas un moyen connu"),
    ],
)
def test_means_that_do_not_match(dates: str | None, moyens: str, raison: str) -> None:
    """A count that differs, or an unknown word, makes the row unreadable at that cell."""
    lue = unreadable(dates_relances=dates, moyens=moyens)
    assert lue.anomalie.cellule == "D2"
    assert raison in lue.anomalie.raison


def test_means_left_empty_are_unknown_and_said() -> None:
    """The dates alone are enough to go on."""
    classeur = read(dossier(dates_relances="24/08/2026\n31/08/2026"))
    assert [r.moyen for r in classeur.dossiers[0].relances] == [None, None]
    (anomalie,) = classeur.anomalies
    assert (anomalie.gravite, anomalie.cellule) == ("avertissement", "D2")


def test_a_question_mark_is_a_means_that_nobody_noted() -> None:
    """It holds the place of one relance."""
    lu = only(dates_relances="24/08/2026\n31/08/2026", moyens="?\nEmail")
    assert [r.moyen for r in lu.relances] == [None, Moyen.EMAIL]


@pytest.mark.parametrize(
    ("typed", "resultat"),
    [
        ("Reprise", Resultat.REPRISE),
        ("reprise de la formation", Resultat.REPRISE),
        ("REPRIS", Resultat.REPRISE),
        ("Reprise le 12/10/2026", Resultat.REPRISE),
        ("abandon", Resultat.ABANDON),
        ("Abandonniste", Resultat.ABANDON),
        ("Abandonné(e)", Resultat.ABANDON),
        ("abandon définitif", Resultat.ABANDON),
        ("Abandonniste : dossier clôturé le 12/10/2026", Resultat.ABANDON),
        ("en cours", None),
        ("-", None),
        ("En attente", None),
        ("   ", None),
    ],
)
def test_outcomes_in_any_spelling(typed: str, resultat: Resultat | None) -> None:
    """An empty RÉSULTAT, or a word that says so, is an open dossier."""
    assert only(resultat=typed).resultat is resultat


@pytest.mark.parametrize("typed", ["peut-être", "abandon ?", "reprise ou abandon", 3])
def test_an_outcome_that_cannot_be_told_counts_as_open(typed: object) -> None:
    """So that no second dossier is opened."""
    lue = unreadable(resultat=typed)
    assert (lue.anomalie.cellule, lue.ouverte) == ("E2", True)


def test_a_closed_row_with_an_unreadable_date_is_not_open() -> None:
    """It is reported all the same."""
    lue = unreadable(resultat="REPRISE", dates_relances="hier", moyens="SMS")
    assert not lue.ouverte


@pytest.mark.parametrize("champ", ["derniere_activite", "detecte_le", "cloture_le"])
def test_an_excel_error_is_unreadable(champ: str) -> None:
    """#REF! must never pass for an empty cell."""
    lue = unreadable(**{champ: Formule("=#REF!", "#REF!")})
    assert lue.anomalie.contenu == "#REF!"
    assert "#REF!" in lue.anomalie.raison


def test_a_formula_is_read_by_its_value() -> None:
    """As people see it."""
    assert only(numero=Formule("=1000+42", 1042)).numero == "1042"


def test_other_rows_go_on_after_an_unreadable_one() -> None:
    """Each row is read by itself."""
    classeur = read(
        dossier(eleve="A", dates_relances="?!"),
        dossier(eleve="B"),
        dossier(eleve="C", derniere_activite="inconnue"),
        dossier(eleve="D"),
    )
    assert [d.eleve for d in classeur.dossiers] == ["B", "D"]
    assert [(i.eleve, i.ligne) for i in classeur.illisibles] == [("A", 2), ("C", 4)]


def test_every_bad_cell_of_a_row_is_reported() -> None:
    """The row is unreadable once, its anomalies are as many as its bad cells."""
    classeur = read(dossier(derniere_activite="x", resultat="y", cloture_le="z"))
    assert len(classeur.illisibles) == 1
    assert [a.cellule for a in classeur.anomalies] == ["B2", "E2", "O2"]


def test_empty_rows_are_skipped_and_rows_keep_their_number() -> None:
    """A blank line in the middle is not the end of the tableau."""
    classeur = read(
        dossier(eleve="A"),
        dossier(eleve=None),
        dossier(eleve="  "),
        dossier(detecte_le="01/09/2026"),
    )
    assert [(d.eleve, d.ligne) for d in classeur.dossiers] == [("A", 2), ("ROYER Laurence", 5)]
    assert classeur.anomalies == ()


def test_a_filled_row_without_a_student_is_reported() -> None:
    """It could be anybody's."""
    classeur = read(dossier(eleve=None, derniere_activite=ACTIVITE))
    assert classeur.dossiers == ()
    (anomalie,) = classeur.anomalies
    assert (anomalie.gravite, anomalie.cellule, anomalie.contenu) == ("erreur", "A2", "20/05/2026")


@pytest.mark.parametrize("typed", ["TOTAL : 12 élèves", "Total", "ÉLÈVE"])
def test_a_totals_row_is_not_a_student(typed: str) -> None:
    """It is skipped, and said."""
    classeur = read(dossier(), dossier(eleve=typed, commentaire="12"))
    assert len(classeur.dossiers) == 1
    assert [a.gravite for a in classeur.anomalies] == ["avertissement"]


def test_a_student_called_total_is_a_student() -> None:
    """A date on the row, or a number, tells them from a sum."""
    classeur = read(
        dossier(eleve="TOTAL Jean", derniere_activite=ACTIVITE),
        dossier(eleve="Total Anne", dates_relances="24/08/2026", moyens="SMS"),
        dossier(eleve="TOTAL", numero=7),
    )
    assert [d.eleve for d in classeur.dossiers] == ["TOTAL Jean", "Total Anne", "TOTAL"]


def test_a_number_typed_as_a_number_is_a_text() -> None:
    """1002.0 is « 1002 »."""
    assert only(numero=1002).numero == "1002"


def test_a_row_with_a_number_only_takes_the_name_of_the_register() -> None:
    """Or the number itself when the register does not know it."""
    classeur = read(
        dossier(eleve=None, numero="7"),
        dossier(eleve=None, numero="8"),
        eleves=[eleve(numero="7", nom="ROYER", prenom="Laurence")],
    )
    assert [d.eleve for d in classeur.dossiers] == ["ROYER Laurence", "8"]


def test_the_comment_is_kept_to_the_letter() -> None:
    """It is written back with one more line, so nothing of it may be lost."""
    assert only(commentaire="  À rappeler.\n\n- soir ").commentaire == "  À rappeler.\n\n- soir "
