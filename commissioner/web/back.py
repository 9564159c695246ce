"""Where a browser is sent back to: a page of ours, whatever the request says."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

# A browser drops tabs and line ends from an address and reads a backslash as a slash: "/\t/elsewhere" is another host.
DROPPED_OR_TURNED = re.compile(r"[\x00-\x20\\]")


def own_page(wanted: str, otherwise: str) -> str:
    """``wanted`` if it is the address of a page of ours, ``otherwise`` if not."""
    ours = wanted.startswith("/") and not wanted.startswith("//") and not DROPPED_OR_TURNED.search(wanted)
    return wanted if ours and not urlsplit(wanted).netloc else otherwise
