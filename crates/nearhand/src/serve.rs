//! The web server.

use std::{net::SocketAddr, sync::Arc};

use platform::{
    jobs::{Kinds, Runner},
    web::{App, WebSettings, router},
};
use tokio::net::TcpListener;

use crate::{
    error::{Error, Result},
    installation::Installation,
};

/// Serves every organisation until the process is told to stop; `ready` is called once the port is open.
pub async fn serve(installation: &Installation, ready: impl FnOnce(SocketAddr)) -> Result<()> {
    let settings = &installation.settings;
    let organisations = installation.all().await?;
    let capabilities = crate::capabilities(Arc::clone(&installation.clock));
    let kinds = Kinds::of(&capabilities);
    let runners: Vec<Runner> =
        organisations.values().map(|org| Runner::start(Arc::clone(org), kinds.clone())).collect();
    let app = Arc::new(App {
        organisations,
        capabilities,
        settings: WebSettings {
            proxies: settings.trusted_proxies.clone(),
            upload_max: settings.upload_max,
            ..WebSettings::new(settings.public_url.clone())
        },
    });
    let listener = TcpListener::bind(settings.listen).await.map_err(|source| {
        Error::Setting(format!(
            "cannot listen on {}: {source}; choose another with --listen",
            settings.listen
        ))
    })?;
    let address = listener
        .local_addr()
        .map_err(|source| Error::Setting(format!("cannot listen on {}: {source}", settings.listen)))?;
    ready(address);
    let router = router(app).into_make_service_with_connect_info::<SocketAddr>();
    let served = axum::serve(listener, router).with_graceful_shutdown(stop()).await;
    // A job that runs stops at its next checkpoint and goes on at the next start.
    for runner in runners {
        runner.shut_down().await;
    }
    served.map_err(|source| Error::Setting(format!("the server stopped: {source}")))
}

/// Waits for Ctrl-C or a polite request to end.
pub(crate) async fn stop() {
    let interrupt = async {
        let _ = tokio::signal::ctrl_c().await;
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! { () = interrupt => {}, () = terminate => {} }
}
