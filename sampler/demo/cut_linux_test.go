package demo

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/ringcore/shm"
)

// TestServedFileIsCut cuts the file of a ring that is served, in every format and at every length that leaves something else: who writes, who
// reads and who looks end with a sentence, nobody waits for another one, and the file is taken away.
func TestServedFileIsCut(t *testing.T) {
	page := int64(os.Getpagesize())
	for _, f := range ringcore.Formats {
		for _, left := range []int64{0, page, 2 * page, 3 * page, 8 * page} {
			c := usualConfig(t, "healthy")
			c.Simulated, c.Format, c.Size = false, f.Name, uint64(16*page)
			c.Producers, c.Rate, c.ConsumerRate, c.ConsumerEvery = 4, 200_000, 400_000, time.Millisecond
			c.File = filepath.Join(t.TempDir(), "ring")
			s, err := New(c)
			if err != nil {
				t.Fatal(err)
			}
			l := &ledger{}
			for i := 0; err == nil; i++ {
				if i == 10 {
					if err := os.Truncate(c.File, left); err != nil {
						t.Fatal(err)
					}
				}
				_, err = s.Look(time.Now(), l)
				s.Detail(time.Now(), model.Focus{Rows: 100, Payload: 100})
				time.Sleep(time.Millisecond)
			}
			if !errors.Is(err, shm.ErrTruncated) || !strings.Contains(err.Error(), c.File) || strings.Contains(err.Error(), "goroutine") {
				t.Errorf("%s, %d pages left: %v", f.Name, left/page, err)
			}
			if err := s.Close(); err != nil {
				t.Errorf("%s, %d pages left: close: %v", f.Name, left/page, err)
			}
			if _, err := os.Stat(c.File); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%s, %d pages left: the file: %v", f.Name, left/page, err)
			}
		}
	}
}
