"""Transplanting a sheet from one workbook into another.

The sheet's part is copied; its shared strings become texts of its own, its formats are added
to the other workbook's style sheet and renumbered, its defined names follow (ECMA-376 Part 1,
18.2.20 ``sheets``, 18.2.6 ``definedNames``, 18.8.10 ``cellXfs``, 18.8.15 ``dxfs``).
"""

from __future__ import annotations

import posixpath
import re

from inactifs.ooxml import EditRefused, markup, relations
from inactifs.ooxml.encoding import attribute, encode_xstring, escape, unescape
from inactifs.ooxml.main_part import STRICT, MainPart
from inactifs.ooxml.styles import Styles

_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_SHARED = re.compile(rb'<c((?: [a-z]+="[^"]*")*?) t="s"([^>]*)><v>(\d+)</v></c>')
_NUMBERED = re.compile(rb'<c r="[A-Z0-9]+" s="(\d+)"(?: t="n")?><v>')
_STYLED = re.compile(rb'(<(?:c|row|col) (?:[^>]*? )?)(s|style)="(\d+)"')
_DXF = re.compile(rb'(<cfRule [^>]*?dxfId=")(\d+)"')
_LISTS = {b"fontId": b"fonts", b"fillId": b"fills", b"borderId": b"borders"}


def transplant(target: MainPart, source: MainPart, part: str, name: str, index: int) -> None:
    """Add the sheet in ``part`` of ``source`` (made without prefixes) to ``target``.

    Raises:
        EditRefused: what the sheet holds, or its name, does not allow it.
    """
    if target.structure_locked:
        raise EditRefused(
            "la structure du classeur est protégée : aucune feuille ne peut y être ajoutée",
            "Dans Excel, ôtez la protection (Révision, Protéger le classeur), puis recommencez.",
        )
    if source.prefix or relations.read(source.package, part):
        raise EditRefused(f"la feuille « {name} » a des objets qui ne se copient pas")
    names, ids = _known_sheets(target)
    if name.casefold() in names:
        raise EditRefused(f"le classeur a déjà une feuille « {name} »")
    data = source.package.read(part)
    if source.date1904 != target.date1904 and _has_dates(data, source.styles):
        raise EditRefused(f"la feuille « {name} » compte les dates autrement")
    data = _own_texts(data, source)
    data = _own_styles(data, source.styles, target.styles)
    data = re.sub(rb' tabSelected="[^"]*"', b"", data, count=1)
    if target.strict:
        data = data.replace(source.namespace, STRICT).replace(
            relations.TRANSITIONAL.encode(), relations.STRICT.encode()
        )
    folder = posixpath.join(posixpath.dirname(target.part), "worksheets")
    numbers = range(1, len(target.package.names()) + 2)
    candidates = (posixpath.join(folder, f"sheet{n}.xml") for n in numbers)
    new = next(c for c in candidates if c not in target.package)
    target.package.write(new, data)
    relations.add_content_type(target.package, new, _SHEET_TYPE)
    link = relations.add(target.package, target.part, "worksheet", new, target.strict)
    target.links = relations.read(target.package, target.part)
    _add_sheet(target, name, max(ids, default=0) + 1, link)
    _copy_names(target, source, index, len(ids))


def _known_sheets(target: MainPart) -> tuple[set[str], list[int]]:
    masked = markup.mask(target.data)
    parent = markup.find(masked, target.prefix + b"sheets")
    if parent is None:
        raise EditRefused("le classeur n'a aucune feuille")
    names: set[str] = set()
    ids: list[int] = []
    tag = target.prefix + b"sheet"
    for element in markup.find_all(masked, tag, parent.inner, parent.close):
        attrs = markup.attributes(element.tag(target.data))
        names.add(markup.text_attribute(attrs, b"name").casefold())
        ids.append(markup.integer(attrs, b"sheetId"))
    return names, ids


