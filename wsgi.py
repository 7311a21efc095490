"""WSGI entry: `gunicorn wsgi:app`, and what `flask` finds."""

from __future__ import annotations

from config import SettingsError
from tracker import create_app

try:
    app = create_app()
except SettingsError as error:
    raise SystemExit(str(error)) from None
