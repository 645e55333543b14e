// Package tui is the viewer: one live ring on a whole terminal, and the page that stands in for it while there is no ring to show.
//
// There is one root model. Panels are plain structs that draw onto a paint grid; Update does no I/O, and a frame depends on
// nothing but the model. The viewer opens no ring: the functions in [Config] do, and what they return is only ever asked for its
// newest moment.
package tui
