"""What several experiments use: trials, training, residual networks, statistics, provenance."""
