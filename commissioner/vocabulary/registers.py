"""Recognitions, grades, and what an evaluation is told with."""

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


class SchemeState(Word):
    """How far the scheme of an evaluation is."""

    DRAFT = "draft", N_("草稿")
    OPEN = "open", N_("考核中")
    PUBLISHED = "published", N_("已公布")
    CLOSED = "closed", N_("已归档")


class SchemeStep(Word):
    """What brings a scheme from one state to another."""

    START = "start", N_("开始考核")
    TAKE_BACK = "redraft", N_("收回修改")
    PUBLISH = "publish", N_("公布结果")
    REOPEN = "reopen", N_("重新打开考核")
    FILE = "file", N_("归档")


class EvidenceKind(Word):
    """What of a commissioner's year may speak for a criterion; how each is counted is not decided here."""

    SERVICE_DAYS = "service_days", N_("服务天数")
    VISITS = "visits", N_("服务走访")
    PROJECTS = "projects", N_("项目和指标完成")
    INTRODUCTIONS = "introductions", N_("引进新品种、新技术、新产品")
    TRAININGS = "trainings", N_("培训")
    IMPACTS = "impacts", N_("成效")
    PROBLEMS = "problems", N_("解决的问题")
    BASES = "bases", N_("示范基地")
    RECOGNITIONS = "recognitions", N_("试点与荣誉")
    REPORT = "report", N_("个人述职")
