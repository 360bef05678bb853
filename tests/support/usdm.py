"""Schedules of USDM documents as tables, with days counted by hand.

Facts of CDISC's public examples (github.com/cdisc-org/DDF-RA, Documents/Examples, release 4.0): an
instance, its encounter, its timing, the instance it counts from, its window.
"""

from equipoise.protocol.exchange.usdm import codes

LILLY = """
SCREENING       Screening         Before P28D P1_DAY_MINUS1  P0D P26D
P1_DAY_MINUS1   Period_1_Day_-1   Before P1D  P1_TREATMENT   -   -
DAY_1_RANDOM    Period_1_Day_1    Before PT0M P1_PRE         -   -
P1_PRE          Period_1_Day_1    Before PT0M P1_INFUSION    -   -
P1_INFUSION     Period_1_Day_1    Before PT0M P1_TREATMENT   -   -
P1_TREATMENT    Period_1_Day_1    Fixed  P1D  P1_TREATMENT   -   -
P1_DISCHARGE    Period_1_Day_1    After  PT0M P1_TREATMENT   -   -
WASHOUT         Wash_Out          After  P3D  P1_DISCHARGE   P0D P11D
P2_DAY_MINUS1   Period_2_Day_-1   After  P0D  WASHOUT        -   -
P2_PRE          Period_2_Day_1    After  P1D  P2_DAY_MINUS1  -   -
P2_INFUSION     Period_2_Day_1    After  PT0M P2_PRE         -   -
P2_TREATMENT    Period_2_Day_1    After  PT0M P2_INFUSION    -   -
FOLLOW_UP       Follow-up         After  P28D P2_TREATMENT   P2D P2D
ADD_FOLLOW_UP   Follow-up         After  P1D  FOLLOW_UP      -   -
"""
LILLY_DAYS = {
    "screening": (-29, None),
    "period_1_day_-1": (-1, None),
    "period_1_day_1": (1, None),
    "wash_out": (4, None),
    "period_2_day_-1": (4, None),
    "period_2_day_1": (5, None),
    "follow-up": (33, "2 days"),
    "follow-up add_follow_up": (34, None),
}
ALEXION = """
SCREEN     Screening  Before P42D D1         P0D P33D
ZINC       Day_-21    Before P21D D1         -   -
D-7        Day_-7     Before P7D  D1         -   -
START      -          After  PT0M D-7        -   -
D-6-5      Day_-6     After  P1D  START      -   -
D-4        Day_-4     Before P4D  D1         -   -
D1         Day_1      Fixed  P1D  D1         -   -
D2         Day_2      After  P1D  D1         -   -
D40        Day_40     After  P39D D1         -   -
EOS        EOS        After  P53D D1         P2D P2D
"""
ALEXION_DAYS = {
    "screening": (-42, None),
    "day_-21": (-21, None),
    "day_-7": (-7, None),
    "day_-6": (-6, None),
    "day_-4": (-4, None),
    "day_1": (1, None),
    "day_2": (2, None),
    "day_40": (40, None),
    "eos": (54, "2 days"),
}
PILOT_DAYS = {
    "e1": (-14, None),
    "e2": (-2, None),
    "e3": (1, None),
    "e4": (15, "3 days"),
    "e5": (29, "3 days"),
    "e7": (43, "3 days"),
    "e8": (57, "3 days"),
    "e8 week npi": (71, None),
    "e9": (85, "4 days"),
    "e9 week 12 npi": (99, None),
    "e10": (113, "4 days"),
    "e10 week 16 npi": (127, None),
    "e11": (141, "4 days"),
    "e11 week 20 npi": (155, None),
    "e12": (169, "4 days"),
    "e13": (183, "3 days"),
}
_KINDS = {"Before": codes.BEFORE, "After": codes.AFTER, "Fixed": codes.FIXED}


def schedule_of(text):
    """A study design with the timeline of a table."""
    rows = [line.split() for line in text.strip().splitlines()]
    names = dict.fromkeys(r[1] for r in rows if r[1] != "-")
    instances = [
        {"id": r[0], "name": r[0], "encounterId": r[1], "activityIds": ["A"]} for r in rows
    ]
    timings = [
        {
            "type": {"code": _KINDS[r[2]][0]},
            "value": r[3],
            "relativeFromScheduledInstanceId": r[0],
            "relativeToScheduledInstanceId": r[4],
            "windowLower": None if r[5] == "-" else r[5],
            "windowUpper": None if r[6] == "-" else r[6],
        }
        for r in rows
    ]
    return {
        "encounters": [{"id": n, "name": n} for n in names],
        "activities": [{"id": "A", "name": "Vital signs"}],
        "scheduleTimelines": [
            {"mainTimeline": True, "instances": instances, "timings": timings},
        ],
    }


def days(visits):
    found = {}
    for key, visit in visits.items():
        count, unit = visit["at"].split() if "at" in visit else (None, None)
        steps = {"days": 1, "weeks": 7}
        day = visit["day"] if count is None else int(count) * steps[unit] + 1
        found[key] = (day, visit.get("window"))
    return found
