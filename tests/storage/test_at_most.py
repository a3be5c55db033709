from sqlalchemy import column, select

from storage.at_most import at_most


def test_a_limit_is_written_into_the_statement() -> None:
    asked = select(column("name")).limit(at_most(20)).compile()

    assert str(asked).endswith("LIMIT 20")
    assert asked.params == {}
