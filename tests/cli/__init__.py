"""The command line, run as a process and called as a function."""
