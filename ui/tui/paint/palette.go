package paint

// palette is one form of the colours: Okabe-Ito hues, told apart with every colour-vision deficiency.
type palette struct {
	unread, discarded, busy, free  Color
	text, dim, faint, accent, mark Color
	problem, warning, hint, fine   Color
	faintAttr, accentAttr          Attr
}

// forms are the palettes for one depth of colours: for a dark background, for a light one, and for one that is not known.
// What a palette leaves [Default] is drawn in the terminal's own foreground, which can be read on its background whatever that is.
type forms struct{ dark, light, either palette }

// No colour can be read as text on both a dark and a light background: 4.5 to 1 against #1e1e1e asks for a luminance of 0.23 at
// least, against #fdf6e3 for 0.17 at most. So where the background is not known, colours are for shapes only, and of middling
// luminance: 0.14 to 0.27 is 3 to 1 against both.
var (
	exact = forms{
		dark: palette{
			unread: RGB(0x56b4e9), discarded: RGB(0xcc79a7), busy: RGB(0xffaf00), free: RGB(0x6c6c70),
			text: RGB(0xe4e6f0), dim: RGB(0x9298b0), faint: RGB(0x666c86), accent: RGB(0x56b4e9), mark: RGB(0xffffff),
			problem: RGB(0xff5f5f), warning: RGB(0xffaf00), hint: RGB(0x56b4e9), fine: RGB(0x9298b0),
		},
		light: palette{
			unread: RGB(0x005f9e), discarded: RGB(0xa85478), busy: RGB(0xd75f00), free: RGB(0x888d9e),
			text: RGB(0x1c1e26), dim: RGB(0x5c6274), faint: RGB(0x888d9e), accent: RGB(0x005f9e), mark: RGB(0x101218),
			problem: RGB(0xc80000), warning: RGB(0xb04c00), hint: RGB(0x005f9e), fine: RGB(0x5c6274),
		},
		either: palette{
			unread: RGB(0x0f92e4), discarded: RGB(0xba67ab), busy: RGB(0xd75f00), free: RGB(0x666a7c),
			faint: RGB(0x666a7c), problem: RGB(0xe04040), warning: RGB(0xd75f00), hint: RGB(0x0f92e4), accentAttr: Bold,
		},
	}
	cube = forms{
		dark: palette{
			unread: Indexed(75), discarded: Indexed(139), busy: Indexed(214), free: Indexed(243),
			text: Indexed(254), dim: Indexed(247), faint: Indexed(242), accent: Indexed(75), mark: Indexed(231),
			problem: Indexed(203), warning: Indexed(214), hint: Indexed(75), fine: Indexed(247),
		},
		light: palette{
			unread: Indexed(25), discarded: Indexed(96), busy: Indexed(166), free: Indexed(245),
			text: Indexed(234), dim: Indexed(241), faint: Indexed(245), accent: Indexed(25), mark: Indexed(16),
			problem: Indexed(160), warning: Indexed(130), hint: Indexed(25), fine: Indexed(241),
		},
		either: palette{
			unread: Indexed(33), discarded: Indexed(133), busy: Indexed(166), free: Indexed(244),
			faint: Indexed(244), problem: Indexed(196), warning: Indexed(166), hint: Indexed(33), accentAttr: Bold,
		},
	}
	// Sixteen colours are the user's own; what is said of them holds for those of VGA. Bright black is the background itself in
	// some palettes, and bright yellow a grey, so neither is used on a dark background.
	basic = forms{
		dark: palette{
			unread: Indexed(12), discarded: Indexed(5), busy: Indexed(3), free: Indexed(7),
			accent: Indexed(14), mark: Indexed(15), problem: Indexed(9), warning: Indexed(3), hint: Indexed(12), faintAttr: Faint,
		},
		light: palette{
			unread: Indexed(4), discarded: Indexed(5), busy: Indexed(3), free: Indexed(8),
			accent: Indexed(4), mark: Indexed(0), problem: Indexed(1), warning: Indexed(3), hint: Indexed(4), faintAttr: Faint,
		},
		either: palette{
			unread: Indexed(12), discarded: Indexed(5), busy: Indexed(3),
			problem: Indexed(9), warning: Indexed(3), hint: Indexed(12), faintAttr: Faint, accentAttr: Bold,
		},
	}
	colorless = palette{faintAttr: Faint, accentAttr: Bold}
)

// Contrasts that every theme keeps, as WCAG 2.2 asks for them (1.4.3 and 1.4.11).
const (
	textContrast  = 4.5
	shapeContrast = 3
)

// heldOn is p with every colour as far from the background as what it is used for asks: the terminal's background may be lighter
// or darker than those that the palette was picked for.
func (p palette) heldOn(background Color) palette {
	for _, c := range []*Color{&p.text, &p.dim, &p.accent, &p.mark} {
		*c = c.heldOn(background, textContrast)
	}
	for _, c := range []*Color{&p.unread, &p.discarded, &p.busy, &p.free, &p.faint, &p.problem, &p.warning, &p.hint, &p.fine} {
		*c = c.heldOn(background, shapeContrast)
	}
	return p
}

// apply gives t the colours of p; background is [Default] where it is not known.
func (p palette) apply(t *Theme, background Color) {
	t.Unread, t.Discarded, t.Busy, t.Free, t.Mark = p.unread, p.discarded, p.busy, p.free, p.mark
	t.Text = FG(p.text)
	t.Strong = FG(p.text).With(Bold)
	t.Dim = FG(p.dim)
	t.Faint = FG(p.faint).With(p.faintAttr)
	t.Accent = FG(p.accent).With(p.accentAttr)
	t.Problem = FG(p.problem).With(Bold)
	t.Warning, t.Hint, t.Fine = FG(p.warning), FG(p.hint), FG(p.fine)
	if _, measurable := p.busy.value(); measurable && background != Default {
		t.BusyText = FG(p.busy.heldOn(background, textContrast))
		t.DiscardedText = FG(p.discarded.heldOn(background, textContrast))
	}
}
