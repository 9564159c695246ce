"""Addresses that are used outside of our pages: in calendars, in mails, on another machine."""

from __future__ import annotations

from typing import Any

from flask import current_app, url_for


def outside(endpoint: str, **values: Any) -> str:
    """An address that works from outside: below the one the installation says it has, else the one it was asked under."""
    base: str = current_app.extensions["settings"].public_url.rstrip("/")
    return base + url_for(endpoint, **values) if base else url_for(endpoint, _external=True, **values)
