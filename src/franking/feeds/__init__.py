"""Feeds as the marketplace reads and answers them: documents in XML and flat files, and processing reports.

Everything here is pure: values become bytes, bytes become values. Nothing is sent, and nothing stored.
"""

from franking.feeds.actions import Acknowledgement, AdjustedItem, Adjustment, Shipment
from franking.feeds.choice import Choice, Wish, choose
from franking.feeds.documents import Entry, FeedDocument, documents
from franking.feeds.processing_report import ProcessingReport, UnreadableReport, read_processing_report

__all__ = [
    "Acknowledgement",
    "AdjustedItem",
    "Adjustment",
    "Choice",
    "Entry",
    "FeedDocument",
    "ProcessingReport",
    "Shipment",
    "UnreadableReport",
    "Wish",
    "choose",
    "documents",
    "read_processing_report",
]
