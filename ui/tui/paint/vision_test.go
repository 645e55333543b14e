package paint

import "math"

// sight is a kind of colour vision, as what it makes of the linear parts of an sRGB colour. The matrices are those of Machado,
// Oliveira and Fernandes, A Physiologically-based Model for Simulation of Color Vision Deficiency (2009), at full severity.
type sight struct {
	name   string
	matrix [3][3]float64
}

var sights = []sight{
	{"usual sight", [3][3]float64{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}},
	{"protanopia", [3][3]float64{
		{0.152286, 1.052583, -0.204868},
		{0.114503, 0.786281, 0.099216},
		{-0.003882, -0.048116, 1.051998},
	}},
	{"deuteranopia", [3][3]float64{
		{0.367322, 0.860646, -0.227968},
		{0.280085, 0.672501, 0.047413},
		{-0.011820, 0.042940, 0.968881},
	}},
	{"tritanopia", [3][3]float64{
		{1.255528, -0.076749, -0.178779},
		{-0.078411, 0.930809, 0.147602},
		{0.004733, 0.691367, 0.303900},
	}},
}

// seen is what becomes of an exact colour, in linear parts.
func (s sight) seen(c Color) (out [3]float64) {
	r, g, b, _ := c.Exact()
	in := [3]float64{linear(r), linear(g), linear(b)}
	for i, row := range s.matrix {
		for j, m := range row {
			out[i] += m * in[j]
		}
		out[i] = min(max(out[i], 0), 1)
	}
	return out
}

// lab is a colour of CIELAB under D65.
type lab struct{ l, a, b float64 }

func toLab(c [3]float64) lab {
	f := func(t float64) float64 {
		const edge = 6.0 / 29
		if t > edge*edge*edge {
			return math.Cbrt(t)
		}
		return t/(3*edge*edge) + 4.0/29
	}
	x := f((0.4124564*c[0] + 0.3575761*c[1] + 0.1804375*c[2]) / 0.95047)
	y := f(0.2126729*c[0] + 0.7151522*c[1] + 0.0721750*c[2])
	z := f((0.0193339*c[0] + 0.1191920*c[1] + 0.9503041*c[2]) / 1.08883)
	return lab{116*y - 16, 500 * (x - y), 200 * (y - z)}
}

// distance is CIEDE2000 of two colours, after Sharma, Wu and Dalal (2005): 1 is about the least that is seen.
func distance(p, q lab) float64 {
	const deg = math.Pi / 180
	seventh := func(c float64) float64 { return math.Sqrt(math.Pow(c, 7) / (math.Pow(c, 7) + math.Pow(25, 7))) }
	g := (1 - seventh((math.Hypot(p.a, p.b)+math.Hypot(q.a, q.b))/2)) / 2
	p.a, q.a = p.a*(1+g), q.a*(1+g)
	c1, c2 := math.Hypot(p.a, p.b), math.Hypot(q.a, q.b)
	hue := func(x lab) float64 { return math.Mod(math.Atan2(x.b, x.a)/deg+360, 360) }
	h1, h2 := hue(p), hue(q)
	turn, middle := h2-h1, (h1+h2)/2
	switch {
	case c1*c2 == 0:
		turn, middle = 0, h1+h2
	case math.Abs(turn) > 180:
		turn -= math.Copysign(360, turn)
		middle += 180
	}
	dl, dc, dh := q.l-p.l, c2-c1, 2*math.Sqrt(c1*c2)*math.Sin(turn/2*deg)
	l, c := (p.l+q.l)/2-50, (c1+c2)/2
	t := 1 - 0.17*math.Cos((middle-30)*deg) + 0.24*math.Cos(2*middle*deg) + 0.32*math.Cos((3*middle+6)*deg) - 0.20*math.Cos((4*middle-63)*deg)
	dl /= 1 + 0.015*l*l/math.Sqrt(20+l*l)
	dc /= 1 + 0.045*c
	dh /= 1 + 0.015*c*t
	bend := (math.Mod(middle, 360) - 275) / 25
	rotation := -math.Sin(60*math.Exp(-bend*bend)*deg) * 2 * seventh(c)
	return math.Sqrt(dl*dl + dc*dc + dh*dh + rotation*dc*dh)
}
