"""The truth: definitions, cases, the step, timers; the languages and the arithmetic they need."""
