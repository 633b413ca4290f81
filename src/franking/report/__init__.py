"""Results in the formats of other tools."""

from franking.report.as_json import check_json, finding_json, rules_json, said, verdict

__all__ = ["check_json", "finding_json", "rules_json", "said", "verdict"]
