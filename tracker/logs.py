"""How a log line looks: plain text, or one JSON object a line; each names its request."""

from __future__ import annotations

import json
import logging

from tracker.extensions import request_id


class _Text(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        record.request = request_id.get() or "-"
        return super().format(record)


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "request": request_id.get(),
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def formatter(form: str) -> logging.Formatter:
    """Return the formatter for LOG_FORMAT `text` or `json`."""
    return (
        _Json()
        if form == "json"
        else _Text("%(asctime)s %(levelname)s %(name)s [%(request)s] %(message)s")
    )
