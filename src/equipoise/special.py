"""Distribution functions that scipy compiles, without what else `scipy.special` loads.

The functions are scipy's own, the same objects. Beside them `scipy.special` prepares itself for
other array libraries, and imports half of numpy's tools for that, down to its reader of Fortran:
six times what the functions take, in every command that plans a trial. So the package is entered
as a module that waits, its compiled part is imported, and the rest is executed when something else
is asked of it, by scipy itself as well. Where scipy is built otherwise, it is imported as ever.

Checked  tests/unit/test_special.py
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
import threading
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

_PACKAGE: Final = "scipy.special"
_COMPILED: Final = "scipy.special._ufuncs"
_WAITS: Final = "_waits_to_be_executed"
_one_at_a_time = threading.RLock()


class _Waiting(ModuleType):
    """A module that is executed when it is first asked for what it does not have."""

    def __getattr__(self, name: str) -> Any:
        with _one_at_a_time:
            if vars(self).pop(_WAITS, False):
                _execute(self)
            if name in vars(self):
                return vars(self)[name]
        raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")

    def __dir__(self) -> list[str]:
        if vars(self).get(_WAITS):
            self.__getattr__("__all__")
        return list(super().__dir__())


def _execute(module: ModuleType) -> None:
    spec = module.__spec__
    assert spec is not None
    assert spec.loader is not None
    spec.loader.exec_module(module)


def _entered(spec: ModuleSpec) -> None:
    """Put the package among the modules without executing it."""
    module = _Waiting(_PACKAGE)
    made = importlib.util.module_from_spec(spec)
    vars(module).update(vars(made), **{_WAITS: True})
    sys.modules[_PACKAGE] = module


def _functions() -> ModuleType:
    """The module of compiled functions; that of the whole package where there is no other."""
    if _PACKAGE not in sys.modules:
        spec = importlib.util.find_spec(_PACKAGE)
        assert spec is not None
        _entered(spec)
    try:
        return importlib.import_module(_COMPILED)
    except ImportError:
        del sys.modules[_PACKAGE]
        return importlib.import_module(_PACKAGE)


if TYPE_CHECKING:
    from scipy.special import (
        betainc as betainc,
    )
    from scipy.special import (
        betainccinv as betainccinv,
    )
    from scipy.special import (
        betaincinv as betaincinv,
    )
    from scipy.special import (
        chdtrc as chdtrc,
    )
    from scipy.special import (
        chdtri as chdtri,
    )
    from scipy.special import (
        expit as expit,
    )
    from scipy.special import (
        fdtrc as fdtrc,
    )
    from scipy.special import (
        gammainccinv as gammainccinv,
    )
    from scipy.special import (
        gammaincinv as gammaincinv,
    )
    from scipy.special import (
        gammaln as gammaln,
    )
    from scipy.special import (
        log_ndtr as log_ndtr,
    )
    from scipy.special import (
        logit as logit,
    )
    from scipy.special import (
        ndtr as ndtr,
    )
    from scipy.special import (
        ndtri as ndtri,
    )
    from scipy.special import (
        psi as psi,
    )
    from scipy.special import (
        stdtr as stdtr,
    )
    from scipy.special import (
        stdtrit as stdtrit,
    )
    from scipy.special import (
        xlog1py as xlog1py,
    )
    from scipy.special import (
        xlogy as xlogy,
    )
else:
    _found = _functions()

    def __getattr__(name: str) -> Any:
        return getattr(_found, name)
