//! TLS with files of one's own, over real sockets.

use std::{fs, path::Path, process::Command};

use crate::process::{Process, minvei, serve};

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
