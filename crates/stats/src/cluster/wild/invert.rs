use super::draws::Coefficients;
use super::{TIE, Tails};

impl Coefficients {
    /// `t*` of a draw if the hypothesis lies `delta` below the estimate; infinite if it has no variance.
    fn statistic(&self, draw: usize, delta: f64, ratio: f64) -> f64 {
        let n = &self.numerators[draw];
        let v = &self.variances[draw];
        let variance = v[0] + delta * (v[1] + delta * v[2]);
        let floor = self.floor[0] + delta * delta * self.floor[2];
        let numerator = n[0] + n[1] * delta;
        if variance <= floor {
            f64::INFINITY.copysign(numerator)
        } else {
            numerator / (variance.sqrt() * ratio)
        }
    }

    /// Draws beyond `t`, and beyond or tied with it; for equal tails of the tail that has fewer.
    ///
    /// `ratio` is the root of the small-sample factor, which makes CR1 errors of CR0 ones.
    pub(super) fn count(&self, delta: f64, t: f64, ratio: f64, tails: Tails) -> (usize, usize) {
        let margin = TIE * t.abs();
        let (mut above, mut below, mut tied_above, mut tied_below) = (0, 0, 0, 0);
        let (mut far, mut tied_far) = (0, 0);
        for draw in 0..self.len() {
            let star = self.statistic(draw, delta, ratio);
            above += usize::from(star > t + margin);
            below += usize::from(star < t - margin);
            tied_above += usize::from(star >= t - margin);
            tied_below += usize::from(star <= t + margin);
            far += usize::from(star.abs() > t.abs() + margin);
            tied_far += usize::from(star.abs() >= t.abs() - margin);
        }
        match tails {
            Tails::Symmetric => (far, tied_far),
            Tails::Equal => (above.min(below), tied_above.min(tied_below)),
        }
    }

    /// The values of `delta` on either side of zero at which the test, ties counted, begins to refuse at `1 - level`.
    pub(super) fn invert(&self, error: f64, ratio: f64, level: f64, tails: Tails) -> (f64, f64) {
        let sides = if tails == Tails::Equal { 2.0 } else { 1.0 };
        let limit = (1.0 - level) * self.len() as f64 / sides;
        let refused = |delta: f64| {
            let (_, tied) = self.count(delta, delta / error, ratio, tails);
            tied as f64 <= limit
        };
        (search(&refused, -error), search(&refused, error))
    }
}

/// Doubles the step until the value is refused, then halves the bracket down to rounding.
fn search(refused: &impl Fn(f64) -> bool, step: f64) -> f64 {
    let (mut kept, mut gone) = (0.0, step);
    let mut doublings = 0;
    while !refused(gone) {
        kept = gone;
        gone *= 2.0;
        doublings += 1;
        if doublings > 40 || !gone.is_finite() {
            return f64::INFINITY.copysign(step);
        }
    }
    for _ in 0..60 {
        let middle = 0.5 * (kept + gone);
        if (gone - kept).abs() <= 1e-10 * step.abs() {
            break;
        }
        if refused(middle) { gone = middle } else { kept = middle }
    }
    0.5 * (kept + gone)
}
