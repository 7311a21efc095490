"""Pages of a person: the system administrator keeps the account, the security administrator its password."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.clock import local_now
from tracker.domain.errors import StaleError, TrackerError
from tracker.domain.roles import Role
from tracker.extensions import db
from tracker.models import Person
from tracker.queries.people import my_posts
from tracker.services import manage_people
from tracker.services.manage_people import PersonData, create_person, edit_person
from tracker.web.access import actor
from tracker.web.fields import chosen_id
from tracker.web.people.forms import PasswordForm, PersonForm
from tracker.web.people.loaders import load_person
from tracker.web.people.views import bp


@bp.route("/persons/new", methods=["GET", "POST"])
def new_person() -> ResponseReturnValue:
    """Make an account."""
    form = PersonForm()
    if form.validate_on_submit():
        try:
            made = create_person(
                top_unit_id=actor().top_unit_id,
                data=_data(form),
                by=actor().person_id,
                now=local_now(),
            )
        except TrackerError as error:
            db.session.rollback()
            form.form_errors = [error.message]
        else:
            db.session.commit()
            flash("账号已建立。请安排岗位，并请安全管理员设密码。", "success")
            return redirect(url_for("people.person", person_id=made.id))
    status = 422 if request.method == "POST" else 200
    return render_template("people/new_person.html", form=form), status


@bp.get("/persons/<int:person_id>")
def person(person_id: int) -> ResponseReturnValue:
    """Show an account."""
    return _page(load_person(person_id))


@bp.post("/persons/<int:person_id>/edit")
def edit_account(person_id: int) -> ResponseReturnValue:
    """Change name and addresses."""
    found, form = load_person(person_id), PersonForm()
    data = PersonData(
        found.login, form.name.data or "", form.email.data or "", form.phone.data or ""
    )
    try:
        edit_person(
            person=found,
            data=data,
            version=chosen_id(form.version.data),
            by=actor().person_id,
            now=local_now(),
        )
    except TrackerError as error:
        return _refused(person_id, error, form)
    return _done(person_id, "资料已保存。")


@bp.post("/persons/<int:person_id>/active")
def switch(person_id: int) -> ResponseReturnValue:
    """Switch an account off or on."""
    on = request.form.get("active") == "1"
    return _act(
        person_id,
        lambda one: manage_people.set_active(
            person=one, active=on, by=actor().person_id, now=local_now()
        ),
        "账号已启用。" if on else "账号已停用，登录已退出。",
    )


@bp.post("/persons/<int:person_id>/unlock")
def unlock(person_id: int) -> ResponseReturnValue:
    """Let a locked person try again."""
    return _act(
        person_id,
        lambda one: manage_people.unlock(person=one, by=actor().person_id, now=local_now()),
        "已解除锁定。",
    )


@bp.post("/persons/<int:person_id>/password")
def give_password(person_id: int) -> ResponseReturnValue:
    """Give somebody a new password."""
    form = PasswordForm()
    return _act(
        person_id,
        lambda one: manage_people.reset_password(
            person=one,
            password=form.password.data or "",
            by=actor().person_id,
            now=local_now(),
        ),
        "密码已重设，原有登录已退出。请当面告知本人，并请其登录后修改。",
    )


def _act(person_id: int, act: Callable[[Person], None], words: str) -> ResponseReturnValue:
    try:
        act(load_person(person_id))
    except TrackerError as error:
        return _refused(person_id, error, None)
    return _done(person_id, words)


def _done(person_id: int, words: str) -> ResponseReturnValue:
    db.session.commit()
    flash(words, "success")
    return redirect(url_for("people.person", person_id=person_id))


def _refused(person_id: int, error: TrackerError, form: PersonForm | None) -> ResponseReturnValue:
    db.session.rollback()
    flash(error.message, "error")
    page = _page(load_person(person_id), form)
    return page, 409 if isinstance(error, StaleError) else 422


def _data(form: PersonForm) -> PersonData:
    return PersonData(
        form.login.data or "", form.name.data or "", form.email.data or "", form.phone.data or ""
    )


def _page(found: Person, form: PersonForm | None = None) -> str:
    now = local_now()
    shown = form or PersonForm(formdata=None, obj=found)
    shown.version.data = str(found.version)
    return render_template(
        "people/person.html",
        person=found,
        form=shown,
        password=PasswordForm(formdata=None),
        posts=my_posts(found.id, now.date()),
        locked=found.locked_until is not None and found.locked_until > now,
        edits=actor().has(Role.SYSTEM_ADMIN),
        secures=actor().has(Role.SECURITY_ADMIN),
    )
