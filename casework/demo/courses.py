"""How the procedures of the demonstration usually go: chains of acts, with the days between them.

Each course has chapters. A chapter is a few acts one after the other and what may come next, by weight; `""` means that
nothing more happens for now. Which act leads to which stage is not repeated here: the shipped procedures say it.
"""

from dataclasses import dataclass, field

Days = tuple[int, int]
"""From so many days to so many."""


@dataclass(frozen=True)
class Leg:
    """One act of a chain."""

    act: str
    after: Days
    """Days since the person learnt of the act before."""
    served: Days | None = None
    """Days until the person learns of it, where that matters."""
    months: int | None = None
    """How long what is issued or notified holds."""
    is_ours: bool = False
    """Something that we file, now and then with a power of attorney."""
    needs_silence: bool = False


@dataclass(frozen=True)
class Chapter:
    legs: tuple[Leg, ...]
    then: dict[str, int] = field(default_factory=dict)


Course = dict[str, Chapter]

# Complaint and courts, the same everywhere. They come back to `again` when a case is sent back.
APPEALS: Course = {
    "complaint": Chapter(
        (Leg("COMPLAINT_FILED", (12, 70), is_ours=True),),
        {"silence on the complaint": 5, "complaint dismissed": 3, "returned": 2},
    ),
    "late complaint": Chapter((Leg("COMPLAINT_FILED", (96, 118), is_ours=True),), {"complaint dismissed": 1}),
    "silence on the complaint": Chapter(
        (Leg("COURT_FILED", (38, 56), is_ours=True, needs_silence=True),), {"court": 1}
    ),
    "complaint dismissed": Chapter(
        (Leg("AR_REJECTED", (14, 26), served=(2, 9)), Leg("COURT_FILED", (12, 24), is_ours=True)), {"court": 1}
    ),
    "returned": Chapter((Leg("AR_RETURNED", (14, 26), served=(1, 8)),), {"again": 1}),
    "court": Chapter((), {"remanded": 6, "dismissed": 4, "": 1}),
    "remanded": Chapter((Leg("COURT_REMANDED", (50, 88), served=(5, 20)),), {"again": 1}),
    "dismissed": Chapter(
        (Leg("COURT_DISMISSED", (50, 88), served=(5, 15)), Leg("APPEAL_FILED", (20, 55), is_ours=True)),
        {"remanded on appeal": 5, "appeal dismissed": 3, "": 1},
    ),
    "remanded on appeal": Chapter((Leg("APPEAL_REMANDED", (55, 100), served=(5, 20)),), {"again": 1}),
    "appeal dismissed": Chapter(
        (Leg("APPEAL_DISMISSED", (55, 100), served=(3, 12)), Leg("CASSATION_FILED", (10, 24), is_ours=True)),
        {"remanded at last": 1},
    ),
    "remanded at last": Chapter((Leg("CASSATION_REMANDED", (90, 190), served=(5, 20)),), {"again": 1}),
}

ASYLUM: Course = {
    "claim": Chapter(
        (
            Leg("LODGED", (0, 0), is_ours=True),
            Leg("REGISTERED", (0, 0)),
            Leg("AS_CERT_ISSUED", (0, 0), months=3),
            Leg("FINGERPRINTED", (1, 3)),
            Leg("INTERVIEWED", (18, 45)),
        ),
        {"extension": 60, "refused": 24, "silence": 16},
    ),
    "extension": Chapter((Leg("EXTENSION_NOTIFIED", (12, 32), months=9),), {"refused later": 65, "silence later": 35}),
    "refused": Chapter((Leg("FI_REJECTED", (18, 36), served=(3, 25)),), {"complaint": 14, "late complaint": 1}),
    "refused later": Chapter((Leg("FI_REJECTED", (150, 275), served=(3, 25)),), {"complaint": 14, "late complaint": 1}),
    "silence": Chapter(
        (Leg("COMPLAINT_FILED", (95, 140), is_ours=True, needs_silence=True),),
        {"silence on the complaint": 5, "complaint dismissed": 3, "returned": 2},
    ),
    "silence later": Chapter(
        (Leg("COMPLAINT_FILED", (292, 340), is_ours=True, needs_silence=True),),
        {"silence on the complaint": 5, "complaint dismissed": 3, "returned": 2},
    ),
    "again": Chapter(
        (Leg("INTERVIEWED", (25, 55)), Leg("EXTENSION_NOTIFIED", (8, 20), months=9)),
        {"refused later": 65, "silence later": 35},
    ),
    **APPEALS,
}

