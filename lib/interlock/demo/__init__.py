"""The demo: two agents, one file, played through the hooks that `interlock install` really writes, and where
there is a Claude Code on this machine through that too. Everything happens in a scratch folder.

It plays the client, so it speaks the client's JSON itself: what the guard understands is under test here.
"""
