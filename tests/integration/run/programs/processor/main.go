// Prints results of everything in the standard library that is written in assembly or leans on the
// processor's vector instructions, so that two processors can be compared line by line.
package main

import (
	"bytes"
	"compress/flate"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/md5"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha3"
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/adler32"
	"hash/crc32"
	"hash/crc64"
	"hash/fnv"
	"io"
	"math"
	"math/big"
	"math/bits"
	"math/cmplx"
	"sort"
	"strconv"
	"strings"
	"sync/atomic"
	"unicode/utf8"
)

// Numbers that are the same on every machine (splitmix64).
type numbers uint64

func (n *numbers) next() uint64 {
	*n += 0x9e3779b97f4a7c15
	z := uint64(*n)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

func (n *numbers) bytes(size int) []byte {
	data := make([]byte, 0, size+8)
	for len(data) < size {
		data = binary.LittleEndian.AppendUint64(data, n.next())
	}
	return data[:size]
}

// sum folds results into a line; floating-point values go in by their bits.
type sum struct{ state uint64 }

func (s *sum) add(values ...uint64) {
	for _, value := range values {
		s.state = bits.RotateLeft64(s.state*0x100000001b3^value, 17)
	}
}

func (s *sum) float(values ...float64) {
	for _, value := range values {
		if value != value {
			// Which of two NaNs is handed on is the processor's own affair.
			s.add(0x7ff8000000000000)
			continue
		}
		s.add(math.Float64bits(value))
	}
}

var sizes = []int{0, 1, 3, 7, 8, 15, 16, 17, 31, 32, 33, 55, 56, 63, 64, 65, 127, 128, 129, 255, 1000, 4096, 10007}

var special = []float64{0, math.Copysign(0, -1), 1, -1, 0.5, 1.5, 2.5, -2.5, math.Inf(1), math.Inf(-1), math.NaN(),
	5e-324, 2.2250738585072014e-308, math.MaxFloat64, 1 << 31, 1 << 52, 1<<53 + 2, 1 << 62, -1 << 63, 1e-7, math.Pi}

func integers(random *numbers) {
	var s sum
	for range 4000 {
		x, y, z := random.next(), random.next(), random.next()|1
		shift := uint(y & 127)
		s.add(uint64(bits.OnesCount64(x)), uint64(bits.LeadingZeros64(x>>(y&63))), uint64(bits.TrailingZeros64(x<<(y&63))))
		s.add(bits.Reverse64(x), bits.ReverseBytes64(x), bits.RotateLeft64(x, int(y)), uint64(bits.Len32(uint32(x))))
		hi, lo := bits.Mul64(x, y)
		s.add(hi, lo, x/z, x%z, uint64(int64(x)/int64(z)), uint64(int64(x)%int64(z)), x<<shift, x>>shift, uint64(int64(x)>>shift))
		quotient, rest := bits.Div64(hi%z, lo, z)
		s.add(quotient, rest)
		carried, carry := bits.Add64(x, y, z&1)
		lent, borrow := bits.Sub64(x, y, z&1)
		s.add(carried, carry, lent, borrow, uint64(uint32(x)/uint32(z)), uint64(int8(x)*int8(y)), uint64(int16(x)>>(shift&15)))
		value := x
		atomic.AddUint64(&value, y)
		atomic.CompareAndSwapUint64(&value, x+y, z)
		s.add(value, atomic.SwapUint64(&value, x), atomic.LoadUint64(&value), atomic.OrUint64(&value, y), atomic.AndUint64(&value, z))
	}
	fmt.Printf("integers %016x\n", s.state)
}

func floats(random *numbers) {
	var s sum
	values := append([]float64{}, special...)
	for range 400 {
		values = append(values, math.Float64frombits(random.next()), float64(int64(random.next()))/1e9, float64(float32(random.next())))
	}
	for i, x := range values {
		y, z := values[(i*7+3)%len(values)], values[(i*13+5)%len(values)]
		s.float(x+y, x-y, x*y, x/y, math.Sqrt(x), math.FMA(x, y, z), math.Floor(x), math.Ceil(x), math.Trunc(x), math.RoundToEven(x))
		s.float(math.Max(x, y), math.Min(x, y), math.Abs(x), math.Copysign(x, y), math.Mod(x, y), math.Remainder(x, y), math.Hypot(x, y))
		s.float(math.Exp(x), math.Log(x), math.Sin(x), math.Cos(x), math.Tan(x), math.Atan2(x, y), math.Pow(x, y), math.Cbrt(x), math.Gamma(x), math.Erf(x))
		f, g := float32(x), float32(y)
		s.float(float64(f+g), float64(f*g), float64(f/g), float64(float32(math.Sqrt(float64(f)))))
		if math.Abs(x) < 1<<62 {
			s.add(uint64(int64(x)), uint64(int32(int64(x))))
		}
		mantissa, exponent := math.Frexp(x)
		whole, part := math.Modf(x)
		s.float(mantissa, float64(exponent), whole, part)
		if x == y || x < y || x >= z {
			s.add(1)
		}
		c := cmplx.Sqrt(complex(x, y)) * complex(y, z) / complex(1.5, x)
		s.float(real(c), imag(c))
		for _, format := range []byte("efg") {
			for _, char := range strconv.FormatFloat(x, format, -1, 64) {
				s.add(uint64(char))
			}
		}
	}
	fmt.Printf("floats %016x\n", s.state)
}

func hashes(random *numbers) {
	castagnoli := crc32.MakeTable(crc32.Castagnoli)
	digest := sha256.New()
	for _, size := range sizes {
		data := random.bytes(size + 3)[3:] // not aligned
		one, five, three := sha1.Sum(data), md5.Sum(data), sha3.Sum256(data)
		two, big := sha256.Sum256(data), sha512.Sum512(data)
		mac := hmac.New(sha256.New, data[:size/2])
		mac.Write(data)
		fast := fnv.New64a()
		fast.Write(data)
		fmt.Fprintln(digest, size, one, five, three, two, big, mac.Sum(nil), fast.Sum64(), crc32.ChecksumIEEE(data),
			crc32.Checksum(data, castagnoli), crc64.Checksum(data, crc64.MakeTable(crc64.ECMA)), adler32.Checksum(data))
	}
	fmt.Printf("hashes %x\n", digest.Sum(nil))
}

func ciphers(random *numbers) {
	digest := sha256.New()
	for _, key := range []int{16, 24, 32} {
		block, err := aes.NewCipher(random.bytes(key))
		if err != nil {
			panic(err)
		}
		gcm, err := cipher.NewGCM(block)
		if err != nil {
			panic(err)
		}
		for _, size := range sizes {
			data, nonce := random.bytes(size), random.bytes(16)
			sealed := gcm.Seal(nil, nonce[:12], data, nonce)
			opened, err := gcm.Open(nil, nonce[:12], sealed, nonce)
			if err != nil || !bytes.Equal(opened, data) {
				panic("what was sealed does not open")
			}
			stream := make([]byte, size)
			cipher.NewCTR(block, nonce).XORKeyStream(stream, data)
			chained := append([]byte{}, data[:size/16*16]...)
			cipher.NewCBCEncrypter(block, nonce).CryptBlocks(chained, chained)
			digest.Write(sealed)
			digest.Write(stream)
			digest.Write(chained)
			cipher.NewCBCDecrypter(block, nonce).CryptBlocks(chained, chained)
			digest.Write(chained)
		}
	}
	fmt.Printf("ciphers %x\n", digest.Sum(nil))
}

func keys(random *numbers) {
	private := ed25519.NewKeyFromSeed(random.bytes(32))
	message := random.bytes(200)
	signature := ed25519.Sign(private, message)
	x, y := elliptic.P256().ScalarBaseMult(random.bytes(32))
	x2, y2 := elliptic.P384().ScalarBaseMult(random.bytes(32))
	public := &ecdsa.PublicKey{Curve: elliptic.P256(), X: x, Y: y}
	modulus := new(big.Int).SetBytes(random.bytes(128))
	power := new(big.Int).Exp(new(big.Int).SetBytes(random.bytes(128)), big.NewInt(65537), modulus)
	shared := &rsa.PublicKey{N: modulus, E: 65537}
	fmt.Printf("keys %x %v %x %x %x %x %x %d\n", signature, ed25519.Verify(private.Public().(ed25519.PublicKey), message, signature),
		public.X, public.Y, x2, y2, power, shared.Size())
}

func texts(random *numbers) {
	var s sum
	for _, size := range sizes {
		data := random.bytes(size)
		for i := range data {
			data[i] = 'a' + data[i]%4
		}
		text := string(data)
		for _, part := range []string{"a", "ab", "abc", "abca", "abcabcab", "abcdabcdabcdabcdabcd"} {
			s.add(uint64(strings.Index(text, part)), uint64(strings.LastIndex(text, part)), uint64(strings.Count(text, part)))
		}
		if size > 0 {
			tail := text[size-min(size, 40):]
			s.add(uint64(strings.Index(text, tail)), uint64(bytes.IndexByte(data, 'd')), uint64(bytes.Compare(data, data[size/2:])))
		}
		s.add(uint64(strings.Count(strings.ToUpper(text), "A")), uint64(utf8.RuneCountInString(text+"äöü€")), uint64(len(strings.Fields(strings.ReplaceAll(text, "b", " ")))))
		for _, char := range base64.StdEncoding.EncodeToString(data) + hex.EncodeToString(data) {
			s.add(uint64(char))
		}
		lines := strings.Split(text, "c")
		sort.Strings(lines)
		for _, line := range lines {
			s.add(uint64(len(line)))
		}
		var packed bytes.Buffer
		writer, _ := flate.NewWriter(&packed, 6)
		writer.Write(data)
		writer.Close()
		back, err := io.ReadAll(flate.NewReader(bytes.NewReader(packed.Bytes())))
		if err != nil || !bytes.Equal(back, data) {
			panic("what was packed does not unpack")
		}
		s.add(uint64(packed.Len()), uint64(crc32.ChecksumIEEE(packed.Bytes())))
	}
	fmt.Printf("texts %016x\n", s.state)
}

func large(random *numbers) {
	x, y := new(big.Int).SetBytes(random.bytes(700)), new(big.Int).SetBytes(random.bytes(300))
	quotient, rest := new(big.Int).QuoRem(x, y, new(big.Int))
	product := new(big.Int).Mul(x, y)
	root := new(big.Int).Sqrt(product)
	common := new(big.Int).GCD(nil, nil, x, y)
	factorial := new(big.Int).MulRange(1, 400)
	exact, _ := new(big.Float).SetPrec(300).Quo(new(big.Float).SetInt(x), new(big.Float).SetInt(y)).Float64()
	fmt.Printf("large %x\n", sha256.Sum256([]byte(fmt.Sprint(quotient, rest, product, root, common, factorial, exact, new(big.Int).Lsh(x, 77), new(big.Int).Rsh(x, 77)))))
}

func main() {
	random := numbers(20261125)
	integers(&random)
	floats(&random)
	hashes(&random)
	ciphers(&random)
	keys(&random)
	texts(&random)
	large(&random)
}
