"""The one collection of tables; each store adds its own to it."""

from __future__ import annotations

from sqlalchemy import MetaData

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


People = dict[str, str]
"""What a table holds of people; every table says it in its ``info``, and a test asks each.

``people``: in Chinese, for /privacy; empty if nothing leads to a person. ``until``: for how long;
``{notices.receipt_days}`` stands for the value of that setting.
"""


def of_people(what: str, until: str) -> People:
    """The ``info`` of a table in which members can be found."""
    return {"people": what, "until": until}


OF_NOBODY: People = {"people": "", "until": ""}
"""The ``info`` of a table in which no member can be found."""


def told_of_people() -> dict[str, People]:
    """What the tables say of people, by the table's name; those that hold nobody are left out."""
    found = {name: dict(table.info) for name, table in sorted(metadata.tables.items())}
    return {name: info for name, info in found.items() if info.get("people")}
