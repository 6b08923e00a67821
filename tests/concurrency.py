"""The same act from many threads at the same moment; use it with `django_db(transaction=True)`."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection


def at_once(act: Callable[[], Any], times: int = 16) -> list:
    """Call `act` in so many threads at the same moment; return what each returned or raised."""
    start = Barrier(times)

    def one(_number: int) -> Any:
        start.wait(timeout=30)
        try:
            return act()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))
