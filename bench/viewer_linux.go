package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// viewer measures what drawing costs, and btop beside it.
func viewer(b *bench) error {
	binary, err := b.ringscope()
	if err != nil {
		return err
	}
	if err := firstFrames(b, "ringscope demo", binary, "demo"); err != nil {
		return err
	}
	top, missing := btop(b)
	if missing != nil {
		b.leaveOut("viewer", "btop", missing)
	}
	for _, at := range sizes {
		for _, scenario := range []string{"healthy", "slow-consumer"} {
			programs := []drawn{
				{what: "ringscope demo " + scenario, mark: "LIVE", name: binary, args: []string{"demo", scenario}, less: "ringscope stat demo:" + scenario},
				{what: "ringscope stat demo:" + scenario, name: binary, args: []string{"stat", "demo:" + scenario, "-i", "1s"}, plain: true},
			}
			if scenario == "healthy" {
				programs = append(programs, drawn{
					what: "ringscope demo healthy --frozen", mark: "SIMULATED", name: binary,
					args: []string{"demo", "healthy", "--frozen"}, still: true,
				})
				if missing == nil {
					programs[0].beside = top.what
					programs = append(programs, top)
				}
			}
			if err := drawing(b, at, programs); err != nil {
				return err
			}
		}
	}
	if err := watching(b, binary); err != nil {
		b.leaveOut("viewer", "ringscope watch", err)
	}
	return nil
}

// firstFrames starts a program several times.
func firstFrames(b *bench, what, name string, args ...string) error {
	rounds := 9
	if b.quick {
		rounds = 2
	}
	var frame, ring []float64
	for round := -1; round < rounds; round++ { // the first one reads the program from disk
		t, err := openTerminal(sizes[0], []string{"ringscope", "LIVE"}, nil, name, args...)
		if err != nil {
			return err
		}
		drew, err := t.next()
		showed, also := t.next()
		if err := errors.Join(err, also, t.quit(false)); err != nil {
			return err
		}
		if round >= 0 {
			frame, ring = append(frame, milliseconds(drew)), append(ring, milliseconds(showed))
		}
	}
	b.add(Row{Section: "viewer", What: what + ": start to first frame", Unit: "ms", Value: spread(frame)})
	b.add(Row{Section: "viewer", What: what + ": start to the ring's first figures", Unit: "ms", Value: spread(ring)})
	return nil
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// drawn is a program whose drawing is measured.
type drawn struct {
	what   string
	mark   string // that its screen has when it shows what it should; none: nobody knows
	name   string
	args   []string
	env    []string
	still  bool   // nothing changes on its screen
	plain  bool   // prints lines: only its processor time is of interest
	less   string // the program that does the same without drawing
	beside string // the program that its processor time is compared with
}

// series are the figures of a program, one for each window.
type series struct{ percent, perSecond, perFrame, rate, all, own []float64 }

// drawing runs programs at the same time, each in a terminal of its own, and measures all of them in the same windows.
func drawing(b *bench, at size, programs []drawn) (err error) {
	rounds, second, before := 8, time.Second, 3*time.Second
	if b.quick {
		rounds, second, before = 2, 300*time.Millisecond, 500*time.Millisecond
	}
	terminals := make([]*terminal, len(programs))
	for i, d := range programs {
		var marks []string
		if d.mark != "" {
			marks = []string{d.mark}
		}
		t, failed := openTerminal(at, marks, d.env, d.name, d.args...)
		if failed != nil {
			return failed
		}
		defer func() { err = errors.Join(err, t.quit(d.plain)) }()
		if d.mark != "" {
			if _, err := t.next(); err != nil {
				return err
			}
		}
		terminals[i] = t
	}
	time.Sleep(before)
	found := make([]series, len(programs))
	for range rounds {
		if err := measure(terminals, found, second); err != nil {
			return err
		}
	}
	for i, d := range programs {
		add := func(what, unit string, values []float64) *Row {
			if len(values) == 0 {
				return nil
			}
			b.add(Row{Section: "viewer", What: fmt.Sprintf("%s, %v: %s", d.what, at, what), Unit: unit, Value: spread(values)})
			return &b.report.Rows[len(b.report.Rows)-1]
		}
		s := found[i]
		row := add("CPU, everything it does", "% of a core", s.percent)
		if d.plain {
			continue
		}
		for j, other := range programs {
			if other.what == d.beside {
				row.compare(other.what, spread(ratios(s.percent, found[j].percent)))
			}
		}
		for j, other := range programs {
			if other.what == d.less {
				add("CPU, drawing: less what stat uses", "% of a core", differences(s.percent, found[j].percent))
			}
		}
		add("written", "B/s", s.perSecond)
		if !d.still {
			add("written", "B/frame", s.perFrame)
			add("frames", "1/s", s.rate)
		}
		add("resident memory", "MiB", s.all)
		add("resident memory without shared mappings", "MiB", s.own)
	}
	return nil
}

// measure lets everything run for d and adds what each program did meanwhile.
func measure(terminals []*terminal, found []series, d time.Duration) error {
	type state struct {
		used          time.Duration
		bytes, frames int
	}
	look := func() ([]state, error) {
		states := make([]state, len(terminals))
		for i, t := range terminals {
			used, err := cpu(t.cmd.Process.Pid)
			if err != nil {
				return nil, err
			}
			states[i].used = used
			states[i].bytes, states[i].frames = t.written()
		}
		return states, nil
	}
	was, err := look()
	if err != nil {
		return err
	}
	from := time.Now()
	time.Sleep(d)
	took := time.Since(from)
	is, err := look()
	if err != nil {
		return err
	}
	for i, t := range terminals {
		s := &found[i]
		bytes, frames := float64(is[i].bytes-was[i].bytes), float64(is[i].frames-was[i].frames)
		s.percent = append(s.percent, 100*float64(is[i].used-was[i].used)/float64(took))
		s.perSecond = append(s.perSecond, bytes/took.Seconds())
		s.rate = append(s.rate, frames/took.Seconds())
		if frames > 0 {
			s.perFrame = append(s.perFrame, bytes/frames)
		}
		all, own, err := memory(t.cmd.Process.Pid)
		if err != nil {
			return err
		}
		s.all, s.own = append(s.all, all), append(s.own, own)
	}
	return nil
}

// watching draws an idle kernel ring.
func watching(b *bench, binary string) (err error) {
	k, err := newKernelRing(16<<20, payload)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, k.close()) }()
	id, _, err := k.ids()
	if err != nil {
		return err
	}
	return drawing(b, sizes[0], []drawn{{what: "ringscope watch, idle ring of 16 MiB", mark: "LIVE", name: binary, args: []string{"watch", fmt.Sprintf("id:%d", id)}}})
}

// btop draws what this machine does, ten times a second.
func btop(b *bench) (drawn, error) {
	name, err := exec.LookPath("btop")
	if err != nil {
		return drawn{}, err
	}
	config := filepath.Join(b.dir, "btop")
	if err := os.MkdirAll(config, 0o700); err != nil {
		return drawn{}, err
	}
	if err := os.WriteFile(filepath.Join(config, "btop.conf"), []byte("update_ms = 100\n"), 0o600); err != nil {
		return drawn{}, err
	}
	return drawn{what: "btop at 100 ms", name: name, env: []string{"XDG_CONFIG_HOME=" + b.dir}}, nil
}
