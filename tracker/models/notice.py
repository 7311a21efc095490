"""What each mail told: the notices that it carried, so that none is told twice."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.extensions import Base
from tracker.models.owned import Owned


class MailNotice(Owned, Base):
    """One notice that a mail carries (domain.reminders.Notice); its key is unique for ever."""

    __tablename__ = "mail_notice"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("outbox_message.id"), index=True)
