"""The similarity report: pairs of submissions that share what nobody else wrote. Advice, no mark.

- `tokens`: modules and answers as sequences that renaming and reordering do not change
- `pairs`: what two learners share, less what the course gave them
- `page`: the evidence side by side
"""
