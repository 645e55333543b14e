package cli

import (
	"testing"
	"time"
)

func TestDuration(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"1": time.Second, "0.25": 250 * time.Millisecond, "500ms": 500 * time.Millisecond, "2m": 2 * time.Minute, "0": 0, "-1": -time.Second,
	} {
		var got time.Duration
		if err := setDuration(&got, time.Hour).Set(text); err != nil || got != want {
			t.Errorf("%s: %v, %v, want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "x", "1 s", "NaN", "inf", "1e300", "5h5"} {
		got := time.Hour
		if err := (*duration)(&got).Set(text); err == nil || got != time.Hour {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
}
