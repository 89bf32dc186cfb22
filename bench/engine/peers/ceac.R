# Acceptability curve by cluster bootstrap within arm, with R's `boot`.
# usage: Rscript ceac.R FILE DRAWS
arguments <- commandArgs(TRUE)
d <- read.csv(arguments[1]); draws <- as.integer(arguments[2])
library(boot)
totals <- aggregate(cbind(cost, qaly, n = 1) ~ school + arm, transform(d, n = 1), sum)
difference <- function(t, i) {
  t <- t[i, ]; a <- t[t$arm == 1, ]; b <- t[t$arm == 0, ]
  c(sum(a$cost) / sum(a$n) - sum(b$cost) / sum(b$n), sum(a$qaly) / sum(a$n) - sum(b$qaly) / sum(b$n))
}
set.seed(1)
used <- system.time({
  b <- boot(totals, difference, draws, strata = totals$arm)
  k <- seq(0, 50000, 500)
  curve <- sapply(k, function(k) mean(k * b$t[, 2] - b$t[, 1] > 0))
}, gcFirst = FALSE)
memory <- as.numeric(sub("\\D*(\\d+).*", "\\1", grep("VmHWM", readLines("/proc/self/status"), value = TRUE))) / 1024
cat(sprintf("R boot\t%.6f\t%.0f\t20k %.4f 30k %.4f\n", used[["user.self"]] + used[["sys.self"]], memory, curve[41], curve[61]))
