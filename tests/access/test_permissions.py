"""Who may do what, as a table that people can read: it must say what the code grants."""

import re

import pytest

from commissioner.access import GRANTS, Actor, Permission
from commissioner.problems import NotFound
from commissioner.vocabulary import Role
from tests.people import SHUITOU

# Read it as the programme would explain it; ● is yes. Changing a right means changing this table and the code.
MATRIX = """
                 administrator officer township commissioner institution leader
look                   ●          ●       ●          ●            ●         ●
export                 ●          ●       ●          ●            ●         ●
show_on_wall           ●          ●       ·          ·            ·         ●
see_registers          ●          ●       ●          ●            ·         ●
log_visit              ●          ●       ●          ●            ·         ·
log_care_visit         ●          ●       ·          ·            ·         ·
confirm_visit          ●          ●       ●          ·            ·         ·
raise_need             ●          ●       ●          ·            ·         ·
raise_problem          ●          ●       ●          ●            ●         ●
settle_problem         ●          ●       ●          ·            ·         ·
update_project         ●          ●       ·          ●            ·         ·
review_update          ●          ●       ·          ·            ·         ·
answer_match           ●          ●       ●          ●            ·         ·
issue_year_paper       ●          ●       ·          ●            ●         ·
keep_evaluation        ●          ●       ·          ·            ·         ·
hand_in_report         ·          ·       ·          ●            ·         ·
give_opinion           ·          ·       ●          ·            ·         ·
place_villages         ●          ●       ●          ·            ·         ·
keep_registry          ●          ●       ·          ·            ·         ·
verify_impact          ●          ●       ·          ·            ·         ·
see_phones             ●          ●       ·          ·            ·         ·
see_audit              ●          ●       ·          ·            ·         ·
keep_accounts          ●          ·       ·          ·            ·         ·
keep_settings          ●          ·       ·          ·            ·         ·
"""


def written() -> dict[tuple[str, str], bool]:
    first, *rows = [re.findall(r"\S+", line) for line in MATRIX.strip("\n").splitlines()]
    return {
        (permission, role): mark == "●" for permission, *marks in rows for role, mark in zip(first, marks, strict=True)
    }


def granted() -> dict[tuple[str, str], bool]:
    return {(one.value, role.value): one in GRANTS[role] for one in Permission for role in Role}


def test_the_table_says_what_the_code_grants():
    assert written() == granted()


@pytest.mark.parametrize("role", Role)
def test_everybody_may_look_and_nobody_may_do_all(role):
    assert Permission.LOOK in GRANTS[role]
    assert GRANTS[role] < frozenset(Permission)


def test_what_one_may_not_do_does_not_exist():
    leader = Actor(role=Role.LEADER, region_code=SHUITOU)

    leader.must(Permission.LOOK)
    with pytest.raises(NotFound):
        leader.must(Permission.LOG_VISIT)
