package lenet

import "strings"

// tableI is Table I of LeCun, Bottou, Bengio and Haffner, "Gradient-based
// learning applied to document recognition", 1998: an X in row i, column j says
// that map i of S2 feeds map j of C3.
const tableI = `
      0  1  2  3  4  5  6  7  8  9 10 11 12 13 14 15
   0  X  .  .  .  X  X  X  .  .  X  X  X  X  .  X  X
   1  X  X  .  .  .  X  X  X  .  .  X  X  X  X  .  X
   2  X  X  X  .  .  .  X  X  X  .  .  X  .  X  X  X
   3  .  X  X  X  .  .  X  X  X  X  .  .  X  .  X  X
   4  .  .  X  X  X  .  .  X  X  X  X  .  X  X  .  X
   5  .  .  .  X  X  X  .  .  X  X  X  X  .  X  X  X
`

// TableI returns Table I of the paper as text: a header of the maps of C3, and a
// row for every map of S2 with an X for each connection.
func TableI() string { return strings.Trim(tableI, "\n") }

// Connections returns, for every map of C3, the maps of S2 that Table I connects
// it to, in increasing order.
func Connections() [][]int {
	lines := strings.Split(TableI(), "\n")
	maps := make([][]int, len(strings.Fields(lines[0])))
	for i, line := range lines[1:] {
		for j, mark := range strings.Fields(line)[1:] {
			if mark == "X" {
				maps[j] = append(maps[j], i)
			}
		}
	}
	return maps
}
