"""Headers by meaning: what is understood, what is refused, what the user may name."""

from __future__ import annotations

import pytest
from exports_fabrique import importe

from inactifs.erreurs import FichierInvalide, UsageIncorrect
from inactifs.imports import Canal
from inactifs.imports.headers import IDENTITE, LIBELLES, PROPRES, fields, header_words


@pytest.mark.parametrize(
    ("entete", "autre"),
    [
        ("N° de l'élève", "numéro élève"),
        ("Date de la leçon", "DATE LECON"),
        ("Nom et prénom", "Prénom / Nom"),
        ("Adresse\ne-mail", "adresse email"),
        ("Nom du candidat", "nom stagiaire"),
        ("Leçons", "leçon"),
    ],
)
def test_two_spellings_of_one_header(entete: str, autre: str) -> None:
    """Case, accents, articles, plurals, order of words and line breaks do not count."""
    assert header_words(entete) == header_words(autre)


@pytest.mark.parametrize(
    "identite",
    [
        "N° élève", "Code élève", "Matricule", "N° du candidat", "ID stagiaire", "N°",
        "N° Dossier", "Identifiant apprenant",
    ],
)  # fmt: skip
def test_headers_of_the_number(identite: str) -> None:
    """Every name of the student's number."""
    lignes = [[identite, "Date", "Statut"], ["1285", "02/11/2026", "Effectué"]]
    assert [e.numero for e in importe(Canal.COURS, lignes).eleves] == ["1285"]


@pytest.mark.parametrize(
    ("entete", "valeur"),
    [
        ("NEPH", "010203040506"), ("N° NEPH", "10203040506"), ("Numéro dossier", "010203040506"),
        ("Courriel", "Laurence.Royer@exemple.fr"), ("Adresse mail de l'élève", "mailto:laurence.royer@exemple.fr"),  # noqa: E501
        ("Tél. portable", "+33 6 12 34 56 78"), ("GSM", "612345678"), ("Téléphone", "0033612345678"),  # noqa: E501
        ("Élève", "ROYER Laurence"), ("Candidat(e)", "Mme Laurence Royer"), ("Apprenant", "1285"),
        ("Nom et prénom", "royer laurence"), ("Identité", "Laurence ROYER"),
        ("Stagiaire", "1285 - ROYER Laurence"), ("Client", "ROYER Laurence (1285)"),
        ("Élève", "laurence.royer@exemple.fr"), ("Nom", "ROYER Laurence"),
    ],
)  # fmt: skip
def test_headers_of_the_other_identifiers(entete: str, valeur: str) -> None:
    """NEPH, email, phone, name: in the words of French software, in any form."""
    lignes = [[entete, "Date", "Statut"], [valeur, "02/11/2026", "Effectué"]]
    assert [e.numero for e in importe(Canal.COURS, lignes).eleves] == ["1285"]


@pytest.mark.parametrize(
    "entete",
    [
        "Date", "Date de la leçon", "Début", "Horaire", "Date du RDV", "Jour", "Date et heure",
        "Date (JJ/MM/AAAA)", "DATE DE DÉBUT", "Date du cours",
    ],
)  # fmt: skip
def test_headers_of_a_lessons_day(entete: str) -> None:
    """Every name of the day, and the best one when there are several."""
    lignes = [
        ["N° élève", entete, "Date de création", "Date de naissance", "Présence"],
        ["1285", "02/11/2026 10:00", "01/01/2026", "03/04/2005", "Présente"],
    ]
    resultat = importe(Canal.COURS, lignes)
    assert str(resultat.eleves[0].dernier_cours) == "2026-11-02"


@pytest.mark.parametrize("entete", ["Statut", "État", "Présence", "Statut (leçon)", "Émargement"])
def test_headers_of_a_lessons_status(entete: str) -> None:
    """Whatever says that it took place."""
    lignes = [["N° élève", "Date", entete], ["1285", "02/11/2026", "Absent"]]
    assert importe(Canal.COURS, lignes).ignorees == 1


def test_what_was_understood_is_shown() -> None:
    """Two lines: what was read, and which column is what."""
    lignes = [["Date de la leçon", "Moniteur", "NEPH", "Statut"], ["02/11/2026", "K", "1", "Fait"]]
    assert importe(Canal.COURS, lignes).compris == (
        "export.csv : CSV UTF-8, séparateur « ; », en-têtes ligne 1",
        "Date ← « Date de la leçon », NEPH ← « NEPH », statut ← « Statut »",
    )


