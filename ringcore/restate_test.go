package ringcore

import (
	"errors"
	"testing"
)

func TestRestateKeepsTheRecord(t *testing.T) {
	const size, page = 1 << 20, 4096
	for _, from := range Formats {
		for _, f := range Formats {
			g := f.Geometry(size, page)
			for _, length := range []uint32{1, 61, 64, 4096} {
				for flags := range 4 {
					const pos = 5*page + 8
					h := from.Decode(from.Encode(Header{Length: length, Busy: flags&1 != 0, Discard: flags&2 != 0, PageOffset: 77}))
					got, err := f.Restate(&g, pos, h)
					if err != nil || got.Length != length || got.Busy != h.Busy || got.Discard != h.Discard {
						t.Errorf("%s in %s: %+v became %+v, %v", from.Name, f.Name, h, got, err)
					}
					if want, has := f.PageOffset(&g, pos); has && got.PageOffset != want || !has && got.PageOffset != 0 {
						t.Errorf("%s in %s: page offset %d, want %d", from.Name, f.Name, got.PageOffset, want)
					}
				}
			}
		}
	}
}

func TestRestateRefuses(t *testing.T) {
	for _, c := range []struct {
		format *Format
		length uint32
		want   error
	}{
		{Linux, 0, nil},
		{Windows, 0, ErrEmpty},
		{WindowsLegacy, 0, nil},
		{Linux, 4080, nil}, // selftests: a ring of 4096 bytes takes 4080 and no more
		{Linux, 4081, ErrTooLarge},
		{Windows, 4088, nil}, // exactly full
		{Windows, 4089, ErrTooLarge},
		{WindowsLegacy, 4087, nil},
		{WindowsLegacy, 4088, ErrTooLarge},
		{WindowsLegacyPacked, 4091, nil},
		{WindowsLegacyPacked, 4092, ErrTooLarge},
		{Linux, 1 << 30, ErrTooLong},
		{Linux, 1<<30 - 1, ErrTooLarge}, // a header can express it
		{WindowsLegacy, 1<<30 - 9, ErrTooLarge},
		{WindowsLegacy, 1<<30 - 8, ErrTooLong},
		{WindowsLegacyPacked, 1<<30 - 4, ErrTooLong},
	} {
		g := c.format.Geometry(4096, 4096)
		if _, err := c.format.Restate(&g, 0, Header{Length: c.length}); !errors.Is(err, c.want) {
			t.Errorf("%s, %d bytes: %v, want %v", c.format.Name, c.length, err, c.want)
		}
	}
}
