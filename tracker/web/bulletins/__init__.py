"""通报: the text of a closed review's bulletin to edit and check, the document to download, and the list of them."""

from tracker.web.bulletins import drafting
from tracker.web.bulletins.views import bp

__all__ = ["bp", "drafting"]
