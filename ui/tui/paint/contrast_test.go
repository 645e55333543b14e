package paint

import (
	"fmt"
	"image/color"
	"math"
	"testing"

	"github.com/charmbracelet/colorprofile"
)

// backgrounds are typical ones. Those of the terminals that do not tell theirs are among them.
var backgrounds = []struct {
	name  string
	color Color
}{
	{"black: xterm, the console", RGB(0x000000)},
	{"the dark pictures", RGB(0x16181f)},
	{"VS Code dark", RGB(0x1e1e1e)},
	{"Solarized dark", RGB(0x002b36)},
	{"Ubuntu", RGB(0x300a24)},
	{"One Dark", RGB(0x282c34)},
	{"Nord", RGB(0x2e3440)},
	{"white", RGB(0xffffff)},
	{"the light pictures", RGB(0xfafaf7)},
	{"Solarized light", RGB(0xfdf6e3)},
	{"Gruvbox light", RGB(0xfbf1c7)},
}

// unanswered are the backgrounds against which the colours are measured that a terminal gets which does not tell its own.
var unanswered = []Color{RGB(0x000000), RGB(0x1e1e1e), RGB(0xfdf6e3), RGB(0xffffff)}

// vga are the sixteen colours of the text mode of VGA, which the console of Linux has.
var vga = [16]Color{
	RGB(0x000000), RGB(0xaa0000), RGB(0x00aa00), RGB(0xaa5500), RGB(0x0000aa), RGB(0xaa00aa), RGB(0x00aaaa), RGB(0xaaaaaa),
	RGB(0x555555), RGB(0xff5555), RGB(0x55ff55), RGB(0xffff55), RGB(0x5555ff), RGB(0xff55ff), RGB(0x55ffff), RGB(0xffffff),
}

// shownAs is c as pixels: the sixteen colours are those of VGA, and the default one is fore.
func shownAs(c, fore Color) Color {
	switch v, ok := c.value(); {
	case ok:
		return v
	case c == Default:
		return fore
	default:
		return vga[c&15]
	}
}

func (c Color) rgba() color.Color {
	r, g, b, _ := c.Exact()
	return color.RGBA{r, g, b, 0xff}
}

func contrast(t *testing.T, a, b Color) float64 {
	t.Helper()
	r, ok := a.Contrast(b)
	if !ok {
		t.Fatalf("no contrast of %x and %x", a, b)
	}
	return r
}

// texts and shapes are the colours of a theme by what they are used for.
func (t *Theme) texts() map[string]Color {
	return map[string]Color{
		"text": t.Text.FG, "strong": t.Strong.FG, "dim": t.Dim.FG, "accent": t.Accent.FG, "mark": t.Mark,
		"the word busy": t.BusyText.FG, "the word discarded": t.DiscardedText.FG,
	}
}

func (t *Theme) shapes() map[string]Color {
	return map[string]Color{
		"unread": t.Unread, "discarded": t.Discarded, "busy": t.Busy, "free": t.Free, "frames": t.Faint.FG,
		"problem": t.Problem.FG, "warning": t.Warning.FG, "hint": t.Hint.FG, "fine": t.Fine.FG,
	}
}

// checkContrast measures every colour of a theme against a background. Default is drawn in the terminal's own foreground, which
// is readable by its owner's choice.
func checkContrast(t *testing.T, th *Theme, background Color) {
	t.Helper()
	for kind, least := range map[string]float64{"text": textContrast, "shape": shapeContrast} {
		colors := th.texts()
		if kind == "shape" {
			colors = th.shapes()
		}
		for what, c := range colors {
			if c == Default {
				continue
			}
			if got := contrast(t, shownAs(c, Default), background); got < least {
				t.Errorf("%s %s: contrast %.2f on %06x, want %v", kind, what, got, background&0xffffff, least)
			}
		}
	}
}

func TestContrast(t *testing.T) {
	for _, depth := range []colorprofile.Profile{colorprofile.TrueColor, colorprofile.ANSI256} {
		for _, b := range backgrounds {
			t.Run(fmt.Sprintf("%v on %s", depth, b.name), func(t *testing.T) {
				th := NewTheme(Terminal{Profile: depth, Background: b.color.rgba()})
				checkContrast(t, th, b.color)
				if th.Text.FG == Default || th.Dim.FG == Default {
					t.Error("text has no colour of its own, so that nothing was measured")
				}
			})
		}
		t.Run(fmt.Sprintf("%v on an unknown background", depth), func(t *testing.T) {
			th := NewTheme(Terminal{Profile: depth})
			for _, b := range unanswered {
				checkContrast(t, th, b)
			}
			for what, c := range th.texts() {
				if c != Default {
					t.Errorf("%s has the colour %x, which can't be read on every background", what, c)
				}
			}
		})
	}
}

