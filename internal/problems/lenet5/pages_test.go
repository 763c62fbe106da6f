package lenet5

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"math/rand/v2"

	"hw4/data"
	"hw4/tensor"
)

// A sheet is a photograph of a digit: its brightness, from 0 to 1.
type sheet struct {
	w, h   int
	light  []float64
	digit  image.Rectangle // where the digit lies
	ink    float64
	random *rand.Rand
}

// newSheet returns a digit of a set on plain paper, in any place, at many sizes, a
// little rotated, with its strokes as they are or as a pen would make them.
func newSheet(s *data.Set, i int, random *rand.Rand) *sheet {
	return sheetOf(s, i, random, 2, 6, 0.2, 1.5)
}

// sheetOf is newSheet with s0 to s1 pixels for a pixel of MNIST, and a margin of m0 to m1
// times the digit's image.
func sheetOf(s *data.Set, i int, random *rand.Rand, s0, s1, m0, m1 float64) *sheet {
	between := func(lo, hi float64) float64 { return lo + (hi-lo)*random.Float64() }
	scale := between(s0, s1)
	side := int(scale * 28)
	p := &sheet{
		w: side + int(between(m0, m1)*float64(side)), h: side + int(between(m0, m1)*float64(side)), random: random,
		ink: between(0.05, 0.25),
	}
	p.light = make([]float64, p.w*p.h)
	paper := between(0.8, 0.97)
	left, top := random.IntN(p.w-side+1), random.IntN(p.h-side+1)
	p.digit = image.Rect(left, top, left+side, top+side)
	angle := between(-8, 8) * math.Pi / 180
	pen := random.IntN(2) == 0
	at := func(x, y int) float64 {
		if x < 0 || y < 0 || x >= s.Cols || y >= s.Rows {
			return 0
		}
		return float64(s.Image(i)[y*s.Cols+x]) / 255
	}
	for y := range p.h {
		for x := range p.w {
			u, v := (float64(x-left)+0.5)/scale-14, (float64(y-top)+0.5)/scale-14
			u, v = u*math.Cos(angle)-v*math.Sin(angle)+13.5, u*math.Sin(angle)+v*math.Cos(angle)+13.5
			c, r := int(math.Floor(u)), int(math.Floor(v))
			u, v = u-float64(c), v-float64(r)
			share := (at(c, r)*(1-u)+at(c+1, r)*u)*(1-v) + (at(c, r+1)*(1-u)+at(c+1, r+1)*u)*v
			if pen {
				share = math.Max(0, math.Min(1, (share-0.3)/0.25))
			}
			p.light[y*p.w+x] = paper + (p.ink-paper)*share
		}
	}
	return p
}

// each changes every pixel.
func (p *sheet) each(change func(x, y float64, v float64) float64) {
	for i, v := range p.light {
		p.light[i] = change((float64(i%p.w)+0.5)/float64(p.w), (float64(i/p.w)+0.5)/float64(p.h), v)
	}
}

// thick returns the width of a line of the paper in pixels.
func (p *sheet) thick() int { return 1 + min(p.w, p.h)/250 }

var kinds = []struct {
	name string
	make func(p *sheet) *sheet
}{
	{"clean", func(p *sheet) *sheet { return p }},
	{"light", light}, {"vignette", vignette}, {"shadow", shadow}, {"rules", rules}, {"grid", grid}, {"frame", frame},
	{"edge", edge}, {"specks", specks}, {"noise", noise}, {"blur", blur}, {"JPEG", compressed},
	{"several", func(p *sheet) *sheet {
		return compressed(noise(vignette(shadow(blur(specks(rules(p)))))))
	}},
}

// light falls off by 25 % across the page, in any direction.
func light(p *sheet) *sheet {
	a := p.random.Float64() * 2 * math.Pi
	c, s := math.Cos(a), math.Sin(a)
	reach := math.Abs(c) + math.Abs(s)
	p.each(func(x, y, v float64) float64 { return v * (1 - 0.25*(0.5+((x-0.5)*c+(y-0.5)*s)/reach)) })
	return p
}

// vignette darkens the corners by 25 %.
func vignette(p *sheet) *sheet {
	p.each(func(x, y, v float64) float64 { return v * (1 - 0.25*2*((x-0.5)*(x-0.5)+(y-0.5)*(y-0.5))) })
	return p
}

// shadow darkens a part of the page by 25 %, with a soft edge.
func shadow(p *sheet) *sheet {
	a := p.random.Float64() * 2 * math.Pi
	at, soft, bend := p.random.Float64()*0.6-0.3, 0.02+0.05*p.random.Float64(), p.random.Float64()*2-1
	p.each(func(x, y, v float64) float64 {
		d := (x-0.5)*math.Cos(a) + (y-0.5)*math.Sin(a) - at
		side := (y-0.5)*math.Cos(a) - (x-0.5)*math.Sin(a)
		return v * (1 - 0.25/(1+math.Exp(-(d+bend*side*side)/soft*2)))
	})
	return p
}

