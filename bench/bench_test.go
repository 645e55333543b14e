package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"ringscope/internal/need"
)

// TestQuick holds that everything can be measured where everything is there. What comes out of so few rounds means nothing.
func TestQuick(t *testing.T) {
	need.BPF(t)
	need.PTY(t)
	need.Libbpf(t)
	need.Cores(t, 2)
	need.Long(t)
	file := filepath.Join(t.TempDir(), "bench.json")
	if err := run(io.Discard, file, "", true); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var r Report
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	for _, l := range r.LeftOut {
		if l.What != "btop" {
			t.Errorf("left out of %s: %s: %s", l.Section, l.What, l.Why)
		}
	}
	rows := map[string]int{}
	for _, row := range r.Rows {
		rows[row.Section]++
		if row.Value.Rounds == 0 || row.Value.Low > row.Value.Median || row.Value.Median > row.Value.High {
			t.Errorf("%+v is no figure", row)
		}
		if row.Section == "records" && row.RatioTo == "libbpf" && row.Ratio.Median <= 0 {
			t.Errorf("%+v has no ratio", row)
		}
	}
	got := fmt.Sprint(rows["records"], " ", rows["watched"], " ", rows["own"], " ", rows["viewer"] >= 1+4*2)
	if want := "48 15 10 true"; got != want {
		t.Errorf("there are %s rows, want %s", got, want)
	}
}
