//! Roots and minima of functions of one variable.

/// Root of a continuous function that changes sign between `low` and `high`, by Brent's method.
///
/// Stops when the bracket is shorter than `tolerance` (relative to the root) or after `steps`. Where the signs at the
/// ends agree, the end with the value nearer to zero comes back: callers that cannot rule this out check the value.
#[must_use]
pub fn bracketed(low: f64, high: f64, tolerance: f64, steps: usize, function: impl Fn(f64) -> f64) -> f64 {
    let (mut a, mut b) = (low, high);
    let (mut fa, mut fb) = (function(a), function(b));
    if fa == 0.0 {
        return a;
    }
    if fb == 0.0 {
        return b;
    }
    if fa.signum() == fb.signum() {
        return if fa.abs() < fb.abs() { a } else { b };
    }
    let (mut c, mut fc) = (a, fa);
    let mut d = b - a;
    let mut e = d;
    for _ in 0..steps {
        if fb.signum() == fc.signum() {
            (c, fc) = (a, fa);
            d = b - a;
            e = d;
        }
        if fc.abs() < fb.abs() {
            (a, b, c) = (b, c, b);
            (fa, fb, fc) = (fb, fc, fb);
        }
        let small = 2.0 * f64::EPSILON * b.abs() + 0.5 * tolerance * b.abs().max(f64::MIN_POSITIVE);
        let middle = 0.5 * (c - b);
        if middle.abs() <= small || fb == 0.0 {
            return b;
        }
        if e.abs() >= small && fa.abs() > fb.abs() {
            let s = fb / fa;
            let (mut p, mut q) = if a == c {
                (2.0 * middle * s, 1.0 - s)
            } else {
                let (q, r) = (fa / fc, fb / fc);
                (s * (2.0 * middle * q * (q - r) - (b - a) * (r - 1.0)), (q - 1.0) * (r - 1.0) * (s - 1.0))
            };
            if p > 0.0 {
                q = -q;
            }
            p = p.abs();
            if 2.0 * p < (3.0 * middle * q - (small * q).abs()).min((e * q).abs()) {
                e = d;
                d = p / q;
            } else {
                d = middle;
                e = d;
            }
        } else {
            d = middle;
            e = d;
        }
        a = b;
        fa = fb;
        b += if d.abs() > small { d } else { small.copysign(middle) };
        fb = function(b);
    }
    b
}

/// Minimum of a function with one valley between `low` and `high`, by golden section; returns the place and the value.
#[must_use]
pub fn golden(low: f64, high: f64, tolerance: f64, function: impl Fn(f64) -> f64) -> (f64, f64) {
    const SHARE: f64 = 0.618_033_988_749_894_9;
    let (mut a, mut b) = (low, high);
    let mut x = b - SHARE * (b - a);
    let mut y = a + SHARE * (b - a);
    let (mut fx, mut fy) = (function(x), function(y));
    while (b - a).abs() > tolerance {
        if fx < fy {
            b = y;
            (y, fy) = (x, fx);
            x = b - SHARE * (b - a);
            fx = function(x);
        } else {
            a = x;
            (x, fx) = (y, fy);
            y = a + SHARE * (b - a);
            fy = function(y);
        }
        if x >= y {
            break;
        }
    }
    if fx < fy { (x, fx) } else { (y, fy) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_root_to_the_last_digits() {
        let root = bracketed(0.0, 2.0, 1e-15, 100, |x| x * x - 2.0);
        assert!((root - std::f64::consts::SQRT_2).abs() < 4e-16);
        let flat = bracketed(-1.0, 4.0, 1e-15, 200, |x| (x - 1.0).powi(3));
        assert!((flat - 1.0).abs() < 1e-5);
    }

    #[test]
    fn finds_a_minimum() {
        let (place, value) = golden(-3.0, 5.0, 1e-9, |x| (x - 1.5).powi(2) + 2.0);
        assert!((place - 1.5).abs() < 1e-7);
        assert!((value - 2.0).abs() < 1e-12);
    }
}
