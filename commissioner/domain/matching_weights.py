"""What is weighed when a commissioner is sought for a need, and how weights are written."""

from __future__ import annotations

from commissioner.vocabulary import N_, Word

MOST_WEIGHT = 100


class Criterion(Word):
    """What is weighed when a commissioner is sought for a need."""

    SPECIALITY = "speciality", N_("专长")
    INDUSTRY = "industry", N_("产业")
    EARLIER = "earlier", N_("在当地工作过")
    DISTANCE = "distance", N_("距离")
    LOAD = "load", N_("工作量")
    LEVEL = "level", N_("层级")
    TERM = "term", N_("任期")


def weights_in(text: str) -> dict[Criterion, int] | None:
    """``speciality=3 industry=2`` read; nothing where it cannot be read, or where everything would weigh nothing."""
    told: dict[Criterion, int] = {}
    for part in text.split():
        name, _sign, number = part.partition("=")
        known = next((one for one in Criterion if one.value == name), None)
        # A word, an "=", a number: anything else is no weight, and neither is a second one for the same thing.
        if known is None or known in told or not (number.isascii() and number.isdecimal()) or len(number) > 3:
            return None
        told[known] = int(number)
    return told if any(told.values()) and max(told.values()) <= MOST_WEIGHT else None
