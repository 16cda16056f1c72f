"""Persons, places, organisations and addresses in chats, records, letters, logs and tables, with look-alikes that are none."""
