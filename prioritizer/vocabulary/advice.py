"""The sentences that every output carries."""

ADVICE = "Advice for a person, who decides. It ranks reports and judges nobody."
SYNTHETIC = "These reports are invented: figures show mechanics, not field validity."
CAVEAT = (
    "Figures on synthetic reports show that the mechanics work. They say nothing "
    "about how well the ranking serves in the field."
)
