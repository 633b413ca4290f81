"""The ledger schema of this version."""

HEAD = "0009"
