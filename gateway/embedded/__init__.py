"""Real backends that run beside the gateway in development and tests."""
