"""Tests of the Bot API server that the end-to-end tests stand on."""
