//! Runs the server: opens the data, listens, and stops without cutting anybody off.

use std::{
    fs::{self, File, TryLockError},
    io::{self, Write as _},
    net::{IpAddr, SocketAddr},
    num::{NonZeroU16, NonZeroU32},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use axum::{Router, http::Request};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use ipnet::IpNet;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::{Semaphore, watch},
    time::{sleep, timeout},
};
use tokio_rustls::TlsAcceptor;
use tower::Service as _;
use tracing::{info, warn};

use crate::{
    AppState, app,
    assets::Assets,
    auth::{
        oidc::{KeyFault, Making, Providers, SubjectKey},
        secret::{Cost, Secrets},
    },
    backup::DATABASE,
    clock::Clock,
    config::{Config, Content},
    demo::{self, FillFault},
    erasure::{self, WorkFault},
    malformed::{Strict, Turn},
    peer::Peer,
    security,
    store::{OpenFault, Postgres, Sqlite, Store},
    tls::{self, TlsError},
    untaken::{Patience, Taking},
};

/// How much the server says of its work. What lies below tells addresses and statements: it is for nobody's log.
pub const LOUDEST: tracing::Level = tracing::Level::INFO;

/// How long a connection may take to send the head of a request, or be idle between two.
const HEAD_DEADLINE: Duration = Duration::from_secs(15);
/// How long an answer may stand still because nobody takes it, and what is made up for by taking some: a telephone at
/// the edge of its network takes more than this.
const UNTAKEN: Patience =
    Patience { at_most: Duration::from_secs(30), a_second: NonZeroU32::new(4 * 1024).expect("not nothing") };
/// The longest head of a request, and how much of an answer lies ready to be sent.
const BUFFER: usize = 16 * 1024;
/// How long what is in flight may take when the server stops.
const GRACE: Duration = Duration::from_secs(10);

