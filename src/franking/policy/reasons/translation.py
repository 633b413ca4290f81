"""Every text of the message is translated into the buyer's language.

Texts of the templates are in ``_("…")`` and are looked up in ``templates/locales/LANGUAGE.po``. If the catalogue has no
entry for a text, or an empty or fuzzy one, the message would be partly in English, so it is rejected. The previews show
it with a warning. (A language without any catalogue is refused by ``message-language``, before anything is rendered.)

Permitted::

    msgid "How was your order?"
    msgstr "Wie war Ihre Bestellung?"

Rejected::

    msgid "How was your order?"
    msgstr ""

Rejected::

    #, fuzzy
    msgid "How was your order?"
    msgstr "Wie war Ihre Bestellung?"

To fix it: translate the text in the catalogue that the finding names; ``franking i18n`` adds what is missing there.
"""

from franking.model import Rule

RULE = Rule("translation", "error", "texts without a translation", "own", "render", __doc__)
