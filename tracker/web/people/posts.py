"""Pages of a post: its name and who holds it (system administrator), what it may do (security administrator)."""

from __future__ import annotations

from collections.abc import Callable

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.clock import local_now
from tracker.domain.errors import TrackerError
from tracker.domain.roles import Role
from tracker.extensions import db
from tracker.models import Post, Unit
from tracker.queries.people import charged_units, holdings_of_post, people_list, unit_tree
from tracker.services import manage_people
from tracker.web.access import actor
from tracker.web.fields import chosen_id
from tracker.web.people.forms import ChargesForm, EndForm, HoldingForm, PostForm, RoleForm
from tracker.web.people.loaders import load_holding, load_person, load_post, load_unit
from tracker.web.people.views import bp

LEADERS = frozenset({Role.LEADER, Role.CHIEF})


@bp.route("/units/<int:unit_id>/posts/new", methods=["GET", "POST"])
def new_post(unit_id: int) -> ResponseReturnValue:
    """Make a post of a unit."""
    unit, form = load_unit(unit_id), PostForm()
    if form.validate_on_submit():
        made = manage_people.create_post(
            unit=unit, title=form.title.data or "", by=actor().person_id, now=local_now()
        )
        db.session.commit()
        flash("岗位已建立，先按联络员；要别的权限，请安全管理员调整。", "success")
        return redirect(url_for("people.post", post_id=made.id))
    status = 422 if request.method == "POST" else 200
    return render_template("people/new_post.html", form=form, unit=unit), status


@bp.get("/posts/<int:post_id>")
def post(post_id: int) -> ResponseReturnValue:
    """Show a post."""
    return _page(load_post(post_id))


@bp.post("/posts/<int:post_id>/edit")
def edit_post(post_id: int) -> ResponseReturnValue:
    """Rename a post, or switch it off or on."""
    form = PostForm()
    return _act(
        post_id,
        lambda one: manage_people.edit_post(
            post=one,
            title=form.title.data or "",
            active=bool(form.active.data),
            by=actor().person_id,
            now=local_now(),
        ),
        "岗位已保存。",
    )


@bp.post("/posts/<int:post_id>/role")
def set_role(post_id: int) -> ResponseReturnValue:
    """Say what a post may do."""
    form = RoleForm()
    if not form.validate_on_submit():
        abort(422)
    role = Role(form.role.data)
    return _act(
        post_id,
        lambda one: manage_people.set_role(
            post=one, role=role, by=actor().person_id, now=local_now()
        ),
        f"权限已改为{role.word}，任职的人需重新登录。",
    )


@bp.post("/posts/<int:post_id>/holdings")
def give(post_id: int) -> ResponseReturnValue:
    """Let somebody hold a post."""
    form = HoldingForm()
    found = load_post(post_id)
    if not form.validate_on_submit() or form.from_on.day is None or not form.person.data:
        if not form.person.data:
            form.person.errors = ["请选人"]
        return _page(found, form), 422
    from_on, until_on = form.from_on.day, form.until_on.day
    person = load_person(form.person.data)
    return _act(
        post_id,
        lambda one: manage_people.give_post(
            post=one,
            person=person,
            from_on=from_on,
            until_on=until_on,
            proxy=bool(form.proxy.data),
            by=actor().person_id,
            now=local_now(),
        ),
        f"{person.name}已任职。",
        form,
    )


@bp.post("/posts/<int:post_id>/holdings/<int:holding_id>/end")
def end(post_id: int, holding_id: int) -> ResponseReturnValue:
    """Let a holding end."""
    form = EndForm()
    holding = load_holding(holding_id)
    if holding.post_id != post_id:
        abort(404)
    if not form.validate_on_submit() or form.until_on.day is None:
        flash("请填写最后一天，写成 2024-03-25。", "error")
        return _page(load_post(post_id)), 422
    until_on = form.until_on.day
    return _act(
        post_id,
        lambda _one: manage_people.end_holding(
            holding=holding, until_on=until_on, by=actor().person_id, now=local_now()
        ),
        "任职已到期。",
    )


@bp.post("/posts/<int:post_id>/charges")
def charges(post_id: int) -> ResponseReturnValue:
    """Say which units are in a leader's charge."""
    chosen = frozenset(chosen_id(value) for value in request.form.getlist("units"))
    return _act(
        post_id,
        lambda one: manage_people.set_charges(
            post=one, unit_ids=chosen, by=actor().person_id, now=local_now()
        ),
        "分管单位已保存。",
    )


def _act(
    post_id: int, act: Callable[[Post], object], words: str, form: HoldingForm | None = None
) -> ResponseReturnValue:
    try:
        act(load_post(post_id))
    except TrackerError as error:
        db.session.rollback()
        flash(error.message, "error")
        return _page(load_post(post_id), form), 422
    db.session.commit()
    flash(words, "success")
    return redirect(url_for("people.post", post_id=post_id))


def _page(found: Post, holding_form: HoldingForm | None = None) -> str:
    person, today = actor(), local_now().date()
    edits = person.has(Role.SYSTEM_ADMIN)
    unit = db.session.get_one(Unit, found.unit_id)
    form = holding_form or HoldingForm(formdata=None, from_on=today.isoformat())
    if edits:
        form.person.choices = {"0": "选人"} | _people()
    return render_template(
        "people/post.html",
        post=found,
        role=Role(found.role),
        unit=unit,
        holdings=holdings_of_post(found.id),
        today=today,
        form=PostForm(formdata=None, obj=found),
        role_form=RoleForm(formdata=None, role=found.role),
        holding_form=form,
        charge_form=_charges_form(found) if edits and found.role in LEADERS else None,
        edits=edits,
        secures=person.has(Role.SECURITY_ADMIN),
    )


def _people() -> dict[str, str]:
    listed = people_list(actor().top_unit_id, local_now().date())
    return {str(one.id): f"{one.name}（{one.posts or '没有岗位'}）" for one in listed if one.active}


def _charges_form(found: Post) -> ChargesForm:
    """Offer the units in use, and those no longer in use that are in charge still: saving must not drop them."""
    charged = set(charged_units(found.id))
    form = ChargesForm(formdata=None, units=sorted(charged))
    tree = unit_tree(found.top_unit_id, local_now().date())
    form.units.choices = {
        str(line.id): line.name if line.active else f"{line.name}（已停用）"
        for line in tree
        if line.active or line.id in charged
    }
    return form
