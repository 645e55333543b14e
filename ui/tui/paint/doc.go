// Package paint is the drawing kit of the viewer: a flat grid of cells, operations that clip to a rectangle, and a
// renderer that writes the whole grid as one string of text and SGR sequences.
//
// Nothing is parsed and nothing is measured twice: a frame costs one allocation, the string that is handed over.
// A grid never makes a line wider than itself, whichever way a terminal counts grapheme clusters, and never lets a
// control character through.
//
// Colours are named by meaning in a [Theme], which is chosen once from what the terminal can do. Its tests measure them: contrast
// against typical backgrounds, and how far states are apart for usual sight and three deficiencies. Without colours the same calls
// draw with block glyphs, and in ASCII mode with ASCII.
package paint
