package sampler_test

import (
	"encoding/binary"
	"testing"
	"time"

	"ringscope/model"
	"ringscope/ringcore"
)

// taped is a ring of 64 KiB on which every state can be seen: read, read discarded, unread, unread discarded and busy records of 64
// bytes each, in this order, from position 8192 on; the reader stands at the third.
func taped(t testing.TB) *scripted {
	t.Helper()
	s := newScripted(t, 64<<10)
	in := model.NewAccount()
	s.write(t, 128)
	for i := range 5 {
		v, err := s.producer.Reserve(56)
		if err != nil {
			t.Fatal(err)
		}
		switch i {
		case 1, 3:
			s.producer.Discard(v)
		case 4: // busy
		default:
			s.producer.Submit(v)
		}
	}
	s.read(8192 + 128)
	if _, err := s.Look(time.Time{}, in); err != nil {
		t.Fatal(err)
	}
	return s
}

// read sets the consumer position.
func (s *scripted) read(to ringcore.Pos) {
	binary.NativeEndian.PutUint64(s.Ring().Memory().Consumer, to)
}

func (s *scripted) tape(f model.TapeFocus) model.Tape {
	return s.Detail(time.Time{}, model.Focus{Tape: f}).Tape
}

func TestTapeAtEightBytes(t *testing.T) {
	s := taped(t)
	got := s.tape(model.TapeFocus{Anchor: model.AtReader, Before: 16, After: 48, Column: 8, Columns: 48})
	if got.From != 8192 || got.Column != 8 || len(got.Cells) != 48 {
		t.Fatalf("from %d, %d bytes a column, %d columns", got.From, got.Column, len(got.Cells))
	}
	for i, c := range got.Cells {
		want := model.TapeCell{How: model.Exact}
		if i%8 == 0 {
			want.Headers = 1
		}
		switch i / 8 {
		case 0:
			want.Read = 8
		case 1:
			want.DiscardedRead = 8
		case 2:
			want.Unread = 8
		case 3:
			want.Discarded = 8
		case 4:
			want.Busy = 8
		default:
			want = model.TapeCell{}
		}
		if c != want {
			t.Errorf("column %d: %+v, want %+v", i, c, want)
		}
	}
}

// TestTapeAddsUp asks whether every byte of the window is in exactly one column and one state, whatever a column is wide.
func TestTapeAddsUp(t *testing.T) {
	s := taped(t)
	for column := uint64(8); column <= 4096; column *= 2 {
		got := s.tape(model.TapeFocus{Anchor: model.AtPos, From: 0, Column: column, Columns: 100})
		var sum model.TapeCell
		for i := range got.Cells {
			c := &got.Cells[i]
			sum.Read, sum.Unread, sum.Busy = sum.Read+c.Read, sum.Unread+c.Unread, sum.Busy+c.Busy
			sum.Discarded, sum.DiscardedRead, sum.Headers = sum.Discarded+c.Discarded, sum.DiscardedRead+c.DiscardedRead, sum.Headers+c.Headers
			if c.Sum() > column {
				t.Errorf("%d bytes a column: column %d has %d", column, i, c.Sum())
			}
		}
		reach := 100 * column
		if want := min(reach, 8192+5*64); sum.Sum() != want || uint64(sum.Headers) != (want+63)/64 {
			t.Errorf("%d bytes a column: %d bytes and %d headers, want %d and %d", column, sum.Sum(), sum.Headers, want, (want+63)/64)
		}
	}
}

func TestTapeAnchors(t *testing.T) {
	s := taped(t)
	const producer = 8192 + 5*64
	for _, test := range []struct {
		name string
		f    model.TapeFocus
		from ringcore.Pos
		n    int
	}{
		{"at the reader", model.TapeFocus{Anchor: model.AtReader, Before: 3, After: 10, Column: 64, Columns: 10}, 8192 + 128 - 3*64, 10},
		{"at the reader, with room behind", model.TapeFocus{Anchor: model.AtReader, Before: 3, After: 2, Column: 64, Columns: 10}, producer - 7*64, 10},
		{"at the reader, without room", model.TapeFocus{Anchor: model.AtReader, Before: 1, After: 2, Column: 8, Columns: 10}, 8192 + 128 - 8, 10},
		{"at the newest", model.TapeFocus{Anchor: model.AtNewest, Before: 9, Column: 64, Columns: 10}, producer - 9*64, 10},
		{"held, within a column", model.TapeFocus{Anchor: model.AtPos, From: 1000, Column: 512, Columns: 10}, 512, 10},
		{"before the first byte", model.TapeFocus{Anchor: model.AtReader, Before: 500, Column: 64, Columns: 512}, 0, 512},
		{"no power of two", model.TapeFocus{Anchor: model.AtPos, From: 1000, Column: 100, Columns: 4}, 960, 4},
		{"too many columns", model.TapeFocus{Anchor: model.AtPos, Column: 8, Columns: 10000}, 0, model.MaxTape},
		{"too long", model.TapeFocus{Anchor: model.AtPos, Column: 8192, Columns: 100}, 0, 0},
		{"far too long", model.TapeFocus{Anchor: model.AtPos, Column: 1 << 63, Columns: 512}, 0, 0},
		{"none", model.TapeFocus{Columns: -1, Before: -1}, 0, 0},
	} {
		if got := s.tape(test.f); got.From != test.from || len(got.Cells) != test.n {
			t.Errorf("%s: from %d, %d columns, want %d, %d", test.name, got.From, len(got.Cells), test.from, test.n)
		}
	}
}

// TestTapeOfForgedPositions has a reader who claims to stand anywhere, half the range of positions off as well, in rings whose positions
// begin anywhere.
func TestTapeOfForgedPositions(t *testing.T) {
	for _, start := range []ringcore.Pos{0, 1<<63 - 1<<12, 1 << 63, 1<<64 - 1<<12} {
		s := survive(t, size64(), start)
		s.write(3*64, 56)
		s.look()
		for _, far := range []uint64{0, 1 << 16, 1 << 32, 1<<63 - 1<<16, 1 << 63, 1<<64 - 1<<16} {
			for by := uint64(0); by < 3<<16; by += 200 * 8 {
				s.forgeConsumer(s.producer() - far - by)
				s.look()
				for _, f := range []model.TapeFocus{
					{Columns: 100},
					{Before: 10, After: 10, Column: 64, Columns: 100},
					{Anchor: model.AtNewest, Before: 10, Columns: 100},
					{Anchor: model.AtPos, From: -by, Column: 16, Columns: 512},
					{Anchor: model.AtPos, From: far + by, Columns: 512},
				} {
					got := s.Detail(s.now, model.Focus{Tape: f}).Tape
					for i := range got.Cells {
						if c := &got.Cells[i]; c.Sum() > got.Column || uint64(c.Headers) > got.Column/8 {
							t.Fatalf("from %d, reader %d behind, %+v: column %d of %d bytes is %+v", start, far+by, f, i, got.Column, *c)
						}
					}
				}
			}
		}
	}
}
