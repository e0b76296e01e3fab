"""Receipts: the seal of a flow, made by counting, believed as far as counting again finds the same.

`making` and `checking` are the ways in. Both have `composing` say what a receipt says: figures by `counting`
artifacts and `proving` from evidence (`deciding`: which runs; `untold`: why none), and the `reasons` against it,
who wrote the reports (`authors`) among them.
`checking` compares `figures`, and the `tree`.
"""
