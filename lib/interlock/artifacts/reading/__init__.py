"""Reading one artifact: its value in its shape, or what is wrong with it, each flaw with its line.

`artifact` is the way in. It reads `json_strict`, or `markdown` whose front matter is `yaml_plain`, with the
`lines` of each part; `shape_flaws` says in words what does not fit the shape.
"""
