"""What layers are tried in: data, models, the training loop, devices, plots."""
