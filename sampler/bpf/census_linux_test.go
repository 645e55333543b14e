package bpf

import (
	"os"
	"testing"

	"ringscope/model"
)

// TestWhoWritesAUserRingIsNoReader: of a ring of the kernel the process that maps it writable reads it, of a user ring it writes it.
func TestWhoWritesAUserRingIsNoReader(t *testing.T) {
	other := os.Getppid()
	c := &census{holders: map[uint32]map[int]held{7: {other: {mapped: true, writable: true}}}}
	for kind, readers := range map[string]int{model.TypeRingbuf: 1, model.TypeUserRingbuf: 0} {
		told := c.tell(&model.Ring{ID: 7, Type: kind}, 0)
		if len(told.ReaderAt) != readers || len(told.Owners) != 1 || told.Owners[0].PID != other {
			t.Errorf("%s: readers %v, owners %v", kind, told.ReaderAt, told.Owners)
		}
	}
}
