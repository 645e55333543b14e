package text

import (
	"fmt"
	"math"
	"strconv"
	"time"
)

// three writes v with three significant digits: 1.23, 12.3, 123. From 1000 on it writes the whole number. v is not negative.
func three(v float64) string {
	switch {
	case v < 9.995:
		return strconv.FormatFloat(v, 'f', 2, 64)
	case v < 99.95:
		return strconv.FormatFloat(v, 'f', 1, 64)
	default:
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
}

var iec = [...]string{"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"}

// scale brings v below 1023.5 by powers of 1024, so that it never rounds to 1024 of a unit.
func scale(v float64) (float64, string) {
	i := 0
	for v >= 1023.5 && i < len(iec)-1 {
		v /= 1024
		i++
	}
	return v, iec[i]
}

// number writes a value that scale gave: whole bytes without decimals.
func number(v float64, unit string) string {
	if unit == "B" {
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	return three(v)
}

// Bytes writes a number of bytes that changes, with three significant digits: `128 B`, `413 KiB`, `5.70 MiB`.
func Bytes(n uint64) string {
	v, u := scale(float64(n))
	return number(v, u) + " " + u
}

// Size writes a number of bytes that stands still: `8 MiB`, `256 KiB`; what is no whole number of its unit as [Bytes] does.
func Size(n uint64) string {
	for i := len(iec) - 1; i > 0; i-- {
		if unit := uint64(1) << (10 * i); n >= unit && n%unit == 0 && n/unit < 1e4 {
			return strconv.FormatUint(n/unit, 10) + " " + iec[i]
		}
	}
	return Bytes(n)
}

// BytesOf writes a part of a whole: `5.70 of 8 MiB`, `97.7 KiB of 8 MiB`, `0 of 8 MiB`.
func BytesOf(part, whole uint64) string {
	w := Size(whole)
	if part == 0 {
		return "0 of " + w
	}
	v, u := scale(float64(part))
	if len(w) > len(u) && w[len(w)-len(u)-1:] == " "+u {
		return number(v, u) + " of " + w
	}
	return number(v, u) + " " + u + " of " + w
}

// ByteRate writes bytes per second: `3.14 MiB/s`. What is not a number of 0 or more, or beyond all sense, is written as `?`.
func ByteRate(perSecond float64) string {
	if !sensible(perSecond) {
		return "?"
	}
	v, u := scale(perSecond)
	return number(v, u) + " " + u + "/s"
}

// ByteRatePair writes two rates in one unit, that of the larger, the second without it: `3.14 MiB/s`, `3.05`.
func ByteRatePair(a, b float64) (first, second string) {
	if !sensible(a) || !sensible(b) {
		return ByteRate(a), ByteRate(b)
	}
	v, u := scale(max(a, b))
	by := 1.0
	if v > 0 {
		by = max(a, b) / v
	}
	return number(a/by, u) + " " + u + "/s", number(b/by, u)
}

func sensible(v float64) bool { return v >= 0 && v < senseless && !math.IsNaN(v) }

// senseless is a rate that nothing reaches that is counted in 64 bits and looked at every millisecond; as digits it would fill lines.
const senseless = 1e24

// Rate writes a number of events per second: `3.00/s`, `112/s`, `41.2 k/s`, `14.3 M/s`.
func Rate(perSecond float64) string {
	if !sensible(perSecond) {
		return "?"
	}
	if perSecond == 0 {
		return "0/s"
	}
	if perSecond < 0.005 {
		return "<0.01/s"
	}
	s, prefix := thousands(perSecond)
	return s + prefix + "/s"
}

// Mean writes the mean of a count: `1.0`, `12`, `1.20 k`.
func Mean(v float64) string {
	switch {
	case !sensible(v):
		return "?"
	case v < 9.95:
		return strconv.FormatFloat(v, 'f', 1, 64)
	case v < 999.5:
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	s, prefix := thousands(v)
	return s + prefix
}

// Roughly writes a large number for reading, not for counting: `950`, `494 k`, `1.20 M`.
func Roughly(n uint64) string {
	if n < 1000 {
		return strconv.FormatUint(n, 10)
	}
	s, prefix := thousands(float64(n))
	return s + prefix
}

// thousands brings v below 999.5 by powers of 1000.
func thousands(v float64) (s, prefix string) {
	prefixes := [...]string{"", " k", " M", " G", " T", " P", " E"}
	i := 0
	for v >= 999.5 && i < len(prefixes)-1 {
		v /= 1000
		i++
	}
	return three(v), prefixes[i]
}

// Count writes every digit, in groups: `1,158,783,040`. Positions are written so.
func Count(n uint64) string {
	s := strconv.FormatUint(n, 10)
	if len(s) <= 3 {
		return s
	}
	b := make([]byte, 0, len(s)+len(s)/3)
	for i := range len(s) {
		if i > 0 && (len(s)-i)%3 == 0 {
			b = append(b, ',')
		}
		b = append(b, s[i])
	}
	return string(b)
}

// Plural writes a count with its noun: `1 record`, `74,805 records`. The plural is noun + "s".
func Plural(n uint64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return Count(n) + " " + noun + "s"
}

// Percent writes a ratio: `71 %`, `4.1 %`. It says `0 %` only of 0 and `100 %` only of 1 and above: what rounds to them is
// `<0.1 %` and `99.9 %`.
func Percent(ratio float64) string {
	p := ratio * 100
	switch {
	case math.IsNaN(p):
		return "?"
	case p <= 0:
		return "0 %"
	case p < 0.05:
		return "<0.1 %"
	case p < 9.95:
		return strconv.FormatFloat(p, 'f', 1, 64) + " %"
	case p >= 100:
		return strconv.FormatFloat(math.Min(p, 1e6), 'f', 0, 64) + " %"
	case p >= 99.5:
		return strconv.FormatFloat(math.Min(p, 99.9), 'f', 1, 64) + " %"
	default:
		return strconv.FormatFloat(p, 'f', 0, 64) + " %"
	}
}

// Duration writes a time with three significant digits, as far as a look every millisecond can tell: `0.2 ms`, `310 ms`, `1.90 s`,
// `26.4 s`, `4 min 12 s`, `2 h 5 min`, `3 d 4 h`.
func Duration(d time.Duration) string {
	switch {
	case d <= 0:
		return "0 s"
	case d < 50*time.Microsecond:
		return "<0.1 ms"
	case d < 9950*time.Microsecond:
		return strconv.FormatFloat(float64(d)/1e6, 'f', 1, 64) + " ms"
	case d < 999500*time.Microsecond:
		return strconv.FormatFloat(float64(d)/1e6, 'f', 0, 64) + " ms"
	case d < 99950*time.Millisecond:
		return three(d.Seconds()) + " s"
	default:
		return long(d)
	}
}

// Lasting writes how long something has gone on, for sentences: `0.4 s`, `4.1 s`, `62 s`, `4 min 12 s`, `9 min`.
func Lasting(d time.Duration) string {
	switch {
	case d <= 0:
		return "0 s"
	case d < 50*time.Millisecond:
		return Duration(d)
	case d < 9950*time.Millisecond:
		return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + " s"
	case d < 99500*time.Millisecond:
		return strconv.FormatFloat(d.Seconds(), 'f', 0, 64) + " s"
	case d < 5*time.Minute:
		return long(d)
	case d < time.Hour:
		return strconv.FormatInt(int64(d/time.Minute), 10) + " min"
	default:
		return long(d)
	}
}

// long writes two units, the second left out when it is 0.
func long(d time.Duration) string {
	steps := [...]struct {
		unit time.Duration
		name string
	}{{24 * time.Hour, "d"}, {time.Hour, "h"}, {time.Minute, "min"}, {time.Second, "s"}}
	if d < time.Hour {
		d = d.Round(time.Second)
	} else {
		d = d.Truncate(time.Second)
	}
	for i, s := range steps[:3] {
		if d < s.unit {
			continue
		}
		out := fmt.Sprintf("%d %s", d/s.unit, s.name)
		if rest := d % s.unit / steps[i+1].unit; rest > 0 {
			out += fmt.Sprintf(" %d %s", rest, steps[i+1].name)
		}
		return out
	}
	return three(d.Seconds()) + " s"
}

// Clock writes a time of day in UTC, to the second: `02:14:07Z`.
func Clock(t time.Time) string { return t.UTC().Format("15:04:05Z") }
