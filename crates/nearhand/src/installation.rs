//! The installation on disk: its key, its register of organisations, their databases.
//!
//! ```text
//! data/
//!   master.key           32 random bytes, readable by the owner alone
//!   organisations.toml   who is here
//!   southampton/
//!     record.sqlite      unless the settings give another address
//!     incoming/          uploads that wait for confirmation
//! ```

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use platform::{
    clock::{Clock, DatedClock, SystemClock},
    db::{Database, migrate::migrate},
    organisation::{Org, Organisation, Slug},
    random::{Random, SystemRandom},
    secrets::{self, Keys},
};
use serde::{Deserialize, Serialize};

use crate::{
    error::{Error, Result},
    settings::Settings,
};

/// The installation's register of organisations.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Register {
    #[serde(default, rename = "organisation")]
    organisations: Vec<Organisation>,
}

/// An installation, opened.
pub struct Installation {
    /// Settings in force.
    pub settings: Settings,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Arc<dyn Random>,
    register: Register,
}

impl Installation {
    /// Opens the data folder, making it where there is none.
    pub fn open(settings: Settings) -> Result<Self> {
        create_private(&settings.data)?;
        let path = settings.data.join("organisations.toml");
        let register = match fs::read_to_string(&path) {
            Ok(text) => toml::from_str(&text)
                .map_err(|error| Error::Setting(format!("register `{}`: {error}", path.display())))?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Register::default(),
            Err(source) => return Err(Error::file("read", &path, source)),
        };
        let random = Arc::new(SystemRandom::new()?);
        Ok(Self { settings, clock: Arc::new(SystemClock), random, register })
    }

    /// The organisations in the register.
    pub fn organisations(&self) -> &[Organisation] {
        &self.register.organisations
    }

    /// Adds an organisation to the register and makes its folder. Its database is made when it is first opened.
    pub fn add(&mut self, organisation: Organisation) -> Result<()> {
        if self.register.organisations.iter().any(|known| known.slug == organisation.slug) {
            return Err(Error::Usage(format!("organisation `{}` is already here", organisation.slug)));
        }
        create_private(&self.folder(&organisation.slug))?;
        self.register.organisations.push(organisation);
        self.register.organisations.sort_by(|a, b| a.slug.cmp(&b.slug));
        self.save()
    }

    /// Opens one organisation: connects, migrates, starts its access log.
    pub async fn organisation(&self, slug: &str) -> Result<Arc<Org>> {
        let org = self.unmigrated(slug).await?;
        let applied = migrate(&org.database, &crate::schema().migrations, self.clock.as_ref()).await?;
        if applied > 0 {
            tracing::info!(organisation = slug, migrations = applied, "schema brought up to date");
        }
        Ok(org)
    }

    /// Opens one organisation without touching its schema: what a restore writes into.
    pub async fn unmigrated(&self, slug: &str) -> Result<Arc<Org>> {
        let known = self.register.organisations.iter().find(|known| known.slug.as_str() == slug);
        let organisation = known.cloned().ok_or_else(|| {
            let names: Vec<&str> = self.register.organisations.iter().map(|o| o.slug.as_str()).collect();
            Error::Usage(format!(
                "there is no organisation `{slug}`; there {}",
                if names.is_empty() {
                    "is none yet: add one with `nearhand organisation add`".to_owned()
                } else {
                    format!("are: {}", names.join(", "))
                }
            ))
        })?;
        let folder = self.folder(&organisation.slug);
        create_private(&folder)?;
        let master = secrets::master_key(&self.settings.data, self.random.as_ref())?;
        let keys = Keys::derive(&master, slug);
        let database = Database::connect(&self.address(&organisation.slug)).await?;
        let clock: Arc<dyn Clock> = match organisation.today.filter(|_| organisation.demonstration) {
            Some(today) => Arc::new(DatedClock::on(today)),
            None => Arc::clone(&self.clock),
        };
        let random = Arc::clone(&self.random);
        Ok(Arc::new(Org::new(organisation, database, keys, clock, random, folder)))
    }

    /// Opens every organisation.
    pub async fn all(&self) -> Result<BTreeMap<String, Arc<Org>>> {
        let mut all = BTreeMap::new();
        for organisation in &self.register.organisations {
            let slug = organisation.slug.as_str();
            all.insert(slug.to_owned(), self.organisation(slug).await?);
        }
        Ok(all)
    }

    /// The address of an organisation's database.
    pub fn address(&self, slug: &Slug) -> String {
        self.settings
            .databases
            .get(slug.as_str())
            .cloned()
            .unwrap_or_else(|| format!("sqlite:{}", self.folder(slug).join("record.sqlite").display()))
    }

    fn folder(&self, slug: &Slug) -> PathBuf {
        self.settings.data.join(slug.as_str())
    }

    /// Writes the register beside the old one and puts it in its place, so that a crash leaves one or the other.
    fn save(&self) -> Result<()> {
        let path = self.settings.data.join("organisations.toml");
        let new = path.with_extension("toml.new");
        let text = toml::to_string_pretty(&self.register)
            .map_err(|error| Error::Setting(format!("register of organisations: {error}")))?;
        fs::write(&new, text).map_err(|source| Error::file("write", &new, source))?;
        fs::rename(&new, &path).map_err(|source| Error::file("write", &path, source))
    }
}

/// Makes a folder that only its owner may open; leaves one that is there as it is.
fn create_private(path: &Path) -> Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(path).map_err(|source| Error::file("create", path, source))
}
