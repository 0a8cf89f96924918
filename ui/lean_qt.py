"""Import Qt without the texts that PySide keeps about its own functions: they are read when somebody asks for one.

Parser, layouts and type stubs write the words of a TypeError and a function's ``__signature__``. PySide compiles them anew at every
start, out of an archive inside its library, which costs as much as opening an office. Here each stays an empty module until
something is first wanted of it. WORKAROUND: for PySide 6.11; where a release keeps them elsewhere, it is imported as it comes.
"""

from __future__ import annotations

import builtins
import sys
import threading
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

_PLACE = "shibokensupport.signature."
_MAPPING = _PLACE + "mapping"
_WAITING = {_MAPPING, *(_PLACE + name for name in ("errorhandler", "layout", "parser", "lib.enum_sig", "lib.pyi_generator", "lib.tool"))}
_running = threading.RLock()


class _Waiting(ModuleType):
    """A module that is run when something is first wanted of it."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # what the import itself looks for
            raise AttributeError(name)
        with _running:
            run = self.__dict__.pop("_run", None)
            if run is not None:
                run()
        return self.__dict__[name] if name in self.__dict__ else super().__getattribute__(name)


class _Later:
    """Loads a module by another loader, at its first use."""

    def __init__(self, loader: Any) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Waiting(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        spec, name = module.__spec__, module.__name__

        def run() -> None:
            assert spec is not None
            meanwhile, spec.name = spec.name, name  # PySide shows its modules under a second name too
            try:
                self._loader.exec_module(module)
            finally:
                spec.name = meanwhile

        module.__dict__["_run"] = run
        if name == _MAPPING:  # PySide calls this function of it, and looks for it in the module's own dict
            module.__dict__["update_mapping"] = lambda: (module.namespace, module.update_mapping())[1]


class _Finders(list[Any]):
    """The finders of modules; the one that PySide puts before all others lets wait what may wait."""

    def insert(self, place: Any, finder: Any) -> None:
        find = finder.find_spec

        def find_spec(name: str, *about: Any) -> ModuleSpec | None:
            spec: ModuleSpec | None = find(name, *about)
            if spec is not None and name in _WAITING:
                spec.loader = _Later(spec.loader)  # type: ignore[assignment]  # a loader needs no base
            return spec

        finder.find_spec = find_spec
        super().insert(place, finder)


def load() -> None:
    """Import ``PySide6.QtCore``; every other module of Qt is imported as usual afterwards."""
    plain, sys.meta_path = sys.meta_path, _Finders(sys.meta_path)
    try:
        import PySide6.QtCore  # noqa: F401
    finally:
        plain[:] = sys.meta_path
        sys.meta_path = plain
    # PySide's own import reads the source of every module, in search of its ``__feature__``, which nothing here uses
    builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)
