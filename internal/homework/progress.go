package homework

import "hw4/internal/progress"

// Progress and Step are those of package progress.
type (
	Progress = progress.Progress
	Step     = progress.Step
)
