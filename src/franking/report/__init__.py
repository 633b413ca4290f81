"""Results in the forms that people's other tools read."""

from franking.report.as_json import check_json, finding_json, rules_json, said, verdict

__all__ = ["check_json", "finding_json", "rules_json", "said", "verdict"]
