"""The class report: one page that says what to explain in the next lecture, and tables beside it.

- `situation`: what the reports do not say: names, times of attempts, due dates, answers to mark
- `statistics`: distribution, difficulty and discrimination, mistakes, who has fallen behind
- `sentences`: the summary
- `plots`, `page`: SVG and HTML
- `tables`: CSV
"""