SDP: Course = {
    "intake": Chapter((Leg("EVIDENCE_STARTED", (2, 20)),), {"application": 6, "slow application": 4}),
    "application": Chapter((Leg("APPLIED", (40, 120), is_ours=True),), {"examination": 1}),
    "slow application": Chapter((Leg("APPLIED", (220, 560), is_ours=True),), {"examination": 1}),
    "examination": Chapter(
        (
            Leg("ACCEPTED", (2, 10)),
            Leg("FINGERPRINTED", (4, 20)),
            Leg("INTERVIEWED", (8, 30)),
            Leg("INQUIRY_SENT", (4, 25)),
        ),
        {"inquiry": 1},
    ),
    "inquiry": Chapter((), {"answered": 4, "not answered": 6}),
    "answered": Chapter((Leg("INQUIRY_REPLIED", (45, 170)),), {"refused": 6, "another inquiry": 4}),
    "not answered": Chapter((Leg("INQUIRY_REMINDED", (100, 150)),), {"refused in the end": 4, "another inquiry": 6}),
    "another inquiry": Chapter((Leg("INQUIRY_SENT", (60, 120)),), {"inquiry": 1}),
    "refused": Chapter((Leg("REFUSED", (25, 70), served=(4, 25)),), {"complaint": 14, "late complaint": 1}),
    "refused in the end": Chapter((Leg("REFUSED", (100, 160), served=(4, 25)),), {"complaint": 1}),
    "again": Chapter((Leg("ACCEPTED", (2, 6)),), {"refused again": 2, "asked again": 1}),
    "refused again": Chapter((Leg("REFUSED", (5, 11), served=(4, 25)),), {"complaint": 1}),
    "asked again": Chapter((Leg("INQUIRY_SENT", (10, 40)),), {"inquiry": 1}),
    **APPEALS,
}

CONFIRMATION: Course = {
    "intake": Chapter((Leg("EVIDENCE_STARTED", (2, 20)),), {"application": 3, "slow application": 7}),
    "application": Chapter((Leg("APPLIED", (40, 150), is_ours=True),), {"decision": 1}),
    "slow application": Chapter((Leg("APPLIED", (260, 640), is_ours=True),), {"decision": 1}),
    "decision": Chapter((), {"refused": 6, "silence": 4}),
    "refused": Chapter((Leg("REFUSED", (9, 20), served=(3, 25)),), {"complaint": 14, "late complaint": 1}),
    "silence": Chapter(
        (Leg("COMPLAINT_FILED", (40, 90), is_ours=True, needs_silence=True),),
        {"silence on the complaint": 5, "complaint dismissed": 4, "returned": 1},
    ),
    "again": Chapter((), {"refused": 6, "silence again": 4}),
    "silence again": Chapter(
        (Leg("COMPLAINT_FILED", (112, 150), is_ours=True, needs_silence=True),), {"silence on the complaint": 1}
    ),
    **APPEALS,
}

ACQUISITION: Course = {
    **CONFIRMATION,
    "decision": Chapter((Leg("ACCEPTED", (5, 20)),), {"refused": 5, "silence": 5}),
    "refused": Chapter((Leg("REFUSED", (55, 70), served=(4, 25)),), {"complaint": 1}),
    "silence": Chapter(
        (Leg("COMPLAINT_FILED", (98, 160), is_ours=True, needs_silence=True),), {"silence on the complaint": 1}
    ),
    "again": Chapter((Leg("ACCEPTED", (3, 8)),), {"refused again": 5, "silence again": 5}),
    "refused again": Chapter((Leg("REFUSED", (5, 12), served=(4, 25)),), {"complaint": 1}),
}

