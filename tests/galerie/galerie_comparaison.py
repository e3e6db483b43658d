"""Two states of a workbook compared part by part, and what makes a package sound.

Written with the standard library's XML parser only, so as to share nothing with the code that
it looks at.
"""

from __future__ import annotations

import posixpath
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, field

from galerie_fabrique import unzipped

CELL = re.compile(r"([A-Z]+)([0-9]+)")
LISTS = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs")
GROWING = {("dimension", "ref"), ("autoFilter", "ref"), ("conditionalFormatting", "sqref"),
           ("dataValidation", "sqref"), ("table", "ref")}  # fmt: skip


@dataclass
class Ecarts:
    """What differs: cells by sheet, ranges that grew, and all that must never differ."""

    parts: set[str] = field(default_factory=set)
    cells: dict[str, set[str]] = field(default_factory=dict)
    ranges: list[tuple[str, str, str]] = field(default_factory=list)  # where, before, after
    faults: list[str] = field(default_factory=list)


def local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def number(letters: str) -> int:
    total = 0
    for letter in letters:
        total = total * 26 + ord(letter) - 64
    return total


def sheets(parts: dict[str, bytes]) -> dict[str, str]:
    """Part → name of each worksheet."""
    main = next(t for _, k, t in relations(parts, "") if k == "officeDocument")
    targets = {i: t for i, k, t in relations(parts, main) if k == "worksheet"}
    found = {}
    for element in ET.fromstring(parts[main]).iter():
        if local(element) == "sheet":
            link = next(v for k, v in element.attrib.items() if k.endswith("}id"))
            if link in targets:
                found[targets[link]] = element.attrib["name"]
    return found


def relations(parts: dict[str, bytes], source: str) -> Iterator[tuple[str, str, str]]:
    """Id, kind and internal target of each relationship of a part."""
    folder, _, name = source.rpartition("/")
    rels = posixpath.join(folder, "_rels", f"{name}.rels")
    if rels not in parts:
        return
    for link in ET.fromstring(parts[rels]):
        if link.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, link.attrib["Target"]))
            yield link.attrib["Id"], link.attrib["Type"].rpartition("/")[2], target.lstrip("/")


def followed(data: bytes, tableau: str, bottom: int) -> bytes:
    """A part in which what refers to the two rows of the tableau, from any sheet or chart, goes
    down to ``bottom``."""
    whole = rb"(%s(?:'|&apos;)?!\$?[A-Z]\$?4:\$?[A-Z]\$?)5\b" % tableau.encode()
    return re.sub(whole, rb"\g<1>%d" % bottom, data)


def compare(
    before: bytes, after: bytes, *, adopting: bool = False, tableau: str = "", bottom: int = 5
) -> Ecarts:
    """Every difference; ``adopting``: sheets, columns and formats may be added; ``tableau``: its
    name, when it has gained rows down to ``bottom``."""
    old, new = unzipped(before), unzipped(after)
    if tableau:
        old = {name: followed(data, tableau, bottom) for name, data in old.items()}
    found = Ecarts({name for name in old.keys() | new.keys() if old.get(name) != new.get(name)})
    names = sheets(new)
    for part in sorted(found.parts):
        if part not in new:
            found.faults.append(f"{part} is lost")
        elif part not in old:
            if not (adopting and part in names):
                found.faults.append(f"{part} is new")
        elif part in names:
            _sheet(found, names[part], ET.fromstring(old[part]), ET.fromstring(new[part]))
        elif not part.endswith((".xml", ".rels")):
            found.faults.append(f"{part} differs")
        else:
            _other(found, part, ET.fromstring(old[part]), ET.fromstring(new[part]), adopting)
    if [n for n in new if n in old] != list(old):
        found.faults.append("the parts are in another order")
    return found


def _sheet(found: Ecarts, name: str, old: ET.Element, new: ET.Element) -> None:
    rows = [{e.get("r", ""): e for e in data} for data in (_data(old), _data(new))]
    changed = found.cells.setdefault(name, set())
    if any("" in side for side in rows):
        found.faults.append(f"{name}: rows without a number")
    for row in rows[0].keys() | rows[1].keys():
        before, after = (side.get(row) for side in rows)
        if after is None:
            found.faults.append(f"{name}: row {row} is lost")
            continue
        cells = [{c.get("r", ""): ET.tostring(c) for c in (r if r is not None else ())}
                 for r in (before, after)]  # fmt: skip
        here = {ref for ref in cells[0].keys() | cells[1].keys()
                if cells[0].get(ref) != cells[1].get(ref)}  # fmt: skip
        changed |= here
        if before is not None:
            free = {"ht", "spans"} if here else set()
            if here and not len(before):  # a blank row takes the height of the row above
                free.add("customHeight")
            looks = [{k: v for k, v in r.attrib.items() if k not in free} for r in (before, after)]
            if looks[0] != looks[1]:
                found.faults.append(f"{name}: row {row} looks otherwise")
    _same(found, name, old, new)


