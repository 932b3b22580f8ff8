"""Collecting: from downloads of learning platforms to `<learner>/<unit>/`, with nobody lost.

- `nodes`, `archives`: what is in a download, on disk or packed, read within limits
- `moodle`, `canvas`, `blackboard`, `brightspace`, `gradescope`, `classroom`, `plain`: whose a file
  is, by the names that a platform gives
- `recognise`: which platform a folder comes from, and the things in it
- `content`: which files of a thing are a submission
- `identity`, `unmatched`: which learner an owner is
- `attempts`: every attempt, and the one that counts
- `collect`: all of it, one line for each thing
"""
