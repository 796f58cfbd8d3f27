"""Run programs of other platforms here."""
