"""Training and held-out texts for the jailbreak head: attacks on the instructions of a model, and ordinary prompts."""