ORDINARY_ACQUISITION: Course = {
    **ACQUISITION,
    "decision": Chapter((Leg("ACCEPTED", (5, 20)),), {"refused": 1, "": 1}),
    "refused": Chapter((Leg("REFUSED", (120, 190), served=(4, 25)),), {"complaint": 1}),
}

OTHER_NATIONALITY: Course = {
    "intake": Chapter((Leg("EVIDENCE_STARTED", (2, 20)),), {"asked": 1}),
    "asked": Chapter((Leg("INQUIRY_SENT", (20, 90)),), {"answered": 4, "not answered": 6}),
    "answered": Chapter((Leg("INQUIRY_REPLIED", (45, 170)),), {"asked again": 1, "": 1}),
    "not answered": Chapter((Leg("INQUIRY_REMINDED", (100, 150)),), {"asked again": 2, "": 1}),
    "asked again": Chapter((Leg("INQUIRY_SENT", (90, 160)),), {"answered": 4, "not answered": 6}),
}

BIRTH: Course = {
    "intake": Chapter((), {"application": 1}),
    "application": Chapter((Leg("APPLIED", (1, 30), is_ours=True),), {"refused": 1}),
    "refused": Chapter((Leg("REFUSED", (1, 3), served=(0, 12)),), {"complaint": 1}),
    "again": Chapter((), {"refused": 1}),
    **APPEALS,
}

LATE_BIRTH: Course = {
    "intake": Chapter((Leg("EVIDENCE_STARTED", (2, 20)),), {"application": 2, "fact": 3}),
    "application": Chapter((Leg("APPLIED", (50, 260), is_ours=True),), {"refused": 2, "silence": 1}),
    "refused": Chapter((Leg("REFUSED", (8, 20), served=(2, 20)),), {"complaint": 1}),
    "silence": CONFIRMATION["silence"],
    "fact": Chapter(
        (Leg("FACT_CLAIM_FILED", (15, 160), is_ours=True), Leg("FACT_DENIED", (40, 70), served=(4, 15))),
        {"fact on appeal": 1},
    ),
    "fact on appeal": Chapter((Leg("FACT_APPEAL_FILED", (8, 26), is_ours=True),)),
    "again": Chapter((), {"refused": 1}),
    **APPEALS,
}

COURT_BIRTH: Course = {
    "intake": Chapter((Leg("EVIDENCE_STARTED", (2, 20)),), {"fact": 1}),
    "fact": Chapter((Leg("FACT_CLAIM_FILED", (50, 260), is_ours=True),), {"denied": 2, "": 1}),
    "denied": Chapter((Leg("FACT_DENIED", (40, 75), served=(4, 15)),), {"fact on appeal": 1}),
    "fact on appeal": LATE_BIRTH["fact on appeal"],
}

RESIDENCE: Course = {
    "intake": Chapter((Leg("EVIDENCE_STARTED", (2, 15)),), {"application": 1}),
    "application": Chapter((Leg("APPLIED", (30, 150), is_ours=True),), {"refused": 2, "silence": 1}),
    "refused": Chapter((Leg("REFUSED", (30, 58), served=(2, 20)),), {"complaint": 1}),
    "silence": Chapter(
        (Leg("COMPLAINT_FILED", (70, 120), is_ours=True, needs_silence=True),), {"silence on the complaint": 1}
    ),
    "again": Chapter((), {"refused": 1}),
    **APPEALS,
}

GENERAL: Course = {
    "intake": Chapter((Leg("ADVICE_GIVEN", (0, 10)),), {"action": 3, "": 1}),
    "action": Chapter(
        (Leg("ACTION_STARTED", (5, 40)), Leg("REQUEST_SENT", (3, 30), is_ours=True)), {"reply": 3, "": 1}
    ),
    "reply": Chapter((Leg("REPLY_RECEIVED", (12, 40), served=(0, 5)),), {"asked again": 1, "": 1}),
    "asked again": Chapter((Leg("REQUEST_SENT", (15, 60), is_ours=True),), {"reply": 1, "": 2}),
}

