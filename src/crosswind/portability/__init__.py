"""Which targets a package supports, as far as names tell: what it uses, and where that exists."""
