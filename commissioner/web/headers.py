"""Security headers of every answer, and static files that may be kept for a year."""

from __future__ import annotations

from flask import Flask
from werkzeug.wrappers import Response

from commissioner.web.releases import may_be_kept

DIRECTIVES = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",  # blob: a photo that was just chosen
    "frame-src": "'self'",
    "frame-ancestors": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
}
STRICT_POLICY = "; ".join(f"{name} {sources}" for name, sources in DIRECTIVES.items())
A_YEAR = "public, max-age=31536000, immutable"


def init_headers(app: Flask) -> None:
    """Add the headers to every answer of ``app``."""
    app.after_request(_protect)


def _protect(answer: Response) -> Response:
    headers = answer.headers
    # A page that needs less strictness (the map's frame) has set its own policy already.
    headers.setdefault("Content-Security-Policy", STRICT_POLICY)
    headers["X-Content-Type-Options"] = "nosniff"
    headers.setdefault("Referrer-Policy", "same-origin")
    headers["Permissions-Policy"] = "geolocation=(self), camera=(), microphone=(), payment=()"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    kept = may_be_kept()
    if kept is None:
        headers.setdefault("Cache-Control", "no-store")
    else:
        headers["Cache-Control"] = A_YEAR if kept and answer.status_code < 400 else "no-cache"
    return answer
