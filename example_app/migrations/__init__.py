"""How the bookshop's tables came to be, one version after the other."""
