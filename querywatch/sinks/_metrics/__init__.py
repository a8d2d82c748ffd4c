"""What the exporters of metrics share: the table, the limits of its labels, a report's figures."""
