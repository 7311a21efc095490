"""The gallery: every component in every state, for whoever builds or judges a page."""

from __future__ import annotations
