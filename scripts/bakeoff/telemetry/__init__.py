"""Telemetry: memory, power and load, sampled by a process of its own while a server runs.

``sampler`` is that process, ``sampling`` the job's end of it. Each source of samples is a
module that offers a class with the methods of :class:`bakeoff.telemetry.source.Source`.
"""
