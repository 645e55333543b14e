//go:build unix

package file

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ringscope/ringcore"
	"ringscope/ringcore/shm"
)

// TestFileIsCutAmidItsOpening cuts the file between the mapping and the first byte that is read of it: to nothing, behind the consumer page,
// behind both position pages, and amid the records. Whoever opens it gets an error, at the latest from the first look, and never a signal.
func TestFileIsCutAmidItsOpening(t *testing.T) {
	page := int64(os.Getpagesize())
	for _, left := range []int64{0, page, 2 * page, 3 * page} {
		for _, o := range []Options{{}, {Payload: true}, {Payload: true, Format: "linux"}, {Format: "windows"}, {Payload: true, Format: "windows-legacy"}} {
			t.Run(fmt.Sprintf("%d pages left, payload %v, format %q", left/page, o.Payload, o.Format), func(t *testing.T) {
				path := filepath.Join(t.TempDir(), "ring")
				server, err := newServer(path, size)
				if err != nil {
					t.Fatal(err)
				}
				defer closing(t, server.file)
				if err := server.do("produce 200"); err != nil {
					t.Fatal(err)
				}
				f, err := shm.Open(path)
				if err != nil {
					t.Fatal(err)
				}
				defer closing(t, f)
				if err := os.Truncate(path, left); err != nil {
					t.Fatal(err)
				}
				s, err := newSource(f, o)
				// Who looks for the format walks the records: as far as they are of it, through all of them.
				if walks := o.Format == "" || o.Format == ringcore.Linux.Name; walks && err == nil || left < 2*page && err == nil {
					t.Error("it opens")
				}
				if err == nil {
					_, err = s.Look(time.Now(), &notes{})
				}
				if !errors.Is(err, shm.ErrTruncated) || !strings.Contains(err.Error(), path) || strings.Contains(err.Error(), "\n") {
					t.Errorf("error %v, want one line that wraps %v and names the path", err, shm.ErrTruncated)
				}
			})
		}
	}
}
