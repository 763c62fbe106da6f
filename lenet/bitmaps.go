package lenet

import (
	"strings"

	"hw4/tensor"
)

// The size of the bitmaps that the units of F6 are to show.
const (
	bitmapRows = 12
	bitmapCols = 7
)

// digits are the ten digits as stylised bitmaps 7 pixels wide and 12 high. They are
// drawn after Figure 3 of the paper, not taken from it pixel by pixel. As there,
// the last rows are for letters that reach below the line. A "#" is black.
const digits = `
..###.. ...#... ..###.. ####### .....#. ####### ..####. ####### .#####. .#####.
.#...#. ..##... .#...#. .....#. ....##. #...... .#..... #.....# #.....# #.....#
#.....# .#.#... #.....# ....#.. ...#.#. #...... #...... ......# #.....# #.....#
#.....# ...#... ......# ...#... ..#..#. #.####. #...... .....#. #.....# #.....#
#.....# ...#... .....#. ..###.. .#...#. ##....# #.####. .....#. .#####. #....##
#.....# ...#... ....#.. .....#. #....#. ......# ##....# ....#.. #.....# .####.#
#.....# ...#... ...#... ......# ####### ......# #.....# ....#.. #.....# ......#
#.....# ...#... ..#.... ......# .....#. ......# #.....# ...#... #.....# ......#
.#...#. ...#... .#..... #.....# .....#. #.....# #.....# ...#... #.....# .....#.
..###.. .#####. ####### .#####. .....#. .#####. .#####. ...#... .#####. .####..
....... ....... ....... ....... ....... ....... ....... ....... ....... .......
....... ....... ....... ....... ....... ....... ....... ....... ....... .......
`

// Bitmaps returns the ten digits as text, side by side: twelve lines with seven
// characters a digit, "#" for black.
func Bitmaps() string { return strings.Trim(digits, "\n") }

// centres returns the fixed weights of the output layer of 1998, of shape (10,
// 84): row i is the bitmap of digit i, row by row, with +1 for black and -1 for
// white. The paper chose bitmaps so that digits that look alike have codes that
// are close, and an output that is no digit is far from all.
func centres[T tensor.Float]() *tensor.Tensor[T] {
	lines := strings.Split(Bitmaps(), "\n")
	classes := len(strings.Fields(lines[0]))
	w := tensor.Full(T(-1), classes, bitmapRows*bitmapCols)
	for row, line := range lines {
		for digit, pixels := range strings.Fields(line) {
			for col, pixel := range pixels {
				if pixel == '#' {
					w.Set(1, digit, row*bitmapCols+col)
				}
			}
		}
	}
	return w
}
