"""Reading one artifact: its value in its shape, or what is wrong with it, each flaw with its line."""
