"""What every other package uses: report types, solutions on disk, fingerprints of the grader."""
