//go:build race

package cli

// raced: what is simulated is played by one goroutine, in which the race detector finds nothing, and takes thirty times as long.
const raced = true
