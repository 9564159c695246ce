"""The science and technology commissioner programme: ``create_app`` wires the rooms in order; nothing else imports from here."""

from __future__ import annotations

from flask import Flask

from commissioner.config import Settings, read_settings


def create_app(settings: Settings | None = None) -> Flask:
    """The application of ``settings``, or of the environment."""
    from flask_compress import Compress
    from flask_wtf import CSRFProtect

    from commissioner.models.base import db
    from commissioner.models.engine import engine_options, teach_manners
    from commissioner.web import init_web

    settings = settings or read_settings()
    app = Flask("commissioner", static_folder=None)
    url = settings.sqlalchemy_url
    app.config.update(
        SECRET_KEY=settings.secret or None,
        SQLALCHEMY_DATABASE_URI=url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(url),
        MAX_CONTENT_LENGTH=2 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=1024 * 1024,
        SESSION_COOKIE_NAME="commissioner",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.https,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_I18N_ENABLED=False,
        WTF_CSRF_SSL_STRICT=settings.https,
        COMPRESS_MIN_SIZE=1000,
        COMPRESS_BR_LEVEL=4,
    )
    app.extensions["settings"] = settings
    db.init_app(app)
    with app.app_context():
        teach_manners(db.engine)
    CSRFProtect(app)
    Compress(app)
    init_web(app, settings)
    return app
