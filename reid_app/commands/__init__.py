"""What the larger commands of the command line do; nothing else imports this room."""
