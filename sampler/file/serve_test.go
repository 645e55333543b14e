package file

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"ringscope/ringcore"
	"ringscope/ringcore/shm"
)

// serveEnv names the path at which the test binary serves a ring and does what its input says, in place of running tests.
const serveEnv = "RINGSCOPE_FILE_SERVE"

func TestMain(m *testing.M) {
	if path := os.Getenv(serveEnv); path != "" {
		if err := serve(path); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

const (
	size    = 1 << 16
	name    = "events"
	comm    = "server"
	origin  = "a test"
	pending = 8
)

func description(format string, size uint64) shm.Description {
	return shm.Description{
		Size: size, PageSize: os.Getpagesize(), Format: format, PosWidth: 8, FirstPageOffset: 3, Pending: pending, Overwrite: -1,
		Name: name, Comm: comm, Made: origin,
	}
}

// server is the process that writes and reads the ring.
type server struct {
	file     *shm.File
	producer *ringcore.Producer
	consumer *ringcore.Consumer
	written  int
	held     ringcore.Reservation
}

func newServer(path string, size uint64) (*server, error) {
	f, err := shm.Create(path, description("linux", size))
	if err != nil {
		return nil, err
	}
	g := ringcore.LinuxGeometry(size, os.Getpagesize())
	g.Pending = pending
	ring, err := ringcore.NewRing(ringcore.Linux, g, ringcore.Memory{Consumer: f.Consumer, Producer: f.Producer, Data: f.Data})
	if err != nil {
		return nil, err
	}
	s := &server{file: f}
	if s.producer, err = ringcore.NewProducer(ring); err != nil {
		return nil, err
	}
	s.consumer, err = ringcore.NewConsumer(ring)
	return s, err
}

// content is what the n-th record holds, and whether it is discarded.
func content(n int) (payload []byte, discarded bool) {
	payload = make([]byte, n%90)
	for i := range payload {
		payload[i] = byte(n + i)
	}
	return payload, n%3 == 2
}

// do obeys one line: produce COUNT, consume, hold, submit.
func (s *server) do(line string) error {
	var count int
	switch word, rest, _ := strings.Cut(line, " "); word {
	case "produce":
		if _, err := fmt.Sscan(rest, &count); err != nil {
			return err
		}
		for range count {
			payload, discarded := content(s.written)
			r, err := s.producer.Reserve(uint32(len(payload)))
			if err != nil {
				return err
			}
			copy(r.Payload, payload)
			if s.written++; discarded {
				s.producer.Discard(r)
			} else {
				s.producer.Submit(r)
			}
		}
	case "consume":
		for range s.consumer.Records() {
			count++
		}
		return s.consumer.Release()
	case "hold":
		var err error
		s.held, err = s.producer.Reserve(40)
		return err
	case "submit":
		s.producer.Submit(s.held)
	default:
		return fmt.Errorf("what is %q?", line)
	}
	return nil
}

func serve(path string) error {
	s, err := newServer(path, size)
	if err != nil {
		return err
	}
	fmt.Println("done")
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		if err := s.do(in.Text()); err != nil {
			return err
		}
		fmt.Println("done")
	}
	return s.file.Close()
}

// other is a server in a process of its own.
type other struct {
	t   *testing.T
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

func start(t *testing.T, path string) *other {
	t.Helper()
	o := &other{t: t, cmd: exec.Command(os.Args[0])}
	o.cmd.Env = append(os.Environ(), serveEnv+"="+path)
	var err error
	if o.in, err = o.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := o.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	o.out = bufio.NewReader(out)
	if err := o.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if o.cmd.ProcessState == nil {
			o.kill()
		}
	})
	o.answer()
	return o
}

// do makes the other process obey, and returns when it has.
func (o *other) do(line string) {
	o.t.Helper()
	if _, err := fmt.Fprintln(o.in, line); err != nil {
		o.t.Fatal(err)
	}
	o.answer()
}

func (o *other) answer() {
	o.t.Helper()
	if line, err := o.out.ReadString('\n'); line != "done\n" {
		o.t.Fatalf("the server says %q, %v", line, err)
	}
}

// kill returns when the process is gone.
func (o *other) kill() {
	o.t.Helper()
	if err := o.cmd.Process.Kill(); err != nil {
		o.t.Fatal(err)
	}
	if err := o.cmd.Wait(); err == nil {
		o.t.Fatal("the server ended by itself")
	}
}
