"""Who may be analysed: the gate that masks everybody else, and the words to ask with."""
