"""Tests of the fingerprint: tables of statements, and laws that hold for any text."""