@pytest.mark.parametrize(
    ("canal", "entetes", "manque"),
    [
        (Canal.COURS, ["N° élève", "Statut", "Machin"], "il manque la date"),
        (Canal.COURS, ["Date", "Statut", "Moniteur"], "il manque l'élève"),
        (Canal.CONNEXIONS, ["Email", "Score"], "il manque la date"),
        (Canal.CONTACTS, ["Date", "N° élève", "Note"], "il manque le sens du contact"),
        (Canal.ELEVES, ["Nom", "Prénom"], "il manque le n° d'élève ou le NEPH"),
        (Canal.ELEVES, ["N° élève", "Téléphone"], "il manque le nom"),
    ],
)
def test_an_unknown_layout_is_refused_with_the_headers_seen(
    canal: Canal, entetes: list[str], manque: str
) -> None:
    """What lacks, what was seen, and the option to type."""
    with pytest.raises(FichierInvalide, match=manque) as refus:
        importe(canal, [["Titre"], entetes, ["1"] * len(entetes)])
    assert all(f"« {e} »" in refus.value.message for e in entetes)
    assert "ligne 2" in refus.value.message
    assert "--colonne" in refus.value.conseil


@pytest.mark.parametrize(
    ("canal", "entetes", "cellules", "proposes"),
    [
        (Canal.COURS, ["Élève", "Formation", "Moniteur"], ["B", "Karim"], "date=En-tête"),
        (Canal.COURS, ["Élève", "Né le", "B"], ["2/1/2005", "x"], "date=En-tête"),
        (Canal.COURS, ["Élève", "B", "Date d'inscription"], ["x", "2/1/2026"], "date=En-tête"),
        (Canal.CONTACTS, ["Élève", "Date", "Note"], ["02/11/2026", "à voir"], "sens=En-tête"),
        (Canal.ELEVES, ["Nom", "Prénom", "Ville"], ["Jean", "Lyon"], "numero=En-tête"),
    ],
)
def test_a_header_is_proposed_only_if_its_cells_are_right(
    canal: Canal, entetes: list[str], cellules: list[str], proposes: str
) -> None:
    """« --colonne "date=Formation" » would be absurd; the headers seen are listed anyway."""
    with pytest.raises(FichierInvalide) as refus:
        importe(canal, [entetes, ["ROYER Laurence", *cellules]])
    assert f'--colonne "{proposes}"' in refus.value.conseil


@pytest.mark.parametrize(
    ("entetes", "cellules"),
    [
        (["Élève", "Formation", "Quand"], ["B", "lun. 2 nov. 2026"]),
        (["Élève", "Kilométrage", "Quand"], ["45012", "02/11/2026"]),
        (["Élève", "Né le", "Passage"], ["2/1/2005", "2 nov. 2026"]),
        (["Élève", "Prise le", "Pour le"], ["2/1/2026", "2 nov. 2026"]),
    ],
)
def test_the_only_column_that_can_be_the_day_is_taken(
    entetes: list[str], cellules: list[str]
) -> None:
    """And said, where its header does not name a day by itself."""
    resultat = importe(Canal.COURS, [entetes, ["ROYER Laurence", *cellules]])
    [eleve] = resultat.eleves
    assert str(eleve.dernier_cours) == "2026-11-02"
    dit = " ".join(resultat.avertissements)
    assert (f"« {entetes[2]} » a été prise" in dit) == (entetes[2] != "Quand")


def test_two_columns_of_one_name_are_refused() -> None:
    """Nothing tells which is the lesson's."""
    lignes = [["Date", "Date", "N° élève", "Statut"], ["02/11/2026", "03/11/2026", "1285", "Fait"]]
    with pytest.raises(FichierInvalide, match="plusieurs colonnes s'appellent « Date »"):
        importe(Canal.COURS, lignes)


def test_a_column_may_be_named_by_the_user() -> None:
    """--colonne wins over the synonyms, whatever the spelling; the field too has synonyms."""
    lignes = [["Réf.", "Date", "Passage", "Bilan"], ["1285", "01/01/2020", "02/11/2026", "Fait"]]
    colonnes = {"Date": "PASSAGE", "présence": "bilan", "numero": "ref"}
    resultat = importe(Canal.COURS, lignes, colonnes=colonnes)
    assert str(resultat.eleves[0].dernier_cours) == "2026-11-02"


@pytest.mark.parametrize(
    ("colonnes", "dit"),
    [({"machin": "Date"}, "« machin » n'existe pas"), ({"date": "Jourr"}, "n'a pas cet en-tête")],
)
def test_a_column_named_wrong_is_bad_usage(colonnes: dict[str, str], dit: str) -> None:
    """Exit 2, with the fields or the headers there are."""
    lignes = [["N° élève", "Quand", "Statut"], ["1285", "02/11/2026", "Fait"]]
    with pytest.raises(UsageIncorrect, match=dit) as refus:
        importe(Canal.COURS, lignes, colonnes=colonnes)
    assert "« Quand »" in refus.value.conseil or "statut" in refus.value.conseil


