"""The hand of the clock: fires timers that are due and sends letters from the outbox."""
