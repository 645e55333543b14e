package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"ringscope/ringcore"
	"ringscope/ui/report"
	"ringscope/ui/words"
)

// Sizes of rings that can be asked for.
const (
	leastRing = 4096
	mostRing  = 2 << 30
)

func (a *app) formats() *cobra.Command {
	var (
		o             output
		length        uint32
		pos           uint64
		size          string
		busy, discard bool
	)
	c := &cobra.Command{
		Use:   "formats",
		Short: "one record in every format, side by side",
		Long: `One record in every format, side by side: the bytes and bits of its header, the room that it takes,
when a ring is full, and what eBPF for Windows gained when it took the header of Linux. In the
viewer, v shows the same of the selected record.`,
		Example: `  ringscope formats
  ringscope formats --length 4000 --busy
  ringscope formats --json | jq '{format, header_hex, span}'`,
		Args: none,
		RunE: func(c *cobra.Command, _ []string) error {
			bytes, err := parseSize(size)
			switch {
			case err != nil:
				return usagef(c, "--size %w", err)
			case bytes < leastRing || bytes > mostRing || bytes&(bytes-1) != 0:
				return usagef(c, "--size can't be %s: it is a power of two from 4KiB to 2GiB", size)
			}
			return a.runFormats(words.Compare(ringcore.Header{Length: length, Busy: busy, Discard: discard}, pos, bytes, leastRing), o.json)
		},
	}
	o.jsonFlag(c)
	f := c.Flags()
	f.Uint32Var(&length, "length", 61, "`bytes` of payload; a multiple of 8 hides what padding does")
	f.Uint64Var(&pos, "pos", 0, "`position` of the header in the ring")
	f.StringVar(&size, "size", "4KiB", "`size` of the ring, a power of two from 4KiB to 2GiB")
	f.BoolVar(&busy, "busy", false, "reserved and not finished")
	f.BoolVar(&discard, "discard", false, "discarded")
	return c
}

func (a *app) runFormats(x words.Comparison, json bool) error {
	w := newBuffered(a.out)
	if !json {
		if err := report.Formats(w, a.set(), x, max(columns(a.out), words.ComparedWidth)); err != nil {
			return err
		}
		return flushed(w.Flush())
	}
	for _, f := range report.NewFormats(x) {
		if err := report.WriteJSON(w, f); err != nil {
			return err
		}
	}
	return flushed(w.Flush())
}

// flushed says what failed.
func flushed(err error) error {
	if err != nil {
		return fmt.Errorf("write the formats: %w", err)
	}
	return nil
}
