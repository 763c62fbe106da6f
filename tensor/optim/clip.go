package optim

import (
	"math"

	"hw4/internal/kernel"
	"hw4/tensor"
)

// ClipGradNorm scales the gradients of params, all by one number, so that the norm of
// all their elements together is at most limit, and returns the norm before:
// torch.nn.utils.clip_grad_norm_. The number is limit/(norm + 1e-6), unless that is
// above 1. A norm that is not finite makes gradients NaN or 0; the caller sees it. It
// panics unless limit is positive.
func ClipGradNorm[T tensor.Float](params []*tensor.Tensor[T], limit float64) float64 {
	need("clip grad norm", params)
	positive("clip grad norm", "limit", limit)
	var squares float64
	for _, p := range params {
		if p.Grad() != nil {
			for _, g := range p.Grad().Data() {
				squares += float64(float64(g) * float64(g))
			}
		}
	}
	norm := math.Sqrt(squares)
	scale := limit / (norm + 1e-6)
	if scale >= 1 {
		return norm
	}
	for _, p := range params {
		if p.Grad() != nil {
			kernel.Scale(p.Grad().Data(), T(scale), p.Grad().Data())
		}
	}
	return norm
}
