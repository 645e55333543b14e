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
	if err := drawing(b, drawn{what: "ringscope demo healthy", mark: "LIVE", name: binary, args: []string{"demo", "healthy"}}); err != nil {
		return err
	}
	if err := drawing(b, drawn{what: "ringscope demo healthy --at 12s --frozen", mark: "SIMULATED", name: binary, args: []string{"demo", "healthy", "--at", "12s", "--frozen"}, still: true}); err != nil {
		return err
	}
	if err := watching(b, binary); err != nil {
		b.leaveOut("viewer", "ringscope watch", err)
	}
	if err := btop(b); err != nil {
		b.leaveOut("viewer", "btop", err)
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
		t, err := openTerminal([]string{"ringscope", "LIVE"}, nil, name, args...)
		if err != nil {
			return err
		}
		drew, err := t.next()
		showed, also := t.next()
		if err := errors.Join(err, also, t.quit()); err != nil {
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
	what  string
	mark  string // that its screen has when it shows what it should; none: nobody knows
	name  string
	args  []string
	env   []string
	still bool // nothing changes on its screen
}

func drawing(b *bench, d drawn) (err error) {
	rounds, second, before := 8, time.Second, 3*time.Second
	if b.quick {
		rounds, second, before = 2, 300*time.Millisecond, 500*time.Millisecond
	}
	var marks []string
	if d.mark != "" {
		marks = []string{d.mark}
	}
	t, err := openTerminal(marks, d.env, d.name, d.args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, t.quit()) }()
	if d.mark != "" {
		if _, err := t.next(); err != nil {
			return err
		}
	}
	time.Sleep(before)
	var percent, perSecond, perFrame, rate, all, own []float64
	for range rounds {
		used, err := cpu(t.cmd.Process.Pid)
		if err != nil {
			return err
		}
		bytes, frames := t.written()
		from := time.Now()
		time.Sleep(second)
		took := time.Since(from)
		now, err := cpu(t.cmd.Process.Pid)
		if err != nil {
			return err
		}
		bytesNow, framesNow := t.written()
		percent = append(percent, 100*float64(now-used)/float64(took))
		perSecond = append(perSecond, float64(bytesNow-bytes)/took.Seconds())
		rate = append(rate, float64(framesNow-frames)/took.Seconds())
		if framesNow > frames {
			perFrame = append(perFrame, float64(bytesNow-bytes)/float64(framesNow-frames))
		}
		total, anonymous, err := memory(t.cmd.Process.Pid)
		if err != nil {
			return err
		}
		all, own = append(all, total), append(own, anonymous)
	}
	add := func(what, unit string, values []float64) {
		if len(values) > 0 {
			b.add(Row{Section: "viewer", What: d.what + ": " + what, Unit: unit, Value: spread(values)})
		}
	}
	add("CPU, everything it does", "% of a core", percent)
	add("written", "B/s", perSecond)
	if !d.still {
		add("written", "B/frame", perFrame)
		add("frames", "1/s", rate)
	}
	add("resident memory", "MiB", all)
	add("resident memory without shared mappings", "MiB", own)
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
	return drawing(b, drawn{what: "ringscope watch, idle ring of 16 MiB", mark: "LIVE", name: binary, args: []string{"watch", fmt.Sprintf("id:%d", id)}})
}

// btop draws what this machine does, ten times a second.
func btop(b *bench) error {
	name, err := exec.LookPath("btop")
	if err != nil {
		return err
	}
	config := filepath.Join(b.dir, "btop")
	if err := os.MkdirAll(config, 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(config, "btop.conf"), []byte("update_ms = 100\n"), 0o600); err != nil {
		return err
	}
	return drawing(b, drawn{what: "btop at 100 ms", name: name, env: []string{"XDG_CONFIG_HOME=" + b.dir}})
}
