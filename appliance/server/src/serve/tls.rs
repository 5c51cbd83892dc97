//! TLS 1.2 and 1.3 by rustls on ring, HTTP/2 and HTTP/1.1 by ALPN.

use std::sync::Arc;

use rustls::ServerConfig;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};

use super::ServeError;
use crate::config::Config;

pub(super) fn acceptor(config: &Config) -> Result<ServerConfig, ServeError> {
    let (chain, key) = (config.tls_certificate(), config.tls_key());
    let refuse = |path: &std::path::Path, reason: String| ServeError::Certificate { path: path.display().to_string(), reason };
    let certificates = CertificateDer::pem_file_iter(&chain)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|e| refuse(&chain, e.to_string()))?;
    let secret = PrivateKeyDer::from_pem_file(&key).map_err(|e| refuse(&key, e.to_string()))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(certificates, secret))
        .map_err(|e| refuse(&chain, e.to_string()))
}
