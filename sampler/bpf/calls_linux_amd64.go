package bpf

import (
	"golang.org/x/sys/unix"

	"ringscope/model"
)

// olderCalls are those that architectures from before 2012 have beside genericCalls.
var olderCalls = map[uint64]waiting{unix.SYS_EPOLL_WAIT: inEpoll, unix.SYS_POLL: inPoll, unix.SYS_SELECT: inSelect}

// otherCalls is how it is known that a thread in any other call does not wait for descriptors.
const otherCalls = model.Exact
