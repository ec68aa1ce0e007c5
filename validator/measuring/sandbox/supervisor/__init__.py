"""The process around one boxed command, and the few lines that run inside before the command does.

Stands alone: the standard library and the kernel's own calls through ctypes; nothing else of the harness, so that it
starts in milliseconds and can be shown to a sandbox as a folder of its own.

    main.py      starts the command, watches it, ends it and everything that came of it, tells how it went
    enter.py     inside: drops rights, closes doors, becomes the command
    tree.py      the processes below one process, what they use, how they are ended
    cgroups.py   a control group around the box, where this account may make one
    shared.py    shared memory of an account that belongs to one box only
    landlock.py  which files may be read and written (Linux 5.13)
    seccomp.py   which system calls are refused
    connects.py  where no file system of its own hides them: to which sockets a box may connect
    doors.py     lets an unprivileged account reach what lies under folders closed to it (root only)
    capabilities.py  which of root's powers are kept
    kernel.py    prctl and mount, by ctypes
"""

TOLD = "@TOLD@"
"""Stands in a wrapped command for the number of the pipe through which its first process tells."""
