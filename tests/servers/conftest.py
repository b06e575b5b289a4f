"""The blog for the tests of this folder; others import the same fixture."""

from tests.servers.wordpress import wordpress

__all__ = ["wordpress"]
