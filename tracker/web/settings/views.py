"""Pages of the running state, the working calendar and the outbox."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.clock import local_now
from tracker.domain.errors import TrackerError
from tracker.domain.roles import Role
from tracker.extensions import db
from tracker.queries.calendar_days import listed_days
from tracker.queries.mails import STATE_WORDS
from tracker.queries.outbox_page import PAGE, is_ours, outbox_page
from tracker.queries.running import running, years_of
from tracker.services.edit_calendar import DayEntry, remove_day, set_days
from tracker.services.import_calendar import import_calendar
from tracker.services.retry_mail import retry_mail
from tracker.web.access import actor
from tracker.web.fields import chosen_id
from tracker.web.listing import address, id_in_address, page_in_address, page_links, range_words
from tracker.web.settings.forms import CalendarFileForm, DayForm

bp = Blueprint("settings", __name__, url_prefix="/settings")

LONGEST_RUN = 40


@bp.get("")
def index() -> ResponseReturnValue:
    """Show whether everything is running."""
    person, now = actor(), local_now()
    return render_template(
        "settings/index.html",
        state=running(person.top_unit_id, now),
        sees_mails=person.has(Role.OFFICE),
        edits=person.has(Role.SYSTEM_ADMIN),
    )


@bp.get("/mails")
def mails() -> ResponseReturnValue:
    """Show the outbox."""
    wish = request.args.get("state", "")
    state = wish if wish in STATE_WORDS else ""
    found = outbox_page(actor().top_unit_id, state, page_in_address())
    return render_template(
        "settings/mails.html",
        found=found,
        states=[("", "全部"), *STATE_WORDS.items()],
        state=state,
        words=STATE_WORDS,
        foot=range_words(found.page, found.total, PAGE, len(found.rows)),
        pages=page_links("settings.mails", found.page, found.total, PAGE),
        clear_url=url_for("settings.mails") if state else "",
    )


@bp.post("/mails/<int:mail_id>/retry")
def retry(mail_id: int) -> ResponseReturnValue:
    """Send a mail again."""
    if not is_ours(actor().top_unit_id, mail_id):
        abort(404)
    try:
        retry_mail(message_id=mail_id, now=local_now())
    except TrackerError as error:
        db.session.rollback()
        flash(error.message, "error")
    else:
        db.session.commit()
        flash("已排入重发，一两分钟内发出。", "success")
    return redirect(url_for("settings.mails", state=request.form.get("state") or None))


@bp.get("/calendar")
def calendar() -> ResponseReturnValue:
    """Show a year's holidays and make-up days."""
    return _calendar(DayForm(formdata=None))


@bp.post("/calendar")
def add_days() -> ResponseReturnValue:
    """Enter a day, or a run of days."""
    form = DayForm()
    if not form.validate_on_submit() or form.from_on.day is None:
        return _calendar(form), 422
    working = form.kind.data == "work"
    last = form.until_on.day or form.from_on.day
    if not timedelta(0) <= last - form.from_on.day < timedelta(days=LONGEST_RUN):
        form.until_on.errors = [f"止日应在起日之后，最多 {LONGEST_RUN} 天"]
        return _calendar(form), 422
    entry = DayEntry(working, form.name.data or ("调休上班" if working else "放假"))
    days = {day: entry for day in _run(form.from_on.day, last) if working != (day.weekday() < 5)}
    if not days:
        form.from_on.errors = [
            "这几天本来就是" + ("工作日" if working else "休息日") + "，不用录入"
        ]
        return _calendar(form), 422
    try:
        count = set_days(
            top_unit_id=actor().top_unit_id,
            days=days,
            person_id=actor().person_id,
            now=local_now(),
        )
    except TrackerError as error:
        db.session.rollback()
        form.from_on.errors = [error.message]
        return _calendar(form), 422
    db.session.commit()
    flash(f"已录入 {count} 天，还没有开启的填报期已按新日历重排。", "success")
    return redirect(url_for("settings.calendar", year=form.from_on.day.year))


@bp.post("/calendar/publish")
def publish() -> ResponseReturnValue:
    """Say that a year's holidays are all entered."""
    year = request.form.get("year", "")
    if not 2000 <= chosen_id(year) <= 2100:
        flash("年份不对。", "error")
        return redirect(url_for("settings.calendar"))
    set_days(
        top_unit_id=actor().top_unit_id,
        days={},
        published=frozenset({int(year)}),
        person_id=actor().person_id,
        now=local_now(),
    )
    db.session.commit()
    flash(f"{year}年的节假日安排已记为录齐。", "success")
    return redirect(url_for("settings.calendar", year=year))


@bp.post("/calendar/<int:day_id>/remove")
def take_back(day_id: int) -> ResponseReturnValue:
    """Take a day back."""
    day = remove_day(
        top_unit_id=actor().top_unit_id,
        day_id=day_id,
        person_id=actor().person_id,
        now=local_now(),
    )
    db.session.commit()
    flash(f"已删去 {day.month}月{day.day}日，按星期几算。", "success")
    return redirect(url_for("settings.calendar", year=day.year))


@bp.post("/calendar/import")
def take_table() -> ResponseReturnValue:
    """Enter a whole table of days."""
    form = CalendarFileForm()
    upload = form.file.data
    if not upload or not upload.filename:
        flash("没有选文件。", "error")
        return _calendar(DayForm(formdata=None)), 422
    db.session.commit()  # nobody waits while a table is read; its days are written after that
    try:
        count, years = import_calendar(
            top_unit_id=actor().top_unit_id,
            name=upload.filename,
            data=upload.read(),
            limit=current_app.config["UPLOAD_MAX_BYTES"],
            person_id=actor().person_id,
            now=local_now(),
        )
    except TrackerError as error:
        db.session.rollback()
        flash(error.message, "error")
        return _calendar(DayForm(formdata=None)), 422
    db.session.commit()
    said = "、".join(f"{year}年" for year in years)
    flash(f"已导入{said}的安排，变动 {count} 天。", "success")
    return redirect(url_for("settings.calendar", year=years[-1] if years else None))


def _run(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _calendar(form: DayForm) -> str:
    this = local_now().year
    wish = id_in_address("year") or this
    year = wish if 2000 <= wish <= 2100 else this
    top = actor().top_unit_id
    return render_template(
        "settings/calendar.html",
        form=form,
        file_form=CalendarFileForm(formdata=None),
        year=year,
        about=years_of(top, (year,))[0],
        days=listed_days(top, year),
        years=[(str(one), f"{one}年") for one in range(this - 2, this + 3)],
        own=address("settings.calendar"),
    )
