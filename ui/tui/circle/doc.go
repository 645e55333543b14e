// Package circle draws a ring buffer as a circle.
//
// Thickness is the state, so that the picture can be read without colour: what waits for the reader is thick, what the
// reader has left behind is thin, what was never written is thin and dashed. Among what waits, discards are an inner
// rim as thick as their share of the bytes. A busy record is a spoke that sticks out of the rim with a diamond outside.
// A calm ring is a thin ring.
//
// The circle knows nothing of rings in memory: a [Frame] says what to show.
package circle
