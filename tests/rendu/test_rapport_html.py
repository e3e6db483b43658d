"""The report in HTML: self-contained, escaped, accessible, printable."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from rapport_fabrique import EDITION, FORMULE, SCRIPT, bilan, empty_bilan

import inactifs
from inactifs.bilan.figures import DEFINITIONS
from inactifs.rendu.page import environment, html_to_pdf
from inactifs.rendu.report_output import Graphique, causes_chart, render_html
from inactifs.rendu.wording import typography

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
VIDES = {"meta", "br", "rect", "circle", "line"}


class Page(HTMLParser):
    """The tags, attributes and text of a page, and whether its tags are well nested."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.balises: list[tuple[str, dict[str, str | None]]] = []
        self.texte: list[str] = []
        self.ouvertes: list[str] = []
        self.croisees: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.balises.append((tag, dict(attrs)))
        if tag not in VIDES:
            self.ouvertes.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.balises.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.ouvertes or self.ouvertes.pop() != tag:
            self.croisees.append(tag)

    def handle_data(self, data: str) -> None:
        self.texte.append(data)

    @property
    def lisible(self) -> str:
        return " ".join(" ".join(self.texte).split())


@pytest.fixture(scope="module")
def html() -> str:
    return render_html(bilan(), EDITION)


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return Page(html)


def test_the_page_stands_alone(html: str, page: Page) -> None:
    """No script, nothing to fetch, no address to follow."""
    noms = {nom for nom, _ in page.balises}
    assert not noms & {"script", "link", "img", "iframe", "object", "embed", "form", "a", "base"}
    attributs = {a for _, valeurs in page.balises for a in valeurs}
    assert not attributs & {"src", "href", "xlink:href", "action", "srcset", "onload", "onclick"}
    assert "@import" not in html
    assert set(re.findall(r"url\((.)", html)) == {"#"}


def test_the_page_is_well_formed(page: Page) -> None:
    """Every tag is closed where it should be; the language is told to screen readers."""
    assert page.croisees == []
    assert page.ouvertes == []
    assert ("html", {"lang": "fr"}) in page.balises


def test_what_people_typed_is_escaped(html: str, page: Page) -> None:
    """A name that looks like a tag is a name."""
    assert "<script" not in html
    assert SCRIPT in page.lisible
    assert FORMULE in page.lisible
    assert "Auto-école <du> Pont & Neuf" in page.lisible


def test_every_chart_has_a_text_alternative_and_patterns(html: str, page: Page) -> None:
    """A title and a description, and series that differ by more than their colour."""
    dessins = [a for nom, a in page.balises if nom == "svg" and a.get("role") == "img"]
    assert len(dessins) == 4
    ids = [a["id"] for _, a in page.balises if "id" in a]
    assert len(ids) == len(set(ids))
    for dessin in dessins:
        titre, description = (dessin["aria-labelledby"] or "").split()
        assert titre in ids
        assert description in ids
    assert "11/26 : détectés 3, reprises 1, abandons 1." in html
    assert "url(#evolution-hachures)" in html


def test_every_pattern_used_is_defined(html: str) -> None:
    """A fill that leads nowhere would draw nothing."""
    definis = set(re.findall(r'<pattern id="([^"]+)"', html))
    assert set(re.findall(r"url\(#([^)]+)\)", html)) <= definis


def test_the_figures_and_their_definitions_are_there(page: Page) -> None:
    """Who made it, when, what each figure means, what they leave out."""
    texte = page.lisible.replace("\u00a0", " ").replace("\u202f", " ")
    assert "Établi le 27/11/2026 à 09 h 05 par Nadia Fontaine d’après suivi_eleves.xlsx" in texte
    assert "Mois choisi par défaut" in texte
    assert "Ligne illisible, non comptée : Tableau de suivi, C12" in texte
    assert "Import ancien ou jamais fait : connexions, contacts." in texte
    assert "En retard au 27/11/2026" in texte
    assert "ne vaut pas attestation de conformité" in texte
    for definition in DEFINITIONS:
        assert typography(definition.sens).replace("\u00a0", " ").replace("\u202f", " ") in texte


def test_no_phone_email_nor_comment_is_shown(html: str) -> None:
    """The report is shown to people who need none of them."""
    for indiscret in ("0612345678", "eve@exemple.fr", "confidentiel"):
        assert indiscret not in html


def test_it_prints_on_a4(html: str) -> None:
    """Portrait pages, the list of cases on landscape ones."""
    assert "size: A4 portrait" in html
    assert "size: A4 landscape" in html


def test_an_empty_month_is_a_page_too() -> None:
    """No division by zero, no empty chart; nothing is late, which is said."""
    page = Page(render_html(empty_bilan(), EDITION))
    assert page.croisees == []
    assert "Aucun dossier" in page.lisible
    assert "En retard au 27/11/2026, jour du rapport Rien n’est en retard." in page.lisible


