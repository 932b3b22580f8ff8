"""What every other package uses: reports, solutions, fingerprint of the grader, files, errors."""
