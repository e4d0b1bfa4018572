"""dangbot: the answer desk of a grassroots organisation in its messaging groups."""

__version__ = "0.1.0"
