"""The standard's own names that hold spaces (DMN 1.5, 10.3.2.6, table 61 and 10.3.4)."""

from __future__ import annotations

SPACED_TYPES = (
    "date and time",
    "days and time duration",
    "years and months duration",
    "day and time duration",
    "year and month duration",
)
SPACED_PROPERTIES = ("time offset", "start included", "end included")
SPACED_FUNCTIONS = (
    "date and time",
    "years and months duration",
    "string length",
    "upper case",
    "lower case",
    "substring before",
    "substring after",
    "starts with",
    "ends with",
    "string join",
    "list contains",
    "list replace",
    "insert before",
    "index of",
    "distinct values",
    "round up",
    "round down",
    "round half up",
    "round half down",
    "met by",
    "overlaps before",
    "overlaps after",
    "finished by",
    "started by",
    "day of year",
    "day of week",
    "month of year",
    "week of year",
    "get value",
    "get entries",
    "context put",
    "context merge",
)
