"""RECIST 1.1 and iRECIST: from lesions, or from responses alone, to the best overall response."""
