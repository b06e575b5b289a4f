"""Files as a way in: what an export or a mailbox on the disk says, read as a platform's own answers are."""
