"""A marketplace API on this machine, played from Amazon's public models: no buyer is reached.

It checks each request against the models, answers their static sandbox cases, and keeps what it was sent, so that a repeated
message is seen. A script injects errors, drops and slow answers. ``operations.json`` holds facts of the models (see
``__main__``); the models are Amazon's, under the Apache License 2.0.
"""

from franking.sandbox.script import Fault, Script, read_script
from franking.sandbox.server import SandboxServer, serve

__all__ = ["Fault", "SandboxServer", "Script", "read_script", "serve"]
