"""Damaged packages: whatever is broken, nothing is lost.

After any command either it was refused and the file is unchanged, or openpyxl reads in it what it
read before, each sheet is there once, and ``undo`` gives the very bytes back. Commands take turns.
``INACTIFS_MUTANTS=2000`` makes the run as long as that.
"""

from __future__ import annotations

import contextlib
import io
import os
import random
import re
import shutil
import warnings
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Font
from openpyxl.worksheet.table import Table

from inactifs.cli.execution import run

NOMBRE = int(os.environ.get("INACTIFS_MUTANTS", "120"))
LOTS = 6
TABLEAU, NOTES = "Tableau de suivi", "Notes"
_ELEMENT = re.compile(rb"<(?![?!/])[^<>]*?/>|<(?![?!/])([\w:.-]+)[^<>]*>[^<]*</\1>")
_BALISE = re.compile(rb"</?[\w:.-]+[^<>]*>")
_ATTRIBUT = re.compile(rb"\s([\w:.-]+)=\"([^\"]*)\"")
COMMANDES = (
    ("detect",),
    ("relance", "add", "ROYER Laurence", "--moyen", "sms", "--resultat", "sans-reponse"),
    ("init", "--presentation"),
    ("check",),
    ("pause", "BONNET Paul", "--jusqu-au", "01/12/2026", "--motif", "stage"),
    ("import", "eleves", "{export}"),
    ("reponse", "BONNET Paul", "--par", "sms", "--resultat", "entretien"),
    ("list", "--json"),
    ("close", "HENRY Luc", "--demande-eleve", "--oui"),
    ("relance", "corriger", "BONNET Paul", "--resultat", "message-laisse"),
    ("report", "--mois", "2026-11", "--json"),
)
"""What is done in turn; the workbook's place is added."""
EXPORT = "N° élève;Nom;Prénom;Téléphone\n7;ROYER;Laurence;0612345678\n8;MARTIN;Zoé;0698765432\n"
VALEURS = (b"", b"d", b"-1", b"0", b"999999999", b"A1", b"true", b"\xc3\xa9", b"a&amp;b", b"1:1")


@pytest.fixture(scope="module")
def sain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The parts of a sound workbook, half of it the school's own."""
    classeur = tmp_path_factory.mktemp("mutants") / "suivi.xlsx"
    livre = openpyxl.Workbook()
    onglet = livre.active
    assert onglet is not None
    onglet.title = TABLEAU
    onglet.append(["ÉLÈVE", "DATE DE DERNIÈRE ACTIVITÉ", "DATES DE RELANCES", "MOYENS UTILISÉS",
                   "RÉSULTAT (REPRISE / ABANDON)", "COMMENTAIRE"])  # fmt: skip
    for rang, nom in enumerate(("ROYER Laurence", "BONNET Paul", "HENRY Luc"), 1):
        onglet.append([nom, date(2026, 2, rang)])
    onglet["A1"].font = Font(bold=True)
    onglet.add_table(Table(displayName="Suivi", ref="A1:F4"))
    notes = livre.create_sheet(NOTES)
    notes.append(["à garder", 12, "=B1+1"])
    livre.save(classeur)
    with pytest.MonkeyPatch.context() as poste:
        poste.setenv("INACTIFS_AUJOURDHUI", "2026-11-24")
        assert typed("init", str(classeur)) == 0
        contacte = ("BONNET Paul", "--moyen", "sms", "--resultat", "sans-reponse")
        assert typed("relance", "add", *contacte, "-c", str(classeur)) == 0
    with zipfile.ZipFile(classeur) as archive:
        return {nom: archive.read(nom) for nom in archive.namelist()}


