package main

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"time"
)

// transparent is the index of the colour that lets the frame before shine through.
const transparent = 0

// animate joins frames of the same size to an animation; each is shown for as long as shown says. A frame holds only what changed
// since the one before.
func animate(frames []*image.RGBA, shown []time.Duration) ([]byte, error) {
	index := map[color.RGBA]uint8{}
	colors := color.Palette{transparent: color.RGBA{}}
	out := &gif.GIF{}
	for i, img := range frames {
		area := img.Bounds()
		if i > 0 {
			if area = changed(frames[i-1], img); area.Empty() {
				out.Delay[len(out.Delay)-1] += hundredths(shown[i])
				continue
			}
		}
		frame := image.NewPaletted(area, nil)
		for y := area.Min.Y; y < area.Max.Y; y++ {
			for x := area.Min.X; x < area.Max.X; x++ {
				c := img.RGBAAt(x, y)
				if i > 0 && c == frames[i-1].RGBAAt(x, y) {
					continue // transparent
				}
				n, ok := index[c]
				if !ok {
					if len(colors) == 256 {
						return nil, fmt.Errorf("frame %d: an animation has no more than 255 colours", i)
					}
					n = uint8(len(colors))
					index[c], colors = n, append(colors, c)
				}
				frame.SetColorIndex(x, y, n)
			}
		}
		out.Image = append(out.Image, frame)
		out.Delay = append(out.Delay, hundredths(shown[i]))
		out.Disposal = append(out.Disposal, gif.DisposalNone)
	}
	for _, frame := range out.Image {
		frame.Palette = colors
	}
	out.Config = image.Config{ColorModel: colors, Width: frames[0].Bounds().Dx(), Height: frames[0].Bounds().Dy()}
	var file bytes.Buffer
	if err := gif.EncodeAll(&file, out); err != nil {
		return nil, fmt.Errorf("write the animation: %w", err)
	}
	return file.Bytes(), nil
}

func hundredths(d time.Duration) int { return int(d / (10 * time.Millisecond)) }

// changed is the smallest rectangle that holds every pixel in which two pictures of the same size differ.
func changed(a, b *image.RGBA) (area image.Rectangle) {
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			if a.RGBAAt(x, y) != b.RGBAAt(x, y) {
				area = area.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return area
}
