"""Wires the rooms into a running site."""