def _data(sheet: ET.Element) -> ET.Element:
    return next(e for e in sheet if local(e) == "sheetData")


def _other(found: Ecarts, part: str, old: ET.Element, new: ET.Element, adopting: bool) -> None:
    kind = local(old)
    if kind == "styleSheet":
        _grown_lists(found, part, old, new, LISTS)
    elif kind in ("workbook", "table") or (adopting and kind in ("Types", "Relationships")):
        _same(found, part, old, new, adopting=adopting)
    else:
        found.faults.append(f"{part} differs")


def _grown_lists(
    found: Ecarts, part: str, old: ET.Element, new: ET.Element, lists: tuple[str, ...]
) -> None:
    """Children that are lists may have gained elements at their end, nothing else."""
    mine = {local(e): e for e in new}
    for child in old:
        other = mine[local(child)]
        kept = list(other)[: len(child)] if local(child) in lists else list(other)
        if [ET.tostring(e) for e in child] != [ET.tostring(e) for e in kept]:
            found.faults.append(f"{part}: {local(child)} differ")
    if not {local(e) for e in old} <= mine.keys() <= {local(e) for e in old} | set(lists):
        found.faults.append(f"{part}: other children")


def _same(
    found: Ecarts, where: str, old: ET.Element, new: ET.Element, *, adopting: bool = True
) -> None:
    """Two trees alike but for ranges that grow, and for what adoption adds."""
    name = local(old)
    before, after = dict(old.attrib), dict(new.attrib)
    for key in {k for k in before.keys() | after.keys() if before.get(k) != after.get(k)}:
        if (name, key) in GROWING:
            found.ranges.append((f"{where} {name}", before.get(key, ""), after.get(key, "")))
        elif (name, key) not in {("calcPr", "fullCalcOnLoad"), ("tableColumns", "count")}:
            found.faults.append(f"{where}: {name}@{key} {before.get(key)} → {after.get(key)}")
    texts = (old.text or "").strip(), (new.text or "").strip()
    if texts[0] != texts[1]:
        if name in ("sqref", "definedName"):
            found.ranges.append((f"{where} {name}", *texts))
        else:
            found.faults.append(f"{where}: text of {name}")
    mine = [e for e in old if local(e) != "sheetData"]
    theirs = [e for e in new if local(e) != "sheetData"]
    growing = {"sheets", "definedNames", "Types", "Relationships", "cols", "tableColumns"}
    if name in growing and adopting and len(theirs) > len(mine):
        if name != "cols":
            theirs = theirs[: len(mine)]
        else:
            kept = {tuple(e.attrib.items()) for e in mine}
            theirs = [e for e in theirs if tuple(e.attrib.items()) in kept]
    elif name in ("workbook", "worksheet"):
        known = {local(e) for e in mine}
        theirs = [e for e in theirs if local(e) in known or
                  local(e) not in ("calcPr", "definedNames", "cols")]  # fmt: skip
    if [e.tag for e in mine] != [e.tag for e in theirs]:
        found.faults.append(f"{where}: children of {name}")
        return
    for one, other in zip(mine, theirs, strict=True):
        _same(found, where, one, other, adopting=adopting)


def grew(before: str, after: str) -> bool:
    """Whether every range has the same top left corner and only gained rows or columns."""
    pairs = []
    for text in (before, after):
        areas = []
        for area in re.split(r"[\s,]+(?=[^!]*$)", text) if "!" not in text else [text]:
            first, _, last = area.rpartition("!")[2].replace("$", "").partition(":")
            ends = CELL.fullmatch(first), CELL.fullmatch(last or first)
            if not all(ends):
                return before == after
            areas.append([(number(m[1]), int(m[2])) for m in ends if m])
        pairs.append(areas)
    return len(pairs[0]) == len(pairs[1]) and all(
        a[0] == b[0] and a[1][0] <= b[1][0] and a[1][1] <= b[1][1]
        for a, b in zip(*pairs, strict=True)
    )


# --- is the package sound? -----------------------------------------------------------------


def faults(data: bytes) -> list[str]:
    """What Excel would « repair » on opening, as far as the standard tells."""
    parts = unzipped(data)
    found = list(_opc_faults(parts))
    main = next(t for _, k, t in relations(parts, "") if k == "officeDocument")
    ids = [e.attrib["sheetId"] for e in ET.fromstring(parts[main]).iter() if local(e) == "sheet"]
    if len(set(ids)) != len(ids):
        found.append("two sheets have one sheetId")
    style_part = next((t for _, k, t in relations(parts, main) if k == "styles"), None)
    sizes: dict[str, int] = {}
    if style_part:
        for child in ET.fromstring(parts[style_part]):
            sizes[local(child)] = len(child)
            if child.get("count") not in (None, str(len(child))):
                found.append(f"{local(child)}: count")
    for part, name in sheets(parts).items():
        found += [f"{name}: {fault}" for fault in _sheet_faults(parts, part, sizes)]
    return found


