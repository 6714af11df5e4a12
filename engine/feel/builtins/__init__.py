"""The built-in functions of DMN 1.5, 10.3.4, a module for each table of the standard."""
