"""One page that shows all components in all states, in either theme."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from tracker.web.gallery import samples
from tracker.web.gallery.forms import SampleForm

bp = Blueprint("gallery", __name__, url_prefix="/gallery")

THEMES = (("", "按我的设置"), ("light", "浅色"), ("dark", "深色"))


@bp.get("")
def index() -> ResponseReturnValue:
    """Show the components; `theme` in the address looks at them in the other theme."""
    known = {value for value, _ in THEMES}
    theme = request.args.get("theme", "")
    return render_template(
        "gallery/index.html",
        page_theme=theme if theme in known else "",
        themes=THEMES,
        form=SampleForm.with_errors(),
        samples=samples,
    )
