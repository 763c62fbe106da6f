package lenet5

import (
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"gonum.org/v1/gonum/floats"

	"hw4/data"
)

var power = env("POWER", 3)

func env(name string, v float64) float64 {
	if f, err := strconv.ParseFloat(os.Getenv(name), 64); err == nil {
		return f
	}
	return v
}

func TestExplore(t *testing.T) {
	n, _ := strconv.Atoi(os.Getenv("N"))
	if n == 0 {
		t.Skip()
	}
	_, network, err := networkOf(read(t, "../../pretrained/lenet.safetensors"), "")
	if err != nil {
		t.Fatal(err)
	}
	mn, _ := data.Load(data.Source{})
	set := mn.Train
	list := kinds
	if os.Getenv("EXTRA") != "" {
		list = extras
	}
	sr, sw, sn := 0, 0, 0
	defer func() { t.Logf("sum right %d wrong %d none %d", sr, sw, sn) }()
	for _, k := range list {
		if only := os.Getenv("ONLY"); only != "" && !strings.Contains(only, k.name) {
			continue
		}
		right, wrong, none := 0, 0, 0
		firstRight := 0
		var spent time.Duration
		bad := 0
		anyRight := 0
		for i := range n {
			random := rand.New(rand.NewPCG(uint64(i), 5))
			var p *sheet
			switch {
			case strings.HasPrefix(k.name, "small"):
				p = sheetOf(set, 1000+i, random, 2, 3, 8, 12)
			case strings.HasPrefix(k.name, "tiny"):
				p = sheetOf(set, 1000+i, random, 1.5, 2.5, 20, 30)
			case strings.HasPrefix(k.name, "big"):
				p = sheetOf(set, 1000+i, random, 20, 25, 0.1, 1)
			default:
				p = newSheet(set, 1000+i, random)
			}
			p = k.make(p)
			x := p.tensor()
			start := time.Now()
			rs := data.Digit(x)
			var lines []string
			hit := false
			mix := make([]float64, 10)
			total := 0.0
			for j, r := range rs {
				q := digitProbabilities(network, r.Image)
				m := floats.MaxIdx(q)
				if j == 0 && m == int(set.Labels[1000+i]) {
					firstRight++
				}
				if m == int(set.Labels[1000+i]) {
					hit = true
				}
				w := r.Weight * math.Pow(q[m], power)
				if r.Others > 0 {
					w /= 4
				}
				total += w
				floats.AddScaled(mix, w, q)
				lines = append(lines, fmt.Sprintf("%.2f:%d(%.2f,%d)", r.Weight, m, q[m], r.Others))
			}
			best, bp := -1, 0.0
			if len(rs) > 0 {
				best = floats.MaxIdx(mix)
				bp = mix[best] / total
			}
			spent += time.Since(start)
			if hit {
				anyRight++
			}
			if best < 0 || bp < 0.5 {
				none++
			} else if best == int(set.Labels[1000+i]) {
				right++
			} else {
				wrong++
			}
			if best != int(set.Labels[1000+i]) && bad < 12 && strings.Contains(os.Getenv("DUMP"), k.name) {
				bad++
				t.Logf("%s %d is %d: %d(%.2f) %s", k.name, i, set.Labels[1000+i], best, bp, lines)
				dump(fmt.Sprintf("/tmp/photo/dump/%s%d.png", k.name, i), p, rs)
			}
		}
		sr, sw, sn = sr+right, sw+wrong, sn+none
		t.Logf("%-9s right %d wrong %d none %d  first %d any %d  %.1f ms", k.name, right, wrong, none, firstRight, anyRight,
			spent.Seconds()*1000/float64(n))
	}
}

