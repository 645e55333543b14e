package main

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"path/filepath"
	"strings"

	"github.com/charmbracelet/x/vt"
)

// picture is what is to be shot: a program, what it is told, and the terminal that it runs in.
type picture struct {
	name   string // of the file, without .png
	args   []string
	keys   string // pressed first, separated by blanks
	w, h   int    // of the terminal, cells
	cell   int    // width of a cell in pixels
	light  bool   // background
	depth  depth
	silent bool // the terminal answers no question: not for its background, not for its modes
}

func (p picture) look() look {
	switch {
	case p.depth == colors16 && p.light:
		return consoleLight
	case p.depth == colors16:
		return console
	case p.light:
		return light
	}
	return dark
}

// surroundings is a word for each way in which the terminal differs from a usual one of all colours; the background is always said.
func (p picture) surroundings() []string {
	words := []string{"dark"}
	if p.light {
		words[0] = "light"
	}
	if p.depth != trueColor {
		words = append(words, string(p.depth))
	}
	if p.silent {
		words = append(words, "silent")
	}
	return words
}

// named gives a picture the name that follows from subject, the surroundings and the size.
func (p picture) named(subject string) picture {
	p.name = fmt.Sprintf("%s-%s-%dx%d", subject, strings.Join(p.surroundings(), "-"), p.w, p.h)
	return p
}

// subject is what a command line is about, as a part of a file name.
func subject(args []string) string {
	for _, a := range args {
		if strings.HasPrefix(a, "-") {
			break
		}
		if a != "demo" && a != "watch" {
			return strings.NewReplacer("/", "-", ":", "-").Replace(a)
		}
	}
	return "screen"
}

func (p picture) file(dir string) string { return filepath.Join(dir, p.name+".png") }

// shoot runs the program, presses the keys and calls f with the screen.
func (p picture) shoot(program string, f func(*vt.Emulator) error) (err error) {
	keys, err := typed(p.keys)
	if err != nil {
		return err
	}
	s, err := start(p, program)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	if err := s.settle(); err != nil {
		return err
	}
	for _, k := range keys {
		if err := s.press(k); err != nil {
			return err
		}
	}
	return s.screen(f)
}

// image is the picture, painted; the screen is written to text as well. With an error that says what [painter.audit] found there is
// a picture all the same.
func (p picture) image(program string, text io.Writer) (img *image.RGBA, err error) {
	paint, err := newPainter(p.cell, p.look())
	if err != nil {
		return nil, err
	}
	var found error
	err = p.shoot(program, func(e *vt.Emulator) error {
		found = paint.audit(e)
		if _, err := fmt.Fprintln(text, e.String()); err != nil {
			return fmt.Errorf("print the screen: %w", err)
		}
		img, err = paint.paint(e)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p.name, err)
	}
	if found != nil {
		return img, fmt.Errorf("%s: %w", p.name, found)
	}
	return img, nil
}

// encode is img as a PNG.
func encode(img *image.RGBA) ([]byte, error) {
	var out bytes.Buffer
	enc := png.Encoder{CompressionLevel: png.BestCompression}
	if err := enc.Encode(&out, compact(img)); err != nil {
		return nil, fmt.Errorf("write a picture: %w", err)
	}
	return out.Bytes(), nil
}
