package demo

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestConfigRefuses(t *testing.T) {
	for _, tc := range []struct {
		change func(c *Config)
		says   string
	}{
		{func(c *Config) { c.Format = "tomorrow" }, "expected one of linux, windows, windows-legacy"},
		{func(c *Config) { c.Format, c.Overwrite = "windows", true }, "overwrite mode in format windows"},
		{func(c *Config) { c.Format, c.Payloads = "windows", []Share{{Bytes: 0, Parts: 1}} }, "a payload of 0 bytes"},
		{func(c *Config) { c.Size = 4095 }, "ring of 4095 bytes"},
		{func(c *Config) { c.Size = 1 << 32 }, "ring of 4294967296 bytes"},
		{func(c *Config) { c.Producers = 0 }, "0 producers"},
		{func(c *Config) { c.Producers = 65 }, "65 producers"},
		{func(c *Config) { c.Rate = MaxRate + 1 }, "100000001 records/s"},
		{func(c *Config) { c.ConsumerRate = MaxRate + 1 }, "100000001 records/s"},
		{func(c *Config) { c.Discard = 1.01 }, "share of 1.01"},
		{func(c *Config) { c.Discard = -1 }, "share of -1"},
		{func(c *Config) { var zero float64; c.Discard = zero / zero }, "share of NaN"},
		{func(c *Config) { c.StuckEvery = time.Second }, "both or neither"},
		{func(c *Config) { c.StuckEvery, c.StuckFor = time.Millisecond, time.Second }, "fewer than 512"},
		{func(c *Config) { c.StuckEvery, c.StuckFor = -1, -1 }, "both or neither"},
		{func(c *Config) { c.BurstEvery = time.Second }, "both or neither"},
		{func(c *Config) { c.BurstEvery, c.BurstFor = time.Second, time.Second }, "shorter"},
		{func(c *Config) { c.ConsumerEvery = 0 }, "looks every 0s"},
		{func(c *Config) { c.Payloads = nil }, "0 payload sizes"},
		{func(c *Config) { c.Payloads = make([]Share, 33) }, "33 payload sizes"},
		{func(c *Config) { c.Payloads = []Share{{Bytes: 64}} }, "0 parts"},
		{func(c *Config) { c.Size = 4096; c.Payloads = []Share{{Bytes: 4081, Parts: 1}} }, "4088 can be in use"},
		{func(c *Config) { c.Payloads = []Share{{Bytes: 1 << 31, Parts: 1}} }, "never fits"},
		{func(c *Config) { c.File = "ring" }, "real time only"},
		{func(c *Config) { c.Reader = "dances" }, `a reader that "dances", expected one of steady, waits`},
		{func(c *Config) { c.Reader, c.ConsumerRate = ReaderWaits, 0 }, "nobody reads"},
		{func(c *Config) { c.ReaderFrom = -1 }, "from -1ns on"},
		{func(c *Config) { c.WakeUp = "loud" }, "expected adaptive, none or forced"},
		{func(c *Config) { c.EndsAfter = -1 }, "ends after -1ns"},
		{func(c *Config) { c.BackAfter = time.Second }, "ends after 0s and is back after 1s"},
		{func(c *Config) { c.EndsAfter, c.File, c.Simulated = time.Second, "ring", false }, "as long as it is served"},
	} {
		c := usualConfig(t, "healthy")
		tc.change(&c)
		s, err := New(c)
		if err == nil {
			t.Errorf("expected an error that says %q", tc.says)
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			continue
		}
		if !errors.Is(err, ErrConfig) || !strings.Contains(err.Error(), tc.says) {
			t.Errorf("%v, expected it to say %q", err, tc.says)
		}
	}
}

func TestConfigTakesTheLargestRecord(t *testing.T) {
	c := usualConfig(t, "healthy")
	c.Size, c.Payloads = 4096, []Share{{Bytes: 4080, Parts: 1}}
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestScenarios(t *testing.T) {
	var names []string
	for _, s := range Scenarios() {
		names = append(names, s.Name)
		if s.Sentence == "" || strings.ToLower(s.Sentence[:1]) != s.Sentence[:1] || strings.HasSuffix(s.Sentence, ".") || len(s.Sentence) > 63 {
			t.Errorf("%s: %q is no sentence for a line of help", s.Name, s.Sentence)
		}
		c, err := Defaults(s.Name)
		if err != nil {
			t.Errorf("%s: %v", s.Name, err)
		}
		if err := c.check(); err != nil {
			t.Errorf("%s: %v", s.Name, err)
		}
		if s.Moment < 3*time.Second {
			t.Errorf("%s is seen best at %v, before anything is known", s.Name, s.Moment)
		}
	}
	for _, want := range []string{"healthy", "slow-consumer", "stuck-record", "burst", "discard-storm", "full"} {
		if !slices.Contains(names, want) {
			t.Errorf("scenarios %v, expected %s", names, want)
		}
	}
	if slices.Sort(names); len(slices.Compact(names)) != len(scenarios) {
		t.Errorf("a name comes twice: %v", names)
	}
	if _, err := Defaults("nonsense"); !errors.Is(err, ErrConfig) || !strings.Contains(err.Error(), "healthy, flushing, quiet") {
		t.Errorf("%v, expected the names of the scenarios", err)
	}
}

func TestParseShares(t *testing.T) {
	for text, want := range map[string][]Share{
		"64":           {{64, 1}},
		"64,120":       {{64, 1}, {120, 1}},
		"64x6, 120":    {{64, 6}, {120, 1}},
		"0":            {{0, 1}},
		"1000000x1000": {{1_000_000, 1000}},
	} {
		got, err := ParseShares(text)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %v, %v, expected %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "x", "64x", "64x0", "-1", "64,,", "64x1000001", "4294967296", strings.Repeat("1,", 32) + "1"} {
		if got, err := ParseShares(text); !errors.Is(err, ErrConfig) {
			t.Errorf("%q: %v, %v, expected an error", text, got, err)
		}
	}
}
