"""What the questions accept and refuse, alone, together and at random, and the reference of answers."""
