// Package sheet lists the problems of the sheet.
package sheet

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
