"""What a step costs, beside raw SpiffWorkflow: ``make bench``, or ``python -m tests.bench``.

Every figure stands beside its yardstick, measured in turns in the same run: the machine is noisy,
the ratio is what counts. ``board`` prints, ``turns`` measures, ``routes`` are the diagrams,
``plain`` is SpiffWorkflow as it comes, ``ours`` an installation; the sections are ``completing``,
``languages``, ``looping``, ``timers`` and ``memory``.
"""

import warnings

# PostgreSQL's wheel asks, while it is imported, where its socket may be, and has its own answer.
warnings.filterwarnings("ignore", "XDG_RUNTIME_DIR")
