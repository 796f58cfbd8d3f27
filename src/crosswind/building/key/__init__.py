"""Unit keys: everything that can change what one compile for one target leaves (docs/keys.md).

A key is made of parts, and a part of named inputs. Keys are compared by their digest; `build --why`
compares the inputs by name. Where it cannot be told what a compile reads there is no key, and the go
command is asked.
"""

from crosswind.building.key.model import Change, Doubt, Key, Part, changes

__all__ = ["Change", "Doubt", "Key", "Part", "changes"]
