//! TLS with files of one's own, over real sockets.

use std::{fs, net::TcpStream, path::Path, process::Command, sync::Arc, thread, time::Duration};

use tokio_rustls::rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject as _},
};

use crate::{
    edge::{BODY, HEAD, address, line, say},
    process::{Process, minvei, serve},
};

/// The first bytes with which a browser greets, and no more.
const HALF_A_GREETING: &str = "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}";

/// Writes a certificate for this machine and its key.
fn files(folder: &Path) -> (String, String) {
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let (certificate, key) = (folder.join("cert.pem"), folder.join("key.pem"));
    fs::write(&certificate, made.cert.pem()).unwrap();
    fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    (certificate.display().to_string(), key.display().to_string())
}

/// What curl says of an address, head and body, trusting this certificate alone.
fn fetched(url: &str, certificate: &str, more: &[&str]) -> String {
    let output = Command::new("curl")
        .args(["--silent", "--show-error", "--include", "--max-time", "20", "--cacert", certificate])
        .args(more)
        .arg(url)
        .env("NO_PROXY", "127.0.0.1")
        .output()
        .expect("curl is there");
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn the_server_speaks_tls_with_a_certificate_of_ones_own() {
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = files(folder.path());
    let mut command = serve(&folder.path().join("data"));
    let process = Process::wait_for(command.args(["--demo", "--cert", &certificate, "--key", &key]));
    assert!(process.url.starts_with("https://"), "{}", process.url);
    let alive = fetched(&format!("{}/healthz", process.url), &certificate, &[]);
    assert!(alive.contains("200 OK") && alive.to_lowercase().contains("strict-transport-security:"), "{alive}");
    let body = r#"{"login":"slettebakken","secret":"minvei-demo","client":"pc"}"#;
    let posted = ["--data", body, "--header", "Content-Type: application/json"];
    let signed_in = fetched(&format!("{}/api/sign-in", process.url), &certificate, &posted);
    assert!(signed_in.contains("__Host-minvei=") && signed_in.contains("; Secure"), "{signed_in}");
    let plain = fetched(&format!("{}/healthz", process.url.replace("https", "http")), &certificate, &[]);
    assert!(!plain.contains("200 OK"), "{plain}");
}

#[test]
fn files_that_are_of_no_use_are_named_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = files(folder.path());
    let (other, broken) = (folder.path().join("other"), folder.path().join("broken.pem").display().to_string());
    fs::create_dir(&other).unwrap();
    let (_, foreign) = files(&other);
    fs::write(&broken, "no certificate").unwrap();
    for (cert, key, said) in [
        (&broken, &key, "cannot read a certificate from"),
        (&certificate, &broken, "cannot read a private key from"),
        (&certificate, &foreign, "of no use together"),
    ] {
        let data = folder.path().join("data");
        let output = serve(&data).args(["--cert", cert, "--key", key]).output().unwrap();
        let complained = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && complained.contains(said), "{complained}");
    }
    let alone = minvei().args(["serve", "--cert", &certificate]).output().unwrap();
    assert!(String::from_utf8_lossy(&alone.stderr).contains("--key"));
}

/// A line on which both have greeted each other.
fn greeted(process: &Process, certificate: &str) -> StreamOwned<ClientConnection, TcpStream> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(certificate).unwrap()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let mut connection = ClientConnection::new(Arc::new(config), "127.0.0.1".try_into().unwrap()).unwrap();
    let mut stream = TcpStream::connect(address(process)).unwrap();
    while connection.is_handshaking() {
        connection.complete_io(&mut stream).unwrap();
    }
    stream.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
    StreamOwned::new(connection, stream)
}

#[test]
fn lines_that_greet_slowly_or_say_little_are_closed_in_time() {
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = files(folder.path());
    let mut command = serve(&folder.path().join("data"));
    // As many as are tried here.
    let process = Process::wait_for(command.args(["--cert", &certificate, "--key", &key, "--connections", "6"]));
    let to = address(&process);
    let posts =
        "POST /api/sign-in HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 4000\r\n\r\n{";
    let alive = format!("{}/healthz", process.url);
    thread::scope(|scope| {
        for (name, first, drip) in [
            ("no greeting", "", ""),
            ("half a greeting", HALF_A_GREETING, ""),
            ("a greeting that drips", HALF_A_GREETING, "\0"),
        ] {
            let line = line(to);
            scope.spawn(move || {
                let (answer, after) = say(line, first, drip, HEAD);
                assert!(after >= HEAD / 2, "{name}: closed after {after:?}, before anybody slow could have spoken");
                assert_eq!(answer, "", "{name}");
            });
        }
        for (name, first, drip, at_most) in [
            ("nothing is asked", "", "", HEAD),
            ("a head that drips", "GET / HTTP/1.1\r\nhost: x\r\nx: ", "y", HEAD),
            ("a body that drips", posts, " ", BODY),
        ] {
            let line = greeted(&process, &certificate);
            scope.spawn(move || {
                let (answer, after) = say(line, first, drip, at_most);
                assert!(after >= at_most / 2, "{name}: closed after {after:?}, before anybody slow could have spoken");
                assert!(!answer.starts_with("HTTP/1.1 200"), "{name}: {answer}");
            });
        }
        let full = fetched(&alive, &certificate, &[]);
        assert!(!full.contains("200 OK"), "whoever says nothing takes a place meanwhile: {full}");
    });
    let free = fetched(&alive, &certificate, &[]);
    assert!(free.contains("200 OK"), "and gives it back: {free}");
}
