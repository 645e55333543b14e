package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"time"

	"ringscope/ringcore"
)

// window is how long the watched system runs with or without a watcher before the other's turn.
const (
	window  = 20 * time.Millisecond
	settle  = 3 * time.Millisecond // after a turn, not measured
	payload = 64                   // bytes
)

// watched measures what being watched costs a producer and its consumer.
func watched(b *bench) error {
	if runtime.NumCPU() < 2 {
		return errors.New("needs two CPUs: one for the watched system, one for ringscope")
	}
	pairs := 150
	if b.quick {
		pairs = 10
	}
	for _, size := range []int{256 << 10, 1 << 20, 16 << 20} {
		if err := onCPU(0, func() error { return watchedRing(b, size, pairs) }); err != nil {
			return fmt.Errorf("ring of %d bytes: %w", size, err)
		}
	}
	return nil
}

func watchedRing(b *bench, size, pairs int) (err error) {
	k, err := newKernelRing(size, payload)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, k.close()) }()
	w, err := b.watch(k, 1)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.stop()) }()

	var with, without turns
	order := rand.New(rand.NewPCG(7, 8))
	for range pairs {
		first, second := w.goOn, w.pause
		a, z := &with, &without
		if order.IntN(2) == 0 {
			first, second, a, z = second, first, z, a
		}
		if err := errors.Join(a.measure(k, w, first), z.measure(k, w, second)); err != nil {
			return err
		}
	}
	row := Row{Section: "watched", RingBytes: size, PayloadBytes: payload}
	for _, r := range []struct {
		what, unit, how string
		value           Spread
	}{
		{"producer, watched / not watched", "times", fmt.Sprintf("%d windows of %v in turn, pair by pair", 2*pairs, window), bootstrap(ratios(with.producer, without.producer))},
		{"producer and consumer, watched / not watched", "times", "the same windows", bootstrap(ratios(with.both, without.both))},
		{"producer, not watched", "ns/record", "", spread(without.producer)},
		{"ringscope, its turn", "% of a core", "to see that it looked", spread(with.watcher)},
		{"ringscope, not its turn", "% of a core", "to see that it did not", spread(without.watcher)},
	} {
		row.What, row.Unit, row.How, row.Value = r.what, r.unit, r.how, r.value
		b.add(row)
	}
	return nil
}

// turns are the windows of one kind.
type turns struct {
	producer, both []float64 // ns for each record
	watcher        []float64 // percent of a core
}

// measure runs the load for one window after turn.
func (t *turns) measure(k *kernelRing, w *watcher, turn func() error) error {
	if err := turn(); err != nil {
		return err
	}
	if _, err := load(k, settle); err != nil {
		return err
	}
	before, err := cpu(w.cmd.Process.Pid)
	if err != nil {
		return err
	}
	ran, err := load(k, window)
	if err != nil {
		return err
	}
	after, err := cpu(w.cmd.Process.Pid)
	if err != nil {
		return err
	}
	t.producer = append(t.producer, float64(ran.producing.Nanoseconds())/float64(ran.records))
	t.both = append(t.both, float64(ran.all.Nanoseconds())/float64(ran.records))
	t.watcher = append(t.watcher, 100*float64(after-before)/float64(ran.all))
	return nil
}

// ran is what a load came to.
type ran struct {
	records        int
	producing, all time.Duration
}

// load writes and consumes in turn for d.
func load(k *kernelRing, d time.Duration) (r ran, err error) {
	consumer, err := ringcore.NewConsumer(k.consumed)
	if err != nil {
		return r, err
	}
	batch := min(4096, k.capacity()/2)
	from := time.Now()
	for r.all < d {
		started := time.Now()
		n, err := k.produce(batch)
		if err != nil {
			return r, err
		}
		r.producing += time.Since(started)
		r.records += n
		if err := drain(consumer); err != nil {
			return r, err
		}
		r.all = time.Since(from)
	}
	return r, nil
}

// drain takes everything that stands there.
func drain(c *ringcore.Consumer) error {
	for range c.Records() {
		continue // nothing is done with a record
	}
	return errors.Join(c.Err(), c.Release())
}
