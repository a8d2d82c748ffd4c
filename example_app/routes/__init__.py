"""The bookshop's endpoints, one file per family of findings: sins and, beside them, cures."""
