//! TLS of our own, where no proxy ends it: a certificate and its key from files.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        self, ServerConfig,
        crypto::ring,
        pki_types::{
            CertificateDer, PrivateKeyDer,
            pem::{self, PemObject as _},
        },
    },
};

/// Why the files are of no use.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The certificate cannot be read.
    #[error("cannot read a certificate from {}: {fault}", .file.display())]
    Certificate {
        /// Which file.
        file: PathBuf,
        /// Why.
        #[source]
        fault: pem::Error,
    },
    /// The key cannot be read.
    #[error("cannot read a private key from {}: {fault}", .file.display())]
    Key {
        /// Which file.
        file: PathBuf,
        /// Why.
        #[source]
        fault: pem::Error,
    },
    /// They do not belong together.
    #[error("certificate and key are of no use together: {0}")]
    Together(#[from] rustls::Error),
}

/// What accepts TLS 1.2 and 1.3 with the certificates of one file, the server's own first, and the key of another.
pub fn acceptor(certificate: &Path, key: &Path) -> Result<TlsAcceptor, TlsError> {
    let unread = |fault| TlsError::Certificate { file: certificate.to_path_buf(), fault };
    let chain = CertificateDer::pem_file_iter(certificate).map_err(unread)?;
    let chain = chain.collect::<Result<Vec<_>, _>>().map_err(unread)?;
    if chain.is_empty() {
        return Err(unread(pem::Error::NoItemsFound));
    }
    let private = PrivateKeyDer::from_pem_file(key);
    let private = private.map_err(|fault| TlsError::Key { file: key.to_path_buf(), fault })?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, private)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}
