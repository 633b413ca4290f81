"""What mail programs make of a message: the message as each of them shows it, and what each does not support.

The functions take HTML and return HTML or values. They know no rule, no policy and no order. What they show is a model from
published sources (each docstring names its own), not the mail program itself.
"""
