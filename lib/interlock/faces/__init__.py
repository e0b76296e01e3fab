"""The faces: what people and agents type. Each module adds its own subcommands to `interlock`."""
