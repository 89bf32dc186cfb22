use super::block::group_sum;
use super::layout::Layout;
use crate::numeric::special::ln_factorial;
use crate::numeric::vector::dot;

/// What the likelihood needs of the outcome besides the design: its sums.
#[derive(Debug, Clone, Default)]
pub(super) struct Counts {
    /// Sum of the (weighted) counts of each group.
    pub group: Vec<f64>,
    /// `X'y` in the order of the columns.
    pub products: Vec<f64>,
    /// Part of the log-likelihood without parameters: `sum w (y offset - log y!)`.
    pub constant: f64,
}

impl Counts {
    #[inline(always)]
    pub(super) fn sum_up(&mut self, layout: &Layout<'_>, y: &[f64], factorials: &mut Vec<f64>) {
        let weighted: Option<Vec<f64>> =
            layout.weights.as_ref().map(|weights| y.iter().zip(weights.iter()).map(|(y, w)| y * w).collect());
        let wy = weighted.as_deref().unwrap_or(y);
        self.group.clear();
        self.group.extend(layout.starts.windows(2).map(|g| group_sum(&wy[g[0]..g[1]])));
        self.products.clear();
        self.products.resize(layout.columns, 0.0);
        layout.products_into(wy, &self.group, &mut self.products);
        let offset = layout.offset.as_ref().map_or(0.0, |offset| dot(wy, offset));
        self.constant = offset - sum_ln_factorials(y, layout.weights.as_deref(), factorials);
    }
}

/// `sum w log y!`, from a table for the counts that occur often.
#[inline(always)]
fn sum_ln_factorials(y: &[f64], weights: Option<&[f64]>, table: &mut Vec<f64>) -> f64 {
    const TABLE: f64 = 4096.0;
    let mut total = 0.0;
    for (i, y) in y.iter().enumerate() {
        let value = if *y < TABLE {
            let count = *y as usize;
            while table.len() <= count {
                table.push(ln_factorial(table.len() as f64));
            }
            table[count]
        } else {
            ln_factorial(*y)
        };
        total += weights.map_or(1.0, |weights| weights[i]) * value;
    }
    total
}
