"""Injected orders inside documents and tools' results, wrapped harm, forced phrases and disguises, each with harmless twins."""
