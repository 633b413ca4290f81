"""Feedback: bounces, complaints and notices about sent messages."""

from franking.feedback.mailboxes import Found, open_mailbox
from franking.feedback.marketplace import Trust
from franking.feedback.mime import Unreadable, read_mail
from franking.feedback.read import read_report
from franking.feedback.report import Report

__all__ = ["Found", "Report", "Trust", "Unreadable", "open_mailbox", "read_mail", "read_report"]