def test_the_order_number_of_a_row_is_not_a_students() -> None:
    """« N° » beside a name only tells homonyms apart."""
    lignes = [
        ["N°", "Élève", "Date", "Statut"],
        ["1286", "ROYER Laurence", "02/11/2026", "Fait"],
        ["1009", "BRETON Henri", "02/11/2026", "Fait"],
        ["1000", "INCONNU Jean", "02/11/2026", "Fait"],
    ]
    resultat = importe(Canal.COURS, lignes)
    assert {e.numero for e in resultat.eleves} == {"1285", "1009"}
    assert [r.ligne for r in resultat.rejets] == [4]


@pytest.mark.parametrize("canal", list(Canal))
def test_every_field_has_a_label_and_every_header_one_meaning(canal: Canal) -> None:
    """A synonym given twice in a channel would never be reached the second time."""
    assert set(fields(canal)) <= LIBELLES.keys()
    sens: dict[tuple[str, ...], str] = {}
    for champ, synonymes in (PROPRES[canal] | IDENTITE).items():
        for synonyme in synonymes:
            assert sens.setdefault(header_words(synonyme), champ) == champ, synonyme


@pytest.mark.parametrize(
    ("canal", "entetes", "ligne"),
    [
        (Canal.COURS, ["lesson_date", "student_email", "status"],
         ["2026-11-02", "laurence.royer@exemple.fr", "completed"]),
        (Canal.COURS, ["DateLecon", "NumEleve", "StatutLecon"], ["02/11/2026", "1285", "Effectué"]),
        (Canal.COURS, ["Start Date & Time", "Invitee Name", "Status"],
         ["2026-11-02 09:00", "Laurence Royer", "completed"]),
        (Canal.CONNEXIONS, ["Login", "Dern. connexion"],
         ["laurence.royer@exemple.fr", "02/11/2026"]),
        (Canal.CONNEXIONS, ["Utilisateur", "Horodatage"], ["Laurence Royer", "2026-11-02T08:00Z"]),
        (Canal.CONNEXIONS, ["Identifiant", "Last login at"],
         ["laurence.royer@exemple.fr", "02/11/2026"]),
        (Canal.CONNEXIONS, ["Nom d'utilisateur", "E-mail", "Dernière connexion à la plateforme"],
         ["lroyer", "laurence.royer@exemple.fr", "02/11/2026"]),
        (Canal.CONNEXIONS, ["Élève", "Connexions", "Dernière activité"],
         ["ROYER Laurence", "45", "02/11/2026"]),
        (Canal.CONTACTS, ["Date", "Numéro", "Contact", "Type"],
         ["02/11/2026", "06 12 34 56 78", "Lolo", "Entrant"]),
        (Canal.CONTACTS, ["Date", "Contact", "Reçu/Émis"], ["02/11/2026", "+33612345678", "Reçu"]),
        (Canal.CONTACTS, ["Date du dernier contact", "Élève", "Canal", "Type"],
         ["02/11/2026", "ROYER Laurence", "Téléphone", "Entrant"]),
        (Canal.CONTACTS, ["Date", "Élève", "Sens"], ["02/11/2026", "ROYER Laurence", "Arrivée"]),
    ],
)  # fmt: skip
def test_layouts_of_other_software(canal: Canal, entetes: list[str], ligne: list[str]) -> None:
    """English words, logins, logs of a phone."""
    resultat = importe(canal, [entetes, ligne])
    [eleve] = resultat.eleves
    assert eleve.numero == "1285"
    assert resultat.rejets == ()
    assert "02/11/2026" in {
        f"{jour:%d/%m/%Y}"
        for jour in (eleve.dernier_cours, eleve.derniere_connexion, eleve.dernier_contact)
        if jour
    }


def test_the_only_column_that_says_who_called_is_taken() -> None:
    """All its cells say so, whatever its header."""
    for entete, dit in (("Par", "l'élève"), ("Objet", "Appel reçu"), ("Quoi", "L'élève a rappelé")):
        lignes = [["Élève", "Date", entete], ["ROYER Laurence", "02/11/2026", dit]]
        resultat = importe(Canal.CONTACTS, lignes)
        assert [str(e.dernier_contact) for e in resultat.eleves] == ["2026-11-02"]
        assert f"« {entete} » a été prise" in " ".join(resultat.avertissements)


def test_the_object_of_a_message_does_not_say_who_wrote_it() -> None:
    """« Dossier de l'élève incomplet » is no sign of life."""
    lignes = [["Date", "N° élève", "Objet"], ["02/11/2026", "1285", "Dossier de l'élève"]]
    with pytest.raises(FichierInvalide, match="il manque le sens du contact"):
        importe(Canal.CONTACTS, lignes)
