package main

import (
	"bufio"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/cilium/ebpf/ringbuf"

	"ringscope/model"
	"ringscope/ringcore"
)

// contender is who reads a ring. One round of it fills the ring with n records and reads them, so many times, and tells how long the
// reading took. It leaves the ring empty.
type contender interface {
	name() string
	round(passes, n int) (time.Duration, error)
	close() error
}

// reader is a contender within this process.
type reader interface {
	name() string
	// ready is called before the ring is filled.
	ready() error
	// take reads n records that stand there, and tells how long that took.
	take(n int) (time.Duration, error)
	// consumes tells whether take gives the space back.
	consumes() bool
	close() error
}

// inProcess makes a contender of a reader.
type inProcess struct {
	reader
	ring *kernelRing
}

func (p inProcess) round(passes, n int) (total time.Duration, err error) {
	for range passes {
		if err := p.ready(); err != nil {
			return 0, err
		}
		if filled, err := p.ring.produce(n); err != nil {
			return 0, err
		} else if filled != n {
			return 0, fmt.Errorf("%w: %d were written, expected %d", errCount, filled, n)
		}
		took, err := p.take(n)
		if err != nil {
			return 0, fmt.Errorf("%s: %w", p.name(), err)
		}
		total += took
		if !p.consumes() {
			p.ring.empty()
		}
	}
	return total, nil
}

var errCount = errors.New("wrong number of records")

// ownConsumer is [ringcore.Consumer].
type ownConsumer struct {
	ring     *ringcore.Ring
	consumer *ringcore.Consumer
}

func (*ownConsumer) name() string   { return "ringscope consumer" }
func (*ownConsumer) consumes() bool { return true }
func (*ownConsumer) close() error   { return nil }

// ready starts anew, because the others moved the consumer position meanwhile.
func (c *ownConsumer) ready() (err error) {
	c.consumer, err = ringcore.NewConsumer(c.ring)
	return err
}

func (c *ownConsumer) take(n int) (time.Duration, error) {
	records, bytes := 0, 0
	from := time.Now()
	for r := range c.consumer.Records() {
		records++
		bytes += len(r.Payload)
	}
	err := c.consumer.Release()
	took := time.Since(from)
	runtime.KeepAlive(bytes)
	if err == nil && records != n {
		err = fmt.Errorf("%w: %d, expected %d", errCount, records, n)
	}
	return took, errors.Join(err, c.consumer.Err())
}

// counted passes everything on and counts records.
type counted struct {
	ringcore.Sink
	records uint64
}

func (c *counted) Batch(b *ringcore.Batch) {
	c.records += b.Records
	c.Sink.Batch(b)
}

// ownObserver is [ringcore.Observer], with or without the accounts that the screen needs.
type ownObserver struct {
	what     string
	observer *ringcore.Observer
	account  *model.Account
	sink     *counted
}

func newObserver(r *ringcore.Ring, accounting bool) *ownObserver {
	o := &ownObserver{what: "ringscope observer, bare", observer: ringcore.NewObserver(r), sink: &counted{Sink: discard{}}}
	if accounting {
		g := *r.Geometry()
		o.what, o.account = "ringscope observer", model.NewAccount()
		o.account.Ring(&model.Ring{Source: "bpf", Name: "bench", Format: r.Format(), Geometry: g})
		o.sink.Sink = o.account
	}
	return o
}

func (o *ownObserver) name() string   { return o.what }
func (o *ownObserver) consumes() bool { return false }
func (o *ownObserver) close() error   { return nil }

// look is what one tick of the sampler does.
func (o *ownObserver) look() {
	now := time.Now()
	for more := true; more; {
		var p ringcore.Positions
		if o.account != nil {
			o.account.Begin(now)
		}
		p, more = o.observer.Observe(o.sink)
		if o.account != nil {
			o.account.End(p)
		}
	}
}

func (o *ownObserver) ready() error {
	o.look()
	return nil
}

func (o *ownObserver) take(n int) (time.Duration, error) {
	o.sink.records = 0
	from := time.Now()
	o.look()
	took := time.Since(from)
	if o.sink.records != uint64(n) {
		return 0, fmt.Errorf("%w: %d, expected %d", errCount, o.sink.records, n)
	}
	return took, nil
}

