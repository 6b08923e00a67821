"""What a service raises when a policy names obstacles."""


class NotAllowed(Exception):
    """An act refused; `reasons` are the obstacles, Indonesian sentences that a person can act on."""

    def __init__(self, reasons: list[str]):
        super().__init__(" ".join(str(reason) for reason in reasons))
        self.reasons = list(reasons)


def refuse(reasons: list[str]) -> None:
    """Raise NotAllowed if a policy named any obstacle."""
    if reasons:
        raise NotAllowed(reasons)
