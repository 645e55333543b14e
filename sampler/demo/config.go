package demo

import (
	"errors"
	"fmt"
	"math/bits"
	"os"
	"slices"
	"strings"
	"time"

	"ringscope/model"
	"ringscope/ringcore"
)

// ErrConfig is wrapped by every error about a configuration that can't be played; the sentence says what was expected.
var ErrConfig = errors.New("impossible simulation")

// Limits of a [Config].
const (
	MaxProducers = 64
	MaxRate      = 100_000_000 // records/s
	MaxStuck     = 512         // records that are stuck at a time
)

// Config says what is simulated. [Defaults] fills it for a scenario, flags change single fields of that.
type Config struct {
	Scenario string // its name; it names the ring, and New takes nothing else from it
	Format   string // name of the record format, one of ringcore's
	Size     uint64 // bytes of the data area, a power of two from 4096 to 2^31
	// Overwrite makes old records make room for new ones: the overwrite mode of linux, and of nothing else.
	Overwrite bool
	Seed      uint64

	Producers int     // 1 to MaxProducers
	Rate      uint64  // records/s that all of them ask for together, 0 to MaxRate
	Payloads  []Share // payload sizes and how often each comes
	Discard   float64 // share of the records that are discarded, 0 to 1

	// The first record that is reserved after a quarter of StuckEvery, and then one every StuckEvery, is held for StuckFor before it
	// is submitted. 0: none is stuck.
	StuckEvery, StuckFor time.Duration

	// For BurstFor every BurstEvery the producers ask for BurstRate records/s instead of Rate; the first time after a quarter of
	// BurstEvery. 0: no bursts.
	BurstEvery, BurstFor time.Duration
	BurstRate            uint64 // records/s, 0 to MaxRate

	ConsumerRate  uint64        // records/s that the consumer can take; discarded ones cost it nothing; 0: nobody reads
	ConsumerEvery time.Duration // how long it waits before it looks again after it has caught up, at least 100 µs
	Reader        string        // what the consumer does: one of the Reader constants
	ReaderFrom    time.Duration // from then on it does what Reader says, before it is steady

	WakeUp string // what producers say about waking the consumer: "adaptive", "none" or "forced", as the flags of bpf_ringbuf_submit

	// After EndsAfter the program ends and its ring with it; after BackAfter more it is there again with a new one. 0: it does not.
	EndsAfter, BackAfter time.Duration

	Uncounted bool   // refused reservations are not told, as by a kernel
	NoPayload bool   // leave the payloads unread when records are shown
	Simulated bool   // play on simulated time, in the goroutine that looks
	File      string // path of a ring file for other processes to watch; empty: memory without a name; never with Simulated

	about about // what only scenarios say
}

// Readers of a Config.
const (
	ReaderSteady = "steady" // it looks again some time after it has caught up
	ReaderWaits  = "waits"  // it looks again when a producer wakes it, and not before
	ReaderStops  = "stops"  // its process is stopped
	ReaderSkips  = "skips"  // it does not heed the busy bit: it passes records that are not finished
	ReaderForges = "forges" // it writes a consumer position that is none, and ends
	ReaderTwo    = "two"    // another one begins to read the same ring
)

// readers are all of them.
var readers = []string{ReaderSteady, ReaderWaits, ReaderStops, ReaderSkips, ReaderForges, ReaderTwo}

// wakeUps are the producers' ways of waking, as `--wake-up` spells them.
var wakeUps = map[string]model.WakeUp{"adaptive": model.WakeAdaptive, "none": model.WakeNone, "forced": model.WakeForced}

