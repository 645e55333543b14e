package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"text/tabwriter"
	"time"
)

// Report is everything that a run found.
type Report struct {
	Schema  int       `json:"schema"`
	Time    time.Time `json:"time"`
	Command string    `json:"command"`
	Machine string    `json:"machine"`
	Cores   int       `json:"cores"`
	Go      string    `json:"go"`
	Quick   bool      `json:"quick"` // the figures mean nothing
	Rows    []Row     `json:"rows"`
	LeftOut []LeftOut `json:"left_out"`
}

// Row is one figure.
type Row struct {
	Section      string  `json:"section"`
	What         string  `json:"what"`
	RingBytes    int     `json:"ring_bytes,omitempty"`
	PayloadBytes int     `json:"payload_bytes,omitempty"`
	Unit         string  `json:"unit"`
	Value        Spread  `json:"value"`
	RatioTo      string  `json:"ratio_to,omitempty"`
	Ratio        *Spread `json:"ratio,omitempty"` // taken round by round
	How          string  `json:"how,omitempty"`
}

func (r *Row) compare(to string, ratio Spread) { r.RatioTo, r.Ratio = to, &ratio }

// LeftOut is what could not be measured, and why.
type LeftOut struct {
	Section string `json:"section"`
	What    string `json:"what"`
	Why     string `json:"why"`
}

// titles say what a section's figures are.
var titles = map[string]string{
	"records": "Time for each record, filling not counted; the ring is filled to the brim by a BPF program and read by one after the other on the same CPU. Median and 80 % of rounds.",
	"watched": "A BPF producer and its consumer on one CPU, `ringscope stat` on another, stopped and continued window by window.",
	"own":     "CPU time of `ringscope stat -i 1s`, in percent of a core.",
	"viewer":  "Programs in pseudo-terminals of the size that is named. What shares a size ran at the same time, and was measured in the same windows.",
}

func (r *Report) print(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	say := func(format string, args ...any) { _, _ = fmt.Fprintf(w, format, args...) } // Flush has the error
	say("%s; %d cores; %s; %s\n", r.Machine, r.Cores, r.Go, r.Time.Format(time.RFC3339))
	if r.Quick {
		say("QUICK: too few rounds for any figure to mean something\n")
	}
	wide, compared := map[string]int{}, map[string]bool{}
	for _, row := range r.Rows {
		wide[row.Section] = max(wide[row.Section], len(row.What))
		compared[row.Section] = compared[row.Section] || row.Ratio != nil
	}
	section := ""
	for _, row := range r.Rows {
		if row.Section != section {
			section = row.Section
			say("\n%s: %s\n\n", section, titles[section])
			say("%-*s\tring\tpayload\tmedian\tfrom\tto\t\t", wide[section], "")
			if compared[section] {
				say("ratio\tfrom\tto\t")
			}
			say("\n")
		}
		say("%-*s\t%s\t%s\t%s\t%s\t%s\t%s", wide[section], row.What, bytesOf(row.RingBytes), bytesOf(row.PayloadBytes),
			row.figure(row.Value.Median), row.figure(row.Value.Low), row.figure(row.Value.High), row.Unit)
		if q := row.Ratio; q != nil {
			say("\t%.3f\t%.3f\t%.3f of %s", q.Median, q.Low, q.High, row.RatioTo)
		}
		say("\t\n")
	}
	for _, l := range r.LeftOut {
		say("\nleft out of %s: %s: %s\n", l.Section, l.What, l.Why)
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("print the table: %w", err)
	}
	return nil
}

func (r *Report) save(file string) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("write the figures as JSON: %w", err)
	}
	if err := os.WriteFile(file, append(text, '\n'), 0o600); err != nil {
		return fmt.Errorf("write the figures: %w", err)
	}
	return nil
}

func bytesOf(n int) string {
	switch {
	case n == 0:
		return ""
	case n%(1<<20) == 0:
		return fmt.Sprintf("%d MiB", n>>20)
	case n >= 4096 && n%(1<<10) == 0:
		return fmt.Sprintf("%d KiB", n>>10)
	default:
		return fmt.Sprintf("%d B", n)
	}
}

// figure prints three digits or so, and ratios to a thousandth.
func (r *Row) figure(v float64) string {
	switch a := max(v, -v); {
	case r.Unit == "times" && a < 10:
		return fmt.Sprintf("%.3f", v)
	case a >= 100:
		return fmt.Sprintf("%.0f", v)
	case a >= 10:
		return fmt.Sprintf("%.1f", v)
	default:
		return fmt.Sprintf("%.2f", v)
	}
}
