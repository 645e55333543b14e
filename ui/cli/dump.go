package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"ringscope/model"
	"ringscope/sampler"
	"ringscope/sampler/target"
	"ringscope/ui/report"
	"ringscope/ui/text"
)

func (a *app) dump() *cobra.Command {
	var (
		o       output
		payload int
		without bool
		format  string
	)
	c := &cobra.Command{
		Use:   "dump TARGET",
		Short: "the records that wait for the reader now",
		Long: `The records that one look can find, oldest first: position, header and the beginning of the payload.
These are the unread ones, and those of a ring that has not come round yet: older ones are found
only by who watched them come, with ringscope watch. The ring and its reader are left alone.`,
		Example: `  sudo ringscope dump name:events --payload 32
  sudo ringscope dump id:167 --json --no-payload | jq 'select(.state == "busy")'
  ringscope dump demo:stuck-record`,
		Annotations:       map[string]string{"more": targets},
		Args:              one("TARGET"),
		ValidArgsFunction: complete,
		RunE: func(c *cobra.Command, args []string) error {
			ref, err := parse(c, args[0])
			if err != nil {
				return err
			}
			if payload < 0 {
				return usagef(c, "--payload can't be %d, expected 0 or more", payload)
			}
			if without {
				payload = 0
			}
			return a.runDump(c.Context(), ref, o, payload, target.Options{Payload: !without, Format: format})
		},
	}
	o.jsonFlag(c)
	c.Flags().IntVar(&payload, "payload", 4096, "how many `bytes` of each payload to print")
	formatFlag(c, &format)
	c.Flags().BoolVar(&without, "no-payload", false, "leave payloads unread: they can hold secrets")
	return c
}

func (a *app) runDump(ctx context.Context, ref target.Ref, o output, payload int, open target.Options) (err error) {
	s, ring, err := target.OpenToDump(ctx, ref, open)
	if err != nil {
		return err
	}
	defer func() {
		if e := s.Close(); e != nil && err == nil {
			err = fmt.Errorf("let go of the ring: %w", e)
		}
	}()
	d, ok := s.(sampler.Dumper)
	if !ok {
		return fmt.Errorf("the records of %s can't be read as a whole: %w", ref, sampler.ErrUnsupported)
	}
	w := newBuffered(a.out)
	table := report.NewRecords(w, a.set(), ring)
	var failed error
	empty := true
	err = d.Dump(payload, func(r model.Row) bool {
		empty = false
		if o.json {
			failed = report.WriteJSON(w, report.NewRecord(ring, &r))
		} else {
			failed = table.Write(&r)
		}
		return failed == nil && ctx.Err() == nil
	})
	var misplaced *sampler.BadPositionsError
	if errors.As(err, &misplaced) {
		err = errors.New("no record can be read: " + misplaced.Say(text.Count))
	} else if err != nil {
		err = fmt.Errorf("the records end here: %w", written(ring, err))
	} else if empty {
		_, failed = fmt.Fprintf(a.err, "ringscope: no record waits in %s now. Those that were read can't be found again by one look; "+
			"watched they are shown: ringscope watch %s\n", a.set().Safe(ref.String()), a.set().Safe(ref.String()))
	}
	if failed == nil { // else the writer tells the same once more
		failed = w.Flush()
	}
	return errors.Join(failed, err)
}

// written is err with what it tells of a header written as it is everywhere: its bytes, and the position in groups of three digits.
func written(ring *model.Ring, err error) error {
	var bad *sampler.BadHeaderError
	if !errors.As(err, &bad) {
		return err
	}
	raw := ""
	if bad.Raw.Known() {
		raw = text.HeaderBytes(bad.Raw.V, ring.Format.HeaderSize) + " "
	}
	return fmt.Errorf("wrong header %sat %s: %w", raw, text.Count(bad.Pos), bad.Why)
}
