"""``python -m franking.policy.frames FOLDER``: write the index from the vocabularies."""

import json
import sys
from pathlib import Path

from franking.policy.frames.indexed import FILES, made

for file in FILES:
    Path(sys.argv[1], f"{file}.json").write_text(json.dumps(made(file), ensure_ascii=False, indent=0) + "\n", "utf-8")
