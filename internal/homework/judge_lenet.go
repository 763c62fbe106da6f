package homework

import (
	"hw4/internal/judge"
	"hw4/internal/report"
)

// JudgeParameters judges a number as an answer to Problem 7.
func JudgeParameters(n int) (*report.Report, error) {
	a := newAnswer(7)
	a.r.Title += ": your number"
	a.verdict(judge.Parameters(n))
	return a.report()
}
