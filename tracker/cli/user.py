"""`flask user`: accounts, their passwords and posts, by the operator of the server."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Any

import click
from flask.cli import AppGroup

from tracker.cli.output import as_json_option, print_json, refuse, refusing
from tracker.clock import local_now
from tracker.domain.roles import ROLE_WORDS, Role
from tracker.extensions import db
from tracker.models import Person
from tracker.queries.by_code import person_of, unit_of
from tracker.queries.people import MyPost, my_posts
from tracker.queries.vacancies import vacancies
from tracker.services.appoint_person import appoint_person, move_person
from tracker.services.manage_people import (
    PersonData,
    create_person,
    edit_person,
    reset_password,
    set_active,
)
from tracker.services.sessions import check_password_strength, set_password

group = AppGroup("user", help="People: accounts, passwords, posts.")


class RoleName(click.ParamType[Role]):
    """A role by its English or its Chinese name."""

    name = "role"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Role:
        """Read the role, or fail with wrong usage."""
        named = {role.value: role for role in Role} | {
            word: role for role, word in ROLE_WORDS.items()
        }
        if value not in named:
            listed = "、".join(f"{role.value}（{role.word}）" for role in Role)
            self.fail(f"{value!r} 不是角色；可用：{listed}", param, ctx)
        return named[value]


@group.command()
@click.argument("login")
@click.option("--name", required=True, help="The person's name.")
@click.option("--unit", "code", required=True, help="Code of the unit of the post.")
@click.option("--role", type=RoleName(), required=True, help=f"One of {', '.join(Role)}.")
@click.option("--email", default="", help="Where reminders go.")
@click.option("--phone", default="", help="Telephone.")
@click.option("--title", default="", help="What the post is called; the role's name if left out.")
@as_json_option
@refusing
def create(
    login: str, name: str, code: str, role: Role, email: str, phone: str, title: str, as_json: bool
) -> None:
    """Make an account with a post; the password is read from standard input.

    A vacant post of the role in the unit is taken over with its duties; else one is made.
    """
    unit, now = unit_of(code), local_now()
    password = _password()
    check_password_strength(password, login)
    person = create_person(
        top_unit_id=unit.top_unit_id or unit.id,
        data=PersonData(login, name, email, phone),
        by=None,
        now=now,
    )
    set_password(person=person, password=password, now=now)
    given = appoint_person(person=person, unit=unit, role=role, title=title, by=None, now=now)
    how = "接任空缺岗位" if given.taken_over else "岗位"
    said = f"已建立 {person.login}（{person.name}）：{unit.name}，{how}「{given.post.title}」。"
    _done(person, said, now, as_json=as_json)


@group.command()
@click.argument("login")
@as_json_option
@refusing
def disable(login: str, as_json: bool) -> None:
    """Switch an account off; it is signed out at once, and its posts stand vacant."""
    _switch(login, on=False, as_json=as_json)


@group.command()
@click.argument("login")
@as_json_option
@refusing
def enable(login: str, as_json: bool) -> None:
    """Switch an account on again, with the posts that it had."""
    _switch(login, on=True, as_json=as_json)


@group.command()
@click.argument("login")
@click.option("--name", help="The person's name.")
@click.option("--email", help="Where reminders go; empty for none.")
@click.option("--phone", help="Telephone.")
@as_json_option
@refusing
def edit(login: str, name: str | None, email: str | None, phone: str | None, as_json: bool) -> None:
    """Change name, mail address or telephone."""
    person, now = person_of(login), local_now()
    data = PersonData(
        login=person.login,
        name=person.name if name is None else name,
        email=person.email if email is None else email,
        phone=person.phone if phone is None else phone,
    )
    edit_person(person=person, data=data, version=person.version, by=None, now=now)
    _done(person, f"已保存 {person.login}（{person.name}）的资料。", now, as_json=as_json)


@group.command()
@click.argument("login")
@click.argument("role", type=RoleName())
@click.option("--unit", "code", required=True, help="Code of the unit of the post.")
@click.option("--title", default="", help="What the post is called; the role's name if left out.")
@as_json_option
@refusing
def role(login: str, role: Role, code: str, title: str, as_json: bool) -> None:
    """Give somebody one more post. The three administrators exclude each other and the rest."""
    person, unit, now = person_of(login), unit_of(code), local_now()
    given = appoint_person(person=person, unit=unit, role=role, title=title, by=None, now=now)
    how = "接任空缺岗位" if given.taken_over else "新设岗位"
    said = f"{person.name}：{unit.name}，{how}「{given.post.title}」（{role.word}）。"
    _done(person, said, now, as_json=as_json)


@group.command()
@click.argument("login")
@click.argument("code")
@click.option("--from", "left", help="Code of the unit left; needed with posts in several.")
@as_json_option
@refusing
def unit(login: str, code: str, left: str | None, as_json: bool) -> None:
    """Move somebody to another unit: the posts left end yesterday, the same roles begin there today."""
    person, now = person_of(login), local_now()
    moved = move_person(
        person=person,
        unit=unit_of(code),
        leaving=unit_of(left) if left else None,
        by=None,
        now=now,
    )
    taken = "、".join(f"「{one.post.title}」" for one in moved.taken) or "原有岗位"
    said = f"{person.name}已调到{unit_of(code).name}，任{taken}。"
    ids = {post.id for post in moved.left}
    _done(person, said + _waiting(person, ids, now), now, as_json=as_json)


@group.command()
@click.argument("login")
@as_json_option
@refusing
def password(login: str, as_json: bool) -> None:
    """Give somebody a new password, read from standard input; all of that person's sessions end."""
    person, now = person_of(login), local_now()
    reset_password(person=person, password=_password(), by=None, now=now)
    said = f"已重设 {person.login}（{person.name}）的密码，原有登录已退出。"
    _done(person, said, now, as_json=as_json)


