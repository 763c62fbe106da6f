package reporttest

import (
	"strings"

	"hw4/internal/report"
)

// Text returns the paragraphs among items, a line each.
func Text(items []report.Item) string {
	var b strings.Builder
	for _, item := range items {
		if text, ok := item.(report.Text); ok {
			b.WriteString(string(text) + "\n")
		}
	}
	return b.String()
}
