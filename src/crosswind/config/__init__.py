"""`crosswind.yaml` into frozen values: found, read, checked, and its templates rendered."""
