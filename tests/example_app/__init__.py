"""The bookshop works, its pairs agree, and querywatch says of them what the catalogue says."""
