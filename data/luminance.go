package data

import "hw4/tensor"

// The weights of red, green and blue in the luminance Y of ITU-R BT.601. They add up
// to 1.
const (
	RedWeight   = 0.299
	GreenWeight = 0.587
	BlueWeight  = 0.114
)

// Luminance returns the brightness (1, H, W) of a picture (C, H, W): its only channel,
// or RedWeight R + GreenWeight G + BlueWeight B. It panics with a [*tensor.ShapeError] if
// the picture does not have 1 or 3 channels.
func Luminance[T tensor.Float](x *tensor.Tensor[T]) *tensor.Tensor[T] {
	shape := x.Shape()
	if len(shape) != 3 || shape[0] != 1 && shape[0] != 3 {
		panic(tensor.Shapef("luminance", "want shape (1, H, W) or (3, H, W), got %v", shape))
	}
	if shape[0] == 1 {
		return x
	}
	n := shape[1] * shape[2]
	y := tensor.Zeros[T](1, shape[1], shape[2])
	red, green, blue := x.Data()[:n], x.Data()[n:2*n], x.Data()[2*n:]
	for i := range y.Data() {
		r, g, b := float64(red[i]), float64(green[i]), float64(blue[i])
		y.Data()[i] = T(float64(RedWeight*r) + float64(GreenWeight*g) + float64(BlueWeight*b))
	}
	return y
}
