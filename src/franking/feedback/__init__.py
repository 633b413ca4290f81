"""Feedback: what comes back about messages that were sent."""

from franking.feedback.mailboxes import open_mailbox
from franking.feedback.reports import Report, read_report

__all__ = ["Report", "open_mailbox", "read_report"]
