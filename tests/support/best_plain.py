"""The best overall response of one series in plain Python: Table 3, read as it stands."""

from __future__ import annotations

from equipoise.protocol.model import RecistOptions

Series = list[tuple[int, str]]  # (days after the start, response), one a day, in order


def _cut(series: Series) -> Series:
    """Up to and including the first PD."""
    for place, (_, word) in enumerate(series):
        if word == "PD":
            return series[: place + 1]
    return series


def _reappeared(series: Series) -> Series:
    """A PR whose last evaluable reading before was CR, as PD."""
    found, last = [], ""
    for day, word in series:
        back = word == "PR" and last == "CR"
        found.append((day, "PD" if back else word))
        last = word if word != "NE" else last
    return found


def _confirms(series: Series, i: int, j: int, wanted: str, options: RecistOptions) -> bool:
    between = [word for _, word in series[i + 1 : j]]
    first, second = series[i][1], series[j][1]
    apart = series[j][0] - series[i][0]
    if apart < options.confirmation_days:
        return False
    if options.confirmation_limit is not None and apart > options.confirmation_limit:
        return False
    if between.count("NE") > options.ne_between:
        return False
    if wanted == "CR":
        return first == second == "CR" and set(between) <= {"CR", "NE"}
    starts = ("PR", "CR") if options.cr_then_pr == "PR" else ("PR",)
    if first not in starts or second not in ("CR", "PR"):
        return False
    stable = between.count("SD") + between.count("NON-CR/NON-PD")
    if stable > options.sd_between:
        return False
    stretch = [word for _, word in series[i : j + 1]]
    crossed = any(a == "CR" and "PR" in stretch[place + 1 :] for place, a in enumerate(stretch))
    return not crossed or options.keep_pr or options.cr_then_pr == "PR"


def best_plain(series: Series, options: RecistOptions) -> tuple[str, int | None]:
    """(response, day it is dated)."""
    used = _cut(_reappeared(series) if options.cr_then_pr == "PD" else series)
    places = range(len(used))
    for wanted in ("CR", "PR"):
        for i in places:
            if not options.confirm:
                if used[i][1] == wanted:
                    return wanted, used[i][0]
            elif any(_confirms(used, i, j, wanted, options) for j in range(i + 1, len(used))):
                return wanted, used[i][0]
    seen_cr = seen_pr = False
    found: list[tuple[int, int, str]] = []
    for day, word in used:
        if word in ("CR", "PR", "SD") and day >= options.minimum_sd_days:
            found.append((3, day, "SD"))
        table3 = options.confirm and word == "SD"
        if table3 and seen_pr and not seen_cr and not options.pr_then_sd_needs_minimum:
            found.append((3, day, "SD"))
        if word == "NON-CR/NON-PD" and day >= options.minimum_sd_days:
            found.append((4, day, "NON-CR/NON-PD"))
        if word == "PD" or (table3 and seen_cr):
            found.append((5, day, "PD"))
        found.append((6, day, "NE"))
        seen_cr |= word == "CR"
        seen_pr |= word == "PR"
    if not found:
        return "MISSING", None
    _, day, word = min(found)
    return word, day
