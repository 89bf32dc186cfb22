# Rate models with a random intercept, in R. One process fits one model REPS times and prints a line:
# engine, CPU seconds of one fit (median), peak memory in MB, the coefficient of `tp` and the log-likelihood.
# usage: Rscript rates.R ENGINE(lme4|lme4-nagq0|glmmTMB) FAMILY(poisson|nb) FILE REPS
arguments <- commandArgs(TRUE)
engine <- arguments[1]; family <- arguments[2]; reps <- as.integer(arguments[4])
d <- read.csv(arguments[3])
d$school <- factor(d$school)
d$y <- if (family == "poisson") d$yp else d$yn
formula <- y ~ tp + post + fsm + imd + sen + offset(log(pupils)) + (1 | school)
suppressPackageStartupMessages(if (engine == "glmmTMB") library(glmmTMB) else library(lme4))
one <- function() {
  if (engine == "glmmTMB")
    glmmTMB(formula, d, family = if (family == "poisson") poisson else nbinom2)
  else if (family == "poisson")
    glmer(formula, d, family = poisson, nAGQ = if (engine == "lme4-nagq0") 0 else 1)
  else
    glmer.nb(formula, d)
}
seconds <- numeric(0)
for (i in seq_len(reps)) {
  used <- system.time(fit <- suppressWarnings(suppressMessages(one())), gcFirst = FALSE)
  seconds <- c(seconds, used[["user.self"]] + used[["sys.self"]])
}
memory <- as.numeric(sub("\\D*(\\d+).*", "\\1", grep("VmHWM", readLines("/proc/self/status"), value = TRUE))) / 1024
b <- if (engine == "glmmTMB") fixef(fit)$cond[["tp"]] else fixef(fit)[["tp"]]
cat(sprintf("%s\t%.6f\t%.0f\ttp %.8f logLik %.6f\n", engine, median(seconds), memory, b, as.numeric(logLik(fit))))
