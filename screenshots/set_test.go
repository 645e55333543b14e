package main

import (
	"bytes"
	"image"
	"image/color"
	"image/gif"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/vt"

	"ringscope/sampler/target"
)

func TestTheSetHasEveryScenario(t *testing.T) {
	names := map[string]bool{}
	for _, p := range wholeSet() {
		if names[p.name] {
			t.Errorf("two pictures are called %s", p.name)
		}
		names[p.name] = true
		if _, err := typed(p.keys); err != nil {
			t.Errorf("%s: %v", p.name, err)
		}
	}
	for _, s := range target.Scenarios() {
		for _, more := range []string{"-dark-120x36", "-light-120x36", "-dark-80x24", "-light-80x24"} {
			if !names[s.Name+more] {
				t.Errorf("there is no picture %s%s", s.Name, more)
			}
		}
	}
	if !names[frontPage] {
		t.Errorf("there is no picture %s", frontPage)
	}
	page := index()
	for _, p := range wholeSet() {
		if !strings.Contains(page, "("+inSet(p)+")") {
			t.Errorf("the index does not have %s", p.name)
		}
	}
}

// TestCheck keeps a set, spoils it in every way, and looks for the name of what was spoiled.
func TestCheck(t *testing.T) {
	img := image.NewRGBA(image.Rect(0, 0, 8, 8))
	good, err := encode(img)
	if err != nil {
		t.Fatal(err)
	}
	img.SetRGBA(3, 5, color.RGBA{1, 2, 3, 255})
	other, err := encode(img)
	if err != nil {
		t.Fatal(err)
	}
	a, b := filepath.Join(pictureDir, "a.png"), filepath.Join(pictureDir, "b.png")
	files := []kept{{"README.md", []byte("# A\nB\n")}, {a, good}, {b, other}}
	dir := t.TempDir()
	spoil := func(name string, data []byte) {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name string
		do   func()
		says []string
	}{
		{"nothing", func() {}, nil},
		{"another picture", func() { spoil(a, other) }, []string{"a.png is not what the program draws: 1 pixels differ, within (3,5)-(4,6)"}},
		{"another page", func() { spoil("README.md", []byte("# A\nC\n")) }, []string{`README.md`, `line 2 is "C" instead of "B"`}},
		{"no picture", func() { spoil(b, []byte("nonsense")) }, []string{"b.png", "read the picture"}},
		{"one too many", func() { spoil(filepath.Join(pictureDir, "c.png"), good) }, []string{"c.png is not in the set"}},
		{"one missing", func() {
			if err := os.Remove(filepath.Join(dir, a)); err != nil {
				t.Fatal(err)
			}
		}, []string{"a.png is missing"}},
	} {
		if err := write(dir, files); err != nil {
			t.Fatal(err)
		}
		c.do()
		err := check(dir, files)
		if (err == nil) != (c.says == nil) {
			t.Errorf("%s: check says %v", c.name, err)
			continue
		}
		for _, s := range c.says {
			if !strings.Contains(err.Error(), s) {
				t.Errorf("%s: check says %v, want %q", c.name, err, s)
			}
		}
	}
}

// TestOtherBytesOfTheSamePixels: another version of the compression makes another file of the same picture.
func TestOtherBytesOfTheSamePixels(t *testing.T) {
	img := image.NewRGBA(image.Rect(0, 0, 8, 8))
	img.SetRGBA(3, 5, color.RGBA{1, 2, 3, 255})
	data, err := encode(img)
	if err != nil {
		t.Fatal(err)
	}
	more := append(bytes.Clone(data), "something behind the end"...)
	if err := differ("a.png", more, data); err != nil {
		t.Error(err)
	}
}

func TestAnimation(t *testing.T) {
	var frames []*image.RGBA
	var shown []time.Duration
	for i := range 5 {
		img := image.NewRGBA(image.Rect(0, 0, 30, 20))
		for p := range img.Pix {
			img.Pix[p] = 0xff
		}
		if i == 3 {
			copy(img.Pix, frames[2].Pix)
		} else {
			img.SetRGBA(4+i, 7, color.RGBA{uint8(40 * i), 9, 9, 0xff})
		}
		frames, shown = append(frames, img), append(shown, time.Duration(i+1)*100*time.Millisecond)
	}
	data, err := animate(frames, shown)
	if err != nil {
		t.Fatal(err)
	}
	g, err := gif.DecodeAll(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if len(g.Image) != 4 || g.Delay[0] != 10 || g.Delay[2] != 30+40 {
		t.Fatalf("%d frames that stand for %v hundredths, want 4: the fourth is like the third", len(g.Image), g.Delay)
	}
	screen := image.NewRGBA(frames[0].Bounds())
	for i, f := range g.Image {
		b := f.Bounds()
		if i > 0 && b.Dx()*b.Dy() > 4 {
			t.Errorf("frame %d holds %v, but two pixels changed", i, b)
		}
		for y := b.Min.Y; y < b.Max.Y; y++ {
			for x := b.Min.X; x < b.Max.X; x++ {
				if _, _, _, alpha := f.At(x, y).RGBA(); alpha != 0 {
					screen.Set(x, y, f.At(x, y))
				}
			}
		}
		want := frames[min(i, 2)]
		if i == 3 {
			want = frames[4]
		}
		if n, area := differentPixels(screen, want); n > 0 {
			t.Errorf("frame %d: %d pixels are wrong, within %v", i, n, area)
		}
	}
}

func TestAudit(t *testing.T) {
	for text, says := range map[string]string{
		"plain \x1b[1mbold\x1b[m":          "",
		"\x1b[38;2;255;95;95m▲\x1b[m bad":  "",
		"\x1b[38;2;255;95;95m▲1\x1b[m bad": `column 1, row 0: "1" is red`,
		"\x1b[38;5;46mok\x1b[m":            "is green",
		"\x1b[38;5;240mdim\x1b[m":          "contrast of 2.4",
		"\x1b[38;5;243m┄┄\x1b[m":           "",
		"\x1b[38;5;243mdim\x1b[m":          "contrast of 3.9",
		"\x1b[38;5;238m─\x1b[m":            "contrast of 1.8",
		"\x1b[38;5;238m▄\x1b[m \x1b[31m ":  "",
	} {
		p, err := newPainter(8, dark)
		if err != nil {
			t.Fatal(err)
		}
		e := vt.NewEmulator(20, 1)
		if _, err := e.WriteString(text); err != nil {
			t.Fatal(err)
		}
		if err := p.audit(e); (err == nil) != (says == "") || err != nil && !strings.Contains(err.Error(), says) {
			t.Errorf("%q: the audit says %v, want %q", text, err, says)
		}
	}
}
