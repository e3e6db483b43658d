"""A dossier's story, whatever its row holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inactifs.procedure.modele import (
    PLAN_DE_RELANCE,
    Dossier,
    Eleve,
    Issue,
    Moyen,
    Regles,
    Relance,
    Resultat,
)
from inactifs.procedure.notes import Nature, written
from inactifs.procedure.suivi import situate
from inactifs.rendu.story import reason_of_due, story

JOUR = date(2026, 11, 24)
JOURS = st.dates(date(2025, 1, 1), date(2027, 3, 31))
PEUT_ETRE = st.none() | JOURS
RELANCES = st.lists(
    st.builds(Relance, JOURS, st.none() | st.sampled_from(Moyen), st.sampled_from(Issue)),
    max_size=5,
).map(lambda faites: tuple(sorted(faites, key=lambda r: r.date)))
NOTES = st.lists(
    st.just("Opérée")
    | st.builds(written, st.just(Nature.CLOTURE), JOURS)
    | st.builds(written, st.just(Nature.REOUVERTURE), JOURS, st.just("x"))
    | st.builds(written, st.just(Nature.SUSPENSION), JOURS, st.just("stage"), JOURS),
    max_size=3,
).map("\n".join)  # fmt: skip
DOSSIERS = st.builds(
    Dossier,
    eleve=st.just("ROYER Laurence"),
    numero=st.just("1"),
    derniere_activite=PEUT_ETRE,
    relances=RELANCES,
    resultat=st.none() | st.sampled_from(Resultat),
    commentaire=NOTES,
    detecte_le=PEUT_ETRE,
    suspendu_jusqu_au=PEUT_ETRE,
    cloture_le=PEUT_ETRE,
)
ELEVES = st.builds(
    Eleve,
    numero=st.just("1"),
    nom=st.just("ROYER"),
    inscrit_le=PEUT_ETRE,
    statut=st.sampled_from(["", "abandonniste"]),
    dernier_cours=PEUT_ETRE,
    prochain_cours=PEUT_ETRE,
    derniere_connexion=PEUT_ETRE,
    dernier_contact=PEUT_ETRE,
)
SUIVIE = Dossier("ROYER Laurence", "1", date(2026, 8, 20), detecte_le=date(2026, 11, 24), ligne=2)


@given(DOSSIERS, st.none() | ELEVES, JOURS)
def test_any_dossier_has_a_story(dossier: Dossier, eleve: Eleve | None, jour: date) -> None:
    """In order of time, every relance told once, the next step where there is one."""
    lue = story(dossier, eleve, Regles(), jour)
    assert [e.date for e in lue] == sorted(e.date for e in lue)
    assert [e.date for e in lue if e.nature == "relance"] == [r.date for r in dossier.relances]
    echeance = situate(dossier, eleve, Regles(), jour).echeance
    assert [e.date for e in lue if e.nature == "echeance"] == ([echeance] if echeance else [])
    assert all(e.texte and not e.regle.startswith((" ", ",")) for e in lue)


@pytest.mark.parametrize(
    ("dossier", "regles", "raison"),
    [
        pytest.param(SUIVIE, Regles(), "dès la détection", id="the first relance"),
        pytest.param(
            SUIVIE,
            Regles(plan=(replace(PLAN_DE_RELANCE[0], delai=2), *PLAN_DE_RELANCE[1:])),
            "2 jours après la détection",
            id="the first relance, where the school's plan waits",
        ),
        pytest.param(
            replace(SUIVIE, relances=(Relance(JOUR, Moyen.SMS),)),
            Regles(),
            "7 jours après la 1re, faite le 24/11/2026",
            id="the second",
        ),
        pytest.param(
            replace(SUIVIE, relances=(Relance(date(2026, 11, 21), Moyen.SMS),)),
            Regles(jours_ouvres=True),
            "7 jours après la 1re, faite le 21/11/2026, reporté au jour ouvré suivant",
            id="the second, on a Saturday",
        ),
        pytest.param(
            replace(SUIVIE, suspendu_jusqu_au=date(2026, 12, 15)),
            Regles(),
            "le lendemain de la suspension, qui finit le 15/12/2026",
            id="after a suspension",
        ),
        pytest.param(
            replace(
                SUIVIE,
                relances=tuple(Relance(JOUR + timedelta(days=d), Moyen.SMS) for d in (0, 7, 21)),
            ),
            Regles(),
            "dès la dernière relance, faite le 15/12/2026",
            id="closing at once",
        ),
        pytest.param(
            replace(
                SUIVIE,
                relances=tuple(Relance(JOUR + timedelta(days=d), Moyen.SMS) for d in (0, 7, 21)),
            ),
            Regles(delai_reponse=1),
            "1 jour après la dernière relance, faite le 15/12/2026",
            id="closing after a delay",
        ),
        pytest.param(replace(SUIVIE, resultat=Resultat.REPRISE), Regles(), "", id="ended"),
    ],
)
def test_why_it_is_due(dossier: Dossier, regles: Regles, raison: str) -> None:
    """The same rule as the one that gives the date."""
    assert reason_of_due(situate(dossier, None, regles, JOUR)) == raison


def test_a_sign_of_life_moved_the_row() -> None:
    """After the detection: said, with what it entails; no false day of inactivity."""
    dossier = replace(
        SUIVIE, derniere_activite=date(2026, 11, 30), suspendu_jusqu_au=date(2026, 12, 30)
    )
    eleve = Eleve("1", "ROYER", dernier_cours=date(2026, 8, 20), dernier_contact=date(2026, 11, 30))
    lue = story(dossier, eleve, Regles(), date(2026, 12, 1))
    assert not [e for e in lue if e.nature == "inactivite"]
    (avance,) = [e for e in lue if "avance" in e.texte]
    assert avance.date == date(2026, 11, 30)
    assert "dernier signe de vie de l'élève le 30/11/2026" in avance.regle
    assert (lue[-1].date, lue[-1].texte) == (date(2026, 12, 31), "1re relance due")


def test_a_reprise_taken_back_stays_in_the_story() -> None:
    """Its day is in the note of the reopening."""
    note = written(Nature.REOUVERTURE, date(2026, 11, 27), "erreur", date(2026, 11, 26))
    lue = story(replace(SUIVIE, commentaire=note), None, Regles(), date(2026, 11, 28))
    assert [(e.date, e.texte) for e in lue if e.nature in ("cloture", "reouverture")] == [
        (date(2026, 11, 26), "Reprise : dossier terminé"),
        (date(2026, 11, 27), "Dossier rouvert : erreur"),
    ]
