"""Notification mails of Facebook groups, LinkedIn groups, Viva Engage and Workplace become conversations of theirs.

These platforms show programs no groups, so that their mails are the way in. What stands where: whether a mail comes from
whom it says `proof`; what mails look like `layouts`, from the files in resources/notices; which it is `recognising`; its
text as lines `flow`; what colleagues say in it `cards`; what that brings to the house `bringing`; and a mail that nobody
understood, without anything personal, `cleaning`. All of it is pure.
"""

from console.adapters.notices.cleaning import cleaned
from console.adapters.notices.mailbox import Notices, trusted_in
from console.adapters.notices.proof import likely_servers
from console.adapters.notices.recognising import Notice, NotUnderstood, Suspicious, is_from_a_platform, read

__all__ = [
    "NotUnderstood",
    "Notice",
    "Notices",
    "Suspicious",
    "cleaned",
    "is_from_a_platform",
    "likely_servers",
    "read",
    "trusted_in",
]
