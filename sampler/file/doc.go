// Package file is the source of rings that lie in a file, as `ringscope demo --file` makes them. It maps the file read-only, so that
// the process that serves the ring is watched exactly as a kernel ring is.
package file
