"""Run programs of this and other platforms here: one file per runner behind one Protocol."""