def _add_sheet(target: MainPart, name: str, number: int, link: str) -> None:
    masked = markup.mask(target.data)
    _, top = markup.root(masked)
    wanted = (relations.STRICT if target.strict else relations.TRANSITIONAL).encode()
    spaces = markup.namespaces(top.tag(target.data))
    declared = next((p for p, space in spaces.items() if space == wanted and p), None)
    prefix = (declared or b"r").decode()
    own = "" if declared else f' xmlns:{prefix}="{wanted.decode()}"'
    fragment = (
        f'<sheet{own} name="{attribute(name)}" sheetId="{number}" {prefix}:id="{link}"/>'
    ).encode()
    parent = markup.find(masked, target.prefix + b"sheets")
    assert parent is not None
    tag = target.prefix + b"sheets"
    fragment = markup.prefixed(fragment, target.prefix)
    target.data = markup.append_child(target.data, parent, tag, fragment)


def _copy_names(target: MainPart, source: MainPart, index: int, new_index: int) -> None:
    """Names of the sheet's own scope: print titles and area, hidden filter range."""
    masked = markup.mask(source.data)
    copied: list[tuple[dict[str, str], str]] = []
    for element in markup.find_all(masked, source.prefix + b"definedName"):
        raw = markup.attributes(element.tag(source.data))
        attrs = {key.decode(): markup.text_attribute(raw, key) for key in raw}
        if attrs.get("localSheetId") == str(index):
            attrs["localSheetId"] = str(new_index)
            from_xml = source.data[element.inner : element.close].decode()
            copied.append((attrs, unescape(from_xml)))
    target.add_names(copied)


def _has_dates(data: bytes, styles: Styles) -> bool:
    """Whether a number of the sheet is shown as a date, which depends on the date system."""
    return any(styles.format_kind(int(match[1])) for match in _NUMBERED.finditer(data))


def _own_texts(data: bytes, source: MainPart) -> bytes:
    """Shared strings written in their cells (18.3.1.53 ``is``)."""
    if b't="s"' not in data:
        return data
    shared = source.shared()

    def inline(match: re.Match[bytes]) -> bytes:
        text = shared[int(match[3])]
        space = "" if text.isprintable() and text == text.strip() else ' xml:space="preserve"'
        written = escape(encode_xstring(text))
        content = f' t="inlineStr"><is><t{space}>{written}</t></is></c>'.encode()
        return b"<c" + match[1] + match[2] + content

    new = _SHARED.sub(inline, data)
    if b't="s"' in new:
        raise EditRefused("la feuille à copier n'a pas la forme attendue")
    return new


def _own_styles(data: bytes, source: Styles, target: Styles) -> bytes:
    """Formats added to the target's style sheet, and their new numbers in the sheet."""
    known: dict[int, int] = {}

    def restyle(match: re.Match[bytes]) -> bytes:
        old = int(match[3])
        if old not in known:
            known[old] = _copy_format(old, source, target)
        return match[1] + match[2] + b'="%d"' % known[old]

    def redxf(match: re.Match[bytes]) -> bytes:
        element = source.items(b"dxfs")[int(match[2])]
        rank = target.add(b"dxfs", markup.prefixed(element, target.prefix))
        return match[1] + b'%d"' % rank

    return _DXF.sub(redxf, _STYLED.sub(restyle, data))


def _copy_format(rank: int, source: Styles, target: Styles) -> int:
    """The rank in the target of a copy of this ``xf``, based on its « Normal » style."""
    xf = source.items(b"cellXfs")[rank]
    match = markup.TAG.match(xf)
    assert match is not None
    tag, rest = match[0], xf[match.end() :]
    attrs = markup.attributes(tag)
    for key, name in _LISTS.items():
        element = source.items(name)[int(attrs.get(key, b"0"))]
        number = target.add(name, markup.prefixed(element, target.prefix))
        tag = markup.set_attribute(tag, key, str(number))
        tag = markup.set_attribute(tag, b"apply" + (key[:1].upper() + key[1:-2]), "1")
    number = int(attrs.get(b"numFmtId", b"0"))
    if number in source.number_formats():
        number = target.add_number_format(source.number_formats()[number])
    tag = markup.set_attribute(tag, b"numFmtId", str(number))
    tag = markup.set_attribute(markup.drop_attribute(tag, b"pivotButton"), b"xfId", "0")
    return target.add(b"cellXfs", markup.prefixed(tag + rest, target.prefix))
