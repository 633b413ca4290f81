"""A deterministic simulation of sending: the real code on a loop, a clock, a network and a server drawn from one seed."""
