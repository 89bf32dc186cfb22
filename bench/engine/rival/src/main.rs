//! Fits the rate model with the crate `glmm` and prints engine, CPU seconds of one fit, peak memory and the estimate.
use glmm::{Data, Family, FitOptions, GroupIds, ModelSpec, Re};

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, family, path, reps] = arguments.as_slice() else { panic!("usage: rival poisson|nb FILE REPS") };
    let reps: usize = reps.parse().unwrap();
    let mut reader = csv::Reader::from_path(path).unwrap();
    let headings = reader.headers().unwrap().clone();
    let at = |name: &str| headings.iter().position(|heading| heading == name).unwrap();
    let columns = ["tp", "post", "fsm", "imd", "sen"].map(at);
    let (pupils, school, y_at) = (at("pupils"), at("school"), at(if family == "nb" { "yn" } else { "yp" }));
    let (mut x, mut y, mut offset, mut ids) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).unwrap() {
        let number = |at: usize| record[at].parse::<f64>().unwrap();
        x.push(1.0);
        x.extend(columns.iter().map(|column| number(*column)));
        y.push(number(y_at));
        offset.push(number(pupils).ln());
        ids.push(number(school) as u32 - 1);
    }
    let n = y.len();
    let family = match family.as_str() {
        "nb" => Family::NegativeBinomial { link: glmm::NegBinomialLink::Log },
        _ => Family::Poisson { link: glmm::PoissonLink::Log },
    };
    let model = ModelSpec::mixed(family, Re::intercept());
    let ids = GroupIds::new(ids);
    let data = Data::new(&x, &y, n, 6).ids(&ids).offset(&offset);
    let options = FitOptions::default();
    let mut seconds = Vec::new();
    let mut told = String::new();
    for _ in 0..reps {
        let start = cpu_time::ProcessTime::now();
        let fit = glmm::fit(&data, &model, &options).unwrap();
        seconds.push(start.elapsed().as_secs_f64());
        told = format!("tp {:.8} se {:.8} converged {}", fit.beta()[1], fit.se()[1], fit.converged());
    }
    seconds.sort_by(f64::total_cmp);
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let peak: f64 = peak.trim().trim_end_matches("kB").trim().parse().unwrap();
    println!("crate glmm\t{:.6}\t{:.0}\t{told}", seconds[reps / 2], peak / 1024.0);
}
