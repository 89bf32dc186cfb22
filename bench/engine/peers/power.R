# One replicate of a power simulation in R: 280 schools, two periods, a Poisson mixed model each.
# usage: Rscript power.R ENGINE(lme4|glmmTMB) REPLICATES
arguments <- commandArgs(TRUE)
engine <- arguments[1]; replicates <- as.integer(arguments[2])
suppressPackageStartupMessages(if (engine == "glmmTMB") library(glmmTMB) else library(lme4))
set.seed(1)
one <- function() {
  school <- factor(rep(1:280, each = 2)); post <- rep(0:1, 280)
  arm <- rep(sample(rep(0:1, 140)), each = 2)
  mean <- 1000 * exp(log(0.0125) + rnorm(280, 0, 0.5)[school])
  d <- data.frame(school, post, tp = arm * post, y = rpois(560, mean), pupils = 1000)
  formula <- y ~ tp + post + offset(log(pupils)) + (1 | school)
  if (engine == "glmmTMB") glmmTMB(formula, d, family = poisson) else glmer(formula, d, family = poisson)
}
invisible(suppressWarnings(one()))
used <- system.time(for (i in seq_len(replicates)) suppressWarnings(suppressMessages(one())), gcFirst = FALSE)
memory <- as.numeric(sub("\\D*(\\d+).*", "\\1", grep("VmHWM", readLines("/proc/self/status"), value = TRUE))) / 1024
cat(sprintf("%s\t%.6f\t%.0f\tper replicate, of %d\n", engine, (used[["user.self"]] + used[["sys.self"]]) / replicates, memory, replicates))
