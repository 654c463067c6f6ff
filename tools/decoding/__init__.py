"""How frames come out of a file: gate, decoders, and the process around them."""
