package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"
)

// bench is one run.
type bench struct {
	quick  bool
	dir    string // for what is compiled
	binary string // of ringscope, once it is built
	report Report
}

// section is one part of a run.
type section struct {
	name string
	run  func(*bench) error
}

func main() {
	file := flag.String("json", "", "write the figures to `FILE` as well")
	only := flag.String("only", "", "measure only these `sections`: records,watched,own,viewer")
	quick := flag.Bool("quick", false, "few and short rounds: to see that it works, not what comes out")
	flag.Parse()
	if err := run(os.Stdout, *file, *only, *quick); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(out io.Writer, file, only string, quick bool) (err error) {
	wanted := func(string) bool { return true }
	if only != "" {
		names := strings.Split(only, ",")
		for _, n := range names {
			if !slices.ContainsFunc(sections, func(s section) bool { return s.name == n }) {
				return fmt.Errorf("there is no section %q", n)
			}
		}
		wanted = func(name string) bool { return slices.Contains(names, name) }
	}
	dir, err := os.MkdirTemp("", "ringscope-bench-")
	if err != nil {
		return fmt.Errorf("make a directory to compile in: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	debug.SetGCPercent(-1) // nothing below allocates much, and no figure is to hold a collection
	b := &bench{quick: quick, dir: dir, report: Report{
		Schema: 1, Time: time.Now().UTC().Truncate(time.Second), Command: "go run ./bench " + strings.Join(os.Args[1:], " "),
		Machine: machine(), Go: runtime.Version(), Cores: runtime.NumCPU(), Quick: quick,
	}}
	for _, s := range sections {
		if !wanted(s.name) {
			continue
		}
		from := time.Now()
		fmt.Fprintf(os.Stderr, "measuring: %s\n", s.name)
		if err := s.run(b); err != nil {
			b.leaveOut(s.name, "all", err)
		}
		fmt.Fprintf(os.Stderr, "measuring: %s took %.0f s\n", s.name, time.Since(from).Seconds())
	}
	if err := b.report.print(out); err != nil {
		return err
	}
	if file == "" {
		return nil
	}
	return b.report.save(file)
}

func (b *bench) add(r Row) { b.report.Rows = append(b.report.Rows, r) }

// leaveOut says that something could not be measured.
func (b *bench) leaveOut(section, what string, why error) {
	b.report.LeftOut = append(b.report.LeftOut, LeftOut{section, what, why.Error()})
}
