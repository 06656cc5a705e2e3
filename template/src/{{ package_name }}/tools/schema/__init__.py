"""What is in a database: `read.py` reads a catalogue of it, which the other rooms compare with."""
