"""How the processes of the portal collect garbage."""

import gc


def keep_what_is_loaded() -> None:
    """Leave what a started process holds out of the search for cycles, and let that search come seldom.

    What is loaded lives as long as the process, and what a page or a computation makes is freed by counting references:
    looking for cycles among all of it took up to a fifth of the time of a page (docs/performance.md).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 10, 10)
