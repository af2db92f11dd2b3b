"""The trade: what a payroll registration must say, when payroll data flow first, and what each package asks.

Pure: no I/O, no clock, no randomness. What decides on time receives it as a value.
"""
