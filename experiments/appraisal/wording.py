"""An appraisal, and the cost of delay, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from experiments.reports.wording import FUNDS, listed, plain_name, say, say_change, say_range

Told = dict[str, Any]
HEADINGS = ("", "spent", "saved", "net so far", "eight in ten futures")
NOTES = (
    "Spent is what the interventions cost in themselves; saved is the fall of all other cost, what else they "
    "make dearer taken off.",
    "Year 1 is the first financial year with spending. A year marked (part) is only partly in the run.",
)


def in_words(told: Told) -> str:
    """An appraisal for a reader: a block for each option and fund, and what to bear in mind."""
    lines = [] if not told["draft"] else ["A draft: too few replications to decide on."]
    for option in told["options"]:
        lines += _option(told, option)
    return "\n".join([*lines, *NOTES, *_discounting(told)])


def _discounting(told: Told) -> Iterator[str]:
    factors = told["discount_factors"]
    if factors is None:
        yield "The config has no account, so no discount table: nothing is discounted."
        return
    years = (f"{year} {factor:.4f}" for year, factor in zip(told["years"], factors, strict=True))
    yield f"Discount factors, prices of the base date at the start of the run: {', '.join(years)}."


def _option(told: Told, option: Told) -> Iterator[str]:
    first, last = told["years"][0], told["years"][-1]
    yield (
        f"{option['label']} ({option['scenario']}) against {told['baseline']}, {option['replications']} "
        f"paired replications, horizon {first} to {last} ({len(told['years'])} financial years)"
    )
    for fund, figures in option["funds"].items():
        yield ""
        yield "All funds" if fund == "all" else plain_name(fund, FUNDS)
        yield from (f"  {line}" for line in _fund(told, figures))
    yield ""
    yield from _bias(option)
    if option["harms"]:
        yield option["harms"]
    yield ""


def _fund(told: Told, figures: Told) -> Iterator[str]:
    yield from _table(figures["by_year"])
    pay_back = figures["pay_back"]
    if pay_back is None:
        yield "Nothing is spent from it, so there is nothing to pay back."
    else:
        yield f"Pays back: {_pay_back(pay_back)}"
        yield f"Saved for each pound spent: {_ratio(figures, len(told['years']))}"
    worth = _spread(figures["present_value"]) if figures["present_value"] else "not known without an account"
    yield f"Savings less spending: {_spread(figures['net'])} in cash; present value {worth}"


def _table(by_year: list[Told]) -> Iterator[str]:
    rows = [HEADINGS]
    for row in by_year:
        so_far = row["net_so_far"]
        money = (say(row[name]["mean"], "GBP") for name in ("spending", "savings", "net_so_far"))
        rows.append((row["year"], *money, say_range(so_far["low"], so_far["high"], "GBP")))
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    for row in rows:
        cells = (row[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True)))
        yield "  ".join(cells).rstrip()


def _pay_back(pay_back: Told) -> str:
    share, low, high = (100 * pay_back[name] for name in ("share", "share_low", "share_high"))
    early, middle, late = (_year(pay_back[name]) for name in ("early", "year", "late"))
    band = f" (eight in ten futures: {early} to {late})" if early != late else ""
    text = f"{middle}{band}; within the horizon in {share:.0f} % of futures ({low:.0f} to {high:.0f} %)"
    if pay_back["covered_at_the_end"] < pay_back["share"]:
        text += f", but still covered when it ends in only {100 * pay_back['covered_at_the_end']:.0f} %"
    return text


def _year(number: int | None) -> str:
    return f"year {number}" if number else "never"


def _ratio(figures: Told, years: int) -> str:
    text = f"{_times(figures['ratio'])} over the {years} years of the horizon"
    ten = figures["ratio_over_ten_years"]
    return f"{text}; {_times(ten)} over ten years" if ten else f"{text}; it is too short for ten years"


def _times(ratio: Told | None) -> str:
    if ratio is None:
        return "not known"
    return f"{ratio['mean']:.2f} ({ratio['low']:.2f} to {ratio['high']:.2f})"


def _spread(figure: Told) -> str:
    return f"{say(figure['mean'], 'GBP')} ({say_range(figure['low'], figure['high'], 'GBP')})"


def _bias(option: Told) -> Iterator[str]:
    """What is allowed for optimism bias, and where nothing is."""
    biases = option["optimism_bias"]
    some = [f"{name} {bias * 100:g} %" for name, bias in biases.items() if bias]
    none = [name for name, bias in biases.items() if not bias]
    if some:
        spent = say(option["spending_for_bias"]["mean"], "GBP")
        yield (
            f"Optimism bias allowed for: {listed(some)}; {spent} of the spending is for it, and effects are "
            "lessened by as much."
        )
    if none:
        yield f"No optimism bias is allowed for in {listed(none)}: cost and effect are taken as planned."


def delay_in_words(told: Told) -> str:
    """When an option arrives and what its lateness costs, for a reader."""
    lines = [] if not told["draft"] else ["A draft: too few replications to decide on."]
    lines.append(
        f"{told['scenario']} of {told['config']}, {told['replications']} replications on the same luck"
    )
    lines += ["", "Arrived in full", *(f"  {line}" for line in _arrivals(told["arrivals"]))]
    lines += ["", f"If {listed(told['late'])} {'is' if len(told['late']) == 1 else 'are'} late"]
    for effect in told["effects"]:
        lines += [f"  {_what(effect)}", *(f"    {line}" for line in _lateness(effect))]
    lines += ["", "The change is that over the run as far as it goes; what comes after its end is not in it."]
    if told["not_late"]:
        lines.append(f"Not made late: {listed(told['not_late'])}.")
    return "\n".join(lines)


def _arrivals(arrivals: list[Told]) -> Iterator[str]:
    for each in arrivals:
        first, middle, last = (each[name] or "never" for name in ("first", "middle", "last"))
        when = first if first == last else f"{first} to {last}, as likely before as after {middle}"
        yield f"{each['intervention']}: {when}"
        chances = [row for row in each["by"] if 0 < row["probability"] < 1]
        if chances:
            told = (f"{row['date']} {_chance(row['probability'])}" for row in chances)
            yield f"  there by {', '.join(told)}"


def _chance(share: float) -> str:
    """Neither never nor always, so neither 0 nor 100 %."""
    return "under 1 %" if share < 0.01 else "over 99 %" if share > 0.99 else f"{100 * share:.0f} %"


def _what(effect: Told) -> str:
    from experiments.key_figures import LABELS

    name = LABELS.get(effect["measure"], effect["measure"].replace("_", " "))
    fund = effect["group"].removeprefix("fund=")
    whose = "" if effect["group"] == "all" else f", {plain_name(fund, FUNDS)}"
    return f"{name}{whose}, {effect['over']}"


def _lateness(effect: Told) -> Iterator[str]:
    for row in effect["by_months"]:
        late = f"{row['months']} {'month' if row['months'] == 1 else 'months'}"
        total, each = (_interval(row[name], effect["unit"]) for name in ("change", "per_month"))
        yield f"{late}: {total}" if row["months"] == 1 else f"{late}: {total}, {each} a month"


def _interval(figures: Told, unit: str) -> str:
    """A mean change with the 95 % interval of the mean."""
    if figures["mean"] is None:
        return "not known"
    text = say_change(figures["mean"], unit)
    if figures["ci_low"] is None:
        return text
    return f"{text} ({say_change(figures['ci_low'], unit)} to {say_change(figures['ci_high'], unit)})"
