"""``python -m franking.policy.words``: write ``index.json`` from the lists."""

import json
import sys

from franking.policy.words import index

json.dump(index(), sys.stdout, ensure_ascii=False, indent=1)
sys.stdout.write("\n")
