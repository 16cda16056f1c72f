"""Generators of training and development data, one package or module per family of tasks."""