def test_the_same_report_is_the_same_bytes(html: str) -> None:
    """A report made again can be compared by its hash."""
    assert render_html(bilan(), EDITION) == html


def test_typography_is_french() -> None:
    """No-break spaces before double signs and inside quotation marks."""
    assert typography("l'« avis » : oui ; non") == ("l’«\u00a0avis\u00a0»\u00a0: oui\u202f; non")


def drawn(macro: str, graphique: Graphique) -> list[tuple[str, dict[str, str | None], str]]:
    """The tags of a chart with their attributes and the text that follows; its patterns apart."""
    gabarit = f"{{% import 'charts.html' as graphiques %}}{{{{ graphiques.{macro}(g) }}}}"
    svg = environment().from_string(gabarit).render(g=graphique).rpartition("</defs>")[2]
    assert Page(f"<svg>{svg}").croisees == ["figure"]
    balises = re.findall(r"<(\w+) ([^>]*)>([^<]*)", svg)
    return [(nom, dict(re.findall(r'([\w-]+)="([^"]*)"', a)), texte) for nom, a, texte in balises]


def test_bars_are_to_scale() -> None:
    """The longest row takes the whole width, one of half its value half of it."""
    lignes = drawn(
        "lignes",
        Graphique("x", "X", ("A", "B"), [("un", (6, 2)), ("deux", (4, 0)), ("rien", (0, 0))]),
    )
    barres = [a for nom, a, _ in lignes if nom == "rect" and a["fill"] != "#ffffff"]
    assert [a["fill"] for a in barres] == ["#1f4e79", "url(#x-hachures)", "#1f4e79"]
    six, deux, quatre = (float(a["width"] or 0) for a in barres)
    assert six + deux == pytest.approx(2 * quatre, abs=0.2)
    assert [t for _, a, t in lignes if a.get("font-weight") == "600"] == ["8", "4", "0"]


@pytest.mark.parametrize(
    ("plus_haut", "axe"), [(0, 2), (1, 2), (3, 4), (9, 10), (10, 10), (11, 20), (120, 200)]
)
def test_the_axis_ends_on_a_round_number(plus_haut: int, axe: int) -> None:
    """Its middle is a whole number too."""
    graphique = drawn("colonnes", Graphique("x", "X", ("A",), [("un", (plus_haut,))]))
    gradues = [t for _, a, t in graphique if a.get("text-anchor") == "end"]
    assert gradues == ["0", str(axe // 2), str(axe)]
    barres = [a for nom, a, _ in graphique if nom == "rect"]
    assert len(barres) == bool(plus_haut)
    assert all(float(a["y"] or -1) >= 0 and float(a["height"] or 0) > 0 for a in barres)


def test_dossiers_without_a_cause_are_in_the_chart() -> None:
    """They are the ones to ask."""
    assert [nom for nom, _ in causes_chart(bilan()).lignes] == [
        "=1+1",
        "financière",
        "santé",
        "non renseignée",
    ]


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium absent : impression non vérifiée")
def test_chromium_prints_it(html: str, tmp_path: Path) -> None:
    """The page opens in a real browser, without network, and prints on A4 pages."""
    assert CHROMIUM is not None
    source, cible = tmp_path / "rapport.html", tmp_path / "rapport.pdf"
    source.write_text(html, encoding="utf-8")
    commande = [
        CHROMIUM,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={tmp_path / 'profil'}",
        "--no-pdf-header-footer",
        f"--print-to-pdf={cible}",
        source.as_uri(),
    ]
    subprocess.run(commande, check=True, capture_output=True, timeout=120)
    pdf = cible.read_bytes()
    pages = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    formats = {(round(float(w)), round(float(h))) for w, h in pages}
    assert formats <= {(595, 842), (596, 842), (842, 595), (842, 596)}
    assert len(formats) >= 2


def test_pdf_without_a_browser_nor_the_extra_says_what_to_install() -> None:
    """Where neither is, the message says so and gives another way."""
    code = (
        "import sys; sys.modules['weasyprint'] = None\n"
        "from inactifs.rendu.page import html_to_pdf\n"
        "from inactifs.erreurs import UsageIncorrect\n"
        "try:\n    html_to_pdf('<p>x</p>')\n"
        "except UsageIncorrect as faute:\n    print(ascii(faute.conseil))\n"
    )
    racine = Path(inactifs.__file__).parents[1]
    sortie = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(racine), "PATH": ""},
    ).stdout
    assert "inactifs[pdf]" in sortie
    assert "Chromium" in sortie


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium absent : impression non vérifiée")
def test_the_browser_of_the_machine_makes_the_pdf() -> None:
    """Without network: an address that the page would call is not reached."""
    pdf = html_to_pdf("<p>Une page</p><img src='http://127.0.0.1:1/espion.png'>")
    assert pdf.startswith(b"%PDF-")
