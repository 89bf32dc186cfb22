"""Peers in Python, one a process: prints engine, CPU seconds of one run (median), peak memory in MB, a figure to compare.
usage: peers.py PART ENGINE FILE [REPS]     parts: fepois gee glm wild synthetic did ceac"""
import os
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "NUMBA_NUM_THREADS", "RAYON_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
import resource, statistics, sys, time, warnings
import numpy as np, pandas as pd
warnings.simplefilter("ignore")
part, engine, path = sys.argv[1:4]
reps = int(sys.argv[4]) if len(sys.argv) > 4 else 3
d = pd.read_csv(path)


def fepois():
    import pyfixest
    def run():
        fit = pyfixest.fepois("yp ~ tp + post + sen | school", d, vcov={"CRV1": "school"}, offset="lp") if "lp" in d else None
        return "tp %.8f se %.8f" % (fit.coef()["tp"], fit.se()["tp"])
    d["lp"] = np.log(d.pupils)
    try:
        run()
    except TypeError:  # versions without offsets: the same work without one
        def run():
            fit = pyfixest.fepois("yp ~ tp + post + sen | school", d, vcov={"CRV1": "school"})
            return "tp %.8f se %.8f (no offset in this version)" % (fit.coef()["tp"], fit.se()["tp"])
    return run


def gee():
    import statsmodels.api as sm
    x = sm.add_constant(d[["tp", "post", "fsm", "imd", "sen"]].astype(float))
    def run():
        model = sm.GEE(d.yp, x, groups=d.school, family=sm.families.Poisson(), cov_struct=sm.cov_struct.Exchangeable(), offset=np.log(d.pupils))
        fit = model.fit()
        return "tp %.8f se %.8f" % (fit.params["tp"], fit.bse["tp"])
    return run


def glm():
    import statsmodels.api as sm
    x = sm.add_constant(d[["tp", "post", "fsm", "imd", "sen"]].astype(float))
    def run():
        fit = sm.GLM(d.yp, x, family=sm.families.Poisson(), offset=np.log(d.pupils)).fit(cov_type="cluster", cov_kwds={"groups": d.school})
        return "tp %.8f se %.8f" % (fit.params["tp"], fit.bse["tp"])
    return run


def wild():
    import statsmodels.formula.api as smf
    from wildboottest.wildboottest import wildboottest
    model = smf.ols("y ~ d + x1 + x2 + x3", d)
    wildboottest(model, param="d", cluster=d.g, B=99, seed=1, show=False)
    def run():
        found = wildboottest(model, param="d", cluster=d.g, B=9999, seed=1, show=False)
        return "t %.8f p %.4f" % (found["statistic"].iloc[0], found["p-value"].iloc[0])
    return run


def synthetic():
    wide = d.pivot(index="time", columns="unit", values="y").to_numpy()
    pre = int(d[d.d == 1].time.min())
    def quadprog():
        import quadprog
        total, att = 0.0, None
        for i in range(wide.shape[1]):
            x = np.delete(wide[:pre], i, 1); y = wide[:pre, i]; n = x.shape[1]
            g = x.T @ x; g[np.diag_indices(n)] += 1e-11 * np.trace(g)
            w = quadprog.solve_qp(g, x.T @ y, np.vstack([np.ones(n), np.eye(n)]).T, np.r_[1.0, np.zeros(n)], 1)[0]
            total += ((y - x @ w) ** 2).mean()
            if i == 0: att = (wide[pre:, 0] - np.delete(wide[pre:], 0, 1) @ w).mean()
        return "att %.7f total %.6f" % (att, total)
    def pysyncon():
        from pysyncon import Synth
        total, att = 0.0, None
        for i in range(wide.shape[1]):
            s = Synth(); x = np.delete(wide[:pre], i, 1)
            w, *_ = s.w_optimize(V_mat=np.eye(pre), X0=x, X1=wide[:pre, i])
            total += ((wide[:pre, i] - x @ w) ** 2).mean()
            if i == 0: att = (wide[pre:, 0] - np.delete(wide[pre:], 0, 1) @ w).mean()
        return "att %.7f total %.6f" % (att, total)
    return {"quadprog": quadprog, "pysyncon": pysyncon}[engine]


def did():
    from diff_diff import CallawaySantAnna
    covariates = ["x"] if engine.endswith("covariate") else None
    def run():
        model = CallawaySantAnna(n_bootstrap=1000, seed=1)
        found = model.fit(d, outcome="y", unit="id", time="t", first_treat="g", covariates=covariates)
        return "att %.9f se %.6f" % (found.overall_att, found.overall_se)
    return run


def ceac():
    def run():
        r = np.random.default_rng(1)
        t = d.groupby(["arm", "school"]).agg(cost=("cost", "sum"), qaly=("qaly", "sum"), n=("cost", "size"))
        mean = {}
        for arm in (0, 1):
            v = t.loc[arm].to_numpy(); k = len(v)
            counts = r.multinomial(k, np.full(k, 1 / k), 10000)
            s = counts @ v
            mean[arm] = s[:, :2] / s[:, 2:]
        dc, de = (mean[1] - mean[0]).T
        curve = [(k * de - dc > 0).mean() for k in np.arange(0, 50001, 500)]
        return "20k %.4f 30k %.4f" % (curve[40], curve[60])
    return run


run = globals()[part]()
seconds = []
for _ in range(reps):
    start = time.process_time()
    told = run()
    seconds.append(time.process_time() - start)
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print("%s\t%.6f\t%.0f\t%s" % (engine, statistics.median(seconds), memory, told))
