"""The application as a server finds it: ``commissioner.wsgi:app``."""

from __future__ import annotations

from commissioner import create_app

app = create_app()
