// Package demo simulates rings: producers and a consumer that reserve, submit, discard and consume by a seeded schedule.
//
// The schedule is one; it has two players. On simulated time one goroutine plays it event by event, so that the same seed gives
// the same bytes, positions and figures every time. Live, every producer and the consumer is a goroutine that follows it in real
// time, and the ring may lie in a file that another process watches.
//
// Everything in a simulated ring is made up: the processes, the paths, and the process that reads.
package demo
