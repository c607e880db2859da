//! TLS with files of one's own, over real sockets.

use std::{
    fs, io,
    net::{SocketAddr, TcpStream},
    path::Path,
    process::Command,
    sync::Arc,
    thread,
    time::Duration,
};

use tokio_rustls::rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    crypto::ring,
    pki_types::{CertificateDer, ServerName, pem::PemObject as _},
};

use crate::{
    edge::{A_WHILE, CROWD, HEAD, say_on},
    process::{Process, is_closed, minvei, serve},
};

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

/// A client that trusts this certificate alone, and has said nothing yet.
fn client(certificate: &str) -> ClientConnection {
    let mut trusted = RootCertStore::empty();
    trusted.add(CertificateDer::from_pem_file(certificate).unwrap()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let config = config.with_safe_default_protocol_versions().unwrap();
    let config = config.with_root_certificates(trusted).with_no_client_auth();
    ClientConnection::new(Arc::new(config), ServerName::try_from("127.0.0.1").unwrap()).unwrap()
}

/// A line on which both have greeted each other.
fn greeted(to: SocketAddr, certificate: &str) -> io::Result<StreamOwned<ClientConnection, TcpStream>> {
    let mut line = StreamOwned::new(client(certificate), TcpStream::connect(to)?);
    line.sock.set_read_timeout(Some(CROWD))?;
    line.conn.complete_io(&mut line.sock)?;
    line.sock.set_read_timeout(Some(A_WHILE))?;
    Ok(line)
}

#[test]
fn whoever_is_slow_to_greet_or_to_ask_is_sent_away_in_time_and_her_place_is_anothers() {
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = files(folder.path());
    let mut hello = Vec::new();
    client(&certificate).write_tls(&mut hello).unwrap();
    let greetings = [&hello[..0], &hello[..hello.len() / 2], &hello[..]];
    let asks = [
        ("a head that stops", "GET / HTTP/1.1\r\nhost: x\r\n", ""),
        ("a head that drips", "GET / HTTP/1.1\r\nhost: x\r\nx: ", "y"),
        ("idle after an answer", "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n", ""),
    ];
    let places = greetings.len() + asks.len();
    let mut command = serve(&folder.path().join("data"));
    command.args(["--demo", "--cert", &certificate, "--key", &key, "--connections", &places.to_string()]);
    let process = Process::wait_for(&mut command);
    let to: SocketAddr = process.url.strip_prefix("https://").unwrap().parse().unwrap();

    let mut silent = greetings.map(|_| TcpStream::connect(to).unwrap());
    let mut slow = asks.map(|_| greeted(to, &certificate).unwrap());
    let one_more = greeted(to, &certificate).expect_err("one more than there are places");
    assert!(is_closed(one_more.kind()), "{one_more}");
    thread::scope(|scope| {
        for (greeting, line) in greetings.into_iter().zip(&mut silent) {
            line.set_read_timeout(Some(A_WHILE)).unwrap();
            scope.spawn(move || say_on(line, greeting, "", HEAD + CROWD));
        }
        for ((name, first, drip), line) in asks.into_iter().zip(&mut slow) {
            scope.spawn(move || {
                let answer = say_on(line, first.as_bytes(), drip, HEAD + CROWD);
                assert_eq!(answer.starts_with("HTTP/1.1 200"), first.contains("healthz"), "{name}: {answer}");
            });
        }
    });
    // All of them still hold their own end of the line.
    let mut inside = Vec::new();
    for _ in 0..50 {
        match greeted(to, &certificate) {
            Ok(line) => inside.push(line),
            Err(_) => thread::sleep(Duration::from_millis(100)),
        }
        if inside.len() == places {
            return;
        }
    }
    panic!("{} of {places} places are free again", inside.len());
}
