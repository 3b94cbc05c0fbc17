"""Pure functions of the domain that cite their source. Imports only `fields` and `core`."""
