package reporttest

import (
	"fmt"
	"image"
	"strings"

	"hw4/internal/report"
)

// Pictures returns the titles of the pictures and plots among items, and what is wrong
// with them: each needs a text for those who do not see it, and pixels in bounds or
// curves.
func Pictures(items []report.Item) (titles, faults []string) {
	for _, item := range items {
		var title, alt, fault string
		switch item := item.(type) {
		case report.Picture:
			title, alt, fault = item.Title, item.Alt, pictureFault(item)
		case report.Plot:
			title, alt = item.Title, item.Alt
			if len(item.Series) == 0 || len(item.Series[0].X) < 2 {
				fault = "has no curves"
			}
		default:
			continue
		}
		if !strings.HasSuffix(alt, ".") || len(alt) < 20 {
			fault = fmt.Sprintf("has the alternative text %q", alt)
		}
		if fault != "" {
			faults = append(faults, title+" "+fault)
		}
		titles = append(titles, title)
	}
	return titles, faults
}

// pictureFault says what is wrong with the pixels of a picture.
func pictureFault(p report.Picture) string {
	if size := p.Image.Bounds().Size(); size.X < 40 || size.Y < 40 || size.X > 1200 {
		return fmt.Sprintf("has %v pixels", size)
	}
	for i, panel := range p.Panels {
		size := panel.Image.Bounds().Size()
		if size.Eq(image.Point{}) || size.X > 360 {
			return fmt.Sprintf("has %v pixels in panel %d", size, i)
		}
	}
	if len(p.Panels) == 0 {
		return "has no panels"
	}
	return ""
}
