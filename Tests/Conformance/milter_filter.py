#!/usr/bin/python3
"""A milter for filters.py, on libmilter itself (python3-milter): does what the subject says. milter_filter.py PORT"""
import os
import sys

import Milter


class Filter(Milter.Base):
    def __init__(self):
        self.subject = ""
        self.size = 0

    def header(self, name, value):
        if name.lower() == "subject":
            self.subject = value.strip()
        return Milter.CONTINUE

    def body(self, piece):
        self.size += len(piece)
        if self.subject == "die":
            os._exit(1)
        return Milter.CONTINUE

    def eom(self):
        if self.subject == "reject":
            self.setreply("550", "5.7.9", "not this one")
            return Milter.REJECT
        if self.subject == "tempfail":
            return Milter.TEMPFAIL
        if self.subject == "discard":
            return Milter.DISCARD
        if self.subject == "quarantine":
            self.quarantine("it smells")
        if self.subject == "change":
            self.chgheader("Subject", 1, "changed by the filter")
        self.addheader("X-Milter", f"seen {self.size} octets")
        return Milter.ACCEPT


Milter.factory = Filter
Milter.set_flags(Milter.ADDHDRS | Milter.CHGHDRS | Milter.QUARANTINE)
Milter.runmilter("martlet-test", f"inet:{sys.argv[1]}@127.0.0.1", 30)
