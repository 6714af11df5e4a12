"""The hand of the clock: fires due timers, writes reminders, sends letters from the outbox."""
