// Package sheet lists the problems of the sheet.
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

// Source names the sheet.
const Source = "Homework 4 of “Mathematical Foundations of Deep Neural Networks” (M1407.001200, E. Ryu, Spring 2024)"

// References returns what the statements cite by number, in the order of the
// sheet's list.
func References() []string {
	return []string{
		"Y. LeCun, L. Bottou, Y. Bengio, and P. Haffner, Gradient-based learning applied to document recognition, " +
			"Proceedings of the IEEE, 1998.",
		"K. Janocha and W. M. Czarnecki, On loss functions for deep neural networks in classification, TFML, 2017.",
		"L. Hui and M. Belkin, Evaluation of neural architectures trained with square loss vs cross-entropy in " +
			"classification tasks, ICLR, 2021.",
	}
}

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
