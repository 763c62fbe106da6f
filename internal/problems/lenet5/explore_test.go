package lenet5

import (
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"hw4/data"
)

func TestExplore(t *testing.T) {
	n, _ := strconv.Atoi(os.Getenv("N"))
	if n == 0 {
		t.Skip()
	}
	_, network, err := networkOf(read(t, "../../weights/lenet.safetensors"), "")
	if err != nil {
		t.Fatal(err)
	}
	mn, _ := data.Load(data.Source{})
	set := mn.Train
	for _, k := range kinds {
		right, wrong, none := 0, 0, 0
		firstRight := 0
		var spent time.Duration
		bad := 0
		anyRight := 0
		for i := range n {
			random := rand.New(rand.NewPCG(uint64(i), 5))
			p := k.make(newSheet(set, 1000+i, random))
			x := p.tensor()
			start := time.Now()
			rs := data.Digit(x)
			best, bp := -1, 0.0
			var lines []string
			hit := false
			for j, r := range rs {
				q := digitProbabilities(network, r.Image)
				m := 0
				for d := range q {
					if q[d] > q[m] {
						m = d
					}
				}
				if j == 0 && m == int(set.Labels[1000+i]) {
					firstRight++
				}
				if m == int(set.Labels[1000+i]) {
					hit = true
				}
				lines = append(lines, fmt.Sprintf("%s:%d(%.2f,%d)", r.Note, m, q[m], r.Others))
				if q[m] > bp {
					best, bp = m, q[m]
				}
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
				t.Logf("%s %d is %d: %s", k.name, i, set.Labels[1000+i], lines)
				dump(fmt.Sprintf("/tmp/photo/dump/%s%d.png", k.name, i), p, rs)
			}
		}
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
