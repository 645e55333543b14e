// Screenshots runs ringscope in an emulated terminal and writes what it shows as pictures.
//
//	go run ./screenshots -o DIR -- demo slow-consumer --at 62s --frozen
//	go run ./screenshots -all     make the set that is kept here anew
//	go run ./screenshots -check   tell whether it is what the program draws
//
// The moment must stand still (--frozen): then the same command writes the same bytes each time, on every machine. A picture is
// refused whose text can't be read on its background, and one with red that marks no problem.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/charmbracelet/x/vt"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "screenshots:", err)
		}
		os.Exit(1)
	}
}

// setDir is where the set is kept, from the top of the module.
const setDir = "screenshots"

// options are what the command line asks for.
type options struct {
	picture
	dir, binary, raw string
	all, check, text bool
}

func parse(args []string) (o options, err error) {
	var size string
	var only256, only16, none bool
	fs := flag.NewFlagSet("screenshots", flag.ContinueOnError)
	fs.StringVar(&o.dir, "o", "", "write into this `directory`; otherwise the present one, and with -all that of the set")
	fs.StringVar(&o.name, "name", "", "`name` of the file without .png; otherwise scenario, background and size")
	fs.StringVar(&size, "size", "120x36", "of the terminal, `columns x rows`")
	fs.IntVar(&o.cell, "cell", 16, "width of a cell in `pixels`; it is twice as high")
	fs.BoolVar(&o.light, "light", false, "light background")
	fs.BoolVar(&only256, "256", false, "a terminal of 256 colours")
	fs.BoolVar(&only16, "16", false, "a terminal of 16 colours")
	fs.BoolVar(&none, "no-color", false, "set NO_COLOR")
	fs.BoolVar(&o.silent, "silent", false, "a terminal that does not answer what its background is")
	fs.BoolVar(&o.text, "text", false, "print the screen as text as well")
	fs.StringVar(&o.keys, "keys", "", "`keys` to press first, separated by blanks: g down esc …")
	fs.StringVar(&o.binary, "binary", "", "the program to run; otherwise it is built from this module")
	fs.StringVar(&o.raw, "raw", "", "paint this `file` of text and SGR sequences instead; - is the standard input")
	fs.BoolVar(&o.all, "all", false, "make the whole set that is kept")
	fs.BoolVar(&o.check, "check", false, "compare the set that is kept with what the program draws")
	if err := fs.Parse(args); err != nil {
		return o, err
	}
	if _, err := fmt.Sscanf(size, "%dx%d", &o.w, &o.h); err != nil || o.w < 1 || o.h < 1 || o.w > 1000 || o.h > 1000 {
		return o, fmt.Errorf("size %q is not like 120x36", size)
	}
	if o.cell < 4 || o.cell > 64 {
		return o, fmt.Errorf("cell %d is not between 4 and 64", o.cell)
	}
	o.depth = trueColor
	switch {
	case only256:
		o.depth = colors256
	case only16:
		o.depth = colors16
	case none:
		o.depth = colorless
	}
	o.args = fs.Args()
	whole := o.all || o.check
	switch {
	case whole && len(o.args) > 0:
		return o, errors.New("-all and -check make the whole set: they take no command")
	case !whole && len(o.args) == 0 && o.raw == "":
		return o, errors.New("what shall ringscope do? -- demo slow-consumer --at 62s --frozen")
	}
	if o.dir == "" {
		o.dir = "."
		if whole {
			o.dir = setDir
		}
	}
	if o.name == "" {
		o.picture = o.named(subject(o.args))
	}
	return o, nil
}

func run(args []string) (err error) {
	o, err := parse(args)
	if err != nil {
		return err
	}
	if o.raw != "" {
		return o.paintRaw()
	}
	if o.binary == "" {
		program, done, failed := build()
		if failed != nil {
			return failed
		}
		defer func() { err = errors.Join(err, done()) }()
		o.binary = program
	}
	if !o.all && !o.check {
		return o.one()
	}
	files, err := makeSet(o.binary)
	switch {
	case files == nil:
		return err
	case o.all:
		return errors.Join(write(o.dir, files), err)
	}
	if err := errors.Join(err, check(o.dir, files)); err != nil {
		return fmt.Errorf("%w\n`go run ./screenshots -all` makes them anew", err)
	}
	fmt.Printf("%d files are what the program draws\n", len(files))
	return nil
}

// one makes one picture.
func (o options) one() error {
	text := io.Discard
	if o.text {
		text = os.Stdout
	}
	img, found := o.image(o.binary, text)
	if img == nil {
		return found
	}
	data, err := encode(img)
	if err != nil {
		return err
	}
	return errors.Join(o.save(data), found)
}

func (o options) save(data []byte) error {
	if err := os.MkdirAll(o.dir, 0o755); err != nil {
		return fmt.Errorf("make the directory: %w", err)
	}
	if err := os.WriteFile(o.file(o.dir), data, 0o644); err != nil {
		return fmt.Errorf("write the picture: %w", err)
	}
	fmt.Println(o.file(o.dir))
	return nil
}

// paintRaw makes a picture of a file of text.
func (o options) paintRaw() error {
	read := func() ([]byte, error) { return os.ReadFile(o.raw) }
	if o.raw == "-" {
		read = func() ([]byte, error) { return io.ReadAll(os.Stdin) }
	}
	text, err := read()
	if err != nil {
		return fmt.Errorf("read the text: %w", err)
	}
	e := vt.NewEmulator(o.w, o.h)
	text = bytes.ReplaceAll(bytes.TrimRight(text, "\n"), []byte("\n"), []byte("\r\n"))
	if _, err := e.Write(text); err != nil {
		return fmt.Errorf("emulate the text: %w", err)
	}
	p, err := newPainter(o.cell, o.look())
	if err != nil {
		return err
	}
	img, err := p.paint(e)
	if err != nil {
		return fmt.Errorf("paint: %w", err)
	}
	data, err := encode(img)
	if err != nil {
		return err
	}
	return o.save(data)
}
