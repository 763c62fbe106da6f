package sheet

import (
	"hw4/internal/problem"
	"hw4/internal/problems/avgpool"
	"hw4/internal/problems/backprop"
	"hw4/internal/problems/commute"
	"hw4/internal/problems/difference"
	"hw4/internal/problems/grey"
	"hw4/internal/problems/lenet5"
	"hw4/internal/problems/losses"
)

// Problems returns the problems in the order of the sheet.
func Problems() []problem.Problem {
	return []problem.Problem{
		difference.Problem(),
		avgpool.Problem(),
		grey.Problem(),
		commute.Problem(),
		losses.Problem(),
		backprop.Problem(),
		lenet5.Problem(),
	}
}
