package shm

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"ringscope/internal/need"
)

// serveEnv names the path at which the test binary serves a ring until its input ends, in place of running tests.
const serveEnv = "RINGSCOPE_SHM_SERVE"

func TestMain(m *testing.M) {
	if path := os.Getenv(serveEnv); path != "" {
		if err := serveUntilInputEnds(path); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func serveUntilInputEnds(path string) error {
	f, err := Create(path, described(1<<16))
	if err != nil {
		return err
	}
	copy(f.Data[1<<16-4:], "from a child")
	fmt.Println("serving")
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		return err
	}
	return f.Close()
}

// child serves a ring at path in a process of its own. It ends when the returned pipe is closed, or with the test.
func child(t *testing.T, path string) (*exec.Cmd, io.WriteCloser) {
	t.Helper()
	cmd, in, out := need.Child(t, serveEnv+"="+path)
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "serving\n" {
		t.Fatalf("the child says %q, %v, %v", line, err, cmd.Wait())
	}
	return cmd, in
}

func TestDeathShows(t *testing.T) {
	for what, end := range map[string]func(*exec.Cmd, io.WriteCloser) error{
		"killed": func(c *exec.Cmd, _ io.WriteCloser) error {
			if err := c.Process.Kill(); err != nil {
				return err
			}
			if err := c.Wait(); err == nil {
				return fmt.Errorf("the child ended by itself")
			}
			return nil
		},
		"ended": func(c *exec.Cmd, in io.WriteCloser) error {
			if err := in.Close(); err != nil {
				return err
			}
			return c.Wait()
		},
	} {
		t.Run(what, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "ring")
			cmd, in := child(t, path)
			watcher, err := Open(path)
			if err != nil {
				t.Fatal(err)
			}
			defer closing(t, watcher)
			if alive, err := watcher.Alive(); !alive || err != nil {
				t.Errorf("alive %t, %v while the child runs", alive, err)
			}
			if got := watcher.Description().PID; got != cmd.Process.Pid {
				t.Errorf("served by %d, want %d", got, cmd.Process.Pid)
			}
			refuse(t, path, ErrServed)
			if err := end(cmd, in); err != nil {
				t.Fatal(err)
			}
			if alive, err := watcher.Alive(); alive || err != nil {
				t.Errorf("alive %t, %v after the child ended", alive, err)
			}
			if got := string(watcher.Data[1<<16-4 : 1<<16+8]); got != "from a child" {
				t.Errorf("the ring holds %q", got)
			}
			if runtime.GOOS == "windows" {
				closing(t, watcher) // what is open keeps its name there
			}
			serving(t, path)
		})
	}
}
