"""What an administrator does: people, organisations, roles. No case content comes by here.

Every function refuses with NotAllowed when the viewer is no administrator.
"""

from tasks.administration.checks import clean_email, clean_name, clean_username
from tasks.administration.overview import IncidentRow, RouteRow, incidents, routes
from tasks.administration.persons import (
    MembershipRow,
    NewPerson,
    PersonRow,
    add_membership,
    add_person,
    change_person,
    disable,
    enable,
    make_administrator,
    people,
    person,
    remove_administrator,
    remove_membership,
    reset,
)
from tasks.administration.places import (
    OrganisationPartyRow,
    OrganisationRow,
    add_organisation,
    add_party,
    change_organisation,
    organisations,
    remove_party,
)
from tasks.refusals import Invalid

__all__ = [
    "IncidentRow",
    "Invalid",
    "MembershipRow",
    "NewPerson",
    "OrganisationPartyRow",
    "OrganisationRow",
    "PersonRow",
    "RouteRow",
    "add_membership",
    "add_organisation",
    "add_party",
    "add_person",
    "change_organisation",
    "change_person",
    "clean_email",
    "clean_name",
    "clean_username",
    "disable",
    "enable",
    "incidents",
    "make_administrator",
    "organisations",
    "people",
    "person",
    "remove_administrator",
    "remove_membership",
    "remove_party",
    "reset",
    "routes",
]
