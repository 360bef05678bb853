"""Kernels of time-to-event analysis; beside each one its plain twin, `<name>_plain`."""
