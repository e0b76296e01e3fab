"""Receipts: the seal of a flow, made by counting, believed as far as counting again finds the same.

`making` and `checking` are the ways in. Both have `composing` say what a receipt says: figures by `counting`
artifacts and `proving` from evidence (`deciding`: which runs; `untold`: why none), and the `reasons` against it.
What can't be had again later, `making` has `noting` look for, and the log keeps it (`noted`): who wrote
reports, source and tests (`authors`, by `writers`), what is `unnamed` in reports, who is due. `checking` compares
`figures`, the `tree`, and what was ruled `since`.
"""
