"""dangbot: the answer desk of a grassroots organisation in its messaging groups."""

__version__ = "0.1.0"

import os

# Looking for plugins of pydantic reads the metadata of every installed package, at every start.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
