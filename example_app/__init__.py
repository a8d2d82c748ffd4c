"""A small bookshop, done right, in which every sin querywatch finds stands beside its cure."""
