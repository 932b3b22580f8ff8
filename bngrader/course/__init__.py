"""A running course: its submissions, its journal, its results and reports."""
