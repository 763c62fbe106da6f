package draw

import (
	"errors"
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"hw4/tensor"
)

func at(m image.Image, x, y int) color.RGBA { return color.RGBAModel.Convert(m.At(x, y)).(color.RGBA) }

// written reports whether anything but the background is in a part of a picture.
func written(m image.Image, r image.Rectangle) bool {
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			if at(m, x, y) != white {
				return true
			}
		}
	}
	return false
}

func TestPalettes(t *testing.T) {
	for name, c := range map[string]struct {
		p      Palette
		lo, hi color.RGBA
	}{
		"Ink": {Ink, white, black}, "Heat": {Heat, white, color.RGBA{127, 0, 0, 255}},
		"Diverging": {Diverging, color.RGBA{5, 48, 97, 255}, color.RGBA{103, 0, 31, 255}},
	} {
		for v, want := range map[float64]color.RGBA{
			0: c.lo, -3: c.lo, math.Inf(-1): c.lo, 1: c.hi, 7: c.hi, math.Inf(1): c.hi,
		} {
			if got := c.p(v); got != want {
				t.Errorf("%s(%v) is %v, want %v", name, v, got, want)
			}
		}
		if got := c.p(math.NaN()); got != c.lo {
			t.Errorf("%s(NaN) is %v", name, got)
		}
	}
	if got := Diverging(0.5); got != (color.RGBA{247, 247, 247, 255}) {
		t.Errorf("the middle of Diverging is %v", got)
	}
	// Below the middle blue prevails, above it red.
	for v := 0.0; v <= 1; v += 0.01 {
		if c := Diverging(v); v < 0.49 && c.B <= c.R || v > 0.51 && c.R <= c.B {
			t.Errorf("Diverging(%v) is %v", v, c)
		}
	}
}

func TestAround(t *testing.T) {
	x := tensor.FromSlice([]float64{1, -3, math.NaN(), math.Inf(1)})
	if got := Around(x, tensor.FromSlice([]float64{2})); got != (Range{-3, 3}) {
		t.Errorf("range %v, want -3 to 3", got)
	}
	if got := Around(tensor.Zeros[float32](3)); got != (Range{-1, 1}) {
		t.Errorf("range of zeros %v, want -1 to 1", got)
	}
}

func TestMap(t *testing.T) {
	x := tensor.FromSlice([]float64{0, 0.5, 1, 2, -1, 0.25}, 2, 3)
	m := Map(x, Ink, Unit())
	for i, want := range []uint8{255, 128, 0, 0, 255, 191} {
		if got := m.RGBAAt(i%3, i/3).R; got != want {
			t.Errorf("element %d is %d, want %d", i, got, want)
		}
	}
	defer func() {
		var shape *tensor.ShapeError
		if err, ok := recover().(error); !ok || !errors.As(err, &shape) {
			t.Errorf("a vector did not panic with a ShapeError")
		}
	}()
	Map(tensor.Zeros[float64](3), Ink, Unit())
}

// Every square of a heat map has its element's colour, and the legend is the
// palette from its upper to its lower end, with numbers beside it.
func TestHeatMap(t *testing.T) {
	const square = 9
	x := tensor.Normal[float64](rand.New(rand.NewPCG(1, 1)), 0, 1, 12, 7)
	m := HeatMap(x, square)
	over := Around(x)
	for i, v := range x.Data() {
		if got, want := at(m, 10+i%7*square+square/2, 10+i/7*square+square/2), Diverging(over.of(v)); got != want {
			t.Errorf("element %d is %v, want %v", i, got, want)
		}
	}
	left := 10 + 7*square + 16
	top, bottom := at(m, left+5, 10), at(m, left+5, 10+12*square-1)
	if top.R < 100 || top.B > 40 || bottom.B < 90 || bottom.R > 20 {
		t.Errorf("the legend goes from %v to %v", bottom, top)
	}
	for _, y := range []int{10, 10 + 12*square/2 - 8, 10 + 12*square - 16} {
		if !written(m, image.Rect(left+20, y, m.Bounds().Dx(), y+16)) {
			t.Errorf("no number beside the legend at %d", y)
		}
	}
}

func TestLabels(t *testing.T) {
	if got, want := (Range{-0.12345, 0.12345}).labels(), [3]string{"−0.123", "0", "0.123"}; got != want {
		t.Errorf("labels %q, want %q", got, want)
	}
}

