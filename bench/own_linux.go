package main

import (
	"errors"
	"fmt"
	"time"

	"ringscope/ringcore"
)

// own measures what ringscope itself uses, by rate.
func own(b *bench) error {
	for _, size := range []int{256 << 10, 16 << 20} {
		for _, rate := range []int{0, 1_000, 100_000, 1_000_000, fullSpeed} {
			if err := onCPU(0, func() error { return ownAt(b, size, rate) }); err != nil {
				return fmt.Errorf("ring of %d bytes at %d records/s: %w", size, rate, err)
			}
		}
	}
	return nil
}

// fullSpeed is as fast as a producer and a consumer on one CPU can.
const fullSpeed = -1

func ownAt(b *bench, size, rate int) (err error) {
	rounds, second := 5, time.Second
	if b.quick {
		rounds, second = 2, 100*time.Millisecond
	}
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

	var percent []float64
	for round := -1; round < rounds; round++ { // the first one lets it find its pace
		before, err := cpu(w.cmd.Process.Pid)
		if err != nil {
			return err
		}
		from := time.Now()
		if rate == fullSpeed {
			_, err = load(k, second)
		} else {
			err = paced(k, rate, second)
		}
		if err != nil {
			return err
		}
		took := time.Since(from)
		after, err := cpu(w.cmd.Process.Pid)
		if err != nil {
			return err
		}
		if round >= 0 {
			percent = append(percent, 100*float64(after-before)/float64(took))
		}
	}
	what := fmt.Sprintf("ringscope at %d records/s", rate)
	switch rate {
	case 0:
		what = "ringscope, idle ring"
	case fullSpeed:
		what = "ringscope at full speed"
	}
	b.add(Row{Section: "own", What: what, RingBytes: size, PayloadBytes: payload, Unit: "% of a core", Value: spread(percent)})
	return nil
}

// paced writes and consumes rate records a second for d, in steps of 5 ms.
func paced(k *kernelRing, rate int, d time.Duration) error {
	consumer, err := ringcore.NewConsumer(k.consumed)
	if err != nil {
		return err
	}
	const step = 5 * time.Millisecond
	written, from := 0, time.Now()
	for at := time.Duration(0); at < d; at = time.Since(from) {
		due := int(float64(rate) * at.Seconds())
		for written < due {
			n, err := k.produce(min(due-written, k.capacity()/2))
			if err != nil {
				return err
			}
			written += n
			if err := drain(consumer); err != nil {
				return err
			}
		}
		time.Sleep(step)
	}
	return nil
}
