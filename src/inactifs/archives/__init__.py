"""What is kept for good, beside the workbook: months reported on, documents of closed dossiers.

``archives/2026-11/`` and ``archives/dossiers/17-fontaine-emilie/`` each hold files and a
manifest that gives the SHA-256 of each. Knows folders, files and hashes; no student, no sheet.
"""
