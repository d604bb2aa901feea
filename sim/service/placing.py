"""Settings, places and moves: where a child is taught, and who waits for a place.

A plan names a setting: the authority's choice, or what the family prefers. If it has room (over
number included) the child goes there; if not, some are sent to the setting named in `when_full` and
stay there, and the others wait, longest first: those without a school in interim provision, the
others where they are.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.event_log import PLACE_NOT_WANTED, PLACE_WANTED, PLACED, SENT_ELSEWHERE
from sim.luck import lognormal
from sim.schedule import Schedule, Steps
from sim.service.child import PLAN_HOLDER, REQUEST, Child
from sim.service.diary import PER_CHILD
from sim.service.opening import Chooser
from sim.service.preference import Preferences
from sim.service.resources import Places
from sim.settings import Settings, age_band

if TYPE_CHECKING:
    from sim.service.authority import LocalAuthority

SCHOOL_ENTRY, SECONDARY, POST_16 = "school_entry", "secondary", "post_16"


class Placing:
    """The settings of one authority and the children in them."""

    def __init__(self, la: LocalAuthority) -> None:
        self.la = la
        self.config = la.settings.placement
        self.settings = la.settings.settings
        self.places = {name: Places(name, self._limit(name)) for name in self.settings}
        draw = la.luck.of_children
        self._choice, self._full = draw("setting.new_plan"), draw("setting.when_full")
        self._interim, self._transition = draw("setting.interim"), draw("setting.transition")
        self._price, self._band = draw("setting.price"), draw("setting.band")
        self._bands = {
            name: _band_chooser(la.settings, name) for name, one in self.settings.items() if one.bands
        }
        steps = la.steps
        self._prices = {name: steps(one.price_per_child_year) for name, one in self.settings.items()}
        self._interim_share = steps(self.config.interim_share)
        sent = la.settings.loops.no_local_place.gain  # a share above 1 sends everybody, as 1 does
        self._redirect = {
            name: (setting.when_full.setting, steps(setting.when_full.share, times=sent))
            for name, setting in self.settings.items()
            if setting.when_full
        }
        self._tables = {
            name: {
                before: {after: steps(share) for after, share in row.items()}
                for before, row in getattr(self.config, name).items()
            }
            for name in (SCHOOL_ENTRY, SECONDARY, POST_16, "at_review")
        }
        self._tables["step_down"] = {
            before: {after: steps(share) for after, share in row.items()}
            for before, row in la.settings.reviews.step_down.items()
        }
        self._after_breakdown: dict[int, Chooser] = {}
        self._ages = {name: tuple(setting.ages) for name, setting in self.settings.items()}
        self._choosers: dict[tuple[str, int], Chooser] = {}
        self.preferences = Preferences(la, self.admits)

    def _limit(self, name: str):
        setting = self.settings[name]
        if setting.places is None:
            return None
        places, over = self.la.steps(setting.places), self.la.steps(setting.over_number)
        return lambda day: int(places.at(day) * (1 + over.at(day)) + 1e-9)

    def limit_changes(self) -> list[int]:
        """Days on which the number of places of some setting changes."""
        schedules: list[Schedule] = []
        for setting in self.settings.values():
            if setting.places is not None:
                schedules += [setting.places, setting.over_number]
        return sorted({day for one in schedules for day in Steps(one, self.la.start).days if day > 0})

    # Which setting a plan names.

    def choose_for_new_plan(self, child: Child) -> str:
        """The setting a first plan names: by age, with the need's odds of a special setting, then by
        what the family prefers."""
        age = self.la.age(child)
        chooser = self._choosers.get((child.need, age))
        if chooser is None:
            chooser = self._choosers[child.need, age] = Chooser(self._weights(child.need, age))
        return self.preferences.settle(child, chooser.choose(self._choice(child)), age, child.reviews)

    def _weights(self, need: str, age: int) -> dict[str, float]:
        odds = self.config.special_odds.get(need, 1.0)
        weights = {
            name: share * (odds if name in self.config.special_settings else 1.0)
            for name, share in self.config.new_plans[age_band(age)].items()
            if self.admits(name, age)
        }
        return weights if any(weights.values()) else {self._last_resort(age): 1.0}

    def choose_by_table(
        self, child: Child, table: str, occasion: int, weight: float = 1.0, age: int | None = None
    ) -> str:
        """The next setting by a table of transitions; what the row leaves stays where it is.

        Only settings that take the `age` count (the child's own by default). A child too old or
        too young to stay goes by the rest of the row, or where children wait for a setting.
        """
        now = self.named(child)
        row = self._tables[table].get(now)
        age = self.la.age(child) if age is None else age
        stays = self.admits(now, age)
        if not row and stays:
            return now
        day = self.la.today
        chances = [
            (target, share.at(day) * weight)
            for target, share in (row or {}).items()
            if self.admits(target, age)
        ]
        u = self._transition(child, occasion)
        if not stays:
            u *= math.fsum(chance for _, chance in chances)
        for target, chance in chances:
            u -= chance
            if u < 0:
                return target
        return now if stays else self._last_resort(age)

    @staticmethod
    def named(child: Child) -> str:
        """The setting the plan names: where the child waits for a place, or else where it is."""
        return (child.wants or child.setting).name

    def _last_resort(self, age: int) -> str:
        """Where a child goes whom no row of the table takes."""
        waiting = self.config.waiting_setting
        return waiting if self.admits(waiting, age) else self.config.interim_setting

    def admits(self, name: str, age: int) -> bool:
        """Whether a setting takes children of this age."""
        low, high = self._ages[name]
        return low <= age <= high

    def choose_after_breakdown(self, child: Child) -> str:
        """The setting that the emergency review names, among those that take the child's age, or
        what the family prefers."""
        age = self.la.age(child)
        chooser = self._after_breakdown.get(age)
        if chooser is None:
            shares = {n: share for n, share in self.config.after_breakdown.items() if self.admits(n, age)}
            chooser = Chooser(shares if any(shares.values()) else {self._last_resort(age): 1.0})
            self._after_breakdown[age] = chooser
        choice = chooser.choose(self._transition(child, child.reviews))
        return self.preferences.settle(child, choice, age, child.reviews)

    def panel_for(self, name: str, child: Child | None = None) -> str | None:
        """The panel that must agree the setting, if the child's plan does not name it already."""
        return None if child is not None and name == self.named(child) else self.settings[name].panel

    # Getting there.

    def name_setting(self, child: Child, name: str, must_admit: bool = False) -> None:
        """The child goes to the setting its plan names, waits for it, or is sent elsewhere.

        A setting that `must_admit` takes the child at once, full or not (section 43 of the Act).
        """
        child.next_setting = None
        if child.wants is not None:
            if child.wants.name != name:
                self._give_up(child)
            elif must_admit:
                child.wants = None
            else:
                return
        target = self.places[name]
        if target is child.setting:
            return
        if child.reserved is not None:
            child.reserved.taken -= 1
            child.reserved = None
        day = self.la.today
        has_room = must_admit or target.has_room(day)
        if not has_room and name in self._redirect:
            elsewhere, share = self._redirect[name]
            if self._full(child, child.reviews) < share.at(day):
                target = self.places[elsewhere]
                has_room = target.has_room(day)
                self.la.note(SENT_ELSEWHERE, child, resource=name)
        if has_room:
            self._enter(child, target)
        else:
            self._wait_for(child, target)

    def reserve(self, child: Child, name: str) -> None:
        """Hold the plan until the setting it will name has a place, which is kept for it."""
        target = self.places[name]
        child.wants, child.wants_since = target, self.la.today
        target.wait(child, self.la.today)
        self.la.note(PLACE_WANTED, child, resource=target.name)
        self._offer(target)

    def name_setting_on(self, day: int, child: Child, name: str, must_admit: bool = False) -> None:
        """The plan names another setting from `day` on, unless it names yet another before."""
        if name == self.named(child) and not must_admit:
            return
        child.next_setting = name
        self.la.morning.add(day, child.number * PER_CHILD + 1, self._move, (child, name, must_admit))

    def _move(self, move: tuple[Child, str, bool]) -> None:
        """A move takes effect, if the plan is still in force and still names that setting."""
        child, name, must_admit = move
        if child.state == PLAN_HOLDER and child.next_setting == name:
            self.name_setting(child, name, must_admit)

    def to_interim(self, child: Child) -> None:
        """Interim provision while a new setting is looked for."""
        interim = self.places[self.config.interim_setting]
        if child.setting is not interim:
            self._enter(child, interim)

    def open_with(self, child: Child, name: str) -> None:
        """Put a plan-holder of the opening caseload where the figures say, room or no room."""
        self._enter(child, self.places[name])

    def leave(self, child: Child) -> None:
        """Give the place up when the plan ends. The spell ends with the plan, so nothing is logged."""
        sought = child.wants or child.reserved
        if child.state == REQUEST and sought is not None:
            self.la.note(PLACE_NOT_WANTED, child, resource=sought.name)
        child.wants = None
        for places in (child.setting, child.reserved):
            if places is not None:
                self._vacate(places)
        child.setting = child.reserved = None

    def offer(self) -> None:
        """Offer free places to those who wait, in every setting."""
        for places in self.places.values():
            self._offer(places)

    def _wait_for(self, child: Child, target: Places) -> None:
        if child.setting is None:
            interim = self._interim(child, child.reviews) < self._interim_share.at(self.la.today)
            where = self.config.interim_setting if interim else self.config.waiting_setting
            self._enter(child, self.places[where])
        child.wants, child.wants_since = target, self.la.today
        target.wait(child, self.la.today)
        self.la.note(PLACE_WANTED, child, resource=target.name)

    def _give_up(self, child: Child) -> None:
        self.la.note(PLACE_NOT_WANTED, child, resource=child.wants.name)
        child.wants = None

    def _enter(self, child: Child, target: Places) -> None:
        left, child.setting = child.setting, target
        target.taken += 1
        bands = self._bands.get(target.name)
        if bands is not None:
            multiplier = bands.choose(self._band(child))
        else:
            cv = self.settings[target.name].price_cv
            multiplier = round(1000 * lognormal(self._price(child), 1.0, cv))
        child.placed_on, child.own_price, child.price_cut_by = self.la.today, multiplier, None
        self.la.note(PLACED, child, multiplier, resource=target.name, unit="thousandths")
        if left is not None:
            self._vacate(left)

    def own_price(self, child: Child) -> float:
        """Pounds a year for the child's place, in the prices of the base date."""
        return self._prices[child.setting.name].at(self.la.today) * child.own_price / 1000

    def _vacate(self, places: Places) -> None:
        places.taken -= 1
        self._offer(places)

    def _offer(self, places: Places) -> None:
        while (child := places.next_offer(self.la.today)) is not None:
            child.wants = None
            if child.state == PLAN_HOLDER:
                self._enter(child, places)
            else:
                places.taken += 1
                child.reserved = places
                self.la.until(child, self.la.today)


def _band_chooser(settings: Settings, name: str) -> Chooser:
    """Draws a child's multiple of the setting's price, in thousandths, from the shares of its bands."""
    setting = settings.settings[name]
    price = setting.price_per_child_year.at(settings.prices.base_date)
    shares: dict[int, float] = {}
    for band in setting.bands.values():
        multiple = round(1000 * band.price_per_child_year / price)
        shares[multiple] = shares.get(multiple, 0.0) + band.share
    return Chooser(shares)
