"""The demo nation: invented people, answers, files and judgements over the real regions and the shipped catalogue.

Deterministic for a given day: every choice comes from a generator seeded with the place and the period.
"""
