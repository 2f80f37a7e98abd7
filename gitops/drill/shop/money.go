package shop

import (
	"fmt"
	"strconv"
	"strings"
)

// Money is an amount in whole cents.
type Money int64

// ParseMoney reads "12.90": digits, a point, two digits. Thousands separators
// and other spellings are errors, since guessing at them loses real money.
func ParseMoney(s string) (Money, error) {
	euros, cents, ok := strings.Cut(s, ".")
	digits := strings.TrimPrefix(euros, "-") + cents
	if !ok || len(cents) != 2 || len(digits) < 3 || strings.Trim(digits, "0123456789") != "" {
		return 0, fmt.Errorf("%q is not an amount such as 12.90", s)
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%q is not an amount such as 12.90: %w", s, err)
	}
	if strings.HasPrefix(euros, "-") {
		n = -n
	}
	return Money(n), nil
}

// String spells the amount as ParseMoney reads it.
func (m Money) String() string {
	sign := ""
	if m < 0 {
		sign, m = "-", -m
	}
	return fmt.Sprintf("%s%d.%02d", sign, m/100, m%100)
}

// rounding names what becomes of a fraction of a cent.
type rounding string

const (
	halfUp   rounding = "half-up"
	halfEven rounding = "half-even"
	down     rounding = "down"
	up       rounding = "up"
)

func (r rounding) known() bool {
	return r == halfUp || r == halfEven || r == down || r == up
}

// percent gives p percent of m, which must not be negative.
func (r rounding) percent(m Money, p int) Money {
	product := int64(m) * int64(p)
	whole, rest := product/100, product%100
	switch {
	case r == up && rest > 0,
		r == halfUp && rest >= 50,
		r == halfEven && (rest > 50 || rest == 50 && whole%2 == 1):
		whole++
	}
	return Money(whole)
}
