#!/usr/bin/env python3
"""Times pages of the schools of an organisation as a signed-in person gets them, one after another.

    bench/pages.py --nearhand target/release/nearhand --data FOLDER --organisation largest

A new service manager is added and the server is started, which makes ready what these pages begin with. Then each page is
asked for several times: the first time only that is in the server's memory, afterwards what was counted is kept. Python's standard library only.
"""

import argparse, base64, hashlib, hmac, html, http.cookiejar, os, re, socket, statistics, struct, subprocess, sys, time
import urllib.error, urllib.parse, urllib.request

PASSWORD = "quiet lantern over gravel"


def one_time_code(secret, at):
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(at) // 30), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start:start + 4])[0] & 0x7fffffff) % 1_000_000:06d}"


class Browser:
    """Keeps cookies, follows redirections, sends the first form of a page that has a field."""

    def __init__(self, base):
        self.base, self.url, self.page = base, base, ""
        jar = http.cookiejar.CookieJar(policy=http.cookiejar.DefaultCookiePolicy(secure_protocols=("http", "https")))
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))

    def ask(self, url, fields=None):
        data = urllib.parse.urlencode(fields).encode() if fields is not None else None
        request = urllib.request.Request(urllib.parse.urljoin(self.url, url), data)
        if data is not None:
            request.add_header("Origin", self.base)
        began = time.perf_counter()
        try:
            with self.opener.open(request, timeout=600) as answer:
                body, self.url = answer.read(), answer.geturl()
        except urllib.error.HTTPError as error:
            sys.exit(f"{url}: {error.code}\n{error.read().decode()[-2000:]}")
        self.page = body.decode()
        return time.perf_counter() - began, len(body)

    def send(self, fields):
        for form in re.findall(r"<form\b.*?</form>", self.page, re.S):
            names = re.findall(r'name="([^"]+)"', form)
            if all(name in names for name in fields):
                break
        else:
            sys.exit(f"{self.url}: no form with {list(fields)}")
        hidden = dict()
        for tag in re.findall(r"<input\b[^>]*>", form):
            name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
            if name and value and not re.search(r'type="(radio|checkbox)"', tag):
                hidden[name[1]] = html.unescape(value[1])
        action = re.search(r'action="([^"]*)"', form)
        return self.ask(html.unescape(action[1]) if action else self.url, {**hidden, **fields})


def processor(pid):
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(pid):
    for line in open(f"/proc/{pid}/status"):
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1000


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--nearhand", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--organisation", required=True)
    parser.add_argument("--times", type=int, default=4)
    given = parser.parse_args()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    command = [given.nearhand, "--data", given.data, "--listen", f"127.0.0.1:{port}", "--public-url", base]
    name = f"bench{os.getpid()}@example.org"
    said = subprocess.run(command + ["user", "add", given.organisation, name, "--name", "Bench", "--role", "service-manager"],
                          check=True, capture_output=True, text=True).stdout
    link = next(word for word in said.split() if word.startswith("http"))
    server = subprocess.Popen(command + ["serve"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        for line in server.stdout:
            if "is ready" in line:
                break
        # What it makes ready by itself: until it has used no processor time for two seconds.
        used, quiet, began = processor(server.pid), 0, time.perf_counter()
        while quiet < 8:
            time.sleep(0.25)
            now = processor(server.pid)
            quiet, used = (quiet + 1, now) if now - used < 0.03 else (0, now)
        prepared, prepared_cpu = time.perf_counter() - began - 2, used
        browser = Browser(base)
        browser.ask(link)
        browser.send({"password": PASSWORD})
        secret = re.sub(r"\s", "", re.search(r"app-code[^>]*>([^<]+)<", browser.page)[1])
        used = time.time()
        browser.send({"code": one_time_code(secret, used)})
        while int(time.time()) // 30 == int(used) // 30:
            time.sleep(0.2)
        browser.ask(f"/{given.organisation}/sign-in")
        browser.send({"sign-in-name": name, "password": PASSWORD})
        browser.send({"code": one_time_code(secret, time.time())})
        root = f"/{given.organisation}/schools"
        print("| Page | First, s | CPU, s | Then, s (median) | CPU, s (mean) | Bytes |\n|---|---:|---:|---:|---:|---:|", flush=True)

        print(f"| (the server at its start, with what it makes ready) | {prepared:.2f} | {prepared_cpu:.2f} | | | |", flush=True)

        def several(title, once):
            before = processor(server.pid)
            first, size = once()
            middle = processor(server.pid)
            then = statistics.median(once()[0] for _ in range(given.times))
            after = (processor(server.pid) - middle) / given.times
            print(f"| {title} | {first:.2f} | {middle - before:.2f} | {then:.2f} | {after:.2f} | {size:,} |", flush=True)

        def timed(title, path):
            several(title, lambda: browser.ask(path))

        timed("Need, secondary schools", f"{root}/need?kind=secondary")
        timed("Need, primary schools", f"{root}/need?kind=primary")
        timed("Clusters: the form", f"{root}/clusters")
        browser.ask(f"{root}/clusters")
        fields = {"clusters": "10", "workers": "30", "children": "17", "distance": "10"}
        began, used = time.perf_counter(), processor(server.pid)
        asked, _ = browser.send(fields)
        asked_cpu = processor(server.pid) - used
        page = browser.url
        while "Chosen clusters" not in browser.page:
            time.sleep(0.25)
            browser.ask(page)
        print(f"| Clusters: asked (10 clusters, 30 workers, 10 km) | {asked:.2f} | {asked_cpu:.2f} | | | |")
        print(f"| Clusters: from asking to the answer | {time.perf_counter() - began:.2f} | {processor(server.pid) - used:.2f} | | | |")
        timed("Clusters: the answer", page)
        browser.ask(f"{root}/clusters")
        used = processor(server.pid)
        again, _ = browser.send(fields)
        print(f"| Clusters: the same question again | {again:.2f} | {processor(server.pid) - used:.2f} | | | |", flush=True)
        timed("Links", f"{root}/clusters/links")
        browser.ask(f"{root}/comparison")
        urns = ", ".join(re.findall(r'name="pick"[^>]*value="(\d+)"', browser.page)[:10])
        compare = {"starts-day": "1", "starts-month": "9", "starts-year": "2026", "treated": urns, "measure": "referrals",
                   "rate": "shrunk", "covariates": "rate", "each": "1", "step": "look"}

        def comparison():
            browser.ask(f"{root}/comparison")
            return browser.send(compare)

        several("Comparison of 10 schools, with its form", comparison)
        if "Freeze this comparison" not in browser.page:
            print("| (the comparison was refused) | | | | | |")
        timed("The team in schools", f"{root}/team")
        timed("Dose", f"{root}/team/dose")
        print(f"\nPeak memory of the server: {memory(server.pid):.0f} MB.")
    finally:
        server.kill()


if __name__ == "__main__":
    main()
