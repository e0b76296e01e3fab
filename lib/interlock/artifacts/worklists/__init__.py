"""Worklists: what critics found in a flow, and where each finding stands.

`fold` makes a list of its events in the log; `news` says which events come next, from `critiques` and moves;
`rights` who may move what; `moving` does all that on disk, `handing_over` what is stuck to a person.
"""
