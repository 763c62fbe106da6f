package training

import (
	"crypto/sha256"
	"encoding/hex"

	"hw4/internal/element"
	"hw4/tensor/nn"
)

// SHA256 returns the SHA-256 sum, in hexadecimal digits, of the elements of all
// params: little-endian, in row-major order, one parameter after the other. Two
// runs that give the same sum have the same weights to the bit. In Python it is
//
//	hashlib.sha256(b"".join(p.detach().numpy().tobytes() for p in model.parameters())).hexdigest()
func SHA256(params []nn.Param[float32]) string {
	h := sha256.New()
	for _, p := range params {
		h.Write(element.Encode(p.Value.Data()))
	}
	return hex.EncodeToString(h.Sum(nil))
}
