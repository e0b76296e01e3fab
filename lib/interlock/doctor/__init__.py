"""The doctor: is the guard really on, and is the ground it stands on sound? A finding says what to do."""
