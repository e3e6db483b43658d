"""The school's rule book: dates in, verdicts out. Standard library and dateutil only."""
