"""The workbook: the one place that knows this is a spreadsheet."""
