"""A package of XML parts, edited in place: bytes in, bytes out (ECMA-376).

:class:`~inactifs.ooxml.workbook.Workbook` opens a workbook, gives an editor for each sheet, and
writes it back; parts and members that no edit concerns stay the same bytes. This room knows
parts, sheets, rows, cells and styles: no disk, and nothing of what the cells mean.
"""
