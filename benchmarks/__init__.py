"""What querywatch costs, as ratios to bare SQLAlchemy in the same run."""
