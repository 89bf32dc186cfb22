//! Fetches nothing: takes the front-end packages that `npm ci` put into `node_modules`, compiles the stylesheet,
//! and writes every file that a page needs into `OUT_DIR`, under a name that holds the hash of its content.

use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

type Outcome<T> = Result<T, Box<dyn Error>>;

const PACKAGES: [&str; 3] = ["govuk-frontend", "@ministryofjustice/frontend", "sass"];
const REMEDY: &str = "run `npm ci` in the project folder (or `make assets`)";
/// Our own scripts, each after those that it imports.
const SCRIPTS: [&str; 4] = ["progress.js", "drafts.js", "timeout.js", "start.js"];

fn main() -> Outcome<()> {
    if let Err(error) = build() {
        writeln!(std::io::stdout(), "cargo::error={error}")?;
        return Err(error);
    }
    Ok(())
}

fn build() -> Outcome<()> {
    let own = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let project = project_folder(&own)?;
    tell("rerun-if-changed", &own.join("assets"))?;
    tell("rerun-if-changed", &project.join("crates/charts/src/style.css"))?;
    tell("rerun-if-changed", &project.join("package.json"))?;
    check_versions(&project)?;

    let modules = project.join("node_modules");
    let mut bundle = Bundle { out, assets: Vec::new() };
    let stylesheet = compile_stylesheet(&project, &own, &bundle.out)?;
    let images = modules.join("@ministryofjustice/frontend/moj/assets/images");
    let stylesheet = embed_images(&mut bundle, &stylesheet, &images)?;
    bundle.add("app.css", "text/css; charset=utf-8", stylesheet.as_bytes())?;

    let library = fs::read_to_string(modules.join("govuk-frontend/dist/govuk/govuk-frontend.min.js"))?;
    let library = library.split("//# sourceMappingURL=").next().unwrap_or_default();
    bundle.add("govuk-frontend.min.js", JAVASCRIPT, library.as_bytes())?;
    for name in SCRIPTS {
        let source = fs::read_to_string(own.join("assets").join(name))?;
        let source = bundle.with_imports(name, &source)?;
        bundle.add(name, JAVASCRIPT, source.as_bytes())?;
    }
    bundle.add("favicon.svg", "image/svg+xml", &fs::read(own.join("assets/favicon.svg"))?)?;
    bundle.write_list()
}

const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

fn tell(instruction: &str, path: &Path) -> Outcome<()> {
    writeln!(std::io::stdout(), "cargo::{instruction}={}", path.display())?;
    Ok(())
}

/// The nearest folder above this crate that has a `package.json`.
fn project_folder(own: &Path) -> Outcome<PathBuf> {
    own.ancestors()
        .find(|folder| folder.join("package.json").is_file())
        .map(Path::to_path_buf)
        .ok_or_else(|| "no package.json in any folder above crates/govuk".into())
}

/// Fails unless the installed packages are those that `package.json` pins.
fn check_versions(project: &Path) -> Outcome<()> {
    let pinned: serde_json::Value = serde_json::from_str(&fs::read_to_string(project.join("package.json"))?)?;
    for name in PACKAGES {
        let wanted = ["dependencies", "devDependencies"]
            .iter()
            .find_map(|kind| pinned.get(kind)?.get(name)?.as_str())
            .ok_or_else(|| format!("package.json does not pin {name}"))?;
        let manifest = project.join("node_modules").join(name).join("package.json");
        tell("rerun-if-changed", &manifest)?;
        let installed: serde_json::Value = match fs::read_to_string(&manifest) {
            Ok(text) => serde_json::from_str(&text)?,
            Err(_) => return Err(format!("npm package {name} {wanted} is not installed: {REMEDY}").into()),
        };
        let found = installed.get("version").and_then(serde_json::Value::as_str).unwrap_or("unknown");
        if found != wanted {
            return Err(format!(
                "npm package {name} is installed at {found} but pinned at {wanted}: {REMEDY}"
            )
            .into());
        }
    }
    Ok(())
}

fn compile_stylesheet(project: &Path, own: &Path, out: &Path) -> Outcome<String> {
    let target = out.join("stylesheet.css");
    let result = Command::new("node")
        .arg(project.join("node_modules/sass/sass.js"))
        .args(["--style=compressed", "--no-source-map", "--quiet-deps"])
        .arg("--load-path")
        .arg(project)
        .arg(own.join("assets/app.scss"))
        .arg(&target)
        .output()
        .map_err(|error| format!("cannot run node, which compiles the stylesheet: {error}"))?;
    if !result.status.success() {
        return Err(format!("sass failed: {}", String::from_utf8_lossy(&result.stderr)).into());
    }
    Ok(fs::read_to_string(target)?)
}

/// Embeds each image that the stylesheet names and points the stylesheet at it.
fn embed_images(bundle: &mut Bundle, stylesheet: &str, folder: &Path) -> Outcome<String> {
    const MARK: &str = "url(/assets/images/";
    let mut pieces = stylesheet.split(MARK);
    let mut rewritten = pieces.next().unwrap_or_default().to_owned();
    let mut known = BTreeMap::new();
    for piece in pieces {
        let (name, rest) = piece.split_once(')').ok_or("an url() in the stylesheet has no end")?;
        if !known.contains_key(name) {
            let bytes = fs::read(folder.join(name))
                .map_err(|error| format!("the stylesheet names the image {name}: {error}"))?;
            known.insert(name, bundle.add(name, "image/svg+xml", &bytes)?);
        }
        let path = known.get(name).map(String::as_str).unwrap_or_default();
        write!(rewritten, "url({path}){rest}")?;
    }
    Ok(rewritten)
}

struct Embedded {
    name: String,
    path: String,
    content_type: &'static str,
    hash: String,
}

struct Bundle {
    out: PathBuf,
    assets: Vec<Embedded>,
}

impl Bundle {
    /// Writes a file to be embedded and returns the address under which pages find it.
    fn add(&mut self, name: &str, content_type: &'static str, bytes: &[u8]) -> Outcome<String> {
        fs::write(self.out.join(name), bytes)?;
        let hash = Sha256::digest(bytes).iter().take(8).fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        });
        let (stem, extension) = name.rsplit_once('.').ok_or("an asset's name has no extension")?;
        let path = format!("/assets/{stem}-{hash}.{extension}");
        self.assets.push(Embedded { name: name.to_owned(), path: path.clone(), content_type, hash });
        Ok(path)
    }

    /// Points each `"./name.js"` of a script at the embedded file of that name.
    fn with_imports(&self, script: &str, source: &str) -> Outcome<String> {
        let linked = self.assets.iter().fold(source.to_owned(), |text, asset| {
            text.replace(&format!("\"./{}\"", asset.name), &format!("\"{}\"", asset.path))
        });
        if linked.contains("\"./") {
            return Err(format!("{script} imports a file that is not embedded before it").into());
        }
        Ok(linked)
    }

    /// Writes the Rust source of the list of assets.
    fn write_list(&self) -> Outcome<()> {
        let mut source = String::from("&[\n");
        for Embedded { name, path, content_type, hash } in &self.assets {
            let file = self.out.join(name);
            writeln!(
                source,
                "Asset {{ name: {name:?}, path: {path:?}, content_type: {content_type:?}, hash: {hash:?}, \
                 bytes: include_bytes!({file:?}) }},"
            )?;
        }
        source.push(']');
        fs::write(self.out.join("assets.rs"), source)?;
        Ok(())
    }
}
