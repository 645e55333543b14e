package bpf

import (
	"os"
	"os/user"
	"strings"
	"testing"
	"time"
)

func TestProcessTellsWhatItsFilesSay(t *testing.T) {
	p := process(os.Getpid())
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	if p.User != me.Username || p.Comm == "" {
		t.Errorf("%+v, expected user %q and a name", p, me.Username)
	}
	if parent := process(os.Getppid()); p.Began.IsZero() || p.Began.After(time.Now()) || parent.Began.After(p.Began) {
		t.Errorf("began at %v, its parent at %v, now is %v", p.Began, parent.Began, time.Now())
	}
	if gone := process(1 << 30); gone.Comm != "" || gone.User != "" || !gone.Began.IsZero() {
		t.Errorf("no such process, and still %+v", gone)
	}
}

func TestBeganReadsFieldTwentyTwo(t *testing.T) {
	boot := time.Date(2026, 11, 22, 2, 0, 0, 0, time.UTC)
	stat := "7 (a) b (c) S" + strings.Repeat(" 1", 18) + " 12345 9 9"
	if got := began([]byte(stat), boot); !got.Equal(boot.Add(123 * time.Second)) {
		t.Errorf("began at %v", got)
	}
	for _, broken := range []string{"", "7 (a", "7 (a) S 1 2", "7 (a) S" + strings.Repeat(" 1", 18) + " x"} {
		if got := began([]byte(broken), boot); !got.IsZero() {
			t.Errorf("%q began at %v", broken, got)
		}
	}
	if got := began([]byte(stat), time.Time{}); !got.IsZero() {
		t.Errorf("began at %v without knowing when the host booted", got)
	}
}
