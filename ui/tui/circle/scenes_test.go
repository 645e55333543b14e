package circle

// scenes are the moments that the goldens show.
var scenes = []struct {
	name  string
	frame Frame
}{
	{"empty", Frame{Size: 8 << 20, Title: "0 %", Note: "of 8 MiB"}},
	{"slow", Frame{
		Size: 8 << 20, Consumer: 1158782840, Producer: 1158782840 + 5976883, Worst: 7801405, Written: 8 << 20,
		Busy: []uint64{1158782840 + 5770000}, Discarded: even(256, 0.041), Title: "71 %", Note: "of 8 MiB",
	}},
	{"calm", Frame{
		Size: 8 << 20, Consumer: 40 << 20, Producer: 40<<20 + 80000, Worst: 1 << 20, Written: 8 << 20, Title: "1 %", Note: "of 8 MiB",
	}},
	{"nearly calm", Frame{
		Size: 256 << 10, Consumer: 4788296, Producer: 4788296 + 5270, Worst: 8900, Written: 256 << 10, Title: "2.0 %", Note: "of 256 KiB",
	}},
	{"storm on the first lap", Frame{
		Size: 8 << 20, Consumer: 1 << 20, Producer: 1<<20 + 5<<20, Worst: 5<<20 + 1<<19, Written: 6 << 20,
		Busy: []uint64{1<<20 + 200000}, Discarded: storm(256), Title: "62 %", Note: "of 8 MiB",
	}},
	{"full", Frame{
		Size: 256 << 10, Consumer: 3 << 20, Producer: 3<<20 + 256<<10 - 8, Worst: 256<<10 - 8, Written: 256 << 10, Title: "100 %", Note: "of 256 KiB",
	}},
	{"stuck", Frame{
		Size: 1 << 20, Consumer: 9<<20 + 70000, Producer: 9<<20 + 500000, Worst: 430000, Written: 1 << 20, Busy: []uint64{9<<20 + 70000},
		Title: "41 %", Note: "of 1 MiB",
	}},
	{"many busy", Frame{
		Size: 1 << 20, Consumer: 9<<20 + 70000, Producer: 9<<20 + 800000, Worst: 900000, Written: 1 << 20, Busy: spread(9<<20+70000, 730000, 40),
		Title: "70 %", Note: "of 1 MiB",
	}},
	{"overwrite", Frame{
		Size: 1 << 20, Consumer: 9<<20 + 200000, Producer: 10 << 20, Overwrite: 9<<20 + 60000, HasOverwrite: true, Written: 1 << 20,
		Title: "full", Note: "of 1 MiB",
	}},
	{"zero at the top", Frame{
		Size: 4096, Producer: 3584, Pending: 3072, HasPending: true, Busy: []uint64{3072}, Written: 3584, Orientation: ZeroAtTop,
		Title: "3,584", Note: "of 4,096",
	}},
}

func init() {
	for i := range scenes {
		scenes[i].frame.Notch = true
	}
}

func scene(name string) *Frame {
	for i := range scenes {
		if scenes[i].name == name {
			return &scenes[i].frame
		}
	}
	panic("no scene is called " + name)
}

func even(n int, share float32) []float32 {
	d := make([]float32, n)
	for i := range d {
		d[i] = share
	}
	return d
}

// storm has a third of the bytes discarded, and nearly all of them in one stretch.
func storm(n int) []float32 {
	d := even(n, 0.2)
	for i := range d {
		if at := float32(i) / float32(n); at > 0.42 && at < 0.62 {
			d[i] = 0.85
		}
	}
	return d
}

func spread(from, length uint64, n int) []uint64 {
	var at []uint64
	for i := range n {
		at = append(at, from+length*uint64(i)/uint64(n))
	}
	return at
}
