"""Pages for signing in and out, and for one's own password."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user
from sqlalchemy import update

from tracker.clock import local_now
from tracker.domain.errors import TrackerError
from tracker.extensions import db
from tracker.models import Person
from tracker.services.sessions import SignInError, set_password, sign_in, sign_out, verify
from tracker.web.access import actor, load_principal
from tracker.web.auth.forms import PasswordForm, SignInForm

bp = Blueprint("auth", __name__)


@bp.route("/login", methods=["GET", "POST"])
def login() -> ResponseReturnValue:
    """Show the sign-in page; on a right name and password open a session."""
    if request.method == "GET" and current_user.is_authenticated:
        return redirect(own_page(request.args.get("next")))
    form = SignInForm()
    if form.validate_on_submit():
        try:
            token = _open_session(form)
        except SignInError as error:
            form.password.errors = [error.message]
        else:
            return _go_on(token, form)
        finally:
            db.session.commit()
    return render_template("auth/login.html", form=form), 422 if request.method == "POST" else 200


@bp.post("/logout")
def logout() -> ResponseReturnValue:
    """End the session: the cookie is worth nothing afterwards, wherever it was copied to."""
    sign_out(session_id=current_user.session_id)
    db.session.commit()
    logout_user()
    session.clear()
    return redirect(url_for("auth.login"))


@bp.post("/theme")
def theme() -> ResponseReturnValue:
    """Keep the person's choice of light, dark or the device's own."""
    wish = request.form.get("theme", "")
    if wish in {"auto", "light", "dark"}:
        mine = Person.id == actor().person_id
        db.session.execute(update(Person).where(mine).values(theme=wish))
        db.session.commit()
    return redirect(own_page(request.form.get("next")))


@bp.route("/password", methods=["GET", "POST"])
def password() -> ResponseReturnValue:
    """Let a person change the password; other browsers are signed out."""
    form = PasswordForm()
    person = db.session.get_one(Person, actor().person_id)
    if form.validate_on_submit():
        try:
            _change_password(person, form)
        except TrackerError as error:
            form.new.errors = [error.message]
        else:
            db.session.commit()
            flash("密码已修改，其他设备上的登录已退出。", "success")
            return redirect(url_for("desk.index"))
    return render_template(
        "auth/password.html", form=form
    ), 422 if request.method == "POST" else 200


def own_page(wish: str | None) -> str:
    """Return `wish` if it is a path on this site, else the desk. `//host`, `/\\host` and `/<tab>/host` are not."""
    if wish and wish.startswith("/") and wish[1:2] not in {"/", "\\"}:
        parts = urlsplit(wish)
        plain = not any(ord(c) < 33 or c == "\\" for c in wish)
        if plain and not parts.scheme and not parts.netloc and parts.path != url_for("auth.logout"):
            return wish
    return url_for("desk.index")


def _open_session(form: SignInForm) -> str:
    return sign_in(
        login=(form.username.data or "").strip(),
        password=form.password.data or "",
        address=request.remote_addr or "",
        agent=request.user_agent.string,
        now=local_now(),
    )


def _go_on(token: str, form: SignInForm) -> ResponseReturnValue:
    """Start a fresh cookie; then go to the page asked for, or show again what was being sent."""
    session.clear()
    g.pop(
        "csrf_token", None
    )  # made for the old cookie; the page that comes now needs one for the new
    principal = load_principal(token)
    if principal is None:  # no post at all, or the account was switched off in this second
        form.password.errors = ["这个账号现在没有岗位，请联系系统管理员。"]
        return render_template("auth/login.html", form=form), 422
    login_user(principal)
    kept = _kept(form.kept.data)
    if kept is not None:
        return render_template("auth/resume.html", path=kept[0], fields=kept[1])
    return redirect(own_page(request.args.get("next")))


def _kept(text: str | None) -> tuple[str, list[tuple[str, str]]] | None:
    """Return the path and the fields that an expired form carried over, or None."""
    try:
        kept = json.loads(text or "null")
        path, fields = (
            str(kept["path"]),
            [(str(name), str(value)) for name, value in kept["fields"]],
        )
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return (path, fields) if own_page(path) == path else None


def _change_password(person: Person, form: PasswordForm) -> None:
    if not verify(person, form.old.data or ""):
        raise TrackerError("现在的密码不对。")
    set_password(
        person=person,
        password=form.new.data or "",
        now=local_now(),
        keep_session=current_user.session_id,
    )
