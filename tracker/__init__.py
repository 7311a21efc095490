"""Plan tracking for county bureaus: a year's plan becomes tasks and indicators that are driven month by month."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask
from flask_bootstrap import Bootstrap5
from werkzeug.middleware.proxy_fix import ProxyFix

from tracker.extensions import csrf, db, migrate
from tracker.services import audit

VERSION = "0.1.0"
ROOT = Path(__file__).resolve().parent.parent


def create_app(settings: Mapping[str, Any] | None = None) -> Flask:
    """Build the application: settings → extensions → blueprints → error pages → commands.

    `settings` stands in for the environment's, in tests. Raises config.SettingsError.
    """
    import config

    app = Flask(
        __name__, template_folder=str(ROOT / "templates"), instance_path=str(ROOT / "instance")
    )
    app.config.from_mapping(settings or config.settings_from(os.environ, Path(app.instance_path)))
    app.config["VERSION"] = VERSION
    app.config["TRUSTED_HOSTS"] = _trusted_hosts(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    _set_up_log(app.config["LOG_FORMAT"])
    _init_extensions(app)
    _init_web(app)
    _init_commands(app)
    return app


def _trusted_hosts(app: Flask) -> list[str]:
    from urllib.parse import urlsplit

    named = app.config["TRUSTED_HOSTS"] or [
        urlsplit(app.config["BASE_URL"]).hostname or "localhost"
    ]
    return [*named, "127.0.0.1", "localhost", "[::1]"]


def _init_extensions(app: Flask) -> None:
    db.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)
    audit.use_key(app.config["AUDIT_KEY"])
    Bootstrap5(app)


def _init_web(app: Flask) -> None:
    from tracker import web
    from tracker.web import access, context, errors, filters, policy, requests

    if proxies := app.config["TRUSTED_PROXIES"]:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies
        )
    requests.init_app(app)
    context.init_app(app)
    access.init_app(app)
    csrf.init_app(app)  # after the gate: a signed-out post is answered there
    errors.init_app(app)
    filters.init_app(app)
    for blueprint in web.blueprints():
        app.register_blueprint(blueprint)
    policy.check_policies(app)


def _init_commands(app: Flask) -> None:
    from tracker import cli

    for group in cli.groups():
        app.cli.add_command(group)


def _set_up_log(form: str) -> None:
    from tracker.logs import formatter

    handler = logging.StreamHandler()
    handler.setFormatter(formatter(form))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