// discard is a sink that keeps nothing.
type discard struct{}

func (discard) Batch(*ringcore.Batch)                                   {}
func (discard) Busy(ringcore.Pos, uint64, bool)                         {}
func (discard) Resolved(ringcore.Pos, uint64, bool)                     {}
func (discard) Unresolved(ringcore.Pos, uint64, bool)                   {}
func (discard) Lapped(_, _ ringcore.Pos, _, _ bool)                     {}
func (discard) Corrupt(ringcore.Pos, uint64, error, ringcore.Pos, bool) {}

// ciliumReader is cilium/ebpf's [ringbuf.Reader].
type ciliumReader struct {
	*ringbuf.Reader
	record ringbuf.Record
}

func (*ciliumReader) name() string   { return "cilium/ebpf Reader.ReadInto" }
func (*ciliumReader) consumes() bool { return true }
func (c *ciliumReader) close() error { return c.Close() }

// ready lets the first ReadInto after the ring was empty not wait: nobody rings when data is there already.
func (c *ciliumReader) ready() error {
	c.SetDeadline(time.Now())
	return nil
}

func (c *ciliumReader) take(n int) (time.Duration, error) {
	bytes := 0
	from := time.Now()
	for range n {
		if err := c.ReadInto(&c.record); err != nil {
			return 0, fmt.Errorf("read a record: %w", err)
		}
		bytes += len(c.record.RawSample)
	}
	took := time.Since(from)
	runtime.KeepAlive(bytes)
	return took, nil
}

//go:embed libbpf/consume.c
var consumeC []byte

// libbpf is a process that calls ring_buffer__consume.
type libbpf struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Scanner
}

// compileLibbpf compiles consume.c and returns the program.
func compileLibbpf(dir string) (string, error) {
	cc, err := exec.LookPath("cc")
	if err != nil {
		return "", err
	}
	source, program := filepath.Join(dir, "consume.c"), filepath.Join(dir, "consume")
	if err := os.WriteFile(source, consumeC, 0o600); err != nil {
		return "", err
	}
	if out, err := exec.Command(cc, "-O2", "-o", program, source, "-lbpf").CombinedOutput(); err != nil {
		return "", fmt.Errorf("compile a program with libbpf (Debian: apt-get install gcc libbpf-dev): %w: %s", err, strings.TrimSpace(string(out)))
	}
	return program, nil
}

// startLibbpf starts the program on the calling thread's CPU.
func startLibbpf(program string, k *kernelRing) (*libbpf, error) {
	ring, fill, err := k.ids()
	if err != nil {
		return nil, err
	}
	l := &libbpf{cmd: exec.Command(program, strconv.Itoa(ring), strconv.Itoa(fill))}
	l.cmd.Stderr = os.Stderr
	if l.in, err = l.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := l.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	l.out = bufio.NewScanner(out)
	if err := l.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the libbpf consumer: %w", err)
	}
	if !l.out.Scan() || l.out.Text() != "ready" {
		return nil, errors.Join(errors.New("the libbpf consumer did not start"), l.close())
	}
	return l, nil
}

func (*libbpf) name() string { return libbpfName }

func (l *libbpf) close() error {
	return errors.Join(l.in.Close(), l.cmd.Wait())
}

func (l *libbpf) round(passes, n int) (time.Duration, error) {
	if _, err := fmt.Fprintln(l.in, passes, n); err != nil {
		return 0, fmt.Errorf("ask libbpf to consume: %w", err)
	}
	if !l.out.Scan() {
		return 0, errors.Join(errors.New("the libbpf consumer ended"), l.out.Err())
	}
	var took, records, bytes int64
	if _, err := fmt.Sscan(l.out.Text(), &took, &records, &bytes); err != nil {
		return 0, fmt.Errorf("read what the libbpf consumer says: %w", err)
	}
	if records != int64(passes)*int64(n) {
		return 0, fmt.Errorf("libbpf: %w: %d, expected %d times %d", errCount, records, passes, n)
	}
	return time.Duration(took), nil
}

const libbpfName = "libbpf ring_buffer__consume"