/// Why the server cannot start. Each is one line that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The folder cannot be written to.
    #[error("cannot write to the data folder {}: {fault}", .folder.display())]
    Data {
        /// Which folder.
        folder: PathBuf,
        /// Why.
        fault: io::Error,
    },
    /// Another server works there.
    #[error("the data folder {} is in use by another minvei", .0.display())]
    DataInUse(PathBuf),
    /// The database cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenFault),
    /// The files for TLS are of no use.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The demo centre could not be written.
    #[error("cannot fill the demo centre: {0}")]
    Fill(#[from] FillFault),
    /// The key by which identities are kept cannot be had.
    #[error("cannot let anybody in by a provider: {0}")]
    IdentityKey(#[from] KeyFault),
    /// Nobody outside can be asked.
    #[error("cannot ask the providers under [[oidc]]: {0}")]
    Providers(#[from] reqwest::Error),
    /// Whoever was shredded cannot be taken out again.
    #[error(transparent)]
    Erasure(#[from] WorkFault),
    /// Where a demo is served, staff need no second factor.
    #[error("--demo is for a database of its own: this one holds a real centre and no demo")]
    NoDemo,
    /// Somebody else listens there.
    #[error("{0} is in use: stop what listens there, or choose another address with --listen")]
    AddressInUse(SocketAddr),
    /// One cannot listen there.
    #[error("cannot listen on {address}: {fault}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// Why.
        fault: io::Error,
    },
    /// Signals cannot be received.
    #[error("cannot receive signals: {0}")]
    Signals(io::Error),
}

/// Serves until the process is told to stop.
pub async fn serve(config: Config) -> Result<(), ServeError> {
    let (store, _lock) = open(&config).await?;
    // The database may be an older copy that somebody has put there by hand.
    let erased = erasure::settle(&*store, &config.data).await?;
    if erased > 0 {
        warn!(erased, "taken out of the database again: shredded or restricted since it was copied");
    }
    let clock = config.clock.map_or_else(Clock::default, Clock::starting_at);
    let secrets = Secrets::new(Cost::FULL);
    if config.content == Content::Demo {
        let centres = store.audit_heads().await.map_err(FillFault::Store)?;
        if !centres.is_empty() && centres.iter().all(|(centre, _)| *centre != demo::centre()) {
            return Err(ServeError::NoDemo);
        }
        demo::fill(&*store, &secrets, clock.now()).await?;
    }
    let providers = providers(&config)?;
    let tls = config.certificate.as_ref().map(|(cert, key)| tls::acceptor(cert, key)).transpose()?;
    let listener = listen(config.listen).await?;
    let stop = stop_signal().map_err(ServeError::Signals)?;
    let state = AppState::new(Arc::clone(&store), clock, secrets, Assets::embedded(), config.transport)
        .asking(config.content.second())
        .trusting(providers);
    let live = state.live.clone();
    let scheme = if tls.is_some() { "https" } else { "http" };
    if let Ok(address) = listener.local_addr() {
        // Nobody may be reading; that is no reason to stop.
        let _ = writeln!(io::stdout(), "Minvei listens on {scheme}://{address}");
    }
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_DEADLINE).max_buf_size(BUFFER);
    let headers = security::in_a_head(&state).into();
    let line = Line { app: app(state), http, tls, proxies: config.proxies.into(), headers };
    let connections = accept(listener, line, config.connections, stop).await;
    info!("stopping: no new connections, finishing what is in flight");
    live.close();
    if timeout(GRACE, connections.closed()).await.is_err() {
        warn!("some requests were not finished in time");
    }
    store.close().await;
    info!("stopped");
    Ok(())
}

/// The store, and the lock on its folder for as long as we work there.
async fn open(config: &Config) -> Result<(Arc<dyn Store>, Option<File>), ServeError> {
    if let Some(address) = &config.database {
        return Ok((Arc::new(Postgres::open(address).await?), None));
    }
    let lock = take(&config.data)?;
    Ok((Arc::new(Sqlite::open(&config.data.join(DATABASE)).await?), Some(lock)))
}

/// The providers by which somebody can sign in. None of them is asked anything yet: one that is down stops nothing.
fn providers(config: &Config) -> Result<Providers, ServeError> {
    if config.providers.is_empty() {
        return Ok(Providers::default());
    }
    // Servers that share a database must find the same identities in it.
    let making = if config.database.is_some() { Making::Forbidden } else { Making::Allowed };
    let key = SubjectKey::open(&config.identity_key, making)?;
    Ok(Providers::new(config.providers.clone(), key)?)
}

/// Accepts connections until `stop`, then asks those that are still open to end; the answer is closed
/// when they have.
async fn accept(
    listener: TcpListener,
    line: Line,
    at_most: NonZeroU16,
    stop: impl Future<Output = ()>,
) -> watch::Sender<bool> {
    let connections = watch::Sender::new(false);
    let places = Arc::new(Semaphore::new(at_most.get().into()));
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => {
                connections.send_replace(true);
                return connections;
            }
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(fault) => {
                // Out of files, most likely: others must finish first.
                warn!(fault = %fault, "a connection could not be accepted");
                sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        // Whoever comes when all places are taken is sent away at once.
        let Ok(place) = Arc::clone(&places).try_acquire_owned() else { continue };
        // An answer is small and somebody waits for it.
        let _ = stream.set_nodelay(true);
        let stream = Taking::new(stream, UNTAKEN);
        let (line, mut stopping) = (line.clone(), connections.subscribe());
        tokio::spawn(async move {
            let _place = place;
            let Some(tls) = line.tls.clone() else {
                return line.hold(stream, peer.ip(), stopping).await;
            };
            // Whoever does not speak TLS, or takes too long over it, has come to the wrong address.
            let greeted = tokio::select! {
                greeted = timeout(HEAD_DEADLINE, tls.accept(stream)) => greeted,
                _ = stopping.wait_for(|is_stopping| *is_stopping) => return,
            };
            if let Ok(Ok(stream)) = greeted {
                line.hold(stream, peer.ip(), stopping).await;
            }
        });
    }
}

/// What every connection is served with.
#[derive(Clone)]
struct Line {
    app: Router,
    http: http1::Builder,
    tls: Option<TlsAcceptor>,
    proxies: Arc<[IpNet]>,
    /// What every answer carries, as it stands in a head.
    headers: Arc<str>,
}

impl Line {
    /// Serves a connection from `address` until one of them ends it, or the server stops.
    async fn hold(
        self,
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        address: IpAddr,
        mut stopping: watch::Receiver<bool>,
    ) {
        let Self { app, http, proxies, headers, .. } = self;
        let turn = Turn::default();
        let stream = TokioIo::new(Strict::new(stream, turn.clone(), headers));
        let answer = service_fn(move |mut request: Request<Incoming>| {
            turn.asked();
            let peer = Peer::of(address, request.headers(), &proxies);
            request.extensions_mut().insert(peer);
            let (turn, answer) = (turn.clone(), app.clone().call(request));
            async move { answer.await.map(|answer| turn.answered(answer)) }
        });
        let mut connection = std::pin::pin!(http.serve_connection(stream, answer).with_upgrades());
        let is_stopping = tokio::select! {
            // How a connection ends is the browser's business.
            _ = connection.as_mut() => return,
            is_stopping = stopping.wait_for(|is_stopping| *is_stopping) => is_stopping.is_ok(),
        };
        if is_stopping {
            connection.as_mut().graceful_shutdown();
        }
        drop(connection.await);
    }
}

/// Makes the data folder ours until the answer is dropped.
pub(crate) fn take(folder: &Path) -> Result<File, ServeError> {
    let fault = |fault| ServeError::Data { folder: folder.to_path_buf(), fault };
    fs::create_dir_all(folder).map_err(fault)?;
    let mode = fs::metadata(folder).map_err(fault)?.permissions().mode();
    if mode & 0o077 != 0 {
        warn!(folder = %folder.display(), "others on this machine can look into the data folder: chmod 700 it");
    }
    let lock = File::create(folder.join("minvei.lock")).map_err(fault)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(ServeError::DataInUse(folder.to_path_buf())),
        Err(TryLockError::Error(error)) => Err(fault(error)),
    }
}

async fn listen(address: SocketAddr) -> Result<TcpListener, ServeError> {
    TcpListener::bind(address).await.map_err(|fault| match fault.kind() {
        io::ErrorKind::AddrInUse => ServeError::AddressInUse(address),
        _ => ServeError::Listen { address, fault },
    })
}

/// Ends when the process is asked to: SIGTERM, or Ctrl-C.
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