RESTORATION: Course = {
    "intake": Chapter((Leg("EVIDENCE_STARTED", (2, 20)), Leg("REQUEST_SENT", (3, 30), is_ours=True)), {"reply": 1}),
    "reply": Chapter((Leg("REPLY_RECEIVED", (12, 40), served=(0, 5)),), {"application": 1}),
    "application": Chapter((Leg("APPLIED", (10, 60), is_ours=True),), {"refused": 1, "": 2}),
    "refused": Chapter((Leg("REFUSED", (9, 20), served=(2, 15)),), {"complaint": 1}),
    "again": Chapter((), {"refused": 1}),
    **APPEALS,
}

COURSES: dict[str, Course] = {
    "ASYLUM": ASYLUM,
    "SDP": SDP,
    "CONF_KZ_1992": CONFIRMATION,
    "CONF_KZ_BIRTH": CONFIRMATION,
    "CONF_OTHER": OTHER_NATIONALITY,
    "ACQ_KZ_ORD": ORDINARY_ACQUISITION,
    "ACQ_KZ_SIMPL": ACQUISITION,
    "ACQ_KZ_CHILD": ACQUISITION,
    "BIRTH_REG": BIRTH,
    "BIRTH_REG_LATE": LATE_BIRTH,
    "BIRTH_REG_COURT": COURT_BIRTH,
    "RESID_PERMIT": RESIDENCE,
    "DOC_RESTORE": RESTORATION,
    "GENERAL": GENERAL,
}

# Where cases stood when procedures were introduced: stage, and the chapter that came next.
TAKEN_OVER: dict[str, dict[tuple[str, str], int]] = {
    "ASYLUM": {("INTERVIEWED", "extension"): 5, ("DEC_FI", "complaint"): 2, ("COURT1", "remanded"): 2,
               ("COURT1", "dismissed"): 1},
    "SDP": {("EVIDENCE", "application"): 2, ("EVIDENCE", "slow application"): 3, ("APPLIED", "examination"): 2,
            ("INQUIRY_SENT", "another inquiry"): 1},
    "CONF_KZ_1992": {("EVIDENCE", "slow application"): 5, ("APPLIED", "refused"): 2, ("NAT_COURT", "remanded"): 1},
    "CONF_KZ_BIRTH": {("EVIDENCE", "slow application"): 5, ("APPLIED", "refused"): 2},
    "CONF_OTHER": {("EVIDENCE", "asked"): 1},
    "ACQ_KZ_ORD": {("EVIDENCE", "slow application"): 3, ("APPLIED", "refused"): 1},
    "ACQ_KZ_SIMPL": {("EVIDENCE", "slow application"): 3, ("APPLIED", "refused"): 1},
    "ACQ_KZ_CHILD": {("EVIDENCE", "slow application"): 3, ("APPLIED", "refused"): 1},
    "BIRTH_REG": {("BR_EVIDENCE", "application"): 1},
    "BIRTH_REG_LATE": {("BR_EVIDENCE", "application"): 1, ("BR_EVIDENCE", "fact"): 1},
    "BIRTH_REG_COURT": {("BR_EVIDENCE", "fact"): 1},
    "RESID_PERMIT": {("RES_EVIDENCE", "application"): 1},
    "DOC_RESTORE": {("OTH_ACTION", "application"): 1},
    "GENERAL": {("OTH_ADVICE", "action"): 1},
}  # fmt: skip

# What a case runs under, by its track, and by what came of it where that is known from the start.
CHOSEN: dict[str, dict[str, int]] = {
    "ASYLUM": {"ASYLUM": 1},
    "NATIONALITY": {"SDP": 44, "CONF_KZ_1992": 24, "CONF_KZ_BIRTH": 12, "CONF_OTHER": 8, "ACQ_KZ_SIMPL": 6,
                    "ACQ_KZ_ORD": 4, "ACQ_KZ_CHILD": 2},
    "BIRTH_REG": {"BIRTH_REG": 2, "BIRTH_REG_LATE": 4, "BIRTH_REG_COURT": 3},
    "RESIDENCE": {"RESID_PERMIT": 1},
    "OTHER": {"GENERAL": 3, "DOC_RESTORE": 2},
}  # fmt: skip
FITTING: dict[str, dict[str, int]] = {
    "NAT_KZ_CONFIRMED": {"CONF_KZ_1992": 2, "CONF_KZ_BIRTH": 1},
    "NAT_KZ_ACQUIRED": {"ACQ_KZ_SIMPL": 3, "ACQ_KZ_ORD": 2, "ACQ_KZ_CHILD": 1},
    "NAT_OTH_CONFIRMED": {"CONF_OTHER": 1},
    "STATELESS_RECOGNISED": {"SDP": 1},
    "PROBLEM_SOLVED": {"GENERAL": 1},
    "ID_ISSUED": {"DOC_RESTORE": 1},
}

