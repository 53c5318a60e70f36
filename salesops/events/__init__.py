"""What happened: the append-only event row, and the way to record one."""
