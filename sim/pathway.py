"""The statutory journey of a child, in the order of the law. Read this file first.

Children and Families Act 2014, Part 3; SEND Regulations 2014 ("reg"); SEND Code of Practice 2015
("Code"). Weeks count from the day the request is received and do not stop for holidays.

    Assessment                                                  Code        limit
    1  decide whether to assess          s36, reg 3-5           9.8-9.19    week 6
    2  gather advice                     reg 6-8                9.45-9.52   6 weeks from asking
    3  decide whether to issue a plan    s37, reg 10            9.53-9.60   week 16
    4  prepare a draft plan              s38, reg 11-12         9.61-9.76
    5  consult and finalise the plan     s39, reg 13-14         9.77-9.130  15 days; week 20
    Life with a plan
    6  annual review                     s44, reg 19-22         9.166-9.178 12 months; 4 and 12 weeks
    7  phase transfer                    reg 18                 9.179-9.181 15 February, 31 March
    8  emergency review                  s44, reg 20-22, 28     9.193-9.198
    9  ceasing to maintain               s45, reg 29-31         9.199-9.210
    Disagreement
    10 mediation and appeal              s51-57, reg 32-45      11.13-11.55 30 days; 2 to 14 weeks
    11 complaint to council or Ombudsman Local Government Act 1974, part 3
    Between yearly reviews
    12 case review of one placement      s44, reg 28
    From the law before 2014
    13 statement transferred to a plan   transitional order 2014            20 weeks; March 2018

Each step is a story: what is done, and every `yield` is where time passes. `la` is the local
authority; its verbs arrange who does the work and when the story goes on. A child that leaves
(moves, withdraws, dies, reaches the end of its education) simply leaves its story.
"""

from __future__ import annotations

from collections.abc import Callable, Generator

from sim import calendars as law
from sim import event_log as events
from sim.service.authority import LocalAuthority
from sim.service.case_reviews import PRICE_CUT, OpenReview
from sim.service.child import PLAN_HOLDER, Child, File, Matter
from sim.service.conversions import Conversion
from sim.service.disputes import AGREED as GAVE_WAY
from sim.service.disputes import CONCEDED, HEARD, LAST_WEEKS, MEDIATION, UPHELD
from sim.service.reviews import PERIOD

Story = Generator[None, None, bool | None]
Step = Callable[[Child, LocalAuthority], Story]


def assessment(child: Child, la: LocalAuthority, steps: tuple[Step, ...] | None = None) -> Story:
    """From request to final plan. A case that is open or taken up again has only some steps to go."""
    for step in STEPS if steps is None else steps:
        if not (yield from step(child, la)):
            return la.close_case(child)
    la.hold_plan(child, plan_life(child, la))


def decide_whether_to_assess(child: Child, la: LocalAuthority) -> Story:
    """1. The request is registered, school and family are asked, a panel advises."""
    limit = child.requested + law.DECIDE_TO_ASSESS
    yield la.work(child, "registration", limit)
    yield la.reply(child, "first_information", since=child.requested)
    yield la.work(child, "decide_to_assess", limit)
    yield la.panel(child, "assess", limit)
    if la.refuses_to_assess(child):
        yield la.work(child, "refusal", limit)
        la.note(events.REFUSED, child)
        la.disputes.may_follow(child, "refusal_to_assess", disagreement, la.today > limit)
        return False
    la.enter_stage(events.AGREED, child)
    return True


def gather_advice(child: Child, la: LocalAuthority) -> Story:
    """2. Advice is asked of everybody at once; each has six weeks; the case waits for the last."""
    yield la.ask_for_advice(child)
    la.enter_stage(events.ADVICE_COMPLETE, child)
    return True


def decide_whether_to_issue(child: Child, la: LocalAuthority) -> Story:
    """3. The advice is put together and a panel advises whether a plan is necessary."""
    limit = child.requested + law.DECIDE_TO_ISSUE
    yield la.work(child, "decide_to_issue", limit)
    yield la.panel(child, "issue", limit)
    if la.refuses_to_issue(child):
        yield la.work(child, "refusal_to_issue", limit)
        la.note(events.NOT_ISSUED, child)
        la.disputes.may_follow(child, "refusal_to_issue", disagreement, la.today > limit)
        return False
    la.enter_stage(events.AGREED_TO_ISSUE, child)
    return True


def prepare_draft(child: Child, la: LocalAuthority) -> Story:
    """4. The draft plan is written and sent to the family."""
    yield la.work(child, "draft_plan", child.requested + law.DECIDE_TO_ISSUE)
    la.enter_stage(events.DRAFT_SENT, child)
    return True


