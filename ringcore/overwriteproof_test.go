package ringcore_test

import (
	"encoding/binary"
	"testing"

	"ringscope/ringcore"
)

// TestOverwrittenBeforeItIsPublished stops a producer where it has moved the overwrite position, and not yet the producer position: what
// it writes over may have been read as it stands now, and only the overwrite position tells.
func TestOverwrittenBeforeItIsPublished(t *testing.T) {
	ring, w := overwriting(t)
	fillRound(t, w, 63)
	o, books := ringcore.NewObserver(ring), newTally(t, ring.Geometry().Size)
	stopped := false
	o.OnPause(func(at ringcore.PausePoint) {
		if at == ringcore.BeforeProof && !stopped {
			stopped = true
			at := ring.Memory().Producer[ring.Geometry().Overwrite:]
			binary.NativeEndian.PutUint64(at, binary.NativeEndian.Uint64(at)+pausedSpan)
		}
	})
	observe(o, books)
	if !stopped || books.torn != 1 || books.before != 62 {
		t.Errorf("stopped %t: %d torn, %d records of before; want 1, 62", stopped, books.torn, books.before)
	}
}
