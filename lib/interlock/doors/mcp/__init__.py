"""MCP tools: what a call to one reads and writes. Their servers are anybody's, so the words of a tool's name
and the keys of its input have to tell; the config names what they don't."""
