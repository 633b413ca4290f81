"""Franking: order messages that the marketplace permits, proven before they leave, sent once.

The Python API, loaded as it is asked for: ``import franking`` alone takes no time. docs/python.md shows it in use.
"""

from typing import TYPE_CHECKING

from franking.package.names import attach

if TYPE_CHECKING:
    from franking.api.batches import Batch as Batch
    from franking.api.checks import Fixed as Fixed
    from franking.api.checks import Verdict as Verdict
    from franking.api.checks import check_html as check_html
    from franking.api.checks import check_mail as check_mail
    from franking.api.checks import fix_html as fix_html
    from franking.api.rendering import Rendered as Rendered
    from franking.api.rendering import read_orders as read_orders
    from franking.api.rendering import render as render
    from franking.api.results import PreparedMessage as PreparedMessage
    from franking.api.results import Progress as Progress
    from franking.api.results import Rejection as Rejection
    from franking.api.results import SendResult as SendResult
    from franking.batch.plan import Plan as Plan
    from franking.errors import ConfigurationError as ConfigurationError
    from franking.errors import ConnectionBroken as ConnectionBroken
    from franking.errors import FrankingError as FrankingError
    from franking.errors import InputError as InputError
    from franking.errors import OutboxError as OutboxError
    from franking.errors import OutboxUnavailable as OutboxUnavailable
    from franking.errors import SenderRefused as SenderRefused
    from franking.errors import TemplateError as TemplateError
    from franking.errors import TransportError as TransportError
    from franking.errors import Unreachable as Unreachable
    from franking.model import BrokenOrder as BrokenOrder
    from franking.model import Finding as Finding
    from franking.model import Marketplace as Marketplace
    from franking.model import NotUnderstood as NotUnderstood
    from franking.model import Order as Order
    from franking.model import OrderItem as OrderItem
    from franking.model import Refusal as Refusal
    from franking.package.version import __version__ as __version__
    from franking.policy import Policy as Policy
    from franking.policy import load_policy as load_policy
    from franking.policy import marketplace as marketplace
else:
    __getattr__, __dir__, __all__ = attach(
        __name__,
        {
            "franking.api.batches": "Batch",
            "franking.api.checks": "Fixed Verdict check_html check_mail fix_html",
            "franking.api.rendering": "Rendered read_orders render",
            "franking.api.results": "PreparedMessage Progress Rejection SendResult",
            "franking.package.version": "__version__",
            "franking.batch.plan": "Plan",
            "franking.errors": "ConfigurationError ConnectionBroken FrankingError InputError OutboxError OutboxUnavailable "
            "SenderRefused TemplateError TransportError Unreachable",
            "franking.model": "BrokenOrder Finding Marketplace NotUnderstood Order OrderItem Refusal",
            "franking.policy": "Policy load_policy marketplace",
        },
    )
