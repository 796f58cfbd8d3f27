"""Go's modules: go.mod, go.sum, go.work and vendor/modules.txt read as the go command reads them."""
