"""One worksheet, edited in place (ECMA-376 Part 1, 18.3).

The part is kept as three slices: what comes before the rows and after them (:mod:`.frame`),
and the rows (:mod:`.grid`). An edit replaces the bytes of the cells concerned and of the
ranges that must grow; all the rest stays the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from inactifs import ooxml
from inactifs.ooxml import EditRefused, cell_xml, markup
from inactifs.ooxml.cell_xml import Cell, CellValue
from inactifs.ooxml.dressing import Dressing
from inactifs.ooxml.formulas import is_relative, moved_down
from inactifs.ooxml.frame import Addition, Frame, TableXml, range_of
from inactifs.ooxml.grid import Grid, Row
from inactifs.ooxml.main_part import MainPart
from inactifs.ooxml.markup import Xml
from inactifs.ooxml.references import MAX_COL, MAX_ROW, Area, cell_name


class Sheet:
    """The editor of one worksheet part; rows and columns count from 1."""

    def __init__(self, common: MainPart, name: str, part: str, index: int) -> None:
        self.name = name
        self.part = part
        self.index = index
        self._common = common
        xml = Xml(markup.utf8(common.package.read(part), part))
        self._prefix = xml.prefix
        found = xml.find(b"sheetData")
        if found is None:
            raise ooxml.InvalidSheet(f"la feuille « {name} » n'a pas de lignes (sheetData)")
        head, tail = xml.data[: found.inner], xml.data[found.close :]
        if found.empty:
            head = xml.data[: found.start] + found.tag[:-2].rstrip() + b">"
            tail = b"</" + found.name + b">" + xml.data[found.end :]
        markup.whole(head + tail, part)
        self._frame = Frame(head, tail, self._prefix)
        self._grid = Grid(found.content, self._prefix, name)
        cells = markup.mask(found.content)
        self.has_formulas = b"<" + self._prefix + b"f" in cells
        self._arrays = _array_ranges(cells, self._prefix)
        self._rows: set[int] = set()  # of the cells written, or of the ends of their ranges
        self._cols: set[int] = set()
        self._like: dict[int, int] = {}  # column added → column that it looks like

    @property
    def protected(self) -> bool:
        """Whether the sheet is protected, with a password or not (18.3.1.85)."""
        return self._frame.tail.says(b"sheetProtection", b"sheet")

    @property
    def changed(self) -> bool:
        return self._grid.changed or self._frame.changed

    def has_formula(self, row: int, col: int) -> bool:
        """Whether the cell holds a formula, or belongs to the range of an array formula."""
        cell = self._bytes(row, col) if self.has_formulas else b""
        return cell_xml.has_formula(cell, self._prefix) or any(
            area.holds(row, col) for area in self._arrays
        )

    def cell(self, row: int, col: int) -> Cell | None:
        """What a cell holds as stored, None where the part has no such cell."""
        cell = self._bytes(row, col)
        return cell_xml.read(cell, self._prefix, self._common.shared) if cell else None

    def set(
        self, row: int, col: int, value: CellValue, like: tuple[int, int] | None = None
    ) -> None:
        """Replace the content of one cell, keeping its style where that fits the value, and the
        runs of a rich text that the new one begins with. A cell that is not there yet looks like
        the one at ``like`` (row, column). EditRefused, nothing changed: a formula, a cell hidden by
        a merge, a table's header, a value that no cell can hold."""
        self._check(row, col)
        if any(t.header and t.area.top == row and t.area.holds(row, col) for t in self._tables):
            raise EditRefused(
                f"{self._place(row, col)} est un en-tête de tableau Excel",
                "Changez cet en-tête dans Excel.",
            )
        line = self._grid.row(row)
        cell = line.cells.get(col, b"") if line else b""
        if not cell and (value is None or value == ""):
            return
        looks = cell or (self._bytes(*like) if like else b"")
        style = cell_xml.style_of(looks) if looks else self._style_at(line, col)
        new = self._cell(row, col, value, style)
        if cell and isinstance(value, str) and value:
            new = cell_xml.continued(cell, new, value, self._prefix, self._common.shared)
        if cell.rstrip() == new:
            return
        wrapped = isinstance(value, str) and ("\n" in value or self._common.styles.wraps(style))
        line = line or self._grid.new(row)
        line.put(col, new)
        line.make_room([value], self._frame.looks(col).get(b"width") if wrapped else None)
        self._grid.write(line)
        self._rows.add(row)
        self._cols.add(col)

    def blocked_below(self, row: int, wanted: int, header: int) -> tuple[int, int] | None:
        """The first cell, in the ``wanted`` rows below ``row``, that is not free; None if none. A
        cell is free when it is empty, or in a column in which neither ``row`` nor ``header`` has
        anything (it stands beside the table), or when it holds a formula where ``row`` has one too
        (drawn in advance); merged cells are not."""
        above = {
            col
            for line in map(self._grid.row, (header, row))
            for col, cell in (line.cells.items() if line else ())
            if not self._is_empty(cell)
        }
        first, last = row + 1, row + wanted
        merged = [(max(m.top, first), m.left) for m in self._frame.merges
                  if m.top <= last and first <= m.bottom]  # fmt: skip
        for number in self._grid.numbers(first, last):
            line = self._grid.row(number)
            for col, cell in line.cells.items() if line else ():
                if col not in above or self._is_empty(cell):
                    continue
                if not (self.has_formula(number, col) and self.has_formula(row, col)):
                    return min([(number, col), *merged])
        return min(merged, default=None)

    def append(
        self,
        rows: Sequence[Mapping[int, CellValue]],
        first_row: int,
        *,
        last: int | None = None,
        look: int | None = None,
        filled: bool = True,
    ) -> None:
        """Write rows (values by column) from ``first_row`` on, and grow what covers ``last``, the
        last row of the table until now (None when it has only its header). New rows look like
        ``look`` (else ``last``), its background included if ``filled``; one that is there already,
        drawn in advance, keeps its own styles. No row moves.

        EditRefused when a cell is occupied, hidden by a merge or holds a formula, or when a table
        cannot grow. What was edited must then be dropped: it is half done."""
        columns = {col for values in rows for col in values}
        if not columns:
            return
        bottom = first_row + len(rows) - 1
        if first_row < 1 or bottom > MAX_ROW:
            raise EditRefused(f"la feuille « {self.name} » est pleine")
        area = Area(first_row, min(columns), bottom, max(columns))
        if any(area.meets(other) for other in (*self._frame.merges, *self._arrays)):
            for number, values in enumerate(rows, first_row):
                for col in values:
                    self._check(number, col)
        self._grow(Addition(last, area.top, area.bottom, area.left, area.right))
        model = self._grid.row(look or last or 0)
        looks = self._looks(model, filled)
        styles = {c: self._style_at(model, c) for c in columns} | looks
        for number, values in enumerate(rows, first_row):
            self._write_row(number, values, looks, styles, model)
        self._calculate(range(first_row, bottom + 1), look or last or 0)
        self._rows |= {area.top, area.bottom}
        self._cols |= {area.left, area.right}

    def _grow(self, add: Addition) -> None:
        for table in self._tables:
            table.grow(add)
        for table in self._tables:
            others = (other for other in self._tables if other is not table)
            if table.changed and any(table.area.meets(other.area) for other in others):
                raise EditRefused(
                    f"le tableau Excel « {table.name} » ne peut pas s'agrandir : "
                    "un autre est au-dessous",
                    "Déplacez l'autre tableau sur une autre feuille.",
                )
        self._frame.grow(add)
        self._common.edit_areas(self.index, add.table)

    def _write_row(
        self,
        number: int,
        values: Mapping[int, CellValue],
        looks: dict[int, int],
        styles: dict[int, int],
        model: Row | None,
    ) -> None:
        """Write a row like its model; in one that is there already, draw its cells if it is
        blank."""
        drawn = formatted = False
        line = self._grid.row(number)
        if line is None:
            line = self._grid.new(number, like=model)
        else:
            for col in values:
                if old := line.cells.get(col):
                    self._check(number, col)
                    self._check_empty(old, number, col)
            formatted = b"s" in markup.attributes(line.tag)
            drawn = formatted or bool(line.cells)
            if model is not None and not drawn:
                line.take_height(model)
        for col in sorted(values if drawn else {*values, *looks}):
            old, value = line.cells.get(col), values.get(col)
            if old:
                style = cell_xml.style_of(old)
            else:
                style = self._style_at(line, col) if formatted else styles[col]
            if value is not None or not old:
                line.put(col, self._cell(number, col, value, style))
        line.make_room(values.values())
        self._grid.write(line)

    def _calculate(self, rows: range, like: int) -> None:
        """Fill the calculated columns of the Excel tables in rows just added (18.5.1.2): a formula
        that is relative is that of the row ``like``, some rows lower."""
        for table in self._tables:
            for col, formula in table.calculated().items():
                if is_relative(formula):
                    formula = cell_xml.formula(self._bytes(like, col), self._prefix)
                for row in rows if formula else ():
                    line = self._grid.row(row) if table.area.holds(row, col) else None
                    old = line.cells.get(col, b"") if line else b""
                    if line is None or not self._is_empty(old):
                        continue
                    text = moved_down(formula, row - like)
                    style = cell_xml.style_of(old) if old else self._style_at(line, col)
                    name = cell_name(row, col)
                    line.put(col, cell_xml.calculated(text, name, style, self._prefix))
                    self._grid.write(line)
                    self.has_formulas = True

    def add_column(
        self, header_row: int, col: int, title: str, like_col: int, width: float | None = None
    ) -> None:
        """Write a header at the right, like that of ``like_col``; filters and tables take it, and
        cells written later in this column look like those of ``like_col`` in the same row."""
        if col > MAX_COL:
            raise EditRefused(
                f"la feuille « {self.name} » n'a plus de colonne libre à droite (XFD est la "
                "dernière)",
                "Effacez ce qui se trouve dans ses dernières colonnes, puis recommencez.",
            )
        self._check(header_row, col)
        if any(area.holds(header_row, col) for area in self.tables):
            raise EditRefused(f"{self._place(header_row, col)} appartient déjà à un tableau Excel")
        self._check_empty(self._bytes(header_row, col), header_row, col)
        line = self._grid.row(header_row) or self._grid.new(header_row)
        like = line.cells.get(like_col)
        style = cell_xml.style_of(like) if like else self._style_at(line, col)
        line.put(col, self._cell(header_row, col, title, style))
        self._grid.write(line)
        self._like[col] = self._like.get(like_col, like_col)

        def wider(area: Area) -> Area:
            beside = area.holds(header_row, like_col) and area.right == col - 1
            return area._replace(right=col) if beside else area

        self._frame.edit_filter(wider)
        for table in self._tables:
            if table.header and table.area.top == header_row and wider(table.area) != table.area:
                table.add_column(title)
        self._common.edit_areas(self.index, wider)
        if width is not None:
            self._frame.set_width(col, width)
        self._rows.add(header_row)
        self._cols.add(col)

    def draw_column(self, col: int, like_col: int, rows: Iterable[int]) -> None:
        """Draw the blank cells of a column that was added, like those of ``like_col``; those of
        rows appended later look alike."""
        self._like[col] = self._like.get(like_col, like_col)
        for row in rows:
            line = self._grid.row(row)
            like = line.cells.get(like_col) if line and col not in line.cells else None
            if line and like and (style := cell_xml.style_of(like)):
                line.put(col, self._cell(row, col, None, style))
                self._grid.write(line)

    @property
    def dressing(self) -> Dressing:
        """To add colours, lists, a filter, a print set-up."""
        return Dressing(self._frame, self._common, self.name, self.index)

    @property
    def tables(self) -> list[Area]:
        """The ranges of its Excel tables, which have filters of their own."""
        return [table.area for table in self._tables]

    def filters(self) -> list[Area]:
        """The ranges that are sorted together: the sheet's filter, else its Excel tables."""
        own = range_of(self._frame.filter)
        return self.tables if own is None else [own]

    def save(self) -> None:
        """Put the part, and the sheet's tables, in the package if they changed."""
        if not self.changed:
            return
        for table in self._tables:
            if table.changed:
                self._common.package.write(table.part, table.xml.data)
        if self._rows:
            rows, cols = self._rows, self._cols
            self._frame.take_in(Area(min(rows), min(cols), max(rows), max(cols)))
        part = b"".join((self._frame.head.data, *self._grid.pieces(), self._frame.tail.data))
        self._common.package.write(self.part, part)

    @cached_property
    def _tables(self) -> list[TableXml]:
        package = self._common.package
        return [
            TableXml(link.part, package.xml(link.part))
            for link in package.relations(self.part)
            if link.kind == "table" and not link.external and link.part in package
        ]

    def _bytes(self, row: int, col: int) -> bytes:
        """The cell as it is written, empty where there is none."""
        line = self._grid.row(row)
        return line.cells.get(col, b"") if line else b""

    def _is_empty(self, cell: bytes) -> bool:
        return cell_xml.is_empty(cell, self._prefix, self._common.shared)

    def _check(self, row: int, col: int) -> None:
        """Raise if the cell must not be written."""
        if self.has_formula(row, col):
            raise ooxml.FormulaCell(
                f"{self._place(row, col)} contient une formule", row, col,
                "Remplacez cette formule par sa valeur, puis recommencez.",
            )  # fmt: skip
        for area in self._frame.merges:
            if area.holds(row, col) and (area.top, area.left) != (row, col):
                raise ooxml.MergedCell(
                    f"{self._place(row, col)} est dans des cellules fusionnées ({area})", row, col,
                    "Défusionnez ces cellules, puis recommencez.",
                )  # fmt: skip

    def _check_empty(self, cell: bytes, row: int, col: int) -> None:
        if not self._is_empty(cell):
            raise ooxml.OccupiedCell(
                f"{self._place(row, col)} n'est pas vide", row, col,
                "Déplacez ou effacez son contenu, puis recommencez.",
            )  # fmt: skip

    def _place(self, row: int, col: int) -> str:
        return f"la cellule {cell_name(row, col)} de la feuille « {self.name} »"

    def _cell(self, row: int, col: int, value: CellValue, style: int) -> bytes:
        need = cell_xml.need(value)
        if need is not None:
            style = self._common.styles.fit(style, need)
        name, prefix = cell_name(row, col), self._prefix.decode()
        return cell_xml.write(value, name, style, prefix, self._common.date1904).encode()

    def _looks(self, model: Row | None, filled: bool) -> dict[int, int]:
        """The style of each of the model's cells, and of the columns added since; without their
        background if not ``filled``."""
        if model is None:
            return {}
        fit = self._common.styles.fit
        looks = {col: cell_xml.style_of(cell) for col, cell in model.cells.items()}
        for col, like in self._like.items():
            if like in looks:
                looks.setdefault(col, looks[like])
        return looks if filled else {c: fit(style, "unfilled") for c, style in looks.items()}

    def _style_at(self, line: Row | None, col: int) -> int:
        """The style of a cell that does not exist (18.3.1.13, 18.3.1.73)."""
        if line is not None:
            if like := line.cells.get(self._like.get(col, 0)):
                return cell_xml.style_of(like)
            attrs = markup.attributes(line.tag)
            if markup.is_true(attrs.get(b"customFormat")):
                return markup.integer(attrs, b"s")
        return markup.number(self._frame.looks(col), b"style")


def _array_ranges(cells: bytes, prefix: bytes) -> list[Area]:
    """Ranges whose cells one formula fills (18.3.1.40: array formulas, data tables)."""
    if b"array" not in cells and b"dataTable" not in cells:
        return []
    formulas = markup.opening(prefix + b"f").finditer(cells)
    return [
        Area.required(attrs[b"ref"].decode())
        for attrs in (markup.attributes(formula[1]) for formula in formulas)
        if attrs.get(b"t") in (b"array", b"dataTable") and b"ref" in attrs
    ]
