"""Windows resources: from icons, versions, manifests and scripts to bytes, and back. Pure."""