// check reports what can't be played, wrapping [ErrConfig].
func (c *Config) check() error {
	format := ringcore.FormatByName(c.Format)
	switch {
	case format == nil:
		return fmt.Errorf("%w: format \"%s\", expected one of %s", ErrConfig, c.Format, strings.Join(ringcore.FormatNames(), ", "))
	case c.Overwrite && format != ringcore.Linux:
		return fmt.Errorf("%w: overwrite mode in format %s, expected it with linux only", ErrConfig, c.Format)
	case c.Size < 4096 || c.Size > 1<<31 || bits.OnesCount64(c.Size) != 1:
		return fmt.Errorf("%w: a ring of %d bytes, expected a power of two from 4096 to 2147483648", ErrConfig, c.Size)
	case c.Producers < 1 || c.Producers > MaxProducers:
		return fmt.Errorf("%w: %d producers, expected 1 to %d", ErrConfig, c.Producers, MaxProducers)
	case c.Rate > MaxRate || c.BurstRate > MaxRate || c.ConsumerRate > MaxRate:
		return fmt.Errorf("%w: a rate of %d records/s, expected at most %d", ErrConfig, max(c.Rate, c.BurstRate, c.ConsumerRate), uint64(MaxRate))
	case !(c.Discard >= 0 && c.Discard <= 1):
		return fmt.Errorf("%w: a discarded share of %v, expected 0 to 1", ErrConfig, c.Discard)
	case c.StuckEvery < 0 || c.StuckFor < 0 || (c.StuckEvery == 0) != (c.StuckFor == 0):
		return fmt.Errorf("%w: a record stuck for %v every %v, expected both or neither", ErrConfig, c.StuckFor, c.StuckEvery)
	case c.StuckEvery > 0 && c.StuckFor/c.StuckEvery >= MaxStuck:
		return fmt.Errorf("%w: a record stuck for %v every %v, expected fewer than %d at a time", ErrConfig, c.StuckFor, c.StuckEvery, MaxStuck)
	case c.BurstEvery < 0 || c.BurstFor < 0 || (c.BurstEvery == 0) != (c.BurstFor == 0):
		return fmt.Errorf("%w: bursts of %v every %v, expected both or neither", ErrConfig, c.BurstFor, c.BurstEvery)
	case c.BurstFor > 0 && c.BurstFor >= c.BurstEvery:
		return fmt.Errorf("%w: bursts of %v every %v, expected them to be shorter than what is between them", ErrConfig, c.BurstFor, c.BurstEvery)
	case c.ConsumerRate > 0 && c.ConsumerEvery < shortestNap:
		return fmt.Errorf("%w: a consumer that looks every %v, expected at least %v", ErrConfig, c.ConsumerEvery, shortestNap)
	case !slices.Contains(readers, c.Reader):
		return fmt.Errorf("%w: a reader that \"%s\", expected one of %s", ErrConfig, c.Reader, strings.Join(readers, ", "))
	case c.Reader != ReaderSteady && c.ConsumerRate == 0:
		return fmt.Errorf("%w: a reader that %s, and nobody reads", ErrConfig, c.Reader)
	case c.ReaderFrom < 0:
		return fmt.Errorf("%w: a reader that %s from %v on", ErrConfig, c.Reader, c.ReaderFrom)
	case wakeUps[c.WakeUp] == model.WakeUnknown:
		return fmt.Errorf("%w: wake-up \"%s\", expected adaptive, none or forced", ErrConfig, c.WakeUp)
	case c.EndsAfter < 0 || c.BackAfter < 0 || c.EndsAfter == 0 && c.BackAfter > 0:
		return fmt.Errorf("%w: a program that ends after %v and is back after %v", ErrConfig, c.EndsAfter, c.BackAfter)
	case c.EndsAfter > 0 && c.File != "":
		return fmt.Errorf("%w: a file whose ring ends; it is there as long as it is served", ErrConfig)
	case c.Simulated && c.File != "":
		return fmt.Errorf("%w: simulated time in a file; other processes see it in real time only", ErrConfig)
	}
	return c.checkPayloads(format)
}

func (c *Config) checkPayloads(format *ringcore.Format) error {
	if len(c.Payloads) == 0 || len(c.Payloads) > maxShares {
		return fmt.Errorf("%w: %d payload sizes, expected 1 to %d", ErrConfig, len(c.Payloads), maxShares)
	}
	room := c.Size - format.Slack
	for _, p := range c.Payloads {
		if p.Parts < 1 || p.Parts > maxParts {
			return fmt.Errorf("%w: %d parts of the payload size %d, expected 1 to %d", ErrConfig, p.Parts, p.Bytes, maxParts)
		}
		if p.Bytes < format.MinLength {
			return fmt.Errorf("%w: a payload of %d bytes; format %s has none below %d", ErrConfig, p.Bytes, format.Name, format.MinLength)
		}
		if p.Bytes > format.MaxLength || format.Span(p.Bytes) > room {
			return fmt.Errorf("%w: a payload of %d bytes never fits a ring of %d bytes, of which %d can be in use", ErrConfig, p.Bytes, c.Size, room)
		}
	}
	return nil
}

// geometry is the ring as a 64-bit system of its format lays it out; a Linux ring has a pending position, and an overwrite position where
// that means something.
func (c *Config) geometry() ringcore.Geometry {
	format := ringcore.FormatByName(c.Format)
	g := format.Geometry(c.Size, c.pageSize())
	if format == ringcore.Linux {
		g.Pending = 8
	}
	if c.Overwrite {
		g.Overwrite, g.OverwriteMode = 16, true
	}
	return g
}

// simulatedPage is the page size of a ring on simulated time, whatever this system's is: its pictures are the same everywhere.
const simulatedPage = 4096

// pageSize is what the ring's position pages and its headers' page offsets count in; memory that is mapped has this system's.
func (c *Config) pageSize() int {
	if c.Simulated {
		return simulatedPage
	}
	return os.Getpagesize()
}

// made tells two simulations apart, and the rings of one whose program comes back, the first of which is 0.
func (c *Config) made(ring int) string {
	if ring == 0 {
		return fmt.Sprintf("%s, seed %d", c.Scenario, c.Seed)
	}
	return fmt.Sprintf("%s, seed %d, ring %d", c.Scenario, c.Seed, ring+1)
}
