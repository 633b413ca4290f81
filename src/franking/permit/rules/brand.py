"""The message carries the seller's own brand, not the example's.

The shipped themes are those of a shop that does not exist, Fjord & Pine. Its name, its line about itself, its logo (by
the file's digest) and its domain must not be in the theme (``theme.toml``, ``theme.css``, layouts), in the templates of
the kind and of the parts, in the translations and in the sender's address; case, entities and punctuation make no
difference. As long as they are there, no buyer gets a message: a buyer who bought from another shop would take it for
fraud. ``franking doctor`` names every place with file and line; the previews warn.

Permitted::

    brand: Kiefer Nord

Refused::

    brand: Fjord & Pine

Refused::

    brand: FJORD &amp; PINE

To fix it: put your brand into ``theme.toml``, your logo into ``assets/``, or make a theme of your own (``franking new theme
NAME --brand "…"``). To try the examples as they are, use ``--demo``: messages then go to a folder (``dir:``) or to this
machine only, and are kept apart under the seller account ``demo``.
"""

from franking.model import Kind, Order, Refusal, Rule
from franking.permit.context import Context, refusal
from franking.permit.rule import PermitRule

RULE = Rule("brand", "error", "the theme still carries the example's brand", "permitted", "permit", __doc__)


def check(order: Order, kind: Kind, context: Context) -> Refusal | None:
    """Refuse by what was found in the theme, the templates and the sender."""
    if not context.example_brand:
        return None
    return refusal(
        RULE, order, context.example_brand, "Put in your own brand; --demo tries the example into a folder or this machine."
    )


CHECK = PermitRule(RULE, check)
