package bpf

import (
	"golang.org/x/sys/unix"

	"ringscope/model"
)

// olderCalls are those that architectures from before 2012 have beside genericCalls.
var olderCalls = map[uint64]waiting{
	unix.SYS_EPOLL_WAIT: {how: inEpoll, timeout: 3},
	unix.SYS_POLL:       {how: inPoll, timeout: 2},
	unix.SYS_SELECT:     {how: inSelect, timeout: 4, points: true},
}

// otherCalls is how it is known that a thread in any other call does not wait for descriptors.
const otherCalls = model.Exact
