//! What is no request, said to the real process: it is answered as strictly as everything else.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use crate::process::Process;

/// The longest head that is read.
const HEAD: usize = 16 * 1024;
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// What is answered to these bytes until the line is closed.
fn said_to(process: &Process, bytes: &[u8]) -> String {
    let mut line = TcpStream::connect(process.url.strip_prefix("http://").unwrap()).unwrap();
    line.set_read_timeout(Some(PATIENCE)).unwrap();
    // Whoever is refused may find the line closed.
    let _ = line.write_all(bytes);
    let mut answer = Vec::new();
    let mut some = [0; 1_024];
    while let Ok(count) = line.read(&mut some) {
        if count == 0 {
            break;
        }
        answer.extend(&some[..count]);
    }
    String::from_utf8(answer).unwrap()
}

/// The lines of the last head, sorted, without what belongs to one answer alone.
fn strict(answer: &str) -> Vec<String> {
    let head = &answer[answer.rfind("HTTP/1.1").unwrap()..];
    let lines = head.lines().skip(1).take_while(|line| !line.is_empty());
    let own = ["connection:", "content-length:", "content-type:", "date:", "vary:"];
    let mut lines: Vec<String> =
        lines.filter(|line| !own.iter().any(|own| line.starts_with(own))).map(str::to_owned).collect();
    lines.sort();
    lines
}

#[test]
fn what_is_no_http_gets_the_headers_of_every_answer() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(&folder.path().join("data"));
    let asks = "GET /healthz HTTP/1.1\r\nhost: x\r\n";
    let usual = strict(&said_to(&process, format!("{asks}connection: close\r\n\r\n").as_bytes()));
    assert!(usual.len() >= 7 && usual.iter().any(|line| line.starts_with("content-security-policy:")), "{usual:?}");
    let long = "y".repeat(2 * HEAD);
    for (status, bytes) in [
        ("400", "no http at all\r\n\r\n".to_owned()),
        ("400", "\u{16}\u{3}\u{1}\u{2}".to_owned()),
        ("400", format!("{asks}no colon here\r\n\r\n")),
        ("400", format!("{asks}\r\nno second request\r\n\r\n")),
        ("400", "GET / HTTP/9.9\r\n\r\n".to_owned()),
        ("431", format!("{asks}x: {long}\r\n\r\n")),
        ("431", format!("{asks}{}\r\n", "x: y\r\n".repeat(1_000))),
    ] {
        let answer = said_to(&process, bytes.as_bytes());
        let last = &answer[answer.rfind("HTTP/1.1").unwrap_or_else(|| panic!("{status}: nothing was answered"))..];
        assert!(last.starts_with(&format!("HTTP/1.1 {status} ")), "{status}: {answer}");
        assert!(last.ends_with("\r\n\r\n") && last.contains("content-length: 0\r\n"), "{answer}");
        assert_eq!(strict(last), usual, "{status}");
    }
}