# The acts that bring a case to its end, by procedure: what was applied for, or not.
ENDS: dict[str, tuple[Leg, ...]] = {
    "SDP": (Leg("STATELESS_RECOGNISED", (0, 0)), Leg("SP_CERT_ISSUED", (0, 0), months=60)),
    "CONF_KZ_1992": (Leg("CITIZENSHIP_CONFIRMED", (0, 0)), Leg("KZ_ID_ISSUED", (0, 0), months=120)),
    "CONF_KZ_BIRTH": (Leg("CITIZENSHIP_CONFIRMED", (0, 0)), Leg("KZ_ID_ISSUED", (0, 0), months=120)),
    "CONF_OTHER": (Leg("OTHER_NATIONALITY_CONFIRMED", (0, 0)), Leg("FOREIGN_PASS_ISSUED", (0, 0), months=60)),
    "ACQ_KZ_ORD": (Leg("CITIZENSHIP_ACQUIRED", (0, 0)), Leg("KZ_ID_ISSUED", (0, 0), months=120)),
    "ACQ_KZ_SIMPL": (Leg("CITIZENSHIP_ACQUIRED", (0, 0)), Leg("KZ_ID_ISSUED", (0, 0), months=120)),
    "ACQ_KZ_CHILD": (Leg("CITIZENSHIP_ACQUIRED", (0, 0)), Leg("KZ_ID_ISSUED", (0, 0), months=120)),
    "BIRTH_REG": (Leg("BIRTH_REGISTERED", (0, 0)), Leg("BIRTH_CERT_ISSUED", (0, 0))),
    "BIRTH_REG_LATE": (Leg("BIRTH_REGISTERED", (0, 0)), Leg("BIRTH_CERT_ISSUED", (0, 0))),
    "BIRTH_REG_COURT": (Leg("BIRTH_REGISTERED", (0, 0)), Leg("BIRTH_CERT_ISSUED", (0, 0))),
    "RESID_PERMIT": (Leg("PERMIT_GRANTED", (0, 0)), Leg("RES_PERM_ISSUED", (0, 0), months=120)),
    "DOC_RESTORE": (Leg("DOCUMENT_ISSUED", (0, 0), months=120),),
    "GENERAL": (Leg("RESULT_REACHED", (0, 0)),),
}
RECOGNITION = (Leg("FI_RECOGNISED", (0, 0)), Leg("REF_CERT_ISSUED", (0, 0), months=12))
FAMILY_RECOGNITION = (Leg("FI_RECOGNISED_FAMILY", (0, 0)), Leg("REF_CERT_ISSUED", (0, 0), months=12))
SOLVED = {"NAT_KZ_CONFIRMED", "NAT_KZ_ACQUIRED", "NAT_OTH_CONFIRMED", "STATELESS_RECOGNISED", "RES_PERMIT_ISSUED",
          "BIRTH_CERT_ISSUED", "PROBLEM_SOLVED", "ID_ISSUED"}  # fmt: skip
PENDING = {"ASYLUM": "INTERVIEWED", "NATIONALITY": "APPLIED", "BIRTH_REG": "BR_APPLIED", "RESIDENCE": "RES_APPLIED",
           "OTHER": "OTH_REPLY"}  # fmt: skip
"""Where a case stands while a decision is waited for, by track."""
ON_THE_WAY = ("REGISTERED", "EVIDENCE_STARTED", "APPLIED", "COMPLAINT_FILED", "FACT_CLAIM_FILED", "FACT_ESTABLISHED",
              "ADVICE_GIVEN", "ACTION_STARTED")  # fmt: skip
"""Acts by which a case comes nearer to a decision, wherever it stands."""
