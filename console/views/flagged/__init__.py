"""The review of what is reported, one message at a time: its page, its rounds, its verdicts."""
