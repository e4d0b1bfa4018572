"""Tests of the knowledge files and of everything that reads them."""
