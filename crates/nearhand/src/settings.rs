//! Settings, and the one order in which they win: command line, then environment, then file, then default.
//!
//! | Setting | Command line | Environment | File (`nearhand.toml`) | Default |
//! |---|---|---|---|---|
//! | settings file | `--config FILE` | `NEARHAND_CONFIG` | | `nearhand.toml` where there is one |
//! | address to listen on | `--listen ADDRESS` | `NEARHAND_LISTEN` | `listen` | `127.0.0.1:8080` |
//! | data folder | `--data FOLDER` | `NEARHAND_DATA` | `data` | `data` |
//! | address that people type | `--public-url URL` | `NEARHAND_PUBLIC_URL` | `public_url` | `http://` and the address to listen on |
//! | proxies that are believed | `--trusted-proxy IP` (repeated) | `NEARHAND_TRUSTED_PROXY` (with commas) | `trusted_proxies` | none |
//! | largest upload, in MiB | `--upload-max MIB` | `NEARHAND_UPLOAD_MAX` | `upload_max` | 4096 |
//! | an organisation's database | `--database NAME=ADDRESS` | `NEARHAND_DATABASE_NAME` | `[databases] NAME` | a SQLite file in the data folder |

use std::{
    collections::BTreeMap,
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
};

use clap::Args;
use platform::web::upload::FILE_BYTES_MAX;
use serde::Deserialize;

use crate::error::{Error, Result};

/// Settings as given on the command line or, by clap, in the environment.
#[derive(Debug, Clone, Default, Args)]
pub struct Given {
    /// Settings file.
    #[arg(long, env = "NEARHAND_CONFIG", global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Address and port to listen on.
    #[arg(long, env = "NEARHAND_LISTEN", global = true, value_name = "ADDRESS:PORT")]
    pub listen: Option<SocketAddr>,
    /// Folder for databases, keys and uploads.
    #[arg(long, env = "NEARHAND_DATA", global = true, value_name = "FOLDER")]
    pub data: Option<PathBuf>,
    /// Address under which people reach the service, for example <https://nearhand.example.gov.uk>
    #[arg(long, env = "NEARHAND_PUBLIC_URL", global = true, value_name = "URL")]
    pub public_url: Option<String>,
    /// Address of a proxy whose X-Forwarded-For says who asks. May be repeated.
    #[arg(long, env = "NEARHAND_TRUSTED_PROXY", global = true, value_name = "IP", value_delimiter = ',')]
    pub trusted_proxy: Vec<IpAddr>,
    /// Largest file that may be uploaded, in MiB.
    #[arg(long, env = "NEARHAND_UPLOAD_MAX", global = true, value_name = "MIB")]
    pub upload_max: Option<u32>,
    /// Database of an organisation: sqlite:PATH or postgres://USER@HOST/NAME. May be repeated.
    #[arg(long, global = true, value_name = "NAME=ADDRESS")]
    pub database: Vec<String>,
}

/// Settings as written in a file.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    listen: Option<SocketAddr>,
    data: Option<PathBuf>,
    public_url: Option<String>,
    trusted_proxies: Option<Vec<IpAddr>>,
    upload_max: Option<u32>,
    #[serde(default)]
    databases: BTreeMap<String, String>,
}

/// Settings in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Address and port to listen on.
    pub listen: SocketAddr,
    /// Folder for databases, keys and uploads.
    pub data: PathBuf,
    /// Address under which people reach the service, without a slash at its end.
    pub public_url: String,
    /// Proxies whose word is taken for the address of whoever asks.
    pub trusted_proxies: Vec<IpAddr>,
    /// The most bytes that an uploaded file may have.
    pub upload_max: u64,
    /// Databases by organisation; the others have a SQLite file in the data folder.
    pub databases: BTreeMap<String, String>,
}

impl Settings {
    /// Settings in force, from what was given and from the environment and the file.
    pub fn resolve(given: &Given, environment: impl Iterator<Item = (String, String)>) -> Result<Self> {
        let written = read_file(given.config.as_deref())?;
        let listen = given.listen.or(written.listen).unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8080)));
        let public_url = given
            .public_url
            .clone()
            .or(written.public_url)
            .unwrap_or_else(|| format!("http://{listen}"))
            .trim_end_matches('/')
            .to_owned();
        if !public_url.starts_with("http://") && !public_url.starts_with("https://") {
            return Err(Error::Setting(format!(
                "public URL `{public_url}`: it must begin with https:// (or http:// on this machine alone)"
            )));
        }
        if !listen.ip().is_loopback() && !public_url.starts_with("https://") {
            return Err(Error::Setting(format!(
                "listening on {listen} would send children's records unencrypted: put a TLS proxy before it and \
                 set the public URL to its https:// address, or listen on 127.0.0.1"
            )));
        }
        let mut databases = written.databases;
        for (key, address) in environment {
            if let Some(name) = key.strip_prefix("NEARHAND_DATABASE_") {
                databases.insert(name.to_ascii_lowercase().replace('_', "-"), address);
            }
        }
        for pair in &given.database {
            let Some((name, address)) = pair.split_once('=') else {
                return Err(Error::Setting(format!("--database `{pair}`: write it as NAME=ADDRESS")));
            };
            databases.insert(name.to_owned(), address.to_owned());
        }
        let data = given.data.clone().or(written.data).unwrap_or_else(|| PathBuf::from("data"));
        let trusted_proxies = match given.trusted_proxy.is_empty() {
            false => given.trusted_proxy.clone(),
            true => written.trusted_proxies.unwrap_or_default(),
        };
        let upload_max =
            given.upload_max.or(written.upload_max).map_or(Ok(FILE_BYTES_MAX), |mib| match mib {
                0 => Err(Error::Setting("largest upload: it must be at least 1 MiB".to_owned())),
                mib => Ok(u64::from(mib) * 1024 * 1024),
            })?;
        Ok(Self { listen, data, public_url, trusted_proxies, upload_max, databases })
    }

    /// Whether people reach the service over TLS.
    pub fn is_secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

