"""Neural networks from first principles, in numpy."""

__version__ = "0.1.0"
