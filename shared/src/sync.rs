//! How replicas and the server come to agree: two machines without IO, and what they say.

pub mod authority;
pub mod engine;
pub mod news;
pub mod noted;
pub mod pull;
pub mod replica;
pub mod rescue;
pub mod version;
pub mod wire;
