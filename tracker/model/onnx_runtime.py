"""onnxruntime with its telemetry switched off; all other files import it from here.

Releases before 1.29 report on Windows alone, to the system's own event log (ETW), from where Windows may send it on.
"""

import onnxruntime
from onnxruntime.capi import onnxruntime_pybind11_state as runtime_errors

__all__ = ["onnxruntime", "runtime_errors"]

onnxruntime.disable_telemetry_events()
