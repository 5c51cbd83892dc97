use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    os::unix::fs::PermissionsExt,
    sync::Arc,
    thread,
};

use rustls::{ClientConfig, ClientConnection, RootCertStore, ServerConfig, ServerConnection, Stream};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject};

use super::*;

fn names(more: &[&str]) -> Vec<String> {
    [&["localhost", "127.0.0.1"], more].concat().into_iter().map(str::to_owned).collect()
}

fn handshake(folder: &Path, name: &str) -> Result<(), rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let chain: Vec<_> = CertificateDer::pem_file_iter(folder.join("server.crt")).unwrap().map(Result::unwrap).collect();
    let key = PrivateKeyDer::from_pem_file(folder.join("server.key")).unwrap();
    let server = ServerConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions().unwrap();
    let server = Arc::new(server.with_no_client_auth().with_single_cert(chain, key).unwrap());
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(folder.join("ca.crt")).unwrap()).unwrap();
    let client = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let client = Arc::new(client.with_root_certificates(roots).with_no_client_auth());

    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let serving = thread::spawn(move || {
        let mut socket = listener.accept().unwrap().0;
        let mut connection = ServerConnection::new(server).unwrap();
        let _ = Stream::new(&mut connection, &mut socket).write_all(b"ok");
    });
    let mut connection = ClientConnection::new(client, ServerName::try_from(name.to_owned()).unwrap()).unwrap();
    let mut socket = TcpStream::connect(address).unwrap();
    let mut answer = [0; 2];
    let read = Stream::new(&mut connection, &mut socket).read_exact(&mut answer);
    drop(socket);
    serving.join().unwrap();
    read.map_err(|error| error.downcast::<rustls::Error>().unwrap())
}

#[test]
fn a_client_that_trusts_the_authority_trusts_the_box_under_its_names_only() {
    let folder = tempfile::tempdir().unwrap();
    let (_, renewal) = renew_for(folder.path(), names(&["box.local"]), &World::system()).unwrap();
    assert_eq!(renewal, Renewal::Made);
    for name in ["localhost", "127.0.0.1", "box.local"] {
        handshake(folder.path(), name).unwrap();
    }
    assert!(handshake(folder.path(), "elsewhere.local").is_err());
    for (file, mode) in [("ca.key", 0o600), ("server.key", 0o600), ("ca.crt", 0o644)] {
        assert_eq!(fs::metadata(folder.path().join(file)).unwrap().permissions().mode() & 0o777, mode, "{file}");
    }
}

#[test]
fn it_is_renewed_when_names_change_and_the_authority_stays() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::system();
    let read = |file: &str| fs::read(folder.path().join(file)).unwrap();
    renew_for(folder.path(), names(&[]), &world).unwrap();
    let (authority, server) = (read("ca.crt"), read("server.crt"));
    assert_eq!(renew_for(folder.path(), names(&[]), &world).unwrap().1, Renewal::Unchanged);
    assert_eq!(read("server.crt"), server);
    assert_eq!(renew_for(folder.path(), names(&["new.local"]), &world).unwrap().1, Renewal::Renewed);
    assert_ne!(read("server.crt"), server);
    assert_eq!(read("ca.crt"), authority);
    handshake(folder.path(), "new.local").unwrap();

    fs::remove_file(folder.path().join("ca.key")).unwrap();
    let refused = renew_for(folder.path(), names(&["newer.local"]), &world).unwrap_err();
    assert_eq!(refused.exit_code(), 3);
    assert_eq!(read("ca.crt"), authority);
}

#[test]
fn it_is_renewed_before_it_ends() {
    let folder = tempfile::tempdir().unwrap();
    let start = Timestamp(1_795_305_600_000_000);
    renew_for(folder.path(), names(&[]), &World::fixed(start)).unwrap();
    let after = |days: u32| World::fixed(start.plus(DAY * days));
    assert_eq!(renew_for(folder.path(), names(&[]), &after(366)).unwrap().1, Renewal::Unchanged);
    assert_eq!(renew_for(folder.path(), names(&[]), &after(368)).unwrap().1, Renewal::Renewed);
    assert_eq!(renew_for(folder.path(), names(&[]), &after(368)).unwrap().1, Renewal::Unchanged);
}
