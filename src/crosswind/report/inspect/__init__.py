"""How an inspection is shown: facts become blocks, blocks become text or a page."""
