"""Decisions in words that somebody who was not there understands."""

from __future__ import annotations

from reid_app.domain import NS_PER_S, Decision, Likelihood, Merge, Verdict, from_ns, likelihood

_SURE = {
    Likelihood.CERTAIN: "almost certain",
    Likelihood.LIKELY: "likely",
    Likelihood.POSSIBLE: "possible",
    Likelihood.UNLIKELY: "unlikely",
}


def in_words(decision: Decision) -> str:
    """Say why a presence was given to its person, with the similarities that decided it."""
    match decision.verdict:
        case Verdict.NEW:
            return _new(decision)
        case Verdict.ACCEPTED:
            return _recognised(decision)
        case Verdict.ASK:
            return _uncertain(decision)
        case Verdict.REVISED:
            before = "" if decision.previous is None else f" from person {decision.previous}"
            how = "" if decision.score is None else f": similarity {decision.score:.2f}{_rival(decision)}"
            return f"Moved here{before} when more had been seen{how}."
        case Verdict.CONFIRMED:
            return "An operator said so."


def _new(decision: Decision) -> str:
    if decision.score is None:
        return "A new person: nobody was known who could have been compared."
    least = decision.thresholds.ask
    if decision.score >= least:
        return f"A new person: the nearest known one, at {decision.score:.2f}, cannot have been here."
    return (
        f"A new person: nobody known came nearer than {decision.score:.2f}, and below {least:.2f} nobody is considered."
    )


def _recognised(decision: Decision) -> str:
    if decision.score is None:
        return "Recognised."
    needed = decision.thresholds.accept
    sure = _SURE[likelihood(decision.score, decision.thresholds)]
    if decision.score < needed:
        why = f" It {decision.reason}." if decision.reason else ""
        return f"Recognised, {sure}: similarity {decision.score:.2f}{_rival(decision)}.{why}"
    return f"Recognised, {sure}: similarity {decision.score:.2f}, {needed:.2f} is needed{_rival(decision)}."


def _uncertain(decision: Decision) -> str:
    other = "somebody known" if decision.runner_up is None else f"person {decision.runner_up}"
    how = "" if decision.score is None else f": similarity {decision.score:.2f}"
    if decision.score is not None and decision.score < decision.thresholds.accept:
        how += f", {decision.thresholds.accept:.2f} is needed to be sure"
    return f"Perhaps {other}{how}. An operator is asked; until then a person of its own."


def joined_in_words(merge: Merge) -> str:
    """Say why another identity was joined with this one."""
    if merge.score is None:
        return f"Person {merge.absorbed} was joined with person {merge.kept}: an operator said so."
    why = f" ({merge.reason})" if merge.reason else ""
    return f"Person {merge.absorbed} was joined with person {merge.kept}: similarity {merge.score:.2f}{why}."


def clock(time_ns: int) -> str:
    """Return the time of day in UTC."""
    return from_ns(time_ns).strftime("%H:%M:%S")


def moment(time_ns: int) -> str:
    """Return date and time of day in UTC."""
    return from_ns(time_ns).strftime("%d %b %Y %H:%M:%S")


def length(duration_ns: int) -> str:
    """Return a length of time as people say it: ``4 s``, ``2 min 05 s``, ``3 h 20 min``."""
    seconds = round(duration_ns / NS_PER_S)
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min {seconds % 60:02d} s"
    return f"{seconds // 3600} h {seconds % 3600 // 60:02d} min"


def _rival(decision: Decision) -> str:
    if decision.runner_up is None or decision.runner_up_score is None:
        return ""
    return f"; the next nearest, person {decision.runner_up}, had {decision.runner_up_score:.2f}"
