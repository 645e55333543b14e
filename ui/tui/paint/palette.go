package paint

// palette is one form of the colours: Okabe-Ito hues, told apart with every colour-vision deficiency.
type palette struct {
	colored                        bool
	unread, discarded, busy, free  Color
	text, dim, faint, accent, mark Color
	problem, warning, hint, fine   Color
	greyUnknown                    Color // while the background is not known
	dimAttr, faintAttr, strong     Attr
}

var (
	exactDark = palette{
		colored: true,
		unread:  RGB(0x56b4e9), discarded: RGB(0xcc79a7), busy: RGB(0xffaf00), free: RGB(0x5a6078),
		text: RGB(0xe4e6f0), dim: RGB(0x9298b0), faint: RGB(0x4c5268), accent: RGB(0x56b4e9), mark: RGB(0xffffff),
		problem: RGB(0xff5f5f), warning: RGB(0xffaf00), hint: RGB(0x56b4e9), fine: RGB(0x9298b0),
		greyUnknown: RGB(0x808698), strong: Bold,
	}
	exactLight = palette{
		colored: true,
		unread:  RGB(0x005f9e), discarded: RGB(0xb05a8a), busy: RGB(0xd75f00), free: RGB(0x9a9fb0),
		text: RGB(0x1c1e26), dim: RGB(0x5c6274), faint: RGB(0xb4b8c6), accent: RGB(0x005f9e), mark: RGB(0x101218),
		problem: RGB(0xc80000), warning: RGB(0xb04c00), hint: RGB(0x005f9e), fine: RGB(0x5c6274),
		strong: Bold,
	}
	cubeDark = palette{
		colored: true,
		unread:  Indexed(74), discarded: Indexed(175), busy: Indexed(214), free: Indexed(243),
		text: Indexed(254), dim: Indexed(247), faint: Indexed(240), accent: Indexed(74), mark: Indexed(231),
		problem: Indexed(203), warning: Indexed(214), hint: Indexed(74), fine: Indexed(247),
		greyUnknown: Indexed(244), strong: Bold,
	}
	cubeLight = palette{
		colored: true,
		unread:  Indexed(25), discarded: Indexed(132), busy: Indexed(166), free: Indexed(247),
		text: Indexed(234), dim: Indexed(241), faint: Indexed(250), accent: Indexed(25), mark: Indexed(16),
		problem: Indexed(160), warning: Indexed(130), hint: Indexed(25), fine: Indexed(241),
		strong: Bold,
	}
	// Sixteen colours are the user's own, so text keeps the terminal's foreground and grey is told by faintness.
	basicDark = palette{
		colored: true,
		unread:  Indexed(6), discarded: Indexed(5), busy: Indexed(11), free: Indexed(8),
		accent: Indexed(14), mark: Indexed(15), problem: Indexed(9), warning: Indexed(11), hint: Indexed(14),
		dimAttr: Faint, faintAttr: Faint, strong: Bold,
	}
	basicLight = palette{
		colored: true,
		unread:  Indexed(4), discarded: Indexed(5), busy: Indexed(3), free: Indexed(8),
		accent: Indexed(4), mark: Indexed(0), problem: Indexed(1), warning: Indexed(3), hint: Indexed(4),
		dimAttr: Faint, faintAttr: Faint, strong: Bold,
	}
	colorless = palette{dimAttr: Faint, faintAttr: Faint, strong: Bold}
)

func (p palette) apply(t *Theme) {
	t.Unread, t.Discarded, t.Busy, t.Free, t.Mark = p.unread, p.discarded, p.busy, p.free, p.mark
	t.Text = FG(p.text)
	t.Strong = FG(p.text).With(p.strong)
	t.Dim = FG(p.dim).With(p.dimAttr)
	t.Faint = FG(p.faint).With(p.faintAttr)
	t.Accent = FG(p.accent)
	t.Problem = FG(p.problem).With(Bold)
	t.Warning, t.Hint, t.Fine = FG(p.warning), FG(p.hint), FG(p.fine)
	if !p.colored {
		t.Accent = t.Accent.With(Bold)
	}
}
