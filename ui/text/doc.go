// Package text turns values into what a terminal may show: units, marks of certainty, shapes of severity, and safe text.
//
// Everything that comes from a ring, a map's name, a process's name or a file goes through [Charset.Safe] or one of the functions
// that show bytes; nothing else makes raw bytes fit for a terminal. The package draws nothing and knows no colour.
package text
