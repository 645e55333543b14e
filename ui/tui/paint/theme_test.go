package paint

import (
	"image/color"
	"testing"

	"github.com/charmbracelet/colorprofile"
)

var (
	black = color.RGBA{A: 0xff}
	white = color.RGBA{0xff, 0xff, 0xff, 0xff}
)

func TestPalette(t *testing.T) {
	for _, test := range []struct {
		name                          string
		profile                       colorprofile.Profile
		background                    color.Color
		unread, discarded, busy, free Color
		blends                        bool
	}{
		{"dark", colorprofile.TrueColor, black, RGB(0x56b4e9), RGB(0xcc79a7), RGB(0xffaf00), RGB(0x6c6c70), true},
		{"light", colorprofile.TrueColor, white, RGB(0x005f9e), RGB(0xa85478), RGB(0xd75f00), RGB(0x888d9e), true},
		{"256 dark", colorprofile.ANSI256, black, Indexed(75), Indexed(139), Indexed(214), Indexed(243), false},
		{"256 light", colorprofile.ANSI256, white, Indexed(25), Indexed(96), Indexed(166), Indexed(245), false},
		{"background unknown", colorprofile.TrueColor, nil, RGB(0x0f92e4), RGB(0xba67ab), RGB(0xd75f00), RGB(0x666a7c), false},
		{"256, unknown", colorprofile.ANSI256, nil, Indexed(33), Indexed(133), Indexed(166), Indexed(244), false},
		{"no colours", colorprofile.ASCII, black, Default, Default, Default, Default, false},
		{"no terminal", colorprofile.NoTTY, nil, Default, Default, Default, Default, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			th := NewTheme(Terminal{Profile: test.profile, Background: test.background})
			if th.Unread != test.unread || th.Discarded != test.discarded || th.Busy != test.busy || th.Free != test.free {
				t.Errorf("unread %x, discarded %x, busy %x, free %x", th.Unread, th.Discarded, th.Busy, th.Free)
			}
			if th.Blends() != test.blends {
				t.Errorf("blends: %v, want %v", th.Blends(), test.blends)
			}
		})
	}
}

// styles are all of a theme.
func (t *Theme) styles() []Style {
	return []Style{t.Text, t.Strong, t.Dim, t.Faint, t.Accent, t.Problem, t.Warning, t.Hint, t.Fine, t.BusyText, t.DiscardedText}
}

func TestNoColorMeansNone(t *testing.T) {
	th := NewTheme(Terminal{Profile: colorprofile.ASCII, Background: white})
	for i, s := range th.styles() {
		if s.FG != Default || s.BG != Default {
			t.Errorf("style %d has a colour", i)
		}
	}
}

// TestTextOfAnUnknownBackgroundIsTheTerminals: a near-white that was picked for a dark background is lost on a light one.
func TestTextOfAnUnknownBackgroundIsTheTerminals(t *testing.T) {
	for _, p := range []colorprofile.Profile{colorprofile.TrueColor, colorprofile.ANSI256, colorprofile.ANSI} {
		th := NewTheme(Terminal{Profile: p})
		if th.Text.FG != Default || th.Strong.FG != Default || th.Mark != Default {
			t.Errorf("%v: text %x, strong %x, mark %x", p, th.Text.FG, th.Strong.FG, th.Mark)
		}
	}
}

// TestRedIsAProblem finds red in one place only, and green nowhere.
func TestRedIsAProblem(t *testing.T) {
	for _, depth := range []colorprofile.Profile{colorprofile.TrueColor, colorprofile.ANSI256, colorprofile.ANSI} {
		for _, bg := range []color.Color{black, white, RGB(0x2e3440).rgba(), nil} {
			th := NewTheme(Terminal{Profile: depth, Background: bg})
			colors := []Color{th.Unread, th.Discarded, th.Busy, th.Free, th.Mark}
			for _, s := range th.styles() {
				if s != th.Problem {
					colors = append(colors, s.FG)
				}
			}
			for _, c := range colors {
				if hue, strong := shownAs(c, vga[7]).hue(); strong && (hue < 15 || hue > 345 || hue > 70 && hue < 170) {
					t.Errorf("%v on %v: %x is red or green (hue %.0f)", depth, bg, c, hue)
				}
			}
			if hue, strong := shownAs(th.Problem.FG, vga[7]).hue(); !strong || hue > 5 && hue < 355 {
				t.Errorf("%v on %v: a problem is %x, not red (hue %.0f)", depth, bg, th.Problem.FG, hue)
			}
		}
	}
}

// hue is that of an exact colour in degrees, red at 0 and green at 120; strong is whether it is more than a tinted grey.
func (c Color) hue() (degrees float64, strong bool) {
	r8, g8, b8, _ := c.Exact()
	r, g, b := float64(r8), float64(g8), float64(b8)
	high, low := max(r, g, b), min(r, g, b)
	switch d := high - low; {
	case d == 0:
	case high == r:
		degrees = 60 * (g - b) / d
	case high == g:
		degrees = 120 + 60*(b-r)/d
	default:
		degrees = 240 + 60*(r-g)/d
	}
	if degrees < 0 {
		degrees += 360
	}
	return degrees, high-low > 60
}

func TestMix(t *testing.T) {
	if got := RGB(0xffffff).Mix(RGB(0), 0.5); got != RGB(0xbcbcbc) {
		t.Errorf("half of white is %06x, want the grey of half the light, bcbcbc", got&0xffffff)
	}
	for _, share := range []float64{0, 1} {
		want := RGB(0x16181f)
		if share == 1 {
			want = RGB(0x56b4e9)
		}
		if got := RGB(0x56b4e9).Mix(RGB(0x16181f), share); got != want {
			t.Errorf("share %v: %06x, want %06x", share, got&0xffffff, want&0xffffff)
		}
	}
	if got := Indexed(74).Mix(RGB(0), 0.5); got != Indexed(74) {
		t.Errorf("an indexed colour was mixed to %x", got)
	}
}
