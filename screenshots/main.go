// Screenshots runs ringscope in an emulated terminal and writes what it shows as a picture.
//
//	go run ./screenshots -o DIR -- demo slow-consumer --at 62s --frozen
//
// The moment must stand still (--frozen): then the same command writes the same bytes each time, on every machine.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"image/png"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

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

// options are what the command line asks for.
type options struct {
	dir, name, binary, raw, keys string
	w, h, cell                   int
	light, text                  bool
	depth                        depth
	args                         []string
}

func parse(args []string) (o options, err error) {
	var size string
	var only256, only16, none bool
	fs := flag.NewFlagSet("screenshots", flag.ContinueOnError)
	fs.StringVar(&o.dir, "o", ".", "write into this `directory`")
	fs.StringVar(&o.name, "name", "", "`name` of the file without .png; otherwise scenario, background and size")
	fs.StringVar(&size, "size", "120x36", "of the terminal, `columns x rows`")
	fs.IntVar(&o.cell, "cell", 16, "width of a cell in `pixels`; it is twice as high")
	fs.BoolVar(&o.light, "light", false, "light background")
	fs.BoolVar(&only256, "256", false, "a terminal of 256 colours")
	fs.BoolVar(&only16, "16", false, "a terminal of 16 colours")
	fs.BoolVar(&none, "no-color", false, "set NO_COLOR")
	fs.BoolVar(&o.text, "text", false, "print the screen as text as well")
	fs.StringVar(&o.keys, "keys", "", "`keys` to press first, separated by blanks: g down esc …")
	fs.StringVar(&o.binary, "binary", "", "the program to run; otherwise it is built from this module")
	fs.StringVar(&o.raw, "raw", "", "paint this `file` of text and SGR sequences instead; - is the standard input")
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
	if len(o.args) == 0 && o.raw == "" {
		return o, errors.New("what shall ringscope do? -- demo slow-consumer --at 62s --frozen")
	}
	return o, nil
}

// file is the name of the picture: the scenario, what the terminal is like, and its size.
func (o options) file() string {
	if o.name != "" {
		return filepath.Join(o.dir, o.name+".png")
	}
	words := []string{"screen"}
	for _, a := range o.args {
		if strings.HasPrefix(a, "-") {
			break
		}
		if a != "demo" && a != "watch" {
			words[0] = strings.NewReplacer("/", "-", ":", "-").Replace(a)
		}
	}
	background := "dark"
	if o.light {
		background = "light"
	}
	words = append(words, background)
	if o.depth != trueColor {
		words = append(words, string(o.depth))
	}
	return filepath.Join(o.dir, fmt.Sprintf("%s-%dx%d.png", strings.Join(words, "-"), o.w, o.h))
}

func (o options) look() look {
	if o.light {
		return light
	}
	return dark
}

func run(args []string) error {
	o, err := parse(args)
	if err != nil {
		return err
	}
	p, err := newPainter(o.cell, o.look())
	if err != nil {
		return err
	}
	var picture bytes.Buffer
	shoot := func(e *vt.Emulator) error {
		img, err := p.paint(e)
		if err != nil {
			return fmt.Errorf("paint: %w", err)
		}
		if o.text {
			fmt.Println(e.String())
		}
		enc := png.Encoder{CompressionLevel: png.BestCompression}
		return enc.Encode(&picture, compact(img))
	}
	if o.raw != "" {
		err = o.paintRaw(shoot)
	} else {
		err = o.shootProgram(shoot)
	}
	if err != nil {
		return err
	}
	if err := os.MkdirAll(o.dir, 0o755); err != nil {
		return fmt.Errorf("make the directory: %w", err)
	}
	if err := os.WriteFile(o.file(), picture.Bytes(), 0o644); err != nil {
		return fmt.Errorf("write the picture: %w", err)
	}
	fmt.Println(o.file())
	return nil
}

// paintRaw shoots a file of text.
func (o options) paintRaw(shoot func(*vt.Emulator) error) error {
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
	return shoot(e)
}

// shootProgram runs ringscope, presses the keys and shoots.
func (o options) shootProgram(shoot func(*vt.Emulator) error) (err error) {
	binary := o.binary
	if binary == "" {
		dir, failed := os.MkdirTemp("", "ringscope-screenshots-*")
		if failed != nil {
			return fmt.Errorf("make a directory for the program: %w", failed)
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
		binary = filepath.Join(dir, "ringscope")
		build := exec.Command("go", "build", "-o", binary, "ringscope")
		build.Stderr = os.Stderr
		if err := build.Run(); err != nil {
			return fmt.Errorf("build ringscope: %w", err)
		}
	}
	keys, err := typed(o.keys)
	if err != nil {
		return err
	}
	s, err := start(o.w, o.h, o.look(), o.depth, binary, o.args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	if err := s.settle(); err != nil {
		return err
	}
	if len(keys) > 0 {
		if err := s.press(keys); err != nil {
			return err
		}
		if err := s.settle(); err != nil {
			return err
		}
	}
	return s.screen(shoot)
}
