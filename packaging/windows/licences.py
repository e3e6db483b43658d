"""Puts beside the distribution the licence of each thing that it holds.

licences.py PYTHON DEPOT CIBLE: CPython's, the project's, and those of its dependencies, as their
packages bear them.
"""

import re
import sys
import tomllib
from email.parser import HeaderParser
from pathlib import Path


def closure(paquets: Path, voulus: list[str]) -> dict[str, Path]:
    """The packages needed, and those that they need, by name."""
    connus = {}
    for infos in paquets.glob("*.dist-info"):
        nom = HeaderParser().parsestr((infos / "METADATA").read_text("utf-8"))["Name"]
        connus[simple(nom)] = infos
    trouves: dict[str, Path] = {}
    reste = [simple(v) for v in voulus]
    while reste:
        nom = reste.pop()
        if nom in trouves or nom not in connus:
            continue
        trouves[nom] = connus[nom]
        meta = HeaderParser().parsestr((connus[nom] / "METADATA").read_text("utf-8"))
        reste += [simple(d) for d in meta.get_all("Requires-Dist") or () if "extra ==" not in d]
    return trouves


def simple(exigence: str) -> str:
    """« typer » for « Typer>=0.27 ; … »."""
    return re.split(r"[^A-Za-z0-9._-]", exigence.strip(), maxsplit=1)[0].lower().replace("_", "-")


def licence(infos: Path) -> str:
    """The licence's text; its name where the package has no text."""
    textes = [
        f.read_text("utf-8", errors="replace")
        for f in sorted(infos.rglob("*"))
        if f.is_file() and re.match(r"(?i)(licen[cs]e|copying|notice|authors)", f.name)
    ]
    meta = HeaderParser().parsestr((infos / "METADATA").read_text("utf-8"))
    dite = meta["License-Expression"] or meta["License"] or ""
    classes = [c for c in meta.get_all("Classifier") or () if c.startswith("License ::")]
    adresse = meta["Home-page"] or "; ".join(meta.get_all("Project-URL") or ())
    tete = f"{meta['Name']} {meta['Version']}\n{dite or ', '.join(classes)}\n{adresse}\n"
    return "\n\n".join([tete, *textes])


def main(python: Path, depot: Path, cible: Path) -> None:
    """One file a package."""
    cible.mkdir(parents=True, exist_ok=True)
    projet = tomllib.loads((depot / "pyproject.toml").read_text("utf-8"))["project"]
    paquets = python / "site-packages"
    voulus = [*projet["dependencies"], "colorama", "tzdata", "pyinstaller"]
    manquent = []
    for nom, infos in sorted(closure(paquets, voulus).items()):
        texte = licence(infos)
        if texte.count("\n") < 6:
            manquent.append(nom)
        (cible / f"{nom}.txt").write_text(texte, "utf-8")
    for nom, fichier in (("python", python / "LICENSE.txt"), ("inactifs", depot / "LICENSE")):
        if fichier.is_file():
            (cible / f"{nom}.txt").write_bytes(fichier.read_bytes())
        else:
            manquent.append(nom)
    if manquent:
        print("licences dont seul le nom est connu :", ", ".join(manquent))


if __name__ == "__main__":
    main(*(Path(a) for a in sys.argv[1:4]))
