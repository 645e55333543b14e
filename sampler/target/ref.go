// Package target knows how rings are named on a command line, and opens them. It is the only package that knows all sources.
package target

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Kind says how a ring is named.
type Kind uint8

// Kinds of targets.
const (
	ID   Kind = iota + 1 // id:N, or a bare number
	Name                 // name:NAME, or a bare word
	Pin                  // pin:PATH
	PID                  // pid:PID
	File                 // file:PATH
	Demo                 // demo, or demo:SCENARIO
)

// Ref is a parsed target.
type Ref struct {
	Kind   Kind
	Number uint32 // of ID and PID
	Text   string // of the others: name, path or scenario; empty for plain demo
}

// ErrTarget is wrapped by every error about a target that can't be understood. It is wrong usage: exit code 2.
var ErrTarget = errors.New("no target")

const forms = "id:N, name:NAME, pin:PATH, pid:PID, file:PATH, demo or demo:SCENARIO"

// longest is how many bytes a name or a path can have: no path of Linux has more (PATH_MAX, include/uapi/linux/limits.h, less the zero byte).
const longest = 4095

// Suffix is how the path of a recording ends.
const Suffix = ".rsc"

// Parse reads a target: id:N, name:NAME, pin:PATH, pid:PID, file:PATH, demo or demo:SCENARIO. A bare number is an id, a bare word
// a name; `demo` is reserved, a ring of that name is name:demo. No name or path has more than 4,095 bytes. Errors wrap [ErrTarget].
func Parse(s string) (Ref, error) {
	if s == "" {
		return Ref{}, fmt.Errorf("%w: it is empty, expected %s", ErrTarget, forms)
	}
	if strings.ContainsRune(s, 0) {
		return Ref{}, fmt.Errorf("%w: \"%s\" holds a zero byte", ErrTarget, s)
	}
	if s == "demo" {
		return Ref{Kind: Demo}, nil
	}
	prefix, rest, has := strings.Cut(s, ":")
	kind, known := prefixes[prefix]
	known = known && has
	if !known {
		rest = s
	}
	if len(rest) > longest {
		return Ref{}, fmt.Errorf("%w: it is %d bytes long, and no name or path has more than %d", ErrTarget, len(s), longest)
	}
	if known {
		return prefixed(kind, prefix, rest)
	}
	switch {
	case digits(s):
		return number(ID, "id", s)
	case strings.ContainsRune(s, '/') || strings.HasSuffix(s, Suffix):
		return Ref{}, fmt.Errorf("%w: \"%s\" is the path of a recording, and this ringscope can't replay recordings; a ring in a file is file:%s, a pinned one pin:%s",
			ErrTarget, s, s, s)
	case has:
		return Ref{}, fmt.Errorf("%w: \"%s\" begins with an unknown kind \"%s\", expected %s; a ring of that name is name:%s", ErrTarget, s, prefix+":", forms, s)
	}
	return Ref{Kind: Name, Text: s}, nil
}

var prefixes = map[string]Kind{"id": ID, "name": Name, "pin": Pin, "pid": PID, "file": File, "demo": Demo}

func prefixed(kind Kind, prefix, rest string) (Ref, error) {
	if rest == "" {
		return Ref{}, fmt.Errorf("%w: nothing stands behind \"%s\"", ErrTarget, prefix+":")
	}
	if kind == ID || kind == PID {
		return number(kind, prefix, rest)
	}
	return Ref{Kind: kind, Text: rest}, nil
}

func number(kind Kind, what, s string) (Ref, error) {
	largest := uint64(math.MaxUint32)
	if kind == PID {
		largest = maxPID
	}
	n, err := strconv.ParseUint(s, 10, 32)
	if err != nil || n == 0 || !digits(s) || n > largest {
		return Ref{}, fmt.Errorf("%w: \"%s\" is no %s, expected a number from 1 to %d; `ringscope list` shows the rings of this host", ErrTarget, s, what, largest)
	}
	return Ref{Kind: kind, Number: uint32(n)}, nil
}

// maxPID is the largest process id that fits an int32.
const maxPID = 1<<31 - 1

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// String spells the target so that [Parse] reads it again.
func (r Ref) String() string {
	switch r.Kind {
	case ID:
		return "id:" + strconv.FormatUint(uint64(r.Number), 10)
	case PID:
		return "pid:" + strconv.FormatUint(uint64(r.Number), 10)
	case Name:
		return "name:" + r.Text
	case Pin:
		return "pin:" + r.Text
	case File:
		return "file:" + r.Text
	case Demo:
		if r.Text == "" {
			return "demo"
		}
		return "demo:" + r.Text
	default:
		return "no target"
	}
}