// TestContrastOfSixteen measures what can be promised of colours that are the user's own: with those of VGA on black and white.
func TestContrastOfSixteen(t *testing.T) {
	for _, b := range []Color{vga[0], vga[15]} {
		checkContrast(t, NewTheme(Terminal{Profile: colorprofile.ANSI, Background: b.rgba()}), b)
		checkContrast(t, NewTheme(Terminal{Profile: colorprofile.ANSI}), b)
	}
}

// TestContrastOnAnyGrey: whatever background a terminal tells, its text can be read.
func TestContrastOnAnyGrey(t *testing.T) {
	for _, depth := range []colorprofile.Profile{colorprofile.TrueColor, colorprofile.ANSI256} {
		for v := range uint32(256) {
			b := RGB(v * 0x10101)
			checkContrast(t, NewTheme(Terminal{Profile: depth, Background: b.rgba()}), b)
		}
	}
}

// apart is the least distance, in CIEDE2000, of two states that may touch: ten times what is just seen side by side, so that it is
// seen in a stroke of one cell as well. Of sixteen colours nine is the best that can be had.
const (
	apart          = 10
	apartOfSixteen = 9
)

// checkApart compares all states with each other, as each kind of sight sees them.
func checkApart(t *testing.T, th *Theme, fore Color, least float64) {
	t.Helper()
	names := []string{"unread", "discarded", "busy", "free", "mark"}
	colors := []Color{th.Unread, th.Discarded, th.Busy, th.Free, th.Mark}
	for i := range colors {
		for j := range i {
			if colors[i] == Default && colors[j] == Default {
				continue // in sixteen colours on an unknown background: free is thin and spokes are not
			}
			for _, s := range sights {
				d := distance(toLab(s.seen(shownAs(colors[i], fore))), toLab(s.seen(shownAs(colors[j], fore))))
				if d < least {
					t.Errorf("%s and %s are %.1f apart with %s, want %v", names[i], names[j], d, s.name, least)
				}
			}
		}
	}
}

func TestStatesAreApart(t *testing.T) {
	for _, depth := range []colorprofile.Profile{colorprofile.TrueColor, colorprofile.ANSI256} {
		for _, b := range backgrounds {
			t.Run(fmt.Sprintf("%v on %s", depth, b.name), func(t *testing.T) {
				checkApart(t, NewTheme(Terminal{Profile: depth, Background: b.color.rgba()}), Default, apart)
			})
		}
		for _, fore := range []Color{RGB(0x1c1e26), RGB(0xe4e6f0)} {
			t.Run(fmt.Sprintf("%v with the terminal's %06x", depth, fore&0xffffff), func(t *testing.T) {
				checkApart(t, NewTheme(Terminal{Profile: depth}), fore, apart)
			})
		}
	}
	for _, b := range []Color{vga[0], vga[15]} {
		fore := vga[7]
		if !b.dark() {
			fore = vga[0]
		}
		checkApart(t, NewTheme(Terminal{Profile: colorprofile.ANSI, Background: b.rgba()}), fore, apartOfSixteen)
		checkApart(t, NewTheme(Terminal{Profile: colorprofile.ANSI}), fore, apartOfSixteen)
	}
}

// TestDistance compares with pairs that Sharma, Wu and Dalal publish for checking programs, among them those that go round the
// circle of hues.
func TestDistance(t *testing.T) {
	for _, c := range []struct {
		p, q lab
		want float64
	}{
		{lab{50, 2.6772, -79.7751}, lab{50, 0, -82.7485}, 2.0425},
		{lab{50, 0, 0}, lab{50, -1, 2}, 2.3669},
		{lab{50, 2.49, -0.001}, lab{50, -2.49, 0.0011}, 7.2195},
		{lab{50, 2.5, 0}, lab{73, 25, -18}, 27.1492},
		{lab{50, 2.5, 0}, lab{58, 24, 15}, 19.4535},
		{lab{22.7233, 20.0904, -46.6940}, lab{23.0331, 14.9730, -42.5619}, 2.0373},
		{lab{90.8027, -2.0831, 1.4410}, lab{91.1528, -1.6435, 0.0447}, 1.4441},
	} {
		if got := distance(c.p, c.q); math.Abs(got-c.want) > 1e-4 {
			t.Errorf("%v to %v is %.4f, want %.4f", c.p, c.q, got, c.want)
		}
	}
}

func TestContrastOfKnownPairs(t *testing.T) {
	for _, c := range []struct {
		a, b Color
		want float64
	}{
		{RGB(0), RGB(0xffffff), 21},
		{RGB(0x767676), RGB(0xffffff), 4.54},
		{Indexed(243), RGB(0xffffff), 4.54},
		{Indexed(16), Indexed(231), 21},
		{Indexed(214), RGB(0xffaf00), 1},
	} {
		if got := contrast(t, c.a, c.b); math.Abs(got-c.want) > 0.005 {
			t.Errorf("contrast of %x and %x is %.3f, want %v", c.a, c.b, got, c.want)
		}
	}
	for _, c := range []Color{Default, Indexed(3)} {
		if _, ok := c.Contrast(RGB(0)); ok {
			t.Errorf("the contrast of %x is said to be known, but the user chose it", c)
		}
	}
}
