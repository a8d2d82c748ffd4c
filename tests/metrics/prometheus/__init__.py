"""Tests of the sink for Prometheus, and of the page that is scraped."""
