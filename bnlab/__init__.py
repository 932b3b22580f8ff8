"""bnlab: the exercise package. The modules beside this file are yours to complete; `kit` is supplied."""
