//go:build race

package tui

// raced: drawing is one goroutine, and so is a simulation. The race detector finds nothing in more of them, and makes them thirty times
// slower: with it fewer sizes are drawn and shorter times are played.
const raced = true
