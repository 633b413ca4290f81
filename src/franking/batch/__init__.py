"""The use cases: what the commands, the workers and the benchmarks call. Nothing here prints or reads options."""
