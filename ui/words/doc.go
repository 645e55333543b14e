// Package words says in plain words what is going on: titles, sentences and advice for findings, the verdict of lines 2 and 3,
// the states in which there is nothing to judge, and an explanation for every figure, finding and header bit.
//
// Data goes in, text comes out: nothing is drawn here, nothing is measured. Every sentence exists in several lengths, the longest
// first; the first that fits is taken. Foreign names inside are already safe for a terminal.
package words
