//! A command happens once, however often, wherever and whenever it is sent.

use std::{sync::Barrier, thread};

use serde_json::{Value, json};

use crate::{
    cluster::Cluster,
    meddling::meddle,
    orders::{PULL, order, ordered},
    process::{Client, Process, serve_on},
};

/// How often a command is sent at the same time.
const TIMES: usize = 20;

/// Sends these requests in turn, to these servers in turn, all at once. Answers what each was told.
fn at_once(servers: &[Client], requests: &[String]) -> Vec<Value> {
    let begin = Barrier::new(TIMES);
    thread::scope(|scope| {
        let sending: Vec<_> = (0..TIMES)
            .map(|number| {
                let (server, request) = (&servers[number % servers.len()], &requests[number % requests.len()]);
                let begin = &begin;
                scope.spawn(move || {
                    begin.wait();
                    server.sync(request).unwrap()
                })
            })
            .collect();
        sending.into_iter().map(|sent| sent.join().unwrap()).collect()
    })
}

/// What became of the one command: everybody must have been told the same.
fn outcome<'a>(answers: impl IntoIterator<Item = &'a Value>) -> Value {
    let told: Vec<_> = answers.into_iter().map(|answer| json!([answer["last_seq"], answer["outcomes"]])).collect();
    assert!(told.iter().all(|one| *one == told[0]), "{told:?}");
    assert_eq!(told[0][1].as_array().map(Vec::len), Some(1), "{told:?}");
    told[0][1][0][1].clone()
}

/// The commands that have had an effect, and where the centre stands.
fn effects(device: &Client) -> (Vec<String>, Value) {
    let answer = device.sync(PULL).unwrap();
    (ordered(&answer), answer["patch"]["to"].clone())
}

fn reused() -> Value {
    json!({"refused": {"why": "reused-id"}})
}

#[test]
fn on_three_servers_and_after_a_restart_and_a_sign_in_a_command_happens_once() {
    let folder = tempfile::tempdir().unwrap();
    let cluster = Cluster::start();
    let database = cluster.database("centre");
    let command = || serve_on(&database, folder.path());
    let mut servers: Vec<_> = (0..3).map(|_| Process::wait_for(&mut command())).collect();
    let everywhere = |device: &Client, servers: &[Process]| -> Vec<Client> {
        servers.iter().map(|server| device.moved_to(&server.url)).collect()
    };
    let pc = Client::sign_in(&servers[0].url, "slettebakken", "pc");
    let first = [order(1, 58)];
    let applied = outcome(&at_once(&everywhere(&pc, &servers), &first));
    assert!(applied["applied"].is_u64(), "{applied}");
    let effect = effects(&pc);
    assert_eq!(effect.0, ["pc.1"]);

    servers[0].kill();
    servers[0] = Process::revive(&mut command());
    assert_eq!(outcome(&at_once(&everywhere(&pc, &servers), &first)), applied, "after a restart");
    assert_eq!(pc.moved_to(&servers[1].url).sign_out(), 204);
    let pc = Client::sign_in(&servers[2].url, "slettebakken", "pc");
    assert_eq!(outcome(&at_once(&everywhere(&pc, &servers), &first)), applied, "after signing in anew");
    assert_eq!(outcome(&at_once(&everywhere(&pc, &servers), &[order(1, 59)])), reused());
    assert_eq!(effects(&pc), effect);

    // Two bodies race for one number: one of them has it, everywhere.
    let answers = at_once(&everywhere(&pc, &servers), &[order(2, 60), order(2, 61)]);
    let told = [0, 1].map(|body| outcome(answers.iter().skip(body).step_by(2)));
    assert!(told.contains(&reused()) && told.iter().any(|one| one["applied"].is_u64()), "{told:?}");
    assert_eq!(effects(&pc).0, ["pc.1", "pc.2"]);

    // The control: where the numbers are forgotten a command does happen again, and this is seen.
    meddle(&database, "delete from outcome; update client set last_seq = 0");
    outcome(&at_once(&everywhere(&pc, &servers), &first));
    assert_eq!(effects(&pc).0, ["pc.1", "pc.2", "pc.1"]);
}

#[test]
fn through_kills_and_a_sign_in_a_command_happens_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Process::start(folder.path());
    let pc = [Client::sign_in(&server.url, "slettebakken", "pc")];
    let first = [order(1, 58)];
    let applied = outcome(&at_once(&pc, &first));
    assert!(applied["applied"].is_u64(), "{applied}");
    let effect = effects(&pc[0]);
    assert_eq!(effect.0, ["pc.1"]);

    server.kill();
    let mut server = Process::start_again(folder.path());
    let pc = pc.map(|device| device.moved_to(&server.url));
    assert_eq!(outcome(&at_once(&pc, &first)), applied, "after a kill");
    assert_eq!(pc[0].sign_out(), 204);
    let pc = [Client::sign_in(&server.url, "slettebakken", "pc")];
    assert_eq!(outcome(&at_once(&pc, &first)), applied, "after signing in anew");
    assert_eq!(outcome(&at_once(&pc, &[order(1, 59)])), reused());

    server.kill();
    let server = Process::start_again(folder.path());
    let pc = pc.map(|device| device.moved_to(&server.url));
    assert_eq!(outcome(&at_once(&pc, &[order(1, 59)])), reused(), "after another kill");
    assert_eq!(outcome(&at_once(&pc, &first)), applied, "after another kill");
    assert_eq!(effects(&pc[0]), effect);
}
