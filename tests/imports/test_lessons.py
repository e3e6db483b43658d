"""Lessons: DERNIER COURS, PROCHAIN COURS, and reservations taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from exports_fabrique import JOUR, ROYER, importe, updated
from hypothesis import given, settings
from hypothesis import strategies as st

from inactifs.imports import Canal, ResultatImport
from inactifs.procedure.modele import Eleve
from inactifs.registre import Registre

N2, N20, D1, D5 = date(2026, 11, 2), date(2026, 11, 20), date(2026, 12, 1), date(2026, 12, 5)


def lessons(avant: Eleve, *lecons: tuple[date, str]) -> tuple[Eleve, ResultatImport]:
    """The student after these lessons."""
    lignes = [["N° élève", "Date", "Statut"]]
    lignes += [[avant.numero, f"{jour:%d/%m/%Y}", statut] for jour, statut in lecons]
    resultat = importe(Canal.COURS, lignes, [avant])
    return (resultat.eleves[0] if resultat.eleves else avant), resultat


@pytest.mark.parametrize(
    ("avant", "lecons", "apres"),
    [
        # attended and reserved, the latest of each
        ((None, None), [(N2, "Effectué"), (N20, "Effectué")], (N20, None)),
        ((None, None), [(N2, "Effectué"), (D5, "Réservé"), (D1, "Réservé")], (N2, D5)),
        # cancelled or missed does not count
        ((None, None), [(N2, "Effectué"), (N20, "Absent"), (D1, "Annulé")], (N2, None)),
        # an import never moves a date back
        ((N20, D5), [(N2, "Effectué"), (D1, "Réservé")], (N20, D5)),
        # a cancellation takes back the reservation, another one takes its place
        ((N2, D5), [(D5, "Annulé")], (N2, None)),
        ((N2, D5), [(D5, "Annulé"), (D1, "Réservé")], (N2, D1)),
        # but not when another lesson of that day holds, nor another day
        ((N2, D5), [(D5, "Annulé"), (D5, "Réservé")], (N2, D5)),
        ((N2, D5), [(D1, "Annulé")], (N2, D5)),
        # a reservation whose day has come: attended, missed, or still not marked
        ((N2, N20), [(N20, "Effectué")], (N20, None)),
        ((N2, N20), [(N20, "Absent")], (N2, None)),
        ((N2, N20), [(N20, "Réservé")], (N2, N20)),
        ((None, None), [(N2, "Effectué"), (N20, "Réservé")], (N2, N20)),
        ((None, None), [(JOUR, "Réservé")], (None, JOUR)),
        # a later reservation takes its place: it moves to DERNIER COURS
        ((N2, N20), [(D1, "Réservé")], (N20, D1)),
        ((N2, N20), [(D1, "Réservé"), (N20, "Absent")], (N2, D1)),
        # an attended lesson is not taken back
        ((N20, None), [(N20, "Absent"), (N2, "Effectué")], (N20, None)),
        # words that count by their day
        ((None, None), [(N20, "Validé"), (D1, "Validé")], (N20, D1)),
    ],
)
def test_the_two_dates_of_lessons(
    avant: tuple[date | None, date | None],
    lecons: list[tuple[date, str]],
    apres: tuple[date | None, date | None],
) -> None:
    """Before, the file's lessons, after; and the same file again changes nothing."""
    eleve = replace(ROYER, dernier_cours=avant[0], prochain_cours=avant[1])
    nouveau, _ = lessons(eleve, *lecons)
    assert (nouveau.dernier_cours, nouveau.prochain_cours) == apres
    encore, resultat = lessons(nouveau, *lecons)
    assert (encore, resultat.importees, resultat.eleves) == (nouveau, 0, ())


