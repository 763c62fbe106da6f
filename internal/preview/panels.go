package preview

import (
	"image"
	"io"
	"strings"
	"unicode/utf8"

	"hw4/internal/report"
	"hw4/internal/report/text"
	"hw4/internal/terminal"
)

// writePanels shows the panels of a picture side by side, each above its caption, as
// many in a row as fit and the rest below. They are as high as it takes to show them on
// two screens, and at least as high as can be made out.
func writePanels(w io.Writer, p report.Picture, o Options) error {
	panels := p.Panels
	if panels == nil {
		panels = []report.Panel{{Image: p.Image}}
	}
	const least = 6
	height := max(o.Rows, least)
	for height > least && lines(flow(panels, height, o)) > 2*o.Rows {
		height--
	}
	var out strings.Builder
	for i, row := range flow(panels, height, o) {
		if i > 0 {
			out.WriteString("\n")
		}
		row.write(&out, o)
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// A placed panel has the size in which it is shown.
type placed struct {
	report.Panel
	size   image.Point // of the image, in pixels; of a table, in characters
	table  bool
	below  []string // its caption
	width  int      // columns of it and of its caption
	height int      // lines of it without its caption
}

// A row is panels that stand side by side, gap columns apart.
type row []placed

const gap = 2

// flow places panels in rows, if their images are at most so many lines high. Panels
// whose images have one size are equally wide.
func flow(panels []report.Panel, height int, o Options) []row {
	var all row
	widest := make(map[image.Point]int)
	for _, p := range panels {
		if p.Image == nil || p.Image.Bounds().Empty() {
			continue
		}
		q := place(p, height, o)
		size := p.Image.Bounds().Size()
		widest[size] = max(widest[size], q.width)
		all = append(all, q)
	}
	var rows []row
	used := o.Columns // of the last row
	for _, q := range all {
		q.width = widest[q.Image.Bounds().Size()]
		if used+gap+q.width > o.Columns {
			rows = append(rows, nil)
			used = -gap
		}
		rows[len(rows)-1] = append(rows[len(rows)-1], q)
		used += gap + q.width
	}
	return rows
}

// place returns a panel in its size.
func place(p report.Panel, height int, o Options) placed {
	const few, most = 12, 4 // an image of few pixels is enlarged to about so many, up to most times
	q := placed{Panel: p}
	if q.size = tableSize(p); p.Cells != nil && q.size.X <= o.Columns {
		q.table, q.width, q.height = true, q.size.X, q.size.Y
	} else {
		size := p.Image.Bounds().Size()
		by := min(max(1, few/max(size.X, size.Y)), most)
		q.size = within(size.Mul(by), o.Columns, 2*height)
		q.width, q.height = q.size.X, (q.size.Y+1)/2
	}
	const narrow = 14 // columns that a caption may have below a narrower image
	below := text.Style{Width: min(max(q.width, narrow), o.Columns)}
	for _, caption := range p.Caption {
		for line := range strings.Lines(below.Paragraph(caption)) {
			line = strings.TrimRight(line, "\n")
			q.below = append(q.below, line)
			q.width = max(q.width, utf8.RuneCountInString(line))
		}
	}
	return q
}

// height returns the lines of a row, with the captions.
func (r row) height() int {
	tall := 0
	for _, q := range r {
		tall = max(tall, q.height+len(q.below))
	}
	return tall
}

// lines returns how many lines rows take, with an empty one between them.
func lines(rows []row) int {
	n := len(rows) - 1
	for _, r := range rows {
		n += r.height()
	}
	return n
}

// write writes the row, with the captions below the images.
func (r row) write(out *strings.Builder, o Options) {
	shown := report.Each(r, func(q placed) []string { return q.lines(o.Colours) })
	for n := range r.height() {
		line, end := "", 0
		for i, q := range r {
			if n < len(shown[i]) {
				line += strings.Repeat(" ", end) + shown[i][n]
				end = q.width - q.columns(n) + gap
			} else {
				end += q.width + gap
			}
		}
		out.WriteString(strings.TrimRight(line, " ") + "\n")
	}
}

// lines returns the lines of a panel and of its caption.
func (q placed) lines(colours terminal.Colours) []string {
	var all []string
	if q.table {
		all = table(q.Panel, colours)
	} else {
		m := q.Image
		if q.size != m.Bounds().Size() {
			m = scaled(m, q.size)
		}
		all = blocks(m, colours)
	}
	return append(all, q.below...)
}

// columns returns how wide a line of a panel is.
func (q placed) columns(line int) int {
	if line < q.height {
		return q.size.X
	}
	return utf8.RuneCountInString(q.below[line-q.height])
}
