"""The checker: checks a finished message statically against every rule of the policy."""

from typing import TYPE_CHECKING

from franking.package.names import attach

if TYPE_CHECKING:
    from franking.check.engine import as_message as as_message
    from franking.check.engine import frank as frank
    from franking.check.engine import frank_text as frank_text
    from franking.check.engine import inspect as inspect
    from franking.check.engine import judge as judge
    from franking.check.engine import rejected as rejected
    from franking.check.own_words import said_by_template as said_by_template
    from franking.check.own_words import without_own_words as without_own_words
    from franking.check.registry import check_rules as check_rules
else:  # loaded as they are asked for: ``plan`` makes no message that would be checked
    __getattr__, __dir__, __all__ = attach(
        __name__,
        {
            "franking.check.engine": "as_message frank frank_text inspect judge rejected",
            "franking.check.own_words": "said_by_template without_own_words",
            "franking.check.registry": "check_rules",
        },
    )