// lines rules the sheet with darker lines, which are not quite level.
func (p *sheet) lines(down bool, share float64) {
	period := (0.06 + 0.12*p.random.Float64()) * float64(min(p.w, p.h))
	start, slope := p.random.Float64()*period, (p.random.Float64()*2-1)*0.01
	for i, v := range p.light {
		along, across := float64(i%p.w), float64(i/p.w)
		if down {
			along, across = across, along
		}
		if math.Mod(across+slope*along+10*period-start, period) < float64(p.thick()) {
			p.light[i] = v * (1 - share)
		}
	}
}

func rules(p *sheet) *sheet { p.lines(false, 0.18); return p }

func grid(p *sheet) *sheet { p.lines(false, 0.18); p.lines(true, 0.18); return p }

// frame draws a dark band around the page, or a line within it.
func frame(p *sheet) *sheet {
	width, inset := 0.02+0.03*p.random.Float64(), 0.0
	if p.random.IntN(3) == 0 {
		width, inset = 0.008, 0.02
	}
	p.each(func(x, y, v float64) float64 {
		if d := min(x, 1-x, y, 1-y); d >= inset && d < inset+width && !p.near(x, y) {
			return p.ink
		}
		return v
	})
	return p
}

// near reports whether a place is in the digit's image.
func (p *sheet) near(x, y float64) bool {
	return image.Pt(int(x*float64(p.w)), int(y*float64(p.h))).In(p.digit)
}

// edge puts a finger, or the table beside the page, into the picture.
func edge(p *sheet) *sheet {
	cx, cy, r := p.random.Float64(), float64(p.random.IntN(2)), 0.1+0.1*p.random.Float64()
	if p.random.IntN(2) == 0 {
		cx, cy = cy, cx
	}
	table := p.random.IntN(2) == 0
	slope := p.random.Float64()*0.1 - 0.05
	p.each(func(x, y, v float64) float64 {
		if p.near(x, y) {
			return v
		}
		if !table && math.Hypot(x-cx, y-cy) < r || table && x+slope*y < 0.07 {
			return 0.35
		}
		return v
	})
	return p
}

// specks are up to eight dark dots.
func specks(p *sheet) *sheet {
	for range 1 + p.random.IntN(8) {
		x, y, r := p.random.IntN(p.w), p.random.IntN(p.h), p.thick()
		for v := y; v < min(y+r, p.h); v++ {
			for u := x; u < min(x+r, p.w); u++ {
				p.light[v*p.w+u] = p.ink
			}
		}
	}
	return p
}

// noise is normal, of 3 %.
func noise(p *sheet) *sheet {
	p.each(func(x, y, v float64) float64 { return math.Max(0, math.Min(1, v+0.03*p.random.NormFloat64())) })
	return p
}

// blur takes means over three squares one after the other.
func blur(p *sheet) *sheet {
	r := max(1, p.digit.Dx()/80)
	for range 3 {
		old := append([]float64(nil), p.light...)
		for y := range p.h {
			for x := range p.w {
				sum, n := 0.0, 0.0
				for v := max(0, y-r); v < min(p.h, y+r+1); v++ {
					for u := max(0, x-r); u < min(p.w, x+r+1); u++ {
						sum, n = sum+old[v*p.w+u], n+1
					}
				}
				p.light[y*p.w+x] = sum / n
			}
		}
	}
	return p
}

// compressed is what JPEG at quality 30 leaves.
func compressed(p *sheet) *sheet {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, p.image(), &jpeg.Options{Quality: 30}); err != nil {
		panic(err)
	}
	m, err := jpeg.Decode(&b)
	if err != nil {
		panic(err)
	}
	p.each(func(x, y, v float64) float64 {
		return float64(color.GrayModel.Convert(m.At(int(x*float64(p.w)), int(y*float64(p.h)))).(color.Gray).Y) / 255
	})
	return p
}

func (p *sheet) image() *image.Gray {
	m := image.NewGray(image.Rect(0, 0, p.w, p.h))
	for i, v := range p.light {
		m.Pix[i] = uint8(math.Round(255 * math.Max(0, math.Min(1, v))))
	}
	return m
}

// tensor returns the sheet as it is read from a file of bytes.
func (p *sheet) tensor() *tensor.Tensor[float32] {
	x := tensor.Zeros[float32](p.h, p.w)
	for i, v := range p.image().Pix {
		x.Data()[i] = float32(v) / 255
	}
	return x
}
