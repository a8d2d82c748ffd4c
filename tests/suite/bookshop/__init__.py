"""The bookshop that the suite of 300 tests is about."""
