//go:build race

package demo

// raced: a simulation is one goroutine, so the race detector finds nothing in a long one, and makes it many times slower.
const raced = true
