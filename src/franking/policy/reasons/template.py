"""The message can be rendered.

A template makes no message if it uses a value in an impossible way, does not fit a translation, or would be changed by
inlining in more than its styles: the order's message is rejected, and the finding names the template's file and line.
Other orders, which may have the value, are sent.

Permitted::

    {{ greeting(buyer_name) }}

Rejected::

    {{ buyer_name | int | day }}

Rejected::

    {{ 1 // 0 }}

Rejected::

    {{ buyer_name.shout() }}

To fix it: correct the template at the line named. (Variables that ``kind.toml`` does not declare, and templates that are
no valid Jinja, end the command before any order is read.) ``franking preview`` shows the same finding while you write.
"""

from franking.model import Rule

RULE = Rule("template", "error", "a template that makes no message of an order", "own", "render", __doc__)
