"""Public checks: the properties of the hidden tests, on other inputs."""
