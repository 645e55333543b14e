// Package chart draws how figures went: a line of bars inside a text, and a strip of history with marks below.
//
// Time runs to the right and ends at the right edge. Where nobody looked there is a gap, never a zero: a known zero
// shows as the lowest line. A scale without a fixed top takes that of what is shown, so a spike that has left the
// window no longer flattens the rest.
package chart
