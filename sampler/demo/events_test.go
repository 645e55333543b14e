package demo

import (
	"bytes"
	"encoding/binary"
	"testing"
	"time"
)

func TestEventsAreWhole(t *testing.T) {
	h := newHost(7, 2, 0)
	kinds := map[uint32]int{}
	for i := range 20_000 {
		payload := bytes.Repeat([]byte{0xee}, 64)
		if i%5 == 0 {
			payload = bytes.Repeat([]byte{0xee}, 120)
		}
		at := time.Duration(i) * time.Millisecond
		h.fill(payload, at)
		kind, pid := binary.LittleEndian.Uint32(payload[8:]), binary.LittleEndian.Uint32(payload[12:])
		kinds[kind]++
		if got := binary.LittleEndian.Uint64(payload); got != uint64(at) {
			t.Fatalf("event %d has the time %d, expected %d", i, got, at)
		}
		if pid < 2000 || pid > 4_194_304 {
			t.Fatalf("event %d has pid %d", i, pid)
		}
		checkText(t, "comm", payload[24:40])
		switch kind {
		case eventExec:
			checkText(t, "file", payload[40:64])
		case eventOpen:
			checkText(t, "path", payload[40:120])
		case eventExit:
			if lived, cpu := binary.LittleEndian.Uint64(payload[40:]), binary.LittleEndian.Uint64(payload[48:]); lived > uint64(at) || cpu > lived {
				t.Fatalf("event %d: lived for %d ns and computed for %d ns of %d", i, lived, cpu, at)
			}
		default:
			t.Fatalf("event %d is of type %d", i, kind)
		}
	}
	if kinds[eventOpen] != 4000 || kinds[eventExec] < 7000 || kinds[eventExit] < 7000 {
		t.Errorf("types of events: %v", kinds)
	}
}

// checkText checks a char array: printable, not empty, and zero from the first zero byte on.
func checkText(t *testing.T, what string, b []byte) {
	t.Helper()
	text, rest, _ := bytes.Cut(b, []byte{0})
	if len(text) == 0 || len(text) == len(b) || len(bytes.Trim(rest, "\x00")) > 0 {
		t.Fatalf("%s %q is no text that ends with zeros", what, b)
	}
	for _, c := range text {
		if c < ' ' || c > '~' {
			t.Fatalf("%s %q is not printable", what, text)
		}
	}
}

func TestEventsFillEverySize(t *testing.T) {
	for _, size := range []int{0, 1, 7, 8, 21, 63, 65, 95, 96, 119, 121, 5000} {
		payload := bytes.Repeat([]byte{0xee}, size)
		newHost(1, 0, 0).fill(payload, 0x0123456789)
		if i := bytes.IndexByte(payload, 0xee); i >= 0 {
			t.Errorf("payload of %d bytes: byte %d was left as it was", size, i)
		}
		if size > largestEvent && len(bytes.Trim(payload[largestEvent:], "\x00")) > 0 {
			t.Errorf("payload of %d bytes holds more than an event", size)
		}
	}
}

func TestProgramsFitTheirFields(t *testing.T) {
	for _, p := range programs {
		if len(p.comm) > 15 || len(p.file) > 23 {
			t.Errorf("program %q, %q does not fit comm[16] and file[24]", p.comm, p.file)
		}
	}
	for _, p := range paths {
		if len(p) > 79 {
			t.Errorf("path %q does not fit path[80]", p)
		}
	}
}