def _switch(login: str, *, on: bool, as_json: bool) -> None:
    person, now = person_of(login), local_now()
    if person.active == on:
        refuse(f"{person.login}（{person.name}）本来就是{'启用' if on else '停用'}的。")
    set_active(person=person, active=on, by=None, now=now)
    said = f"已{'启用' if on else '停用'} {person.login}（{person.name}）。"
    if not on:
        said += _waiting(person, None, now)
    _done(person, said, now, as_json=as_json)


def _waiting(person: Person, post_ids: set[int] | None, now: datetime) -> str:
    """Say which of a person's posts (all by default) stand vacant now and what waits there."""
    there = vacancies(person.top_unit_id, now.date())
    if post_ids is None:
        post_ids = {post.post_id for post in my_posts(person.id, now.date())}
    said = [one.words for one in there if one.post_id in post_ids]
    return f"请安排接任：{'；'.join(said)}。" if said else ""


def _password() -> str:
    """Read the password: asked for unseen at a keyboard, else the first line of standard input."""
    if sys.stdin.isatty():
        given: str = click.prompt("密码", hide_input=True, confirmation_prompt="再输一遍")
        return given
    try:
        read = sys.stdin.buffer.readline().decode().rstrip("\r\n")
    except UnicodeDecodeError:
        refuse("密码要用 UTF-8 编码。")
    if not read:
        refuse("没有从标准输入读到密码。")
    return read


def _done(person: Person, said: str, now: datetime, *, as_json: bool) -> None:
    db.session.flush()
    shown = {
        "id": person.id,
        "login": person.login,
        "name": person.name,
        "email": person.email,
        "phone": person.phone,
        "active": person.active,
        "posts": [_post(one) for one in my_posts(person.id, now.date())],
    }
    db.session.commit()
    if as_json:
        print_json(shown)
    else:
        click.echo(said)


def _post(post: MyPost) -> dict[str, Any]:
    return {
        "unit": post.unit_code,
        "unit_name": post.unit_name,
        "role": post.role.value,
        "title": post.title,
        "proxy": post.proxy,
        "from": post.from_on,
        "until": post.until_on,
    }
