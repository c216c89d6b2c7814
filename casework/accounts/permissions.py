"""Who may do what: the whole matrix on one screen."""

from enum import StrEnum


class Role(StrEnum):
    LAWYER = "lawyer"
    SUPERVISOR = "supervisor"
    STATISTICS = "statistics"
    ADMINISTRATOR = "administrator"
    PROTECTION = "protection"


EVERYONE = frozenset({"desk:see", "account:own", "notice:own"})

CASEWORK = frozenset(
    {
        "person:search",
        "person:open",  # every person and case of one's own organisation
        "person:register",
        "person:edit",
        "person:status",
        "person:compare",  # likely duplicates: same, different, unsure
        "case:list",
        "case:open",
        "case:edit",
        "case:close",
        "consultation:record",
        "consultation:void",  # one's own; a supervisor any
        "document:open",
        "document:add",
        "letter:write",
        "calendar:see",
        "rules:see",
        "workload:see",  # how much each colleague carries, in numbers
        "case:comment",
        "case:follow",
        "case:view",  # saved views of the list
        "case:quality",  # what a supervisor remarked on the record of one's own cases
        "approval:own",  # what one asked for
        "person:consent",
        "person:need",  # those that are not sensitive
        "person:emergency",  # to open for a while what only the team may, with a reason
        "referral:see",
        "referral:send",
    }
)

MATRIX: dict[Role, frozenset[str]] = {
    Role.LAWYER: EVERYONE | CASEWORK,
    Role.SUPERVISOR: EVERYONE
    | CASEWORK
    | {"case:reassign", "team:see", "private-note:read", "figures:see", "release:see"}
    | {"person:merge", "person:elsewhere", "case:conflict"}
    | {"person:sensitive-need", "person:restrict", "team:cover", "team:quality", "approval:decide", "approval:rules"}
    | {"referral:take", "case:transfer", "case:export", "alert:see"}
    | {"rights:see", "rights:handle", "rights:erase"}
    | {"account:confirm"},  # what an administrator asks to be done to a colleague's account
    Role.STATISTICS: EVERYONE
    | {"figures:see", "figures:external", "codes:see", "rules:see"}
    | {"release:see", "release:make", "regional:manage"}
    | {"edition:see", "edition:edit", "edition:approve"},  # approving: never what one sent in oneself
    Role.ADMINISTRATOR: EVERYONE
    | {"accounts:manage", "codes:see", "codes:edit", "rules:see", "rules:edit"}
    | {"backup:see", "account:confirm"},  # confirming: never what one asked for oneself
    Role.PROTECTION: EVERYONE
    | {"audit:see", "audit:export", "alert:see"}
    | {"rights:see", "rights:handle", "rights:erase"},
}

GRANTABLE = {Role.LAWYER: frozenset({"person:sensitive-need"})}
"""What an administrator may give one user beyond the role."""

ALL = frozenset().union(*MATRIX.values())

_OF_PERSONS = ("person:", "case:", "consultation:", "private-note:", "team:", "document:", "letter:", "calendar:",
               "referral:", "approval:", "workload:", "rights:")  # fmt: skip

PERSON_DATA = frozenset(p for p in ALL if p.startswith(_OF_PERSONS))
"""What an administrator and a statistics officer must never hold; a test says so."""