def typed(*arguments: str) -> int:
    """The status of a command."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        return run(arguments)


def element_out(xml: bytes, hasard: random.Random) -> bytes:
    """An element is taken out."""
    trouves = list(_ELEMENT.finditer(xml))
    if not trouves:
        return xml
    m = hasard.choice(trouves)
    return xml[: m.start()] + xml[m.end() :]


def element_twice(xml: bytes, hasard: random.Random) -> bytes:
    """An element is there twice."""
    trouves = list(_ELEMENT.finditer(xml))
    if not trouves:
        return xml
    m = hasard.choice(trouves)
    return xml[: m.end()] + m[0] + xml[m.end() :]


def elements_swapped(xml: bytes, hasard: random.Random) -> bytes:
    """Two elements change places."""
    trouves = list(_ELEMENT.finditer(xml))
    if len(trouves) < 2:
        return xml
    a, b = sorted(hasard.sample(trouves, 2), key=lambda m: m.start())
    return xml[: a.start()] + b[0] + xml[a.end() : b.start()] + a[0] + xml[b.end() :]


def tag_out(xml: bytes, hasard: random.Random) -> bytes:
    """A tag is missing: no longer well-formed."""
    m = hasard.choice(list(_BALISE.finditer(xml)))
    return xml[: m.start()] + xml[m.end() :]


def attribute_out(xml: bytes, hasard: random.Random) -> bytes:
    """An attribute is missing."""
    m = hasard.choice(list(_ATTRIBUT.finditer(xml)))
    return xml[: m.start()] + xml[m.end() :]


def attribute_else(xml: bytes, hasard: random.Random) -> bytes:
    """An attribute has another value."""
    m = hasard.choice(list(_ATTRIBUT.finditer(xml)))
    return xml[: m.start(2)] + hasard.choice(VALEURS) + xml[m.end(2) :]


def attribute_renamed(xml: bytes, hasard: random.Random) -> bytes:
    """An attribute has another name."""
    m = hasard.choice(list(_ATTRIBUT.finditer(xml)))
    return xml[: m.start(1)] + b"x" + xml[m.start(1) :]


def other_encoding(xml: bytes, hasard: random.Random) -> bytes:
    """The declaration lies, or the bytes are in another encoding."""
    charset = hasard.choice(
        ["windows-1252", "iso-8859-1", "utf-16", "utf-8", "iso-8859-15", "koi8-r"]
    )
    sans = re.sub(rb"^<\?xml[^>]*\?>\s*", b"", xml)
    tete = f'<?xml version="1.0" encoding="{charset}"?>'.encode()
    if hasard.random() < 0.5:
        return tete + sans
    return (tete + sans).decode("utf-8").encode(charset, "replace")


def cut(xml: bytes, hasard: random.Random) -> bytes:
    """The end is missing."""
    return xml[: hasard.randrange(len(xml))]


MUTATIONS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    element_out, element_twice, elements_swapped, tag_out, attribute_out, attribute_else,
    attribute_renamed, other_encoding, cut,
)  # fmt: skip


def mutant(sain: dict[str, bytes], graine: int) -> tuple[bytes, str]:
    """A package in which one part is damaged, or is not there; and what was done."""
    hasard = random.Random(graine)
    parties = dict(sain)
    poids = [1 + 3 * n.endswith((".rels", "workbook.xml", "styles.xml")) for n in parties]
    (nom,) = hasard.choices(list(parties), poids)
    if hasard.random() < 0.05:
        del parties[nom]
        fait = "absent"
    else:
        mutation = hasard.choice(MUTATIONS)
        with contextlib.suppress(IndexError):  # nothing of the kind in that part
            parties[nom] = mutation(parties[nom], hasard)
        fait = mutation.__name__
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as archive:
        for partie, contenu in parties.items():
            archive.writestr(partie, contenu)
    return sortie.getvalue(), f"{graine} : {nom}, {fait}"


def seen(data: bytes) -> Any:
    """What openpyxl reads of the school's own cells; None if it cannot open the workbook."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            livre = openpyxl.load_workbook(io.BytesIO(data))
        except Exception:
            return None
    lu: dict[str, Any] = {}
    for onglet in livre.worksheets:
        titre = onglet.title
        if titre not in (TABLEAU, "Journal", "Paramètres", "Élèves", "Modèles"):
            lu[titre] = list(onglet.values)
        elif titre == TABLEAU:
            lignes = onglet.iter_rows(min_row=1, max_row=4, max_col=2)
            lu[titre] = [(c.value, c.font.b) for ligne in lignes for c in ligne]
    return lu


def faults(data: bytes, commande: tuple[str, ...], dossier: Path) -> str:
    """What the invariant says of a command on this workbook; empty when it holds."""
    classeur, export = dossier / "suivi.xlsx", dossier / "export.csv"
    shutil.rmtree(dossier / ".inactifs", ignore_errors=True)
    export.write_text(EXPORT, encoding="utf-8")
    classeur.write_bytes(data)
    place = (str(classeur),) if commande[0] == "init" else ("-c", str(classeur))
    statut = typed(*(mot.format(export=export) for mot in commande), *place)
    apres = classeur.read_bytes()
    if statut not in (0, 3, 4, 6):
        return f"exit {statut}"
    if apres == data:
        return ""
    if statut:
        return "refused, but changed"
    if typed("undo", "-c", str(classeur)) != 0 or classeur.read_bytes() != data:
        return "no way back"
    return lost(data, apres)


def lost(data: bytes, apres: bytes) -> str:
    """What openpyxl no longer reads in a workbook that was written, or reads twice."""
    avant, ensuite = seen(data), seen(apres)
    if avant is None:
        return ""
    if ensuite is None:
        return "openpyxl no longer opens it"
    if any(ensuite.get(titre) != lu for titre, lu in avant.items()):
        return "openpyxl reads something else"
    with zipfile.ZipFile(io.BytesIO(apres)) as archive:
        noms = openpyxl.load_workbook(io.BytesIO(apres)).sheetnames
        assert archive.testzip() is None
    if len({n.casefold() for n in noms}) != len(noms):
        return "a sheet is there twice"
    return ""


@pytest.mark.parametrize("lot", range(LOTS))
def test_nothing_is_lost_whatever_is_broken(
    sain: dict[str, bytes], lot: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refused and unchanged, or read as before."""
    monkeypatch.setenv("INACTIFS_AUJOURDHUI", "2026-11-25")
    mauvais = []
    for graine in range(lot, NOMBRE, LOTS):
        data, fait = mutant(sain, graine)
        commande = COMMANDES[graine % len(COMMANDES)]
        if faute := faults(data, commande, tmp_path):
            mauvais.append(f"{fait}, {commande[0]} : {faute}")
    assert not mauvais