// solid returns a picture of one colour.
func solid(w, h int, c color.RGBA) image.Image {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := range w * h {
		m.SetRGBA(i%w, i/w, c)
	}
	return m
}

func TestTiles(t *testing.T) {
	var tiles []Tile
	for i := range 5 {
		tiles = append(tiles, Tile{Image: solid(10, 8, color.RGBA{uint8(40 * i), 0, 0, 255}), Caption: []string{"a", "b"}})
	}
	m := Tiles(tiles, 3, 4)
	if want := image.Pt(12+3*(40+12), 12+2*(32+2*lineHeight+12)); m.Bounds().Size() != want {
		t.Errorf("size %v, want %v", m.Bounds().Size(), want)
	}
	for i := range 5 {
		x, y := 12+i%3*52, 12+i/3*(32+2*lineHeight+12)
		if got := at(m, x+20, y+16); got.R != uint8(40*i) || got.G != 0 {
			t.Errorf("tile %d is %v", i, got)
		}
		for line := range 2 {
			if top := y + 33 + line*lineHeight; !written(m, image.Rect(x, top, x+40, top+lineHeight)) {
				t.Errorf("tile %d has no line %d", i, line)
			}
		}
	}
}

func TestStrips(t *testing.T) {
	red, green := color.RGBA{200, 0, 0, 255}, color.RGBA{0, 200, 0, 255}
	m := Strips([]Strip{
		{Name: "one", Tiles: []image.Image{solid(28, 28, red)}},
		{Name: "two", Tiles: []image.Image{solid(5, 5, green), solid(5, 5, green)}, Captions: []string{"x", "y"}},
	}, 56, Legend{Diverging, Range{-1, 1}})
	left := 24 + max(textWidth("one"), textWidth("two"))
	if got := at(m, left+28, 12+28); got != red {
		t.Errorf("the first row is %v", got)
	}
	for i := range 2 { // 5 pixels become 55
		if got := at(m, left+27+i*59, 12+56+12+27); got != green {
			t.Errorf("tile %d of the second row is %v", i, got)
		}
		if top := 12 + 56 + 12 + 56; !written(m, image.Rect(left+i*59, top, left+i*59+55, top+lineHeight)) {
			t.Errorf("tile %d has no caption", i)
		}
	}
	if !written(m, image.Rect(0, 12, left-12, 68)) {
		t.Error("no name beside the first row")
	}
	if c := at(m, m.Bounds().Dx()-12-legendWidth(Range{-1, 1})-legendBar/2, 14); c == white {
		t.Error("no legend")
	}
}

// Labelled drawings begin here.
const labelledLeft, labelledTop = 12 + lineHeight + 24, 12 + 2*lineHeight + 2

// checkLabels checks that both axes of a labelled drawing have a name and all their numbers.
func checkLabels(t *testing.T, m image.Image, square int) {
	t.Helper()
	right, bottom := m.Bounds().Dx()-12, m.Bounds().Dy()-12
	if !written(m, image.Rect(12, labelledTop, 12+lineHeight, bottom)) {
		t.Error("the rows have no name")
	}
	if !written(m, image.Rect(labelledLeft, 12, right, 12+lineHeight)) {
		t.Error("the columns have no name")
	}
	for y := labelledTop; y < bottom; y += square {
		if !written(m, image.Rect(12+lineHeight+2, y, labelledLeft-2, y+square)) {
			t.Errorf("row %d has no number", (y-labelledTop)/square)
		}
	}
	for x := labelledLeft; x < right; x += square {
		if !written(m, image.Rect(x, 12+lineHeight, x+square, labelledTop-2)) {
			t.Errorf("column %d has no number", (x-labelledLeft)/square)
		}
	}
}

