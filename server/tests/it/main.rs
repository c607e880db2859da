//! The server's edges: each route once, each refusal once, and the real binary when it is killed.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

mod accounts;
mod assets;
mod audit;
mod authenticator;
mod backup;
mod cards;
mod centre;
mod cluster;
mod command_line;
mod crash;
mod crew;
mod described;
mod devices;
mod dice;
mod edge;
mod faults;
mod full_disk;
mod guard;
mod held;
mod holes;
mod live;
mod looks;
mod matrix;
mod meddling;
mod oidc;
mod older;
mod once;
mod opening;
mod orders;
mod passkeys;
mod power;
mod process;
mod protocol;
mod provider;
mod rescue;
mod rights;
mod second;
mod several;
mod shielded;
mod shred;
mod sign_in;
mod socket;
mod sync;
mod tls;
