"""The book's figures: one module per chapter, each drawing SVGs into this folder."""
