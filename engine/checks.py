"""stub"""
from collections.abc import Mapping
from engine.routes import Route, read_route
def checked_route(files: Mapping[str, bytes]) -> Route:
    return read_route(files)
