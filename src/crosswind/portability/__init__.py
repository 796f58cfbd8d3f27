"""Which targets a package supports, as far as names tell: what it uses, and where that exists.

    from crosswind.portability.analysis import analyse

    holes = analyse(graph, cache)
    for path, found in holes.found.items():
        for hole in found:
            print(hole.finding.subject, hole.message, list(graph.universe.members(hole.bits)))

Files, imports and names at package scope are decided here, for all contexts at once. What needs types
is not: methods and fields of values, whether an assignment fits, the size of numbers.
"""
