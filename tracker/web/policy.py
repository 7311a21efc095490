"""The policy table: who may call which route. A route that is missing here stops the start."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask

from tracker.domain.roles import PLAN_ROLES, Role


@dataclass(frozen=True, slots=True)
class Policy:
    """Who may call a route: everybody (`public`), whoever is signed in (`anybody`), or holders of one of `roles`.

    Somebody whose last post has ended is signed in and holds no role.
    """

    name: str
    public: bool = False
    anybody: bool = False
    roles: frozenset[Role] = frozenset()

    def admits(self, roles: frozenset[Role]) -> bool:
        """Tell whether a signed-in person with these roles may call the route."""
        return self.public or self.anybody or not self.roles.isdisjoint(roles)


PUBLIC = Policy("public", public=True)
SIGNED_IN = Policy("signed in", anybody=True, roles=frozenset(Role))
PLAN_WORK = Policy("plan work", roles=PLAN_ROLES)
OFFICE = Policy("office", roles=frozenset({Role.OFFICE}))
REPORTING = Policy("reporting", roles=frozenset({Role.REPORTER, Role.HEAD}))
HEADS = Policy("heads", roles=frozenset({Role.HEAD}))
DECIDING = Policy("deciding", roles=frozenset({Role.OFFICE, Role.LEADER, Role.CHIEF}))
DUTIES = Policy("duties", roles=frozenset({Role.OFFICE, Role.HEAD}))
REMINDING = Policy("reminding", roles=frozenset({Role.OFFICE, Role.LEADER}))
RUNNING = Policy("running", roles=frozenset({Role.OFFICE, Role.SYSTEM_ADMIN}))
LIBRARY = Policy("library", roles=PLAN_ROLES | {Role.SYSTEM_ADMIN})
LIBRARY_KEEPING = Policy("library keeping", roles=frozenset({Role.OFFICE, Role.SYSTEM_ADMIN}))
REVIEWING = Policy("reviewing", roles=frozenset({Role.OFFICE, Role.CHIEF}))
BULLETINS = Policy("bulletins", roles=frozenset({Role.OFFICE, Role.LEADER, Role.CHIEF}))
SYSTEM = Policy("system", roles=frozenset({Role.SYSTEM_ADMIN}))
SECURITY = Policy("security", roles=frozenset({Role.SECURITY_ADMIN}))
ADMINISTRATION = Policy("administration", roles=frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN}))
DIRECTORY = Policy(
    "directory", roles=frozenset({Role.OFFICE, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN})
)
AUDIT = Policy("audit", roles=frozenset({Role.AUDITOR}))

#: endpoint → policy; one block for each web package.
POLICIES: dict[str, Policy] = {
    "static": PUBLIC,
    "bootstrap.static": PUBLIC,
    # health
    "health.healthz": PUBLIC,
    "health.readyz": PUBLIC,
    "health.version": PUBLIC,
    "health.metrics": PUBLIC,
    # auth
    "auth.login": PUBLIC,
    "auth.logout": SIGNED_IN,
    "auth.theme": SIGNED_IN,
    "auth.password": SIGNED_IN,
    # reviews
    "reviews.index": REVIEWING,
    "reviews.begin": OFFICE,
    "reviews.meet": REVIEWING,
    "reviews.minutes": REVIEWING,
    "reviews.decide_item": OFFICE,
    "reviews.tick_item": OFFICE,
    "reviews.move": OFFICE,
    "reviews.close": OFFICE,
    # bulletins
    "bulletins.index": BULLETINS,
    "bulletins.show": BULLETINS,
    "bulletins.download": BULLETINS,
    "bulletins.draft": BULLETINS,
    "bulletins.make": OFFICE,
    # scores
    "scores.index": PLAN_WORK,
    "scores.make": OFFICE,
    "scores.publish": OFFICE,
    "scores.export": PLAN_WORK,
    "scores.unit": PLAN_WORK,
    "scores.hand": OFFICE,
    "scores.object_": REPORTING,
    "scores.answer": OFFICE,
    "scores.rules": OFFICE,
    # reports
    "reports.index": REPORTING,
    "reports.save_draft": REPORTING,
    "reports.send": REPORTING,
    "reports.confirm": HEADS,
    "reports.settle": HEADS,
    # indicators
    "indicators.index": PLAN_WORK,
    "indicators.export": PLAN_WORK,
    "indicators.show": PLAN_WORK,
    "indicators.edit": OFFICE,
    "indicators.rollup": OFFICE,
    "indicators.phasing": OFFICE,
    "indicators.phasing_preview": OFFICE,
    "indicators.target": PLAN_WORK,
    "indicators.decide_change": DECIDING,
    "indicators.withdraw_change": DUTIES,
    "indicators.correct": OFFICE,
    "indicators.basis": DUTIES,
    "indicators.rhythm": OFFICE,
    "indicators.attach": PLAN_WORK,
    "indicators.proof": PLAN_WORK,
    "indicators.withdraw": PLAN_WORK,
    # library
    "library.index": LIBRARY,
    "library.export": LIBRARY,
    "library.show": LIBRARY,
    "library.new": LIBRARY_KEEPING,
    "library.edit": LIBRARY_KEEPING,
    "library.retire": LIBRARY_KEEPING,
    "library.take": LIBRARY_KEEPING,
    "library.confirm": LIBRARY_KEEPING,
    "library.importing": LIBRARY_KEEPING,
    # lagging
    "lagging.index": PLAN_WORK,
    "lagging.export": PLAN_WORK,
    "lagging.remind": REMINDING,
    "lagging.close": OFFICE,
    "lagging.reopen": OFFICE,
    # plans
    "plans.index": PLAN_WORK,
    "plans.show": PLAN_WORK,
    "plans.document": PLAN_WORK,
    "plans.new": OFFICE,
    "plans.importing": OFFICE,
    "plans.review": OFFICE,
    "plans.change_rows": OFFICE,
    "plans.split": OFFICE,
    "plans.undo": OFFICE,
    "plans.rename": OFFICE,
    "plans.suggestions": OFFICE,
    "plans.edit_task": OFFICE,
    "plans.edit_target": OFFICE,
    "plans.add_row": OFFICE,
    "plans.issue": OFFICE,
    "plans.approve_targets": OFFICE,
    "plans.withdraw": OFFICE,
    "plans.revise": OFFICE,
    "plans.revision": OFFICE,
    "plans.decide": OFFICE,
    "plans.apply_revision": OFFICE,
    "plans.settle_revision": OFFICE,
    "plans.rules": OFFICE,
    "plans.revision_document": PLAN_WORK,
    # desk
    "desk.index": SIGNED_IN,
    # tasks
    "tasks.index": PLAN_WORK,
    "tasks.acknowledge": REPORTING,
    "tasks.download": PLAN_WORK,
    "tasks.show": PLAN_WORK,
    "tasks.report": REPORTING,
    "tasks.step": PLAN_WORK,
    "tasks.assign": OFFICE,
    "tasks.remind": REMINDING,
    "tasks.remind_one": REMINDING,
    "tasks.weigh_bulk": OFFICE,
    "tasks.do_bulk": OFFICE,
    "tasks.ask_more_time": REPORTING,
    "tasks.decide_more_time": REMINDING,
    "tasks.withdraw_more_time": REPORTING,
    "tasks.set_milestones": DUTIES,
    "tasks.tick": REPORTING,
    "tasks.untick": REPORTING,
    "tasks.receive_part": REPORTING,
    "tasks.say_part": REPORTING,
    "tasks.attach": PLAN_WORK,
    "tasks.proof": PLAN_WORK,
    "tasks.withdraw": PLAN_WORK,
    # orders
    "orders.index": PLAN_WORK,
    "orders.show": PLAN_WORK,
    "orders.download": PLAN_WORK,
    "orders.step": PLAN_WORK,
    "orders.new": OFFICE,
    "orders.issue_chosen": OFFICE,
    # search
    "search.index": PLAN_WORK,
    # feed
    "feed.calendar": PUBLIC,
    "feed.page": PLAN_WORK,
    "feed.make": PLAN_WORK,
    "feed.shut": PLAN_WORK,
    # people
    "people.index": DIRECTORY,
    "people.me": SIGNED_IN,
    "people.new_unit": SYSTEM,
    "people.unit": SYSTEM,
    "people.new_person": SYSTEM,
    "people.person": ADMINISTRATION,
    "people.edit_account": SYSTEM,
    "people.switch": SYSTEM,
    "people.unlock": SECURITY,
    "people.give_password": SECURITY,
    "people.new_post": SYSTEM,
    "people.post": ADMINISTRATION,
    "people.edit_post": SYSTEM,
    "people.set_role": SECURITY,
    "people.give": SYSTEM,
    "people.end": SYSTEM,
    "people.charges": SYSTEM,
    # settings
    "settings.index": RUNNING,
    "settings.mails": OFFICE,
    "settings.retry": OFFICE,
    "settings.calendar": SYSTEM,
    "settings.add_days": SYSTEM,
    "settings.publish": SYSTEM,
    "settings.take_back": SYSTEM,
    "settings.take_table": SYSTEM,
    # audit
    "audit.index": AUDIT,
    # gallery
    "gallery.index": SIGNED_IN,
}


def check_policies(app: Flask) -> None:
    """Refuse to start with a route that has no policy, or a policy without a route."""
    routes = {rule.endpoint for rule in app.url_map.iter_rules()}
    undeclared, stale = sorted(routes - set(POLICIES)), sorted(set(POLICIES) - routes)
    if undeclared or stale:
        msg = f"routes without a policy: {undeclared}; policies without a route: {stale}"
        raise RuntimeError(msg)
