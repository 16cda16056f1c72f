"""Hand-written seeds and small slot grammars for the dialogue heads of the encoder.

Run `python -m generators.dialogue --out DIR --seed N` from `Training/encoder`.
"""