def finalise_plan(child: Child, la: LocalAuthority) -> Story:
    """5. The family has at least 15 days while settings are consulted; then the plan is final.

    It is due at week 20 whether or not a place is found: it names a setting, or a type of one. That
    is the one the family prefers, unless there is a lawful reason against it.
    """
    limit = child.requested + law.FINAL_PLAN
    sent = child.stage_entered
    named = la.placing.choose_for_new_plan(child)
    if panel := la.placing.panel_for(named):
        yield la.panel(child, panel, limit)
    yield la.reply(child, "consultation", since=sent, at_least=law.FAMILY_COMMENTS)
    yield la.work(child, "final_plan", limit)
    if la.settings.decisions.hold_plan_for_place:
        yield la.placing.reserve(child, named)
    la.note(events.PLAN_ISSUED, child, la.facts_of_the_return(child))
    la.placing.name_setting(child, named)
    dispute_plan(child, la, "contents", la.today > limit, la.placing.named(child))
    child.review_due = la.today + PERIOD
    return True


STEPS = (
    decide_whether_to_assess,
    gather_advice,
    decide_whether_to_issue,
    prepare_draft,
    finalise_plan,
)


def plan_life(child: Child, la: LocalAuthority, meeting_held: int | None = None) -> Story:
    """Reviews, one after the other, for as long as the plan is maintained.

    `meeting_held` is the day of a review meeting before the run that still waits for a decision.
    """
    la.reviews.skip_transfer_already_named(child)
    if meeting_held is not None:
        yield from decide_review(child, la, meeting_held, well_run=False)
    while child.state == PLAN_HOLDER:
        what, day = la.reviews.next(child)
        yield la.until(child, day)
        if what == "annual":
            yield from annual_review(child, la)
        elif what == "breakdown":
            yield from emergency_review(child, la)
        else:
            yield from phase_transfer(child, la, what)


def annual_review(child: Child, la: LocalAuthority) -> Story:
    """6. The setting holds the meeting, an officer attends if there is capacity, the LA decides."""
    meeting = la.today
    if la.conversions.replaces(child):
        return
    if not la.reviews.is_held(child):
        return la.reviews.lapse(child, meeting)
    la.note(events.REVIEW_HELD, child)
    attended = la.reviews.officer_can_attend()
    yield la.until(child, meeting + la.settings.reviews.report_days)
    yield from decide_review(child, la, meeting, well_run=attended)


def decide_review(child: Child, la: LocalAuthority, meeting: int, well_run: bool) -> Story:
    """6. Within four weeks of the meeting: maintain, amend or cease; amendments by week twelve."""
    overtaken = child.review_due + PERIOD
    limit = meeting + law.REVIEW_DECISION
    yield la.work(child, "annual_review", limit, child.reviews, give_up=overtaken, since=meeting)
    if la.was_overtaken(child):
        return la.reviews.lapse(child, meeting)
    child.review_is_late = la.today > limit
    outcome = la.reviews.outcome(child, well_run and not child.review_is_late)
    la.reviews.close(child, meeting)
    la.note(events.REVIEW_DECIDED, child, la.today - meeting, stage=outcome, unit="days")
    if outcome == "cease":
        yield from cease(child, la)
    elif outcome == "amend":
        named = la.reviews.setting_after(child, well_run and not child.review_is_late)
        yield from amend(child, la, meeting, named)
    else:
        la.disputes.may_follow(child, "refusal_to_amend", disagreement, child.review_is_late)


def amend(
    child: Child, la: LocalAuthority, meeting: int, named: str, review: OpenReview | None = None
) -> Story:
    """6. Notice and proposed changes, then the amended plan; after a case `review` too (reg 28)."""
    file, occasion = (child, child.reviews) if review is None else (review, review.occasion)
    limit, term = meeting + law.REVIEW_AMENDED, la.reviews.next_term
    overtaken = max(child.review_due, la.today + law.REVIEW_AMENDED)
    yield la.work(file, "amendment", limit, occasion, give_up=overtaken, since=meeting)
    if la.was_overtaken(file):
        return False
    yield from consult(file, child, la, named, limit)
    if review is not None and review.is_overtaken():
        return False
    la.note(events.PLAN_AMENDED, child, la.today - meeting, unit="days")
    moves = named if named != la.placing.named(child) else ""
    la.placing.name_setting_on(term(), child, named)
    dispute = dispute_plan(child, la, "amended", la.today > limit, moves, term(), occasion)
    if review is not None:
        la.case_reviews.in_dispute(review, dispute)
    return True


def consult(file: File, child: Child, la: LocalAuthority, named: str, limit: int) -> Story:
    """6. The family has at least 15 days; a panel may have to agree a setting that is new."""
    sent = la.today
    if panel := la.placing.panel_for(named, child):
        yield la.panel(file, panel, limit)
    yield la.until(file, sent + law.FAMILY_COMMENTS)


