package bpf

import (
	"os"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"ringscope/internal/faulttest"
	"ringscope/internal/need"
	"ringscope/model"
	"ringscope/sampler/bpf/bpftest"
)

// TestPayloadsOfAKernelRingAreNotTouched watches, shows, consumes and dumps a ring of the kernel whose records have one page with their header and
// three with nothing but payload, which this process can't touch.
func TestPayloadsOfAKernelRingAreNotTouched(t *testing.T) {
	need.BPF(t)
	page := os.Getpagesize()
	for _, o := range []Options{{}, {Consume: true}, {Payload: true}} {
		r := bpftest.Make(t, "sealed", 64*page)
		w := r.NewWriter(t, 4*page-8)
		s := openStage(t, Selector{ID: r.ID(t)}, o)
		s.look()
		if told, later := s.ring(t).PayloadUnread, s.census().PayloadUnread; told == o.Payload || later == o.Payload {
			t.Errorf("%+v: told that payloads are left unread: %v, after a census %v", o, told, later)
		}
		data := s.kernel().mem.memory().Data
		for at := 0; at < len(data); at += 4 * page {
			if err := unix.Mprotect(data[at+page:at+4*page], unix.PROT_NONE); err != nil {
				t.Fatal(err)
			}
		}
		_, did := faulttest.Faults(func() {
			for range 10 {
				if !o.Consume {
					r.Forge(t, s.last.Producer) // a reader that keeps up
				}
				w.Produce(t, bpftest.Load{Records: 12, DiscardEvery: 5})
				s.pass(time.Second)
				d := s.src.Detail(s.now, model.Focus{Anchor: model.AtNewest, Rows: 100, Payload: 4096, Tape: model.TapeFocus{Column: 64, Columns: model.MaxTape}})
				if len(d.Rows) == 0 || len(d.Tape.Cells) == 0 || d.Excerpt.Records == 0 || d.Excerpt.Read != 0 {
					t.Errorf("%+v: %d rows, %d cells of tape, a sample of %d payloads of %d records", o, len(d.Rows), len(d.Tape.Cells), d.Excerpt.Read, d.Excerpt.Records)
				}
			}
			rows := 0
			if err := s.kernel().Dump(4096, func(model.Row) bool { rows++; return true }); err != nil || rows == 0 {
				t.Errorf("%+v: %d rows in a dump, %v", o, rows, err)
			}
		})
		if did != o.Payload {
			t.Errorf("%+v: touched payloads: %v", o, did)
		}
		if !o.Payload && (s.missed != 0 || s.truth.Records != 120) {
			t.Errorf("%+v: %d records of 120 were seen, %d bytes missed", o, s.truth.Records, s.missed)
		}
	}
}
