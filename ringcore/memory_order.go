package ringcore

import (
	"runtime"
	"sync/atomic"
)

// strongOrder is true where the CPU shows stores to others in the order in which they were made, so that a re-read of the
// producer position proves what was read before it. Elsewhere the payload of a later record may show before the producer position
// that announces it, and only the consumer position proves: a producer reads it before it reuses bytes.
const strongOrder = runtime.GOARCH == "amd64" || runtime.GOARCH == "386" || runtime.GOARCH == "s390x"

// fence keeps the loads before it from sinking below the loads after it. An atomic load alone does not hold back earlier plain
// reads on arm64; a store-release that is followed by a load-acquire does (STLR, LDAR). The word is private: nobody pairs with it.
type fence struct{ word atomic.Uint32 }

func (f *fence) loads() { f.word.Store(0) }
