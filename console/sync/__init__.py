"""The collector: it pulls, delivers and carries out what the desk asked. No Qt."""
