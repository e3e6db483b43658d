"""Workbooks to measure on: a register, a tableau a third as long, saved as a spreadsheet does."""

from __future__ import annotations

import io
import re
import sys
import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path

from faker import Faker

from inactifs.classeur.adoption import new_workbook
from inactifs.classeur.reading import read_classeur
from inactifs.classeur.values import Changements, Ecole, EntreeJournal
from inactifs.classeur.writing import apply
from inactifs.procedure.modele import Dossier, Eleve, Moyen, Relance, Resultat

JOUR = date(2026, 11, 24)
ECOLE = "Auto-école du Port"
_EN_LIGNE = re.compile(rb'(<c [^>]*?) t="inlineStr"><is>(.*?)</is></c>', re.DOTALL)
_TYPE = (
    b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.'
    b'openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
)
_LIEN = (
    b'<Relationship Id="rIdTextes" Target="sharedStrings.xml" Type="http://schemas.'
    b'openxmlformats.org/officeDocument/2006/relationships/sharedStrings"/>'
)
_TEXTES = (
    b'<?xml version="1.0" encoding="UTF-8"?><sst xmlns="http://schemas.openxmlformats.org/'
    b'spreadsheetml/2006/main" uniqueCount="%d">%s</sst>'
)


def make(chemin: Path, eleves: int, *, a_ouvrir: int = 0) -> None:
    """Write a workbook of ``eleves`` students, as of :data:`JOUR`.

    A third of them have a dossier: relanced, suspended, resumed, given up. ``a_ouvrir`` others
    are inactive and wait for ``detect``. The texts are shared strings, as Excel saves them.
    """
    faux = Faker("fr_FR")
    faux.seed_instance(2026)
    registre: list[Eleve] = []
    dossiers: list[Dossier] = []
    for rang in range(eleves):
        inactif = rang % 3 == 0
        ouvre = not inactif and rang % 3 == 1 and rang // 3 < a_ouvrir
        derniere = JOUR - timedelta(days=(120 if inactif or ouvre else 5) + rang % 40)
        eleve = _eleve(faux, rang + 1, derniere)
        registre.append(eleve)
        if inactif:
            dossiers.append(_dossier(eleve, derniere, rang // 3))
    vierge = new_workbook(Ecole(ECOLE))
    plein = apply(
        vierge,
        chemin.name,
        read_classeur(vierge, chemin.name),
        Changements(
            eleves=registre,
            dossiers=dossiers,
            imports=dict.fromkeys(("cours", "connexions", "contacts"), JOUR),
            journal=[EntreeJournal(datetime(2026, 11, 24, 8), "Secrétariat", "import", "", "")],
        ),
        JOUR,
    )
    chemin.write_bytes(_with_shared_strings(plein))


def _with_shared_strings(data: bytes) -> bytes:
    """The workbook with every inline string moved to the part that sheets share (18.4.9)."""
    rangs: dict[bytes, int] = {}

    def share(cellule: re.Match[bytes]) -> bytes:
        rang = rangs.setdefault(cellule[2], len(rangs))
        return b'%s t="s"><v>%d</v></c>' % (cellule[1], rang)

    sortie = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as avant,
        zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as apres,
    ):
        for nom in avant.namelist():
            contenu = avant.read(nom)
            if nom.startswith("xl/worksheets/sheet"):
                contenu = _EN_LIGNE.sub(share, contenu)
            elif nom == "[Content_Types].xml":
                contenu = contenu.replace(b"</Types>", _TYPE + b"</Types>")
            elif nom == "xl/_rels/workbook.xml.rels":
                contenu = contenu.replace(b"</Relationships>", _LIEN + b"</Relationships>")
            apres.writestr(nom, contenu)
        textes = b"".join(b"<si>%s</si>" % texte for texte in rangs)
        apres.writestr("xl/sharedStrings.xml", _TEXTES % (len(rangs), textes))
    return sortie.getvalue()


def _eleve(faux: Faker, numero: int, derniere: date) -> Eleve:
    return Eleve(
        numero=str(numero),
        nom=faux.last_name().upper(),
        prenom=faux.first_name(),
        neph=f"{faux.random_int(0, 10**12 - 1):012}",
        telephone=f"06{faux.random_int(0, 10**8 - 1):08}",
        email=f"eleve{numero}@exemple.fr",
        formation="B",
        financement="CPF" if numero % 2 else "Personnel",
        inscrit_le=derniere - timedelta(days=200),
        dernier_cours=derniere,
        derniere_connexion=derniere - timedelta(days=3),
        dernier_contact=derniere - timedelta(days=10),
    )


def _dossier(eleve: Eleve, derniere: date, rang: int) -> Dossier:
    detecte = JOUR - timedelta(days=20)
    premiere = Relance(detecte, Moyen.SMS)
    seconde = Relance(detecte + timedelta(days=7), Moyen.EMAIL)
    fin: dict[str, object] = {}
    if rang % 4 == 1:
        fin = {"suspendu_jusqu_au": JOUR + timedelta(days=10)}
    elif rang % 4 == 3:
        fin = {"resultat": Resultat.ABANDON, "cloture_le": JOUR - timedelta(days=1)}
    return Dossier(
        eleve=eleve.nom_complet,
        numero=eleve.numero,
        derniere_activite=derniere,
        relances=(premiere, seconde),
        detecte_le=detecte,
        **fin,  # type: ignore[arg-type]
    )


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]), a_ouvrir=int(sys.argv[3]))