def phase_transfer(child: Child, la: LocalAuthority, phase: str) -> Story:
    """7. The plan names the next phase's setting by 15 February, or 31 March for post-16."""
    limit, moves_on = la.reviews.transfer_limit(phase), la.reviews.first_of_september()
    child.transfer_year = la.academic_year
    meeting = la.today
    la.conversions.begins_with(child)
    la.note_at(limit * law.DAY, events.TRANSFER_DUE, child, stage=phase)
    la.note(events.REVIEW_HELD, child)
    overtaken = meeting + PERIOD
    yield la.work(child, "phase_transfer", limit, child.reviews, True, give_up=overtaken, since=meeting)
    if la.was_overtaken(child):
        return la.reviews.lapse(child, meeting)
    la.reviews.close(child, meeting)
    la.note(events.REVIEW_DECIDED, child, la.today - meeting, stage="amend", unit="days")
    named = la.reviews.setting_in_next_phase(child, phase)
    yield from consult(child, child, la, named, limit)
    la.note(events.TRANSFER_NAMED, child, la.today - limit, stage=phase, unit="days")
    la.note(events.PLAN_AMENDED, child, la.today - meeting, unit="days")
    la.placing.name_setting_on(moves_on, child, named)
    dispute_plan(child, la, "amended", la.today > limit, named, moves_on)


def emergency_review(child: Child, la: LocalAuthority) -> Story:
    """8. A placement breaks down: interim provision at once, an early review, an amended plan."""
    meeting = la.today
    la.note(events.BREAKDOWN, child, resource=child.setting.name)
    named = la.placing.choose_after_breakdown(child)
    la.placing.to_interim(child)
    limit = meeting + law.REVIEW_DECISION
    overtaken = meeting + PERIOD
    yield la.work(child, "emergency_review", limit, child.reviews, True, give_up=overtaken, since=meeting)
    if la.was_overtaken(child):
        return
    if panel := la.placing.panel_for(named):
        yield la.panel(child, panel, limit)
    yield la.until(child, la.today + law.FAMILY_COMMENTS)
    la.note(events.PLAN_AMENDED, child, la.today - meeting, unit="days")
    la.placing.name_setting(child, named)
    late = la.today > meeting + law.REVIEW_AMENDED
    dispute_plan(child, la, "amended", late, la.placing.named(child))


def cease(child: Child, la: LocalAuthority) -> Story:
    """9. The plan stays in force while the family may appeal, and does (section 45(4))."""
    dispute = la.disputes.may_follow(child, "ceasing", disagreement, child.review_is_late)
    yield la.until(child, la.today + law.APPEAL)
    if dispute is not None:
        yield la.disputes.wait_for_end(child, dispute)
        if dispute.won:
            return
    la.leavers.leave(child, "ceased_at_review")


def dispute_plan(
    child: Child,
    la: LocalAuthority,
    contents: str,
    late: bool,
    named: str,
    named_from: int | None = None,
    occasion: int | None = None,
) -> Matter | None:
    """10. A family disputes the setting that a plan names, or else what the plan says; not both."""
    follow = la.disputes.may_follow
    dispute = follow(child, "placement", disagreement, late, named, named_from, occasion)
    return dispute or follow(child, contents, disagreement, late, occasion=occasion)


def disagreement(matter: Matter, la: LocalAuthority) -> Story:
    """10. The family mediates or appeals within two months; what it wins has a clock of its own."""
    yield la.disputes.wait_for_family(matter)
    route = la.disputes.route(matter)
    la.note(events.DISPUTED, matter, la.today - matter.requested, matter.kind, route, unit="days")
    agreed = route == MEDIATION and (yield from mediation(matter, la))
    won = agreed or (la.disputes.appeals(matter) and (yield from appeal(matter, la)))
    if won:
        yield from put_right(matter, la)
    la.disputes.close(matter, won)


def mediation(matter: Matter, la: LocalAuthority) -> Story:
    """10. The authority has 30 days to arrange it; if it does not, the family has its certificate."""
    meeting, last = la.disputes.meeting_day(matter), la.today + law.MEDIATION
    case = la.set_to_work(matter, "mediation", last, matter.occasion, urgent=True)
    yield la.until(matter, min(meeting, last))
    if not la.disputes.leave_off(matter, case) or meeting > last:
        yield la.until(matter, last)
        return False
    outcome = la.disputes.mediates(matter)
    la.note(events.MEDIATED, matter, stage=matter.kind, resource=outcome)
    return outcome == GAVE_WAY


