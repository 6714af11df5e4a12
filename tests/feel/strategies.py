"""Made-up FEEL values and texts for the property tests."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from hypothesis import strategies as st

from engine import feel

ZONES = ["Europe/Amsterdam", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"]

numbers = st.decimals(
    min_value=Decimal("-1e20"), max_value=Decimal("1e20"), allow_nan=False, allow_infinity=False
).map(lambda number: feel.from_python(number))
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
python_dates = st.dates(dt.date(1600, 1, 1), dt.date(2400, 12, 31))
python_moments = st.datetimes(dt.datetime(1980, 1, 1), dt.datetime(2100, 1, 1))
zones = st.none() | st.sampled_from(ZONES) | st.integers(-14 * 60, 14 * 60).map(lambda m: m * 60)
dates = st.builds(
    feel.Date, st.integers(-999_999_999, 999_999_999), st.integers(1, 12), st.integers(1, 28)
)
times = st.builds(
    feel.Time,
    st.integers(0, 23),
    st.integers(0, 59),
    st.integers(0, 59),
    st.integers(0, 999_999_999),
    zones,
)
moments = st.builds(feel.DateTime, dates, times)
durations = st.integers(-(10**20), 10**20).map(feel.DaysAndTimeDuration) | st.integers(
    -(10**10), 10**10
).map(feel.YearsAndMonthsDuration)
ranges = st.builds(feel.Range, numbers, numbers, st.booleans(), st.booleans())
atoms = st.none() | st.booleans() | numbers | texts | dates | times | moments | durations | ranges
values = st.recursive(
    atoms,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)
