"""Rows that teach a token head the names of people, places, organisations and street addresses.

Text and word lists here are our own. At run time they are joined by names from `faker` (MIT), by span rows and a name
table of microsoft/presidio-research (rows MIT; table by Fake Name Generator, CC BY-SA 3.0 US, to be attributed), and by
common lower-case words counted in the MMLU-Pro questions (Apache-2.0).
"""