func TestConfusion(t *testing.T) {
	counts := [][]int{{90, 1, 0}, {0, 80, 9}, {4, 0, 70}}
	m := Confusion(counts)
	checkLabels(t, m, 46)
	corner := func(i, j int) color.RGBA { return at(m, labelledLeft+46*j+2, labelledTop+46*i+2) }
	for i := range 3 {
		if corner(i, i) != blue {
			t.Errorf("what is right, (%d, %d), is %v", i, i, corner(i, i))
		}
	}
	if corner(0, 2) != white {
		t.Errorf("where nothing is it is %v", corner(0, 2))
	}
	if few, some, most := corner(0, 1), corner(2, 0), corner(1, 2); few.G <= some.G || some.G <= most.G {
		t.Errorf("1, 4 and 9 mistakes are %v, %v and %v, want more and more red", few, some, most)
	}
	p := ConfusionPanel(counts)
	if !slices.Equal(p.Cells[0], []string{"90", "1", ""}) || !slices.Equal(p.Rows, []string{"0", "1", "2"}) {
		t.Errorf("the panel has the numbers %q and the rows %q", p.Cells, p.Rows)
	}
	for i := range 3 {
		for j := range 3 {
			if at(p.Image, j, i) != corner(i, j) {
				t.Errorf("(%d, %d) is %v in the panel and %v in the drawing", i, j, at(p.Image, j, i), corner(i, j))
			}
		}
	}
}

// The drawing of a table can be read back, and so can its panel.
func TestConnections(t *testing.T) {
	maps := [][]int{{0, 2}, {1}, {0, 1, 2}, {}}
	m := Connections(maps, 3, "from", "to")
	checkLabels(t, m, 34)
	p := ConnectionsPanel(maps, 3, "from", "to")
	for j, want := range maps {
		var drawn, written []int
		for i := range 3 {
			switch c := at(m, labelledLeft+34*j+17, labelledTop+34*i+17); c {
			case blue:
				drawn = append(drawn, i)
			case white:
			default:
				t.Errorf("row %d, column %d is %v", i, j, c)
			}
			if p.Cells[i][j] == "X" && at(p.Image, j, i) == blue {
				written = append(written, i)
			}
		}
		if !slices.Equal(drawn, want) || !slices.Equal(written, want) {
			t.Errorf("column %d shows %v and %v, want %v", j, drawn, written, want)
		}
	}
}

// A row without captions is one panel, one with captions a panel a picture, and one of
// single pixels a table.
func TestStripPanels(t *testing.T) {
	panels := StripPanels([]Strip{
		{Name: "input", Tiles: []image.Image{solid(28, 20, blue)}},
		{Name: "C3", Tiles: slices.Repeat([]image.Image{solid(5, 5, blue)}, 16)},
		{Name: "C1", Tiles: slices.Repeat([]image.Image{solid(5, 5, blue)}, 2), Captions: []string{"map 0", "map 1"}},
		{
			Name:  "P(class)",
			Tiles: []image.Image{solid(1, 1, black), solid(1, 1, white)}, Captions: []string{"0: 1.00", "1: 0.00"},
		},
	})
	for i, want := range []struct {
		caption string
		size    image.Point
		cells   int
	}{
		{"input: 20 x 28", image.Pt(28, 20), 0},
		{"C3: 16 pictures of 5 x 5", image.Pt(8*6-1, 2*6-1), 0},
		{"C1, map 0", image.Pt(5, 5), 0},
		{"C1, map 1", image.Pt(5, 5), 0},
		{"P(class)", image.Pt(2, 1), 1},
	} {
		p := panels[i]
		size := p.Image.Bounds().Size()
		if p.Caption[0] != want.caption || size != want.size || len(p.Cells) != want.cells {
			t.Errorf("panel %d: %q, %v, %q, want %+v", i, p.Caption, size, p.Cells, want)
		}
	}
	row, maps := panels[4].Image, panels[1].Image
	if len(panels) != 5 || at(row, 0, 0) != black || at(row, 1, 0) != white || !written(maps, maps.Bounds()) {
		t.Errorf("%d panels", len(panels))
	}
}

// What a tile has written in its pixels stands in their middle, and can be read there.
func TestTilesWithCells(t *testing.T) {
	m := image.NewRGBA(image.Rect(0, 0, 2, 1))
	m.SetRGBA(0, 0, black)
	m.SetRGBA(1, 0, white)
	got := Tiles([]Tile{{Image: m, Cells: [][]string{{"8", "8"}}}}, 1, 40)
	for i, ground := range []color.RGBA{black, white} {
		light, deep := 0, 0
		for y := 12 + 12; y < 12+28; y++ {
			for x := 12 + 40*i + 12; x < 12+40*i+28; x++ {
				if at(got, x, y).R > 127 {
					light++
				} else {
					deep++
				}
			}
		}
		if light == 0 || deep == 0 {
			t.Errorf("on %v nothing can be read", ground)
		}
	}
}
