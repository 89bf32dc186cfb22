//! The web server.

use std::{net::SocketAddr, sync::Arc};

use platform::web::{App, WebSettings, router};
use tokio::net::TcpListener;

use crate::{
    error::{Error, Result},
    installation::Installation,
};

/// Serves every organisation until the process is told to stop; `ready` is called once the port is open.
pub async fn serve(installation: &Installation, ready: impl FnOnce(SocketAddr)) -> Result<()> {
    let settings = &installation.settings;
    let app = Arc::new(App {
        organisations: installation.all().await?,
        capabilities: crate::capabilities(Arc::clone(&installation.clock)),
        settings: WebSettings { public_url: settings.public_url.clone(), secure: settings.is_secure() },
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
    axum::serve(listener, router(app).into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(stop())
        .await
        .map_err(|source| Error::Setting(format!("the server stopped: {source}")))
}

/// Waits for Ctrl-C or a polite request to end.
async fn stop() {
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
