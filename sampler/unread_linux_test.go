package sampler_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"ringscope/internal/faulttest"
	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/ringcore/shm"
	"ringscope/sampler"
)

// sealed is a ring whose observer can't touch pages of which every byte is payload.
type sealed struct {
	writer ringcore.Writer
	view   *ringcore.Ring
}

const sealedPages = 64

// sealedFrom is where the first record begins: with a page, of an odd number.
func sealedFrom() ringcore.Pos { return (5*sealedPages + 11) * ringcore.Pos(os.Getpagesize()) }

// makeSealed makes one of format f and writes to it across its end. Every other record fills one whole page, which is sealed: its header ends at
// the very end of the page before, or shift bytes before that. The first page of the data area is one of them.
func makeSealed(t *testing.T, f *ringcore.Format, shift uint64) *sealed {
	t.Helper()
	page := uint64(os.Getpagesize())
	size := sealedPages * page
	mapping, err := shm.Anonymous(size, 0)
	if err != nil {
		t.Fatal(err)
	}
	view, err := mapping.View()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(view.Close(), mapping.Close()); err != nil {
			t.Error(err)
		}
	})
	g := f.Geometry(size, os.Getpagesize())
	ring, err := ringcore.NewRing(f, g, ringcore.Memory{Consumer: mapping.Consumer, Producer: mapping.Producer, Data: mapping.Data})
	if err != nil {
		t.Fatal(err)
	}
	for _, position := range [][]byte{mapping.Consumer, mapping.Producer} {
		binary.NativeEndian.PutUint64(position, sealedFrom())
	}
	s := &sealed{}
	if s.view, err = ringcore.NewRing(f, g, ringcore.Memory{Consumer: view.Consumer, Producer: view.Producer, Data: view.Data}); err != nil {
		t.Fatal(err)
	}
	if s.writer, err = ringcore.NewWriter(ring); err != nil {
		t.Fatal(err)
	}
	header := uint64(f.HeaderSize)
	for at := sealedFrom(); at+2*page <= sealedFrom()+size-page; at += 2 * page {
		s.write(t, uint32(page-2*header-shift))
		s.write(t, uint32(page+shift))
		in := (at + page) % size
		for _, copied := range []uint64{in, size + in} {
			if err := unix.Mprotect(view.Data[copied:copied+page], unix.PROT_NONE); err != nil {
				t.Fatal(err)
			}
		}
	}
	return s
}

// write writes a record of n bytes, which are not 0.
func (s *sealed) write(t *testing.T, n uint32) {
	t.Helper()
	v, err := s.writer.Reserve(n)
	if err != nil {
		t.Fatal(err)
	}
	for i := range v.Payload {
		v.Payload[i] = 0x5a
	}
	s.writer.Submit(v)
}

// TestPayloadsLeftUnreadAreNotTouched looks at rings of every format in every way there is, with and without leave to read payloads. A
// header is found at each place before a sealed page at which one can stand.
func TestPayloadsLeftUnreadAreNotTouched(t *testing.T) {
	now := time.Date(2026, 9, 1, 2, 14, 7, 0, time.UTC)
	var d model.Detail
	everything := func(model.Row) bool { return true }
	some := func(r *model.Row) bool { return r.Pos > 0 }
	tape := func(anchor model.Anchor) model.TapeFocus {
		return model.TapeFocus{Anchor: anchor, Before: 64, Column: 8, Columns: model.MaxTape}
	}
	ways := map[string]func(o *sampler.Observed){
		"rows at the reader": func(o *sampler.Observed) { d = o.Detail(now, model.Focus{Rows: 100, Payload: 4096}) },
		"rows at the newest": func(o *sampler.Observed) {
			d = o.Detail(now, model.Focus{Anchor: model.AtNewest, Rows: 100, Payload: 4096})
		},
		"rows that are filtered": func(o *sampler.Observed) { d = o.Detail(now, model.Focus{Rows: 100, Payload: 64, Match: some}) },
		"rows by their payload": func(o *sampler.Observed) {
			d = o.Detail(now, model.Focus{Rows: 100, Payload: 64, Match: some, MatchPayload: true})
		},
		"everything for a dump": func(o *sampler.Observed) { _ = o.Dump(4096, everything) },
		"a position in a payload": func(o *sampler.Observed) {
			d = o.Detail(now, model.Focus{Anchor: model.AtPos, From: sealedFrom() + 9000, Before: 3, Rows: 9, Payload: 64})
		},
	}
	never := map[string]func(o *sampler.Observed){
		"the tape at the reader": func(o *sampler.Observed) { d = o.Detail(now, model.Focus{Tape: tape(model.AtReader)}) },
		"the tape at the newest": func(o *sampler.Observed) { d = o.Detail(now, model.Focus{Tape: tape(model.AtNewest)}) },
	}
	for _, f := range ringcore.Formats {
		for shift := uint64(0); shift < 9; shift += f.Align {
			t.Run(fmt.Sprint(f.Name, " ", shift), func(t *testing.T) {
				s := makeSealed(t, f, shift)
				look := func(may bool) *sampler.Observed {
					o := sampler.NewObserved(s.view, sampler.ObservedOptions{Payload: may})
					if _, did := faulttest.Faults(func() {
						if _, err := o.Look(now, model.NewAccount()); err != nil {
							t.Error(err)
						}
					}); did {
						t.Fatal("a look touched payloads")
					}
					d = model.Detail{}
					return o
				}
				for _, may := range []bool{false, true} {
					for name, way := range ways {
						o := look(may)
						if _, did := faulttest.Faults(func() { way(o) }); did != may {
							t.Errorf("%s, payloads may be read %v: touched %v", name, may, did)
						}
						if !may && d.Excerpt.Read != 0 {
							t.Errorf("%s: %d payloads were read for a sample", name, d.Excerpt.Read)
						}
						for _, r := range d.Rows {
							if !may && r.Payload != nil {
								t.Errorf("%s: a payload of %d bytes", name, len(r.Payload))
							}
						}
					}
				}
				for name, way := range never {
					o := look(false)
					if _, did := faulttest.Faults(func() { way(o) }); did || d.Excerpt.Records == 0 || d.Excerpt.Read != 0 {
						t.Errorf("%s touched payloads, or was of none: %+v", name, d.Excerpt)
					}
				}
			})
		}
	}
}
