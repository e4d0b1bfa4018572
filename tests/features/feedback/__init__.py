"""Tests of votes, counts and figures."""
