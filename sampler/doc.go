// Package sampler gets to know a ring: one goroutine per open ring looks at it tick by tick and publishes an immutable
// [model.Moment] at most once a frame.
//
// Between that goroutine and its readers stand an atomic pointer (the moment, outwards) and another (the focus, inwards), and no
// lock: a slow terminal never slows the sampling.
package sampler
