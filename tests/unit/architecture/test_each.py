import pytest
from each import each


def test_the_case_that_a_test_fails_with_is_told() -> None:
    tried = []

    @each([1, 2, 3])
    def is_small(number: int) -> None:
        tried.append(number)
        assert number < 2

    with pytest.raises(AssertionError) as failure:
        is_small()
    assert (tried, failure.value.__notes__) == ([1, 2], ["with 2"])


def test_a_test_without_a_case_is_none() -> None:
    with pytest.raises(AssertionError, match="without a case"):
        each([])
