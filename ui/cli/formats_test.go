package cli

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"ringscope/ringcore"
	"ringscope/ui/report"
)

func TestFormats(t *testing.T) {
	code, out, errs := here("formats", "--length", "61", "--busy", "--size", "64KiB", "--pos", "4096")
	if code != 0 || errs != "" || !strings.HasPrefix(out, "a record of 61 bytes, busy, at position 4,096 of a ring of 64 KiB\n\n") ||
		!strings.Contains(out, "bytes 0-3   3d 00 00 80     3d 00 00 80     01 00 00 00     05 01 00 00\n") {
		t.Errorf("%d, %q:\n%s", code, errs, out)
	}
	for _, line := range strings.Split(out, "\n") {
		if len([]rune(line)) > 80 {
			t.Errorf("wider than 80 columns: %q", line)
		}
	}
	for _, wrong := range [][]string{{"--size", "5000"}, {"--size", "1KiB"}, {"--size", "4GiB"}, {"--size", "x"}, {"--length", "-1"}, {"linux"}} {
		if code, out, errs := here(append([]string{"formats"}, wrong...)...); code != 2 || out != "" || !strings.Contains(errs, "ringscope: ") {
			t.Errorf("%v: %d, %q, %q", wrong, code, out, errs)
		}
	}
}

// TestFormatsAsJSON decodes the header that is written, as a script would.
func TestFormatsAsJSON(t *testing.T) {
	code, out, errs := here("formats", "--json", "--length", "0", "--discard")
	if code != 0 || errs != "" {
		t.Fatalf("%d, %q", code, errs)
	}
	d := json.NewDecoder(bytes.NewBufferString(out))
	d.DisallowUnknownFields()
	for _, f := range ringcore.Formats {
		var got report.Format
		if err := d.Decode(&got); err != nil {
			t.Fatal(err)
		}
		if got.Format != f.Name || got.State != "discarded" || got.Schema != report.Schema || got.HeaderBytes != f.HeaderSize {
			t.Errorf("%s: %+v", f.Name, got)
		}
		if f == ringcore.Windows {
			if got.Error == nil || got.HeaderHex != nil || got.Span != nil || got.Fields[0].Value != nil {
				t.Errorf("windows has no empty records: %+v", got)
			}
			continue
		}
		var raw uint64
		for _, field := range got.Fields {
			raw |= *field.Value << field.LowBit
		}
		if h := f.Decode(raw); !h.Discard || h.Busy || h.Length != 0 || *got.Span != uint64(f.HeaderSize) || len(*got.HeaderHex) != 2*f.HeaderSize {
			t.Errorf("%s: %+v, %+v", f.Name, h, got)
		}
	}
	if d.More() {
		t.Error("more lines than formats")
	}
}

// TestFormatsWhereSomeHaveNoRecord asks for a record at a position that only rings of unaligned records have.
func TestFormatsWhereSomeHaveNoRecord(t *testing.T) {
	for pos, says := range map[string]bool{"69": true, "72": false} {
		_, out, _ := here("formats", "--pos", pos)
		if strings.Contains(strings.Join(strings.Fields(out), " "), "none of linux or windows can begin there") != says {
			t.Errorf("position %s:\n%s", pos, out)
		}
	}
}
