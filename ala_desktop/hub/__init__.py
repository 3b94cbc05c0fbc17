"""The hub of ALA: takes in the comuni's frames, orders them, gives them out again. It never folds."""
