package model

import (
	"testing"

	"ringscope/ringcore"
)

// TestWhoAskedForARecord has all cases in which the program that holds a record can be told by the record's span, and where it can't.
func TestWhoAskedForARecord(t *testing.T) {
	reserve := func(line int, bytes Figure[uint32]) Site {
		return Site{Call: "reserve", Bytes: bytes, File: "x.bpf.c", Line: line}
	}
	exec := Program{ID: 1, Name: "exec", Sites: []Site{reserve(10, Of[uint32](64)), {Call: "submit", Line: 11}}}
	open := Program{ID: 2, Name: "open", Sites: []Site{reserve(20, Of[uint32](120)), reserve(30, Of[uint32](121)), {Call: "output", Bytes: Of[uint32](40), Line: 40}}}
	dynamic := Program{ID: 3, Name: "any", Sites: []Site{reserve(50, Figure[uint32]{})}}
	dark := Program{ID: 4, Name: "dark"}
	for name, c := range map[string]struct {
		programs []Program
		span     uint64
		id       uint32
		line     int
	}{
		"one place":                     {[]Program{exec, open}, 72, 1, 10},
		"the next span":                 {[]Program{exec, open}, 136, 2, 30},
		"same span":                     {[]Program{exec, {ID: 5, Sites: []Site{reserve(1, Of[uint32](60))}}}, 72, 0, 0},
		"no constant":                   {[]Program{exec, dynamic}, 72, 0, 0},
		"no constant, another span":     {[]Program{exec, dynamic}, 80, 3, 50},
		"a program that is not known":   {[]Program{exec, dark}, 72, 0, 0},
		"only one program, not known":   {[]Program{dark}, 72, 4, 0},
		"only one program, other spans": {[]Program{exec}, 800, 1, 0},
		"output":                        {[]Program{exec, open}, 48, 0, 0},
		"nobody":                        {nil, 72, 0, 0},
	} {
		f := facts{Account: &Account{ring: &Ring{Programs: c.programs}, format: ringcore.Linux}}
		if p, s := f.asks(c.span, "reserve"); p.ID != c.id || s.Line != c.line {
			t.Errorf("%s: program %d at %d, want %d at %d", name, p.ID, s.Line, c.id, c.line)
		}
	}
	f := facts{Account: &Account{ring: &Ring{Programs: []Program{open}}, format: ringcore.Linux}}
	if p, s := f.asks(128, "reserve"); p.ID != 2 || s.Line != 20 {
		t.Errorf("120 and 121 are told apart by their spans: program %d at %d", p.ID, s.Line)
	}
	open.Sites = append(open.Sites, reserve(60, Of[uint32](119)))
	f.ring = &Ring{Programs: []Program{open, exec}}
	if p, s := f.asks(128, "reserve"); p.ID != 2 || s.Call != "" {
		t.Errorf("two places in one program: program %d at %d, want 2 and no place", p.ID, s.Line)
	}
}
