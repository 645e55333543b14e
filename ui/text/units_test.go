package text

import (
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ringscope/model"
)

func TestUnits(t *testing.T) {
	const mib = 1 << 20
	for _, c := range []struct{ got, want string }{
		{Bytes(0), "0 B"},
		{Bytes(128), "128 B"},
		{Bytes(1023), "1023 B"},
		{Bytes(1024), "1.00 KiB"},
		{Bytes(413 * 1024), "413 KiB"},
		{Bytes(5976883), "5.70 MiB"},
		{Bytes(mib - 1), "1.00 MiB"},
		{Bytes(math.MaxUint64), "16.0 EiB"},
		{Size(8 * mib), "8 MiB"},
		{Size(256 << 10), "256 KiB"},
		{Size(4096), "4 KiB"},
		{Size(120), "120 B"},
		{Size(2 << 30), "2 GiB"},
		{Size(5976883), "5.70 MiB"},
		{Size(10241 << 10), "10.0 MiB"},
		{BytesOf(5976883, 8*mib), "5.70 of 8 MiB"},
		{BytesOf(0, 8*mib), "0 of 8 MiB"},
		{BytesOf(100_000, 8*mib), "97.7 KiB of 8 MiB"},
		{BytesOf(3584, 4096), "3.50 of 4 KiB"},
		{BytesOf(1023, 4096), "1023 B of 4 KiB"},
		{ByteRate(3292528), "3.14 MiB/s"},
		{ByteRate(0), "0 B/s"},
		{ByteRate(math.NaN()), "?"},
		{ByteRate(math.MaxFloat64), "?"},
		{ByteRate(math.MaxUint64), "16.0 EiB/s"},
		{Rate(41234), "41.2 k/s"},
		{Rate(112), "112/s"},
		{Rate(3), "3.00/s"},
		{Rate(0), "0/s"},
		{Rate(0.001), "<0.01/s"},
		{Rate(999.7), "1.00 k/s"},
		{Rate(math.Inf(1)), "?"},
		{Rate(14.3e6), "14.3 M/s"},
		{Roughly(494_123), "494 k"},
		{Roughly(999), "999"},
		{Count(1158783040), "1,158,783,040"},
		{Count(0), "0"},
		{Count(999), "999"},
		{Count(1000), "1,000"},
		{Count(math.MaxUint64), "18,446,744,073,709,551,615"},
		{Plural(1, "record"), "1 record"},
		{Plural(74805, "record"), "74,805 records"},
		{Percent(0.7123), "71 %"},
		{Percent(0.041), "4.1 %"},
		{Percent(0), "0 %"},
		{Percent(1e-9), "<0.1 %"},
		{Percent(0.0004), "<0.1 %"},
		{Percent(0.0005), "0.1 %"},
		{Percent(0.9999999), "99.9 %"},
		{Percent(0.996), "99.6 %"},
		{Percent(1), "100 %"},
		{Duration(0), "0 s"},
		{Duration(10 * time.Microsecond), "<0.1 ms"},
		{Duration(200 * time.Microsecond), "0.2 ms"},
		{Duration(310 * time.Millisecond), "310 ms"},
		{Duration(1900 * time.Millisecond), "1.90 s"},
		{Duration(26400 * time.Millisecond), "26.4 s"},
		{Duration(252 * time.Second), "4 min 12 s"},
		{Duration(2*time.Hour + 5*time.Minute + 40*time.Second), "2 h 5 min"},
		{Duration(76 * time.Hour), "3 d 4 h"},
		{Duration(time.Hour), "1 h"},
		{Lasting(62 * time.Second), "62 s"},
		{Lasting(4100 * time.Millisecond), "4.1 s"},
		{Lasting(9*time.Minute + 30*time.Second), "9 min"},
		{Lasting(252 * time.Second), "4 min 12 s"},
		{Lasting(99900 * time.Millisecond), "1 min 40 s"},
		{Clock(time.Date(2026, 1, 2, 2, 14, 7, 0, time.UTC)), "02:14:07Z"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
	for _, c := range []struct{ a, b, first, second float64 }{{3.14, 3.05, 0, 0}} {
		first, second := ByteRatePair(c.a*mib, c.b*mib)
		if first != "3.14 MiB/s" || second != "3.05" {
			t.Errorf("pair is %q and %q", first, second)
		}
	}
	if first, second := ByteRatePair(3*mib, 0); first != "3.00 MiB/s" || second != "0.00" {
		t.Errorf("pair is %q and %q", first, second)
	}
	if first, second := ByteRatePair(0, 0); first != "0 B/s" || second != "0" {
		t.Errorf("pair is %q and %q", first, second)
	}
}

func TestMarksTellHowAFigureIsKnown(t *testing.T) {
	f := model.Figure[uint64]{V: 8 << 20}
	for _, c := range []struct {
		how         model.How
		utf8, ascii string
	}{
		{model.Unknown, "?", "?"},
		{model.Exact, "8 MiB", "8 MiB"},
		{model.Sampled, "~8 MiB", "~8 MiB"},
		{model.AtLeast, "≥8 MiB", ">=8 MiB"},
		{model.AtMost, "≤8 MiB", "<=8 MiB"},
		{model.Unmeasured, "…", ".."},
		{model.NotApplicable, "-", "-"},
	} {
		f.How = c.how
		if got := Figure(UTF8, f, Size); got != c.utf8 {
			t.Errorf("%d in UTF-8: %q, want %q", c.how, got, c.utf8)
		}
		if got := Figure(ASCII, f, Size); got != c.ascii {
			t.Errorf("%d in ASCII: %q, want %q", c.how, got, c.ascii)
		}
	}
}

func TestUnitsNeverMislead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Uint64().Draw(t, "n")
		if back, _ := strconv.ParseUint(strings.ReplaceAll(Count(n), ",", ""), 10, 64); back != n {
			t.Fatalf("%d is written %q", n, Count(n))
		}
		for _, s := range []string{Bytes(n), Size(n)} {
			if v := parseBytes(t, s); math.Abs(v-float64(n)) > float64(n)*0.006+0.5 {
				t.Fatalf("%d is written %q = %g", n, s, v)
			}
			if Width(s) > 8 {
				t.Fatalf("%d is written %q, wider than 8", n, s)
			}
		}
		r := rapid.Float64Range(0, 1).Draw(t, "ratio")
		if s := Percent(r); (s == "0 %") != (r == 0) || (s == "100 %") != (r == 1) || Width(s) > 6 {
			t.Fatalf("%g is written %q", r, s)
		}
		d := time.Duration(rapid.Int64Range(math.MinInt64, math.MaxInt64).Draw(t, "d"))
		if s := Duration(d); Width(s) > 13 || strings.Contains(s, "-") {
			t.Fatalf("%d is written %q", d, s)
		}
	})
}

func parseBytes(t *rapid.T, s string) float64 {
	v, unit, _ := strings.Cut(s, " ")
	f, err := strconv.ParseFloat(v, 64)
	if err != nil {
		t.Fatalf("%q: %v", s, err)
	}
	for _, u := range iec {
		if u == unit {
			return f
		}
		f *= 1024
	}
	t.Fatalf("%q has no unit", s)
	return 0
}

func TestMean(t *testing.T) {
	for v, want := range map[float64]string{0: "0.0", 1: "1.0", 9.94: "9.9", 9.96: "10", 12.4: "12", 999.4: "999", 999.6: "1.00 k", 1204: "1.20 k", -1: "?", math.NaN(): "?", math.Inf(1): "?"} {
		if got := Mean(v); got != want {
			t.Errorf("%v is written %q, want %q", v, got, want)
		}
	}
}