func dump(path string, p *sheet, rs []data.Reading[float32]) {
	const z = 6
	m := image.NewGray(image.Rect(0, 0, p.w+len(rs)*(28*z+8), max(p.h, 28*z)))
	draw.Draw(m, p.image().Bounds(), p.image(), image.Point{}, draw.Src)
	for j, r := range rs {
		for y := range 28 * z {
			for x := range 28 * z {
				m.Pix[y*m.Stride+p.w+8+j*(28*z+8)+x] = uint8(255 * r.Image.Data()[y/z*28+x/z])
			}
		}
	}
	f, _ := os.Create(path)
	png.Encode(f, m)
	f.Close()
}

func neg(p *sheet) *sheet {
	p.each(func(x, y, v float64) float64 { return 1 - v })
	return p
}

var none = func(p *sheet) *sheet { return p }

func table(p *sheet) *sheet {
	w := 0.06 + 0.06*p.random.Float64()
	p.each(func(x, y, v float64) float64 {
		if !p.near(x, y, 0) && min(x-0.02*y, 1-x-0.02*y, y+0.02*x, 1-y-0.01*x) < w {
			return 0.3
		}
		return v
	})
	return p
}

func crop(p *sheet, margin int) *sheet {
	// the box of the ink
	dark := 0.6
	var r image.Rectangle
	for i, v := range p.light {
		if v < dark {
			r = r.Union(image.Rect(i%p.w, i/p.w, i%p.w+1, i/p.w+1))
		}
	}
	r = r.Inset(-margin).Intersect(image.Rect(0, 0, p.w, p.h))
	q := &sheet{w: r.Dx(), h: r.Dy(), digit: image.Rect(0, 0, r.Dx(), r.Dy()), ink: p.ink, random: p.random}
	for y := range q.h {
		q.light = append(q.light, p.light[(r.Min.Y+y)*p.w+r.Min.X:][:q.w]...)
	}
	return q
}

func thin(p *sheet) *sheet {
	// grow paper by some pixels
	r := p.digit.Dx() / 50
	for range r {
		old := append([]float64(nil), p.light...)
		for y := 1; y < p.h-1; y++ {
			for x := 1; x < p.w-1; x++ {
				p.light[y*p.w+x] = max(old[y*p.w+x], old[y*p.w+x-1], old[y*p.w+x+1], old[(y-1)*p.w+x], old[(y+1)*p.w+x])
			}
		}
	}
	return p
}

func pale2(p *sheet) *sheet {
	p.each(func(x, y, v float64) float64 { return 0.9 - (0.9-v)*0.3 })
	return p
}

func dark(p *sheet) *sheet { p.lines(false, 0.45); return p }

var extras = []struct {
	name string
	make func(p *sheet) *sheet
}{
	{"neg", neg},
	{"neglight", func(p *sheet) *sheet { return light(neg(p)) }},
	{"negall", func(p *sheet) *sheet { return compressed(noise(vignette(shadow(blur(neg(specks(rules(p)))))))) }},
	{"small", none},
	{"small-all", func(p *sheet) *sheet { return compressed(noise(vignette(shadow(blur(specks(rules(p))))))) }},
	{"tiny", none},
	{"tinynoise", func(p *sheet) *sheet { return noise(light(p)) }},
	{"big", none},
	{"biglight", func(p *sheet) *sheet { return noise(shadow(light(rules(p)))) }},
	{"table", table},
	{"tablelight", func(p *sheet) *sheet { return light(table(p)) }},
	{"crop0", func(p *sheet) *sheet { return crop(p, 0) }},
	{"crop2", func(p *sheet) *sheet { return crop(p, 2) }},
	{"crop2neg", func(p *sheet) *sheet { return neg(crop(p, 2)) }},
	{"thin", thin},
	{"thinall", func(p *sheet) *sheet { return compressed(noise(vignette(shadow(specks(rules(thin(p))))))) }},
	{"pale", pale2},
	{"palelight", func(p *sheet) *sheet { return light(pale2(p)) }},
	{"palenoise", func(p *sheet) *sheet { return noise(pale2(p)) }},
	{"darkrule", dark},
	{"shadow2", func(p *sheet) *sheet { return shadow(shadow(p)) }},
	{"noise2", func(p *sheet) *sheet { return noise(noise(noise(noise(p)))) }},
}
