"""The language server: findings, fixes, explanations, completion and definitions in an editor (LSP 3.17 over stdio)."""
