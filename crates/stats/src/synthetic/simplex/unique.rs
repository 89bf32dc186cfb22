use super::Problem;
use super::active::Search;

/// Share of the largest possible gradient below which a donor counts as tied with those in use.
const TIED: f64 = 1e-10;

/// True if no other weights reach the same objective.
///
/// All optima have the same combination in space (the objective is strictly convex in it), so another optimum would be a
/// direction `d` with `sum d = 0` and `sum_j d_j z_j = 0` among the donors whose gradient ties with those in use. With a
/// ridge there is none. Donors in use are affinely independent; if the tied ones added to them still are, there is none
/// either. (Tied donors that are dependent but could only take negative weight count as not unique: rare, and said on the
/// safe side.)
pub(super) fn is_unique(search: &Search<'_>, problem: &Problem<'_>, mean: f64) -> bool {
    if search.ridge > 0.0 {
        return true;
    }
    let gram = problem.gram;
    let spread = problem.donors.iter().map(|&j| (search.gradient[j] - mean).abs()).fold(0.0, f64::max);
    let bound = TIED * spread + 1e-14;
    let in_use = &search.members;
    let tied: Vec<usize> = problem
        .donors
        .iter()
        .copied()
        .filter(|j| !in_use.contains(j) && search.gradient[*j] - mean <= bound)
        .collect();
    if tied.is_empty() {
        return true;
    }
    let rows = gram.points.nrows();
    let candidates: Vec<usize> = in_use.iter().copied().chain(tied).collect();
    if candidates.len() > rows + 1 {
        return false;
    }
    let origin = gram.points.column(candidates[0]).clone_owned();
    let differences: Vec<_> =
        candidates[1..].iter().map(|&j| gram.points.column(j).clone_owned() - &origin).collect();
    let matrix = crate::Matrix::from_columns(&differences);
    crate::numeric::algebra::independent_columns(&matrix, None, 1e-7).len() == differences.len()
}
