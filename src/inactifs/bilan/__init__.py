"""The month's figures, computed from the dossiers' dates; no formatting, no file, no clock."""
