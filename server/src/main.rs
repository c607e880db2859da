//! The binary `minvei`: reads its options, then serves, or tells about the demo centre.

use std::process::ExitCode;

use clap::Parser;
use server::{
    config::{Cli, Config, DemoTask, Task},
    demo, serve,
};

#[tokio::main]
async fn main() -> ExitCode {
    match Cli::parse().task {
        Task::Serve(options) => {
            tracing_subscriber::fmt().with_writer(std::io::stderr).with_max_level(tracing::Level::INFO).init();
            let served = match Config::of(options) {
                Ok(config) => serve::serve(config).await.map_err(|error| error.to_string()),
                Err(error) => Err(error.to_string()),
            };
            if let Err(error) = served {
                eprintln!("error: {error}");
                return ExitCode::FAILURE;
            }
        }
        Task::Demo(DemoTask::Accounts { json: true }) => println!("{}", demo::accounts_as_json()),
        Task::Demo(DemoTask::Accounts { json: false }) => print!("{}", demo::accounts_as_text()),
    }
    ExitCode::SUCCESS
}