@pytest.mark.parametrize("ordre", [1, -1])
def test_reserved_then_cancelled_at_one_hour_is_cancelled(ordre: int) -> None:
    """Whatever the order of the lines; two lessons of one day have two hours."""
    for annulee, heures, apres in (
        ("05/12/2026 10:00", ("05/12/2026 10:00",), None),
        ("05/12/2026 10:00", ("05/12/2026 10h", "05/12/2026 14:00"), D5),
        ("05/12/2026 10:00", ("05/12/2026 10:00", "01/12/2026 09:00"), D1),
    ):
        lignes = [["1285", h, "Réservé"] for h in heures] + [["1285", annulee, "Annulé"]]
        resultat = importe(Canal.COURS, [["N° élève", "Date", "Statut"], *lignes[::ordre]])
        assert [e.prochain_cours for e in resultat.eleves] == ([apres] if apres else [])


def test_the_hour_may_have_its_own_column() -> None:
    """« Heure de début » beside the day."""
    lignes = [["N° élève", "Date", "Heure de début", "Statut"]]
    lignes += [
        ["1285", "05/12/2026", "10:00", "Réservé"],
        ["1285", "05/12/2026", "10h00", "Annulé"],
    ]
    assert importe(Canal.COURS, lignes).eleves == ()


def test_an_exam_is_activity_at_its_day() -> None:
    """Called, sat, passed or failed; waiting for a date is not."""
    lignes = [["N° élève", "Date", "Résultat"], ["1285", "20/11/2026", "Insuffisant"],
              ["1286", "05/12/2026", "Convoqué"], ["1000", "20/11/2026", "Absent"]]  # fmt: skip
    resultat = importe(Canal.COURS, lignes)
    assert [(e.numero, e.dernier_cours, e.prochain_cours) for e in resultat.eleves] == [
        ("1285", N20, None),
        ("1286", None, D5),
    ]


def test_a_reservation_taken_back_is_a_line_that_counts() -> None:
    """And so is the one that takes its place."""
    eleve = replace(ROYER, dernier_cours=N2, prochain_cours=D5)
    _, resultat = lessons(eleve, (D5, "Annulé"), (D1, "Réservé"), (N2, "Effectué"))
    assert (resultat.importees, resultat.inchangees, resultat.ignorees) == (2, 1, 0)
    assert resultat.avant == {"1285": eleve}


@pytest.mark.parametrize(
    ("jour", "statut", "raison"),
    [
        (D1, "Effectué", "le 01/12/2026 est dans l'avenir, la leçon ne peut être faite"),
        (date(1989, 12, 31), "Effectué", "le 31/12/1989 est douteux : avant 1990"),
        (date(2036, 12, 1), "Réservé", "le 01/12/2036 est douteux : dans plus de deux ans"),
        (N2, "En attente", "le statut « En attente » n'est pas connu"),
        (N2, "", "le statut manque"),
    ],
)
def test_lessons_that_are_rejected(jour: date, statut: str, raison: str) -> None:
    """The reason is a French sentence."""
    _, resultat = lessons(ROYER, (jour, statut))
    assert [r.raison for r in resultat.rejets] == [raison]
    assert resultat.eleves == ()


def test_a_lesson_before_enrolment_is_taken_and_said() -> None:
    """A student may have enrolled again; the lines are given."""
    _, resultat = lessons(ROYER, (date(2023, 5, 2), "Effectué"))
    assert resultat.importees == 1
    assert resultat.avertissements == (
        "Avant l'inscription de l'élève, à vérifier : ligne 2 (1 en tout).",
    )


def test_american_dates_are_refused_as_a_whole() -> None:
    """Half of them would be read as other days; one alone is a typing mistake."""
    lignes = [["N° élève", "Date", "Statut"]]
    melange = [*lignes, *([1285, j, "Fait"] for j in ("11/02/2026", "11/22/2026", "10/13/2026"))]
    with pytest.raises(Exception, match="mois/jour/année"):
        importe(Canal.COURS, melange)
    faute = [*lignes, *([1285, j, "Fait"] for j in ("02/11/2026", "11/22/2026", "25/10/2026"))]
    resultat = importe(Canal.COURS, faute)
    assert [r.raison for r in resultat.rejets] == [
        "« 11/22/2026 » n'est pas une date : mois et jour semblent inversés"
    ]


