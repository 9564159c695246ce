"""Recognitions and grades."""

from __future__ import annotations

from commissioner.vocabulary.words import N_, Word


class RecognitionKind(Word):
    """What a recognition is."""

    PILOT = "pilot", N_("试点")
    GRADE = "grade", N_("考核等次")
    HONOUR = "honour", N_("荣誉")


class Grade(Word):
    """Grades of an evaluation; people decide them."""

    EXCELLENT = "excellent", N_("优秀")
    GOOD = "good", N_("良好")
    QUALIFIED = "qualified", N_("合格")
    UNQUALIFIED = "unqualified", N_("不合格")
