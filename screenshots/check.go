package main

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/gif"
	"image/png"
	"os"
	"path/filepath"
	"strings"
)

// check compares the set in dir with files and says of each one that is not the same what is wrong with it.
func check(dir string, files []kept) error {
	var errs []error
	for _, f := range files {
		old, err := os.ReadFile(filepath.Join(dir, f.name))
		switch {
		case errors.Is(err, os.ErrNotExist):
			errs = append(errs, fmt.Errorf("%s is missing", f.name))
		case err != nil:
			errs = append(errs, err)
		case !bytes.Equal(old, f.data):
			if err := differ(f.name, old, f.data); err != nil {
				errs = append(errs, fmt.Errorf("%s is not what the program draws: %w", f.name, err))
			}
		}
	}
	strange, err := superfluous(dir, files)
	errs = append(errs, err)
	for _, name := range strange {
		errs = append(errs, fmt.Errorf("%s is not in the set", name))
	}
	return errors.Join(errs...)
}

// differ says where two files differ. Files of other bytes and the same pixels are the same picture: compression may change with
// the version of Go.
func differ(name string, old, now []byte) error {
	decode := map[string]func([]byte) ([]image.Image, []int, error){".png": decodePNG, ".gif": decodeGIF}[filepath.Ext(name)]
	if decode == nil {
		return differentLine(string(old), string(now))
	}
	was, wasShown, err := decode(old)
	if err != nil {
		return err
	}
	is, isShown, err := decode(now)
	if err != nil {
		return err
	}
	if len(was) != len(is) {
		return fmt.Errorf("it has %d frames instead of %d", len(was), len(is))
	}
	for i := range is {
		at := ""
		if len(is) > 1 {
			at = fmt.Sprintf("frame %d: ", i+1)
		}
		if was[i].Bounds() != is[i].Bounds() {
			return fmt.Errorf("%sit covers %v instead of %v", at, was[i].Bounds(), is[i].Bounds())
		}
		if wasShown[i] != isShown[i] {
			return fmt.Errorf("%sit stands for %d0 ms instead of %d0 ms", at, wasShown[i], isShown[i])
		}
		if n, area := differentPixels(was[i], is[i]); n > 0 {
			return fmt.Errorf("%s%d pixels differ, within %v", at, n, area)
		}
	}
	return nil
}

func decodePNG(data []byte) ([]image.Image, []int, error) {
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, nil, fmt.Errorf("read the picture: %w", err)
	}
	return []image.Image{img}, []int{0}, nil
}

func decodeGIF(data []byte) (frames []image.Image, shown []int, err error) {
	g, err := gif.DecodeAll(bytes.NewReader(data))
	if err != nil {
		return nil, nil, fmt.Errorf("read the animation: %w", err)
	}
	for _, f := range g.Image {
		frames = append(frames, f)
	}
	return frames, g.Delay, nil
}

// differentPixels counts the pixels in which two pictures of the same size differ; area holds them all.
func differentPixels(a, b image.Image) (n int, area image.Rectangle) {
	bounds := a.Bounds()
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			r, g, b1, al := a.At(x, y).RGBA()
			r2, g2, b2, al2 := b.At(x, y).RGBA()
			if r != r2 || g != g2 || b1 != b2 || al != al2 {
				n++
				area = area.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return n, area
}

// differentLine names the first line in which two texts differ.
func differentLine(was, is string) error {
	a, b := strings.Split(was, "\n"), strings.Split(is, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Errorf("line %d is %q instead of %q", i+1, a[i], b[i])
		}
	}
	return fmt.Errorf("it has %d lines instead of %d", len(a), len(b))
}
