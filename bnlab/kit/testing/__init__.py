"""How behaviour is put to the test, by the public checks and by the hidden tests alike."""
