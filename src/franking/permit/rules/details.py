"""The seller gives what no report contains.

A kind may need what the seller alone knows: the answer to a question, the number of a return, an invoice as a file. Its
``kind.toml`` declares such values (``given = true``) and files; ``--details TABLE`` and ``--attach FOLDER`` give them, by
the order ID. An order without them is refused; the others get their messages.

Permitted::

    needs: answer
    given: answer

Permitted::

    needs: an optional answer

Refused::

    needs: answer

Refused::

    needs: a file

To fix it: add the order to the table of ``--details``, or put its file into the folder of ``--attach``, under the
order ID.
"""

from franking.model import Kind, Order, Refusal, Rule
from franking.permit.context import Context, refusal
from franking.permit.rule import PermitRule

RULE = Rule("details", "error", "what the seller must add to the order is missing", "permitted", "permit", __doc__)


def check(order: Order, kind: Kind, context: Context) -> Refusal | None:
    """Refuse an order without a value that the kind needs to be given, or without the file."""
    missing = [v.name for v in kind.variables if v.given and not v.optional and v.name not in order.details]
    if missing:
        return refusal(RULE, order, f"nothing is given for {', '.join(missing)}", "Add the order to the table of --details.")
    if kind.attachment_needed and not order.files:
        hint = "Put it into the folder of --attach, under the order ID."
        return refusal(RULE, order, "there is no file to attach", hint)
    return None


CHECK = PermitRule(RULE, check)
