"""Moving a case, with its history, to another partner."""