fn read_file(given: Option<&Path>) -> Result<Written> {
    let default = Path::new("nearhand.toml");
    let path = match given {
        Some(path) => path,
        None if default.is_file() => default,
        None => return Ok(Written::default()),
    };
    let text = std::fs::read_to_string(path).map_err(|source| Error::file("read", path, source))?;
    toml::from_str(&text)
        .map_err(|error| Error::Setting(format!("settings file `{}`: {error}", path.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("nearhand.toml");
        std::fs::write(&path, text).unwrap();
        (folder, path)
    }

    #[test]
    fn the_command_line_beats_the_environment_beats_the_file_beats_the_default() {
        let (_folder, path) = file(
            "listen = \"127.0.0.1:1111\"\n[databases]\nlambeth = \"file\"\nwigan = \"file\"\nstockport = \"file\"",
        );
        let given = Given {
            config: Some(path),
            database: vec!["wigan=line".into(), "st-helens=line".into()],
            ..Given::default()
        };
        let environment = [
            ("NEARHAND_DATABASE_WIGAN", "env"),
            ("NEARHAND_DATABASE_LAMBETH", "env"),
            ("NEARHAND_DATABASE_ST_HELENS", "env"),
        ];
        let environment = environment.map(|(k, v)| (k.to_owned(), v.to_owned())).into_iter();
        let settings = Settings::resolve(&given, environment).unwrap();
        assert_eq!(settings.listen.port(), 1111);
        assert_eq!(settings.data, PathBuf::from("data"));
        let database = |name: &str| settings.databases.get(name).map(String::as_str);
        assert_eq!(database("wigan"), Some("line"));
        assert_eq!(database("st-helens"), Some("line"));
        assert_eq!(database("lambeth"), Some("env"));
        assert_eq!(database("stockport"), Some("file"));
        let given = Given { listen: Some("127.0.0.1:2222".parse().unwrap()), ..given };
        assert_eq!(Settings::resolve(&given, std::iter::empty()).unwrap().listen.port(), 2222);
    }

    #[test]
    fn an_unknown_setting_is_named() {
        let (_folder, path) = file("port = 3");
        let given = Given { config: Some(path), ..Given::default() };
        let error = Settings::resolve(&given, std::iter::empty()).unwrap_err().to_string();
        assert!(error.contains("port"), "{error}");
    }

    #[test]
    fn proxies_and_the_largest_upload_are_settings() {
        let (_folder, path) = file("trusted_proxies = [\"127.0.0.1\", \"::1\"]\nupload_max = 10");
        let given = Given { config: Some(path), ..Given::default() };
        let settings = Settings::resolve(&given, std::iter::empty()).unwrap();
        assert_eq!((settings.trusted_proxies.len(), settings.upload_max), (2, 10 << 20));
        let nearer =
            Given { trusted_proxy: vec!["10.0.0.2".parse().unwrap()], upload_max: Some(1), ..given.clone() };
        let settings = Settings::resolve(&nearer, std::iter::empty()).unwrap();
        assert_eq!(settings.trusted_proxies, nearer.trusted_proxy);
        assert_eq!(settings.upload_max, 1 << 20);
        let nothing = Given { upload_max: Some(0), ..given };
        assert!(Settings::resolve(&nothing, std::iter::empty()).is_err());
    }

    #[test]
    fn records_are_not_served_unencrypted_to_other_machines() {
        let given = Given { listen: Some("0.0.0.0:8080".parse().unwrap()), ..Given::default() };
        assert!(Settings::resolve(&given, std::iter::empty()).is_err());
        let given = Given { public_url: Some("https://nearhand.example.gov.uk/".into()), ..given };
        let settings = Settings::resolve(&given, std::iter::empty()).unwrap();
        assert!(settings.is_secure());
        assert_eq!(settings.public_url, "https://nearhand.example.gov.uk");
    }
}
