"""Reports of `crosswind portability`: lines for a terminal, and a page of HTML."""
