"""What a post lets its holder do: the roles, and the levels of the organisation."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """角色. INTERFACES: the last three exclude each other and all the rest."""

    REPORTER = "reporter"
    HEAD = "head"
    OFFICE = "office"
    LEADER = "leader"
    CHIEF = "chief"
    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    AUDITOR = "auditor"

    @property
    def word(self) -> str:
        """The Chinese word."""
        return ROLE_WORDS[self]


ROLE_WORDS = {
    Role.REPORTER: "联络员",
    Role.HEAD: "责任人",
    Role.OFFICE: "督查办",
    Role.LEADER: "分管领导",
    Role.CHIEF: "主要领导",
    Role.SYSTEM_ADMIN: "系统管理员",
    Role.SECURITY_ADMIN: "安全管理员",
    Role.AUDITOR: "审计管理员",
}

#: Those who work with the plan; the three administrators never see it.
PLAN_ROLES = frozenset({Role.REPORTER, Role.HEAD, Role.OFFICE, Role.LEADER, Role.CHIEF})
SEPARATE_ROLES = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR})


def may_combine(roles: frozenset[Role]) -> bool:
    """Tell whether one person may hold these roles together (三员分立)."""
    return len(roles) <= 1 or not roles & SEPARATE_ROLES


class Level(StrEnum):
    """Where a unit stands in the tree."""

    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    BUREAU = "bureau"
    SECTION = "section"
    TOWNSHIP = "township"

    @property
    def word(self) -> str:
        """The Chinese word."""
        return LEVEL_WORDS[self]


LEVEL_WORDS = {
    Level.PROVINCE: "省",
    Level.CITY: "市",
    Level.COUNTY: "县",
    Level.BUREAU: "局",
    Level.SECTION: "股室",
    Level.TOWNSHIP: "乡镇",
}