@pytest.mark.parametrize("canal", [Canal.CONNEXIONS, Canal.CONTACTS])
def test_the_last_login_or_contact_wins_and_none_is_to_come(canal: Canal) -> None:
    """Several per student; one in the future is rejected; one known is not moved back."""
    lignes = [["N° élève", "Date", "Canal" if canal is Canal.CONNEXIONS else "Sens"]]
    lignes += [["1285", j, "Entrant"] for j in ("02/11/2026", "20/11/2026 18:42", "25/11/2026")]
    resultat = importe(canal, lignes)
    [eleve] = resultat.eleves
    assert N20 in (eleve.derniere_connexion, eleve.dernier_contact)
    assert [r.raison for r in resultat.rejets] == ["le 25/11/2026 est dans l'avenir"]
    registre = updated(Registre([ROYER]), resultat)
    assert importe(canal, lignes[:2], registre).eleves == ()


def test_a_student_who_never_logged_in_is_no_reject() -> None:
    """An empty date, « Jamais », a dash."""
    jamais = ["", "Jamais", "-", "0000-00-00", "0000-00-00 00:00:00", "00/00/0000", "N/A"]
    jamais += ["Jamais connecté", "Pas encore connecté", "Aucune activité", "Never"]
    lignes = [["N° élève", "Dernière connexion"], *(["1285", j] for j in jamais)]
    resultat = importe(Canal.CONNEXIONS, lignes)
    assert (resultat.ignorees, resultat.rejets) == (len(jamais), ())


def test_an_empty_register_is_told() -> None:
    """Every line would be rejected, and the reason is elsewhere."""
    lignes = [["N° élève", "Date", "Statut"], ["1285", "02/11/2026", "Fait"]]
    resultat = importe(Canal.COURS, lignes, [])
    assert resultat.avertissements == ("Le registre est vide : importez d'abord les élèves.",)


JOURS = st.dates(date(2026, 10, 1), date(2027, 1, 31))
LECONS = st.lists(
    st.tuples(JOURS, st.sampled_from(["Effectué", "Réservé", "Annulé", "Absent"])), max_size=8
)


@settings(deadline=None)  # the machine may be busy
@given(st.lists(LECONS, min_size=1, max_size=4))
def test_any_sequence_of_imports_keeps_its_promises(fichiers: list[list[tuple[date, str]]]) -> None:
    """The same file twice changes nothing; DERNIER COURS never goes back; what remains is a
    lesson of the files; PROCHAIN COURS goes back only if it was cancelled."""
    eleve = ROYER
    vues: set[date] = set()
    for lecons in fichiers:
        vues |= {j for j, s in lecons if s in ("Effectué", "Réservé")}
        apres, _ = lessons(eleve, *lecons)
        assert (apres.dernier_cours or date.min) >= (eleve.dernier_cours or date.min)
        for jour in (apres.dernier_cours, apres.prochain_cours):
            assert jour is None or jour in vues
        derniere = max(apres.dernier_cours or date.min, apres.prochain_cours or date.min)
        if derniere < (eleve.prochain_cours or date.min):
            assert eleve.prochain_cours in {j for j, s in lecons if s in ("Annulé", "Absent")}
        encore, resultat = lessons(apres, *lecons)
        assert (encore, resultat.importees) == (apres, 0)
        eleve = apres


OUI_NON = ["Fait ?", "Venu", "Honoré", "Validé", "Leçon effectuée", "Présent(e)"]
PRESENCES = ["Présent / Absent / Excusé", "P/A", "Statut de présence", "Résultat", "Suivi"]


