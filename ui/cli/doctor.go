package cli

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"ringscope/sampler/target"
	"ringscope/ui/report"
	"ringscope/ui/text"
)

// newBuffered saves a system call per line.
func newBuffered(w io.Writer) *bufio.Writer { return bufio.NewWriterSize(w, 64<<10) }

func (a *app) doctor() *cobra.Command {
	var o output
	c := &cobra.Command{
		Use:   "doctor",
		Short: "what works on this host, what does not, and what would help",
		Example: `  ringscope doctor
  sudo ringscope doctor --json`,
		Args: none,
		RunE: func(c *cobra.Command, _ []string) error {
			w := newBuffered(a.out)
			for _, check := range target.Doctor(c.Context()) {
				if err := a.writeCheck(w, check, o.json); err != nil {
					return err
				}
			}
			return w.Flush()
		},
	}
	o.jsonFlag(c)
	return c
}

func (a *app) writeCheck(w io.Writer, check target.Check, json bool) error {
	if json {
		return report.WriteJSON(w, report.NewCheck(check.Name, check.OK, check.Detail, check.Fix))
	}
	set := a.set()
	sign := set.Spell("✓")
	if !check.OK {
		sign = set.Spell("✗")
	}
	const indent, detail = 4, 29 // where the name and what is said begin
	lines := []string{set.Left(sign, indent) + set.Left(set.Safe(check.Name), detail-indent) + set.Safe(check.Detail)}
	if !check.OK && check.Fix != "" {
		lines = append(lines, set.Left("", detail)+set.Safe(check.Fix))
	}
	for _, l := range lines {
		if _, err := fmt.Fprintln(w, strings.Join(text.Fold(l, columns(a.out), detail), "\n")); err != nil {
			return err
		}
	}
	return nil
}
