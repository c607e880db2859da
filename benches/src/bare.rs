//! The least a server can do for devices that listen: what it is told it appends to a file, syncs,
//! answers, and tells everybody. It knows no rows, rights or rules. It is a process of its own, as ours
//! is, so that both pay for the network, and their memory can be told from that of the devices.

use std::{
    fs::File,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::Result;
use futures_util::{SinkExt as _, StreamExt as _};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::broadcast,
    task::block_in_place,
};
use tokio_tungstenite::{
    accept_async_with_config,
    tungstenite::{Message, Utf8Bytes},
};

use crate::{client::small, floors::append};

/// What the writer hears when what she said is on disk.
pub const ANSWER: &str = "on disk";
/// What everybody hears first.
const GREETING: &str = "welcome";
/// How many changes a slow listener may be behind, as with our server.
const BACKLOG: usize = 64;

/// Serves until it is killed.
pub async fn serve(log: &Path) -> Result<()> {
    let log = Arc::new(Mutex::new(File::create(log)?));
    let (changes, _) = broadcast::channel(BACKLOG);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("The bare server listens on http://{}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let (log, changes) = (Arc::clone(&log), changes.clone());
        tokio::spawn(async move { drop(hold(stream, &log, &changes).await) });
    }
}

/// Holds one channel until the device ends it.
async fn hold(stream: TcpStream, log: &Mutex<File>, changes: &broadcast::Sender<Utf8Bytes>) -> Result<()> {
    let mut socket = accept_async_with_config(stream, Some(small())).await?;
    let mut told = changes.subscribe();
    socket.send(Message::text(GREETING)).await?;
    loop {
        tokio::select! {
            change = told.recv() => socket.send(Message::Text(change?)).await?,
            said = socket.next() => match said.transpose()? {
                Some(Message::Text(change)) => {
                    // Whoever panicked has left a whole file behind.
                    block_in_place(|| append(&mut log.lock().unwrap_or_else(PoisonError::into_inner)))?;
                    socket.send(Message::text(ANSWER)).await?;
                    // An error would say that nobody listens; the writer does.
                    let _ = changes.send(change);
                }
                Some(_) => {}
                None => return Ok(()),
            },
        }
    }
}