@pytest.mark.parametrize(
    ("entete", "compte", "non"),
    [
        *((entete, "Oui", "Non") for entete in OUI_NON),
        *((entete, "Présente", "Absente") for entete in PRESENCES),
        ("Annulée (O/N)", "N", "O"),
        ("Leçon annulée ?", "Non", "Oui"),
        ("Date d'annulation", "", "01/11/2026"),
        ("Annulée le", "", "01/11/2026"),
        ("Annulée par", "", "Élève"),
        ("Motif d'annulation", "", "Maladie"),
        ("No show", "", "x"),
        ("Excusé", "", "x"),
        ("Absence", "Non", "Non justifiée"),
        ("Statut", "EFF", "ANN"),
        ("Statut", "✓", "✗"),
    ],
)
def test_whatever_column_says_that_a_lesson_did_not_take_place(
    entete: str, compte: str, non: str
) -> None:
    """By its header, or by its cells where the header says nothing."""
    lignes = [["N° élève", "Date", entete], ["1285", "02/11/2026", compte]]
    lignes += [["1286", "03/11/2026", non]]
    resultat = importe(Canal.COURS, lignes)
    assert [(e.numero, e.dernier_cours) for e in resultat.eleves] == [("1285", N2)]
    assert (resultat.ignorees, resultat.rejets) == (1, ())


@pytest.mark.parametrize(
    ("entetes", "cellules", "apres"),
    [
        # absent, though not cancelled
        (["Annulé", "Absent"], ["Non", "Oui"], (None, None)),
        (["Annulé", "Absent"], ["Non", "Non"], (N20, None)),
        # attendance is not marked yet: the status says
        (["Statut", "Présence"], ["Confirmé", ""], (None, N20)),
        (["Statut", "Présence"], ["Annulé", ""], (None, None)),
        (["Statut", "Présence"], ["Confirmé", "Absent"], (None, None)),
        (["Statut", "Présent"], ["Réservé", "Oui"], (N20, None)),
        (["Statut", "Présent"], ["Réservé", "Non"], (None, None)),
        # the day on which it was marked; a teacher who has not validated it yet
        (["Statut", "Effectué le"], ["Réservé", "20/11/2026 11:00"], (N20, None)),
        (["Statut", "Effectué le"], ["Annulé", ""], (None, None)),
        (["Statut", "Validé"], ["Effectué", "Non"], (N20, None)),
    ],
)
def test_two_columns_that_say_what_became_of_a_lesson(
    entetes: list[str], cellules: list[str], apres: tuple[date | None, date | None]
) -> None:
    """Both are heeded."""
    resultat = importe(
        Canal.COURS, [["N° élève", "Date", *entetes], ["1285", "20/11/2026", *cellules]]
    )
    assert resultat.rejets == ()
    eleve = resultat.eleves[0] if resultat.eleves else ROYER
    assert (eleve.dernier_cours, eleve.prochain_cours) == apres


def test_a_lesson_to_come_has_nobody_yet() -> None:
    """« Présent : Non » in a box that is not ticked yet; « Excusé » is said before the day."""
    lignes = [["N° élève", "Date", "Statut", "Présent"]]
    lignes += [
        ["1285", "01/12/2026", "Réservé", "Non"],
        ["1286", "01/12/2026", "Réservé", "Excusé"],
    ]
    resultat = importe(Canal.COURS, lignes)
    assert [(e.numero, e.prochain_cours) for e in resultat.eleves] == [("1285", D1)]
    for vide in ("", "Non"):  # and no status
        lecon = ["01/12/2026", "1285", vide]
        resultat = importe(Canal.COURS, [["Date", "N° élève", "Fait"], lecon])
        assert [e.prochain_cours for e in resultat.eleves] == [D1]
    fautif = importe(
        Canal.COURS, [["Date", "N° élève", "Présence"], ["01/12/2026", "1285", "Présent"]]
    )
    assert len(fautif.rejets) == 1
