"""What a field is: its kind, label, check, text form and merge policy. Pure; imports only `core`."""
