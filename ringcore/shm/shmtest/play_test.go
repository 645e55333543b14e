//go:build linux && (amd64 || arm64)

package shmtest

import (
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"unsafe"
)

// playEnv makes the test binary play one of the scenes and end: a report of the race detector ends the process, so the process
// that is expected to race is another one.
const playEnv = "RINGSCOPE_SHMTEST_PLAY"

// Scenes.
const (
	racing  = "racing"  // two goroutines do b[8]++
	atomics = "atomics" // two goroutines publish with atomics what the other reads
)

const turns = 1000

func play(what string) {
	var tb stage
	tracked, _ := Tracked(&tb, 1<<16, os.Getpagesize())
	var both sync.WaitGroup
	switch what {
	case racing:
		for range 2 {
			both.Go(func() {
				for range turns {
					tracked.Data[8]++
				}
			})
		}
	case atomics:
		// One writes bytes and then publishes how many, the other reads them after it has seen that.
		published := (*atomic.Uint64)(unsafe.Pointer(&tracked.Producer[0]))
		both.Go(func() {
			for i := range uint64(turns) {
				tracked.Data[i] = byte(i)
				published.Store(i + 1)
			}
		})
		both.Go(func() {
			for read := uint64(0); read < turns; {
				for ; read < published.Load(); read++ {
					if tracked.Data[read] != byte(read) {
						panic(fmt.Sprintf("byte %d is %d", read, tracked.Data[read]))
					}
				}
			}
		})
	default:
		panic("no such scene: " + what)
	}
	both.Wait()
	fmt.Println(played)
}

const played = "played to the end"

// stage stands in for a test in a process that runs none.
type stage struct{ testing.TB }

func (*stage) Helper()                      {}
func (*stage) Cleanup(func())               {}
func (*stage) Fatalf(f string, args ...any) { panic(fmt.Sprintf(f, args...)) }
