"""Judge signatures: whether they hold, why not, and what was not checked. Pure.

`authenticode.verify` judges those of PE files, `apple.verify` those of Mach-O files. Public-key
cryptography comes from the extra `crosswind[signatures]`; without it nothing is called valid.
"""