def appeal(matter: Matter, la: LocalAuthority) -> Story:
    """10. Registered, answered, and conceded, withdrawn or heard; the decision follows the hearing."""
    registered = la.today
    la.note(events.APPEALED, matter, stage=matter.kind)
    ending, day, hearing = la.disputes.course_of(matter)
    answer = la.set_to_work(matter, "appeal", registered + law.RESPONSE, matter.occasion)
    if ending == HEARD:
        yield la.until(matter, max(registered, hearing - LAST_WEEKS))
        bundle = la.set_to_work(matter, "hearing", hearing, matter.occasion, urgent=True)
        yield la.until(matter, hearing)
        prepared = la.disputes.leave_off(matter, answer, bundle)
        ending = la.disputes.judgment(matter, prepared)
        day = la.calendar.after_working_days(la.today, law.DECISION)
    yield la.until(matter, day)
    la.disputes.leave_off(matter)
    la.note(events.APPEAL_ENDED, matter, la.today - registered, matter.kind, ending, unit="days")
    return ending in (CONCEDED, UPHELD)


def put_right(matter: Matter, la: LocalAuthority) -> Story:
    """10. What was agreed (reg 42), ordered (reg 44) or conceded (reg 45) is done in its own time."""
    if matter.kind in TAKEN_UP_AGAIN:
        milestone, steps, plan_within = TAKEN_UP_AGAIN[matter.kind]
        child = la.reinstate(matter.child, plan_within)
        la.enter_stage(milestone, child)
        la.begin(child, assessment(child, la, steps), la.today)
    elif matter.kind != "ceasing":
        yield from amend_as_won(matter, la)


def amend_as_won(matter: Matter, la: LocalAuthority) -> Story:
    """10. The plan is amended, and names the setting that the family wants if that was in dispute.

    It jumps the queue and needs no second consultation.
    """
    won, by_setting = la.today, matter.kind == "placement"
    limit = won + (law.WON_SETTING if by_setting else law.WON_AMENDMENT)
    yield la.work(matter, "put_right", limit, matter.occasion, urgent=True, since=won)
    la.note(events.PLAN_AMENDED, matter, la.today - won, unit="days")
    la.note(events.ORDER_MET, matter, la.today - limit, matter.kind, unit="days")
    la.case_reviews.put_right(matter)
    if by_setting:
        yield la.until(matter, la.disputes.day_of_move(matter))
        la.disputes.name_setting(matter)


def prepare_draft_as_won(child: Child, la: LocalAuthority) -> Story:
    """4. Where the refusal to issue a plan was put right, the draft is due in five weeks."""
    yield la.work(child, "draft_plan", child.stage_entered + law.WON_DRAFT)
    la.enter_stage(events.DRAFT_SENT, child)
    return True


TAKEN_UP_AGAIN = {
    "refusal_to_assess": (events.AGREED, STEPS[1:], law.WON_ASSESSMENT),
    "refusal_to_issue": (events.AGREED_TO_ISSUE, (prepare_draft_as_won, finalise_plan), law.WON_PLAN),
}
"""Where a refused child's new file begins, the steps it takes and the days until its plan is due."""


def complaint(matter: Matter, la: LocalAuthority) -> Story:
    """11. The council answers, or the Ombudsman asks; if upheld the family is paid a remedy."""
    la.note(events.COMPLAINED, matter)
    yield la.work(matter, "complaint", la.today + law.RESPONSE, matter.occasion)
    if la.disputes.complaint_is_upheld(matter):
        la.note(events.REMEDIED, matter)
    la.disputes.close_complaint(matter)


def case_review(review: OpenReview, la: LocalAuthority) -> Story:
    """12. Staff look at one placement. What takes provision or moves the child needs an amended plan."""
    yield la.work(review, review.kind, la.today + law.REVIEW_AMENDED, review.occasion)
    decision = la.case_reviews.decide(review)
    amended = decision.amends and (yield from amend(review.child, la, la.today, decision.named, review))
    if decision.outcome == PRICE_CUT and (amended or not decision.amends):
        yield la.until(review, review.programme.cut_from())
        la.case_reviews.cut_price(review)
    la.case_reviews.close(review)


def conversion(statement: Conversion, la: LocalAuthority) -> Story:
    """13. In place of an annual review, or beside a phase transfer: advice, a draft, the final plan."""
    child, limit, term = statement.child, statement.limit, la.reviews.next_term
    yield la.until(statement, la.conversions.advice_day(statement))
    yield la.work(statement, "transfer_review", limit, statement.occasion)
    was, named = child.setting, la.conversions.setting_after(statement)
    yield from consult(statement, child, la, named, limit)
    if child.setting is not was or child.is_to_move:
        named = la.placing.named(child)
    la.conversions.complete(statement)
    moves = named if named != la.placing.named(child) else ""
    la.placing.name_setting_on(term(), child, named)
    dispute_plan(child, la, "contents", la.today > limit, moves, term(), statement.occasion)
