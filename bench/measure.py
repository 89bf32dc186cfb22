#!/usr/bin/env python3
"""Runs a command and appends one line to a table: label, wall seconds, CPU seconds (user and system, of the process and
of its children), peak resident memory in MB, exit code. Usage: measure.py TABLE LABEL COMMAND [ARGUMENT ...]
What the command prints goes to TABLE.log, so that a failed run can be read."""
import os
import subprocess
import sys
import time


def main(table, label, command):
    with open(table + ".log", "ab") as log:
        log.write(f"\n== {label}: {' '.join(command[:4])} ...\n".encode())
        log.flush()
        began = time.monotonic()
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        _, status, used = os.wait4(child.pid, 0)
        wall = time.monotonic() - began
    code = os.waitstatus_to_exitcode(status)
    cpu = used.ru_utime + used.ru_stime
    peak = used.ru_maxrss * 1024 / 1_000_000  # Linux counts in KiB
    with open(table, "a", encoding="utf-8") as out:
        out.write(f"{label}\t{wall:.2f}\t{cpu:.2f}\t{peak:.1f}\t{code}\n")
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
