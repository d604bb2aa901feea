"""Checks of what changes a plan beside its yearly reviews: case reviews, statements to be converted.

Like those in `consistency.py`, where they are listed: each yields the path of what is wrong with
what to do about it.
"""

from __future__ import annotations

from sim.config.references import Problems
from sim.config.tables import more_than_one
from sim.settings import CaseReview, Settings, Statements


def case_reviews_end_once(settings: Settings) -> Problems:
    for name, programme in settings.case_reviews.items():
        cut = [programme.price_cut.share] if programme.price_cut else []
        for now in programme.settings:
            moves = programme.moves.get(now, {})
            if cut:
                path = ("case_reviews", name, "moves", now) if moves else ("case_reviews", name, "price_cut")
                yield from more_than_one(path, "price_cut.share and the moves", [*cut, *moves.values()])


def case_reviews_move_whom_they_look_at(settings: Settings) -> Problems:
    for name, programme in settings.case_reviews.items():
        for now, row in programme.moves.items():
            path = ("case_reviews", name, "moves", now)
            if now not in programme.settings:
                yield path, f"{now!r}, its children are not looked at; add it to settings or leave it out"
            if now in row and max(row[now].values) > 0:
                yield (*path, now), f"{now!r}, is no move; what is left over stays"


def statements_are_held(settings: Settings) -> Problems:
    """By plan-holders of their ages and settings, each of whom holds one at most."""
    groups = list(settings.opening.statements.items())
    for number, (name, terms) in enumerate(groups):
        before = sum(other.count for _, other in groups[:number] if _meet(terms, other))
        free = max(_plans(settings, terms) - before, 0)
        if terms.begin_by is not None and terms.begin_by >= terms.convert_by:
            path = ("opening", "statements", name, "begin_by")
            yield path, f"{terms.begin_by}, must be before convert_by, {terms.convert_by}"
        if terms.ages[0] <= terms.ages[1] and terms.count > free:
            words = f"{terms.count}, only {free} plans of these ages and settings are free for certain"
            yield ("opening", "statements", name, "count"), words


def _meet(one: Statements, other: Statements) -> bool:
    """Whether a plan-holder may belong to either group."""
    ages = max(one.ages[0], other.ages[0]) <= min(one.ages[1], other.ages[1])
    everywhere = not one.settings or not other.settings
    return ages and (everywhere or bool({*one.settings} & {*other.settings}))


def _plans(settings: Settings, terms: Statements) -> int:
    """The plans of the opening day from which a group is taken, at most."""
    plans, (low, high) = settings.opening.plans, terms.ages
    by_setting = [count for name, count in plans.by_setting.items() if name in (terms.settings or [name])]
    return min(sum(plans.by_age[low : high + 1]), sum(by_setting))


def idle_case_reviews(settings: Settings) -> Problems:
    """What is allowed but has no effect."""
    for name, programme in settings.case_reviews.items():
        path = ("case_reviews", name)
        if programme.price_cut is None and not programme.moves:
            yield path, "neither price_cut nor moves, so its reviews take time and change nothing"
        if programme.price_cut is not None:
            for setting in sorted(_at_one_price(settings, programme)):
                words = f"all children in {setting!r} have the framework's price, which a cut leaves alone"
                yield (*path, "price_cut"), words


def _at_one_price(settings: Settings, programme: CaseReview) -> set[str]:
    """Settings in which no child has a price of its own."""
    looked_at = {name: settings.settings[name] for name in programme.settings if name in settings.settings}
    return {
        name
        for name, one in looked_at.items()
        if one.contract is not None and one.contract.spot_price_per_child_year is not None
    }


def idle_statements(settings: Settings) -> Problems:
    """What is allowed but probably not meant."""
    if settings.opening.statements and not settings.stages.transfer_review:
        yield (
            ("opening", "statements"),
            "stages.transfer_review has no tasks, so nobody works to convert them",
        )
    for name, terms in settings.opening.statements.items():
        path = ("opening", "statements", name)
        if terms.convert_by <= settings.run.start:
            yield (*path, "convert_by"), f"{terms.convert_by}, before the run, so all begin on its first day"
