"""ALA Desktop: housing services of the comuni in the Ambito di Lodi, offline first.

What lives here: the package's name and version. What does not: code; every module below says in its
first lines what it holds and who may import it, and the layer contract in `pyproject.toml` checks it.
"""

__version__ = "0.1.0"
