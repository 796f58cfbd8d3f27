"""What people see: observers of events, and tables of results."""