def _opc_faults(parts: dict[str, bytes]) -> Iterator[str]:
    types = ET.fromstring(parts["[Content_Types].xml"])
    defaults = {e.attrib["Extension"].lower() for e in types if local(e) == "Default"}
    overrides = [e.attrib["PartName"].lstrip("/") for e in types if local(e) == "Override"]
    if len(set(overrides)) != len(overrides):
        yield "a part has two types"
    for name in overrides:
        if name not in parts:
            yield f"a type for {name}, which is absent"
    for name, data in parts.items():
        if name not in overrides and name.rpartition(".")[2].lower() not in defaults:
            yield f"{name} has no type"
        if name.endswith((".xml", ".rels", ".vml")):
            ET.fromstring(data)
        if name.endswith(".rels"):
            folder = posixpath.dirname(posixpath.dirname(name))
            source = posixpath.join(folder, posixpath.basename(name).removesuffix(".rels"))
            links = list(relations(parts, source))
            if len({i for i, _, _ in links}) != len(links):
                yield f"{name}: one Id twice"
            for _, _, target in links:
                if target not in parts:
                    yield f"{name}: {target} is absent"


_ORDER = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr",
    "sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState",
    "dataConsolidate", "customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting",
    "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter",
    "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags",
    "drawing", "legacyDrawing", "legacyDrawingHF", "picture", "oleObjects", "controls",
    "webPublishItems", "tableParts", "extLst",
)  # fmt: skip


def _sheet_faults(parts: dict[str, bytes], part: str, sizes: dict[str, int]) -> Iterator[str]:
    root = ET.fromstring(parts[part])
    ranks = [_ORDER.index(local(e)) for e in root]
    if ranks != sorted(ranks):
        yield "elements out of order"
    rows, cells = 0, {}
    for row in _data(root):
        if (here := int(row.get("r", rows + 1))) <= rows:
            yield f"row {here} out of order"
        rows, last = here, 0
        for cell in row:
            match = CELL.fullmatch(cell.get("r", ""))
            column = number(match[1]) if match else last + 1
            if column <= last or (match and int(match[2]) != here):
                yield f"cell {cell.get('r')} out of order"
            last = column
            cells[column, here] = "".join(t.text or "" for t in cell.iter() if local(t) == "t")
            if int(cell.get("s", "0")) >= max(1, sizes.get("cellXfs", 0)):
                yield f"{cell.get('r')}: no such format"
    for rule in root.iter():
        if int(rule.get("dxfId", "-1")) >= sizes.get("dxfs", 0):
            yield "no such differential format"
    end = 0
    for col in (e for e in root.iter() if local(e) == "col"):
        if int(col.attrib["min"]) <= end:
            yield "columns overlap"
        end = int(col.attrib["max"])
    areas = []
    for _, kind, target in relations(parts, part):
        if kind == "table":
            table = ET.fromstring(parts[target])
            yield from _table_faults(table, cells)
            areas.append(table.attrib["ref"])
    for rank, one in enumerate(areas):
        for other in areas[rank + 1 :]:
            if _corners(one)[0][1] <= _corners(other)[1][1] and _meet(one, other):
                yield "tables overlap"


def _table_faults(table: ET.Element, cells: dict[tuple[int, int], str]) -> Iterator[str]:
    (left, top), (right, _) = _corners(table.attrib["ref"])
    columns = next(e for e in table if local(e) == "tableColumns")
    if not len(columns) == right - left + 1 == int(columns.attrib["count"]):
        yield "a table's columns are not as many as its width"
    if len({e.attrib["id"] for e in columns}) != len(columns):
        yield "two columns of a table have one id"
    for rank, column in enumerate(columns):
        header = cells.get((left + rank, top), "")
        if table.get("headerRowCount") != "0" and header and header != column.attrib["name"]:
            yield f"a table's column is called {column.attrib['name']}, its header {header}"


def _corners(ref: str) -> list[tuple[int, int]]:
    ends = [CELL.fullmatch(end) for end in ref.replace("$", "").split(":")]
    return [(number(m[1]), int(m[2])) for m in ends if m]


def _meet(one: str, other: str) -> bool:
    a, b = _corners(one), _corners(other)
    return all(a[0][i] <= b[1][i] and b[0][i] <= a[1][i] for i in (0, 1))
