"""The only place that starts processes, opens sockets or writes files."""
