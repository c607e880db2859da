//! Devices that write: each with its own session, cursor and rights, each mark a row of its own, and an
//! oracle that counts every mark once.

use std::time::{Duration, Instant};

use anyhow::Result;
use shared::{domain::attendance::Set, prim::Timestamp, sync::wire::Envelope};
use tokio::time::sleep_until;

use crate::{
    client::Client,
    country::{Country, Device},
    figures::percentile,
    floors::milliseconds,
    replica::Replica,
    server::Server,
};

/// What came of it.
pub struct Written {
    /// How many marks.
    pub marks: usize,
    /// Seconds until the last was acknowledged.
    pub seconds: f64,
    /// Half of the marks took less, in milliseconds.
    pub p50: f64,
    /// Ninety-nine of a hundred took less, in milliseconds.
    pub p99: f64,
    /// Milliseconds of the server's processor time for each mark.
    pub cpu_per_write: f64,
}

impl Written {
    /// Marks on disk each second.
    pub fn per_second(&self) -> f64 {
        self.marks as f64 / self.seconds
    }
}

/// When a device makes its marks.
#[derive(Clone, Copy)]
pub enum Pace {
    /// The next as soon as the last is acknowledged.
    OneInFlight,
    /// All within this time, evenly, whatever the server does; what is due goes into the next request.
    Within(Duration),
}

/// Every device makes its marks at this pace.
pub async fn all_write(server: &Server, country: &Country, devices: &[Device], pace: Pace) -> Result<Written> {
    let mut ready = Vec::new();
    for device in devices {
        ready.push(Writer::begin(server, device.clone()).await?);
    }
    let (started, before) = (Instant::now(), server.cpu()?);
    let count = ready.len().max(1) as f64;
    let tasks = ready.into_iter().enumerate().map(|(number, writer)| {
        // Not all at the same moment.
        let offset = number as f64 / count;
        tokio::spawn(writer.write_all(pace, started, offset))
    });
    let mut times = Vec::new();
    for task in tasks.collect::<Vec<_>>() {
        times.extend(task.await??);
    }
    let seconds = started.elapsed().as_secs_f64();
    let cpu = server.cpu()? - before;
    let marks = times.len();
    country.expect(marks).await?;
    Ok(Written {
        marks,
        seconds,
        p50: percentile(&times, 0.5),
        p99: percentile(&times, 0.99),
        cpu_per_write: cpu / marks as f64,
    })
}

/// A device that has been filled, and what it has to write.
struct Writer {
    replica: Replica,
    marks: Vec<Set>,
}

impl Writer {
    async fn begin(server: &Server, device: Device) -> Result<Self> {
        let client = Client::with_cookie(server.address, &device.cookie).await?;
        Ok(Self { replica: Replica::fill(client, &device.client).await?, marks: device.marks })
    }

    /// Makes all marks; answers how long each took, in milliseconds.
    async fn write_all(self, pace: Pace, started: Instant, offset: f64) -> Result<Vec<f64>> {
        let Self { mut replica, marks } = self;
        let due = |number: usize| match pace {
            Pace::OneInFlight => None,
            Pace::Within(time) => Some(started + time.mul_f64((number as f64 + offset) / marks.len() as f64)),
        };
        let mut times = Vec::new();
        let mut next = 0;
        while next < marks.len() {
            if let Some(due) = due(next) {
                sleep_until(due.into()).await;
            }
            let now = Instant::now();
            let waiting =
                (next + 1..marks.len()).take_while(|number| due(*number).is_some_and(|due| due <= now)).count();
            let end = next + 1 + waiting;
            let commands: Vec<_> = marks[next..end]
                .iter()
                .map(|mark| Envelope::encode(&mark.clone().into(), Timestamp(0), Timestamp(0)))
                .collect();
            replica.push(next as u64 + 1, &commands).await?;
            times.extend((next..end).map(|number| milliseconds(due(number).unwrap_or(now).elapsed())));
            next = end;
        }
        Ok(times)
    }
}
