"""Use case: make an order's document from what was frozen when it was issued; made again, it is the same."""

from __future__ import annotations

from datetime import date

from tracker.documents.order import OrderPaper, order_docx
from tracker.domain.orders import Colour
from tracker.models import SupervisionOrder


def order_paper(order: SupervisionOrder) -> OrderPaper:
    """Return what the document of an order says."""
    printed = order.printed
    return OrderPaper(
        bureau=printed["bureau"],
        colour=Colour(order.colour),
        year=order.year,
        number=order.number,
        name=printed["name"],
        source=printed["source"],
        unit=printed["unit"],
        owner=printed["owner"],
        due=printed["due"],
        situation=order.reason,
        demand=order.demand,
        reply_due_on=date.fromisoformat(printed["reply"]),
        issued_on=date.fromisoformat(printed["issued"]),
    )


def order_document(order: SupervisionOrder) -> bytes:
    """Return the .docx of an order, byte for byte as ever."""
    return order_docx(order_paper(order), order.issued_at)
