"""How many rows a query is to bring, written into the statement.

SQLite looks at a bound limit when it plans, and so prepares the statement anew each time one is bound.
"""

from sqlalchemy import Integer, literal_column
from sqlalchemy.sql.elements import ColumnElement


def at_most(count: int) -> ColumnElement[int]:
    """For `limit`."""
    return literal_column(str(int(count)), Integer)
