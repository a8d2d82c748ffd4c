"""Counting the connections of the application's pools, while somebody watches them."""
