"""`flask demo`: the demonstration bureau, and how to sign in to it."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from tracker.cli.output import refuse, refusing
from tracker.clock import local_now
from tracker.domain.lights import Light
from tracker.extensions import db
from tracker.services.load_demo import (
    DEMO_LOGINS,
    DEMO_PASSWORD,
    SIZES,
    demo_is_loaded,
    load_demo,
)

group = AppGroup("demo", help="The demonstration bureau.")


@group.command()
@click.option("--size", type=click.Choice(list(SIZES)), default="small", show_default=True)
@refusing
def load(size: str) -> None:
    """Fill in a fictional bureau with its plan and reports up to last month; `reference` is for bench/."""
    loaded = load_demo(now=local_now(), size=size)
    db.session.commit()
    lights = "，".join(
        f"{light.word} {loaded.lights[light]}" for light in Light if light in loaded.lights
    )
    click.echo(
        f"已载入《{loaded.plan.title}》：任务 {loaded.tasks} 项，指标 {loaded.indicators} 项"
    )
    click.echo(f"亮灯：{lights}")


@group.command()
@refusing
def logins() -> None:
    """Print whom to sign in as, and what is worth trying."""
    if not demo_is_loaded():
        refuse("库中没有演示单位。载入：flask demo load")
    click.echo(f"登录名（密码都是 {DEMO_PASSWORD}）：")
    for one in DEMO_LOGINS:
        click.echo(f"  {one.login:<13} {one.name} {one.role}：{one.what}")
