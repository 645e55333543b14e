package main

import (
	"errors"
	"fmt"
	"runtime"

	"github.com/cilium/ebpf/ringbuf"
)

// records compares who reads a ring, record for record.
func records(b *bench) error {
	program, missing := compileLibbpf(b.dir)
	if missing != nil {
		b.leaveOut("records", libbpfName, missing)
	}
	rounds, target := 25, 400_000 // records a round
	if b.quick {
		rounds, target = 3, 20_000
	}
	for _, size := range []int{256 << 10, 16 << 20} {
		for _, payload := range []int{8, 64, 256, 1024} {
			err := onCPU(runtime.NumCPU()-1, func() error { return recordsOf(b, program, size, payload, rounds, target) })
			if err != nil {
				return fmt.Errorf("ring of %d bytes, payload of %d: %w", size, payload, err)
			}
		}
	}
	return nil
}

// recordsOf measures all contenders on one ring, in turns whose order moves on from round to round. Filling and reading happen on one
// CPU, so that everybody finds the same in its cache.
func recordsOf(b *bench, libbpfProgram string, size, payload, rounds, target int) (err error) {
	k, err := newKernelRing(size, payload)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, k.close()) }()
	contenders, err := newContenders(k, libbpfProgram)
	defer func() {
		for _, c := range contenders {
			err = errors.Join(err, c.close())
		}
	}()
	if err != nil {
		return err
	}

	n := k.capacity()
	passes := max(1, target/n)
	took := map[string][]float64{}
	for round := -1; round < rounds; round++ { // the first one warms up
		for i := range contenders {
			c := contenders[(i+max(round, 0))%len(contenders)]
			total, err := c.round(passes, n)
			if err != nil {
				return err
			}
			if round >= 0 {
				took[c.name()] = append(took[c.name()], float64(total.Nanoseconds())/float64(passes*n))
			}
		}
	}
	for _, c := range contenders {
		row := Row{Section: "records", What: c.name(), RingBytes: size, PayloadBytes: payload, Unit: "ns/record", Value: spread(took[c.name()])}
		if base := took[libbpfName]; base != nil {
			row.compare("libbpf", spread(ratios(took[c.name()], base)))
		}
		b.add(row)
	}
	reader := contenders[len(contenders)-1].name()
	b.add(Row{
		Section: "records", What: reader + " / ringscope consumer", RingBytes: size, PayloadBytes: payload, Unit: "times",
		Value: spread(ratios(took[reader], took[contenders[0].name()])),
	})
	return nil
}

// newContenders makes the consumer first and cilium's reader last.
func newContenders(k *kernelRing, libbpfProgram string) (all []contender, err error) {
	all = append(all, inProcess{&ownConsumer{ring: k.consumed}, k}, inProcess{newObserver(k.observed, true), k}, inProcess{newObserver(k.observed, false), k})
	if libbpfProgram != "" {
		l, err := startLibbpf(libbpfProgram, k)
		if err != nil {
			return all, err
		}
		all = append(all, l)
	}
	cilium, err := ringbuf.NewReader(k.bpf)
	if err != nil {
		return all, fmt.Errorf("open the ring with cilium/ebpf: %w", err)
	}
	return append(all, inProcess{&ciliumReader{Reader: cilium}, k}), nil
}
